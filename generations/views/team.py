"""A team: who is in it, what it may spend, whether its clips are sent."""

from copy import copy
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_POST, require_safe

from generations.access import managed_team, visible_team
from generations.forms.people import in_house_style
from generations.forms.team import PauseForm, SettingsForm, WordsForm
from generations.lifecycle import brakes
from generations.lifecycle.team import change_settings, change_words
from generations.models import Membership, Team
from generations.views.address import safe_way_back
from generations.views.signed_in import TEAM, MemberRequest, TeamRequest, all_memberships, in_team, signed_in
from generations.views.team_page import team_page

ABOUT_ONE_TEAM: Final = "team-"
"""How the names of all addresses begin that have a team's id in them."""
NAME_TAKEN: Final = "There is a team of this name already."


@in_team
@require_safe
def team(request: TeamRequest) -> HttpResponse:
    """Show the team that one works in."""
    return team_page(request, request.membership.team)


@signed_in
@require_safe
def one_team(request: MemberRequest, pk: int) -> HttpResponse:
    """Show one of one's teams; an admin sees every one."""
    return team_page(request, visible_team(request.user, pk))


@signed_in
@require_POST
def choose(request: MemberRequest) -> HttpResponse:
    """Work in another of one's teams from now on, on the same page as before if the other team has it."""
    chosen = request.POST.get("team", "")
    mine = {str(membership.team_id): membership for membership in all_memberships(request)}
    if chosen not in mine:
        raise Http404("No team of yours.")
    request.session[TEAM] = mine[chosen].team_id
    return redirect(_same_page(safe_way_back(request, resolve_url("create")), mine[chosen]))


def _same_page(came_from: str, chosen: Membership) -> str:
    """Return where to go in the new team: what is about one clip or one team belongs to the old one.

    Spend is for leads.
    """
    path = urlsplit(came_from).path
    try:
        name = resolve(path).url_name or ""
    except Resolver404:
        return resolve_url("create")
    if name.startswith("clip"):
        return resolve_url("gallery")
    if name.startswith(ABOUT_ONE_TEAM) or (name.startswith("spend") and not chosen.is_lead):
        return resolve_url("team")
    if name == "spend-decide":
        return resolve_url("spend")
    return path if "before=" in came_from else came_from


@signed_in
@require_POST
def save_settings(request: MemberRequest, pk: int) -> HttpResponse:
    """Rename the team and set its limits."""
    managed = managed_team(request.user, pk)
    form = in_house_style(SettingsForm(request.POST, instance=copy(managed)))
    if form.is_valid() and _save(request, managed, form):
        return redirect("team-one", pk)
    return team_page(
        request, managed_team(request.user, pk), status=HTTPStatus.UNPROCESSABLE_ENTITY, settings_form=form
    )


def _save(request: MemberRequest, managed: Team, form: SettingsForm) -> bool:
    """Save what was said; False if the name was taken a moment ago, which the form then says."""
    try:
        changed = change_settings(managed, **form.cleaned_data, actor=request.user)
    except IntegrityError:
        form.add_error("name", NAME_TAKEN)
        return False
    messages.success(request, "Saved. It counts for the next order." if changed else "Nothing was changed.")
    return True


@signed_in
@require_POST
def save_words(request: MemberRequest, pk: int) -> HttpResponse:
    """Set the words that the team warns of."""
    managed = managed_team(request.user, pk)
    form = in_house_style(WordsForm(request.POST))
    if not form.is_valid():
        return team_page(request, managed, status=HTTPStatus.UNPROCESSABLE_ENTITY, words_form=form)
    changed = change_words(managed, form.cleaned_data["words"], actor=request.user)
    messages.success(request, "Saved. It counts for the next order." if changed else "Nothing was changed.")
    return redirect("team-one", pk)


@signed_in
@require_POST
def pause(request: MemberRequest, pk: int) -> HttpResponse:
    """Stop sending: what is queued waits, what is on its way goes on."""
    managed = managed_team(request.user, pk)
    form = in_house_style(PauseForm(request.POST))
    if not form.is_valid():
        return team_page(request, managed, status=HTTPStatus.UNPROCESSABLE_ENTITY, pause_form=form)
    if brakes.pause(managed, actor=request.user, why=form.cleaned_data["why"]):
        messages.success(
            request, "Sending is paused. What is on its way already is still followed and saved."
        )
    else:
        messages.info(request, "Sending was paused already.")
    return redirect("team-one", pk)


@signed_in
@require_POST
def resume(request: MemberRequest, pk: int) -> HttpResponse:
    """Let sending go on."""
    if brakes.resume(managed_team(request.user, pk), actor=request.user):
        messages.success(request, "Sending goes on.")
    else:
        messages.info(request, "Sending was not paused any more.")
    return redirect("team-one", pk)
