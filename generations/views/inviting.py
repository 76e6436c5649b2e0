"""Inviting people to a team. The link is in the answer to the press and nowhere else: only its hash is kept."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from generations.access import managed_invitation, managed_team
from generations.forms.people import TeamInviteForm, in_house_style
from generations.lifecycle import invite as verbs
from generations.models import Invitation
from generations.views.address import public_site
from generations.views.signed_in import MemberRequest, signed_in
from generations.views.team_page import Link, team_page

NEEDS_NO_LINK = "It was accepted or withdrawn a moment ago."


@signed_in
@require_POST
def invite(request: MemberRequest, pk: int) -> HttpResponse:
    """Invite an address to the team."""
    team = managed_team(request.user, pk)
    form = in_house_style(TeamInviteForm(request.POST, instance=Invitation(team=team)))
    if not form.is_valid():
        return team_page(request, team, status=HTTPStatus.UNPROCESSABLE_ENTITY, invite_form=form)
    token = verbs.new_link(form.instance, actor=request.user)
    return team_page(request, team, link=handed_out(request, form.instance, token))


@signed_in
@require_POST
def renew(request: MemberRequest, pk: int, invitation: int) -> HttpResponse:
    """Replace the link of an invitation; the old one stops working."""
    waiting = managed_invitation(request.user, pk, invitation)
    try:
        token = verbs.new_link(waiting, actor=request.user)
    except verbs.AlreadyAccepted as accepted:
        messages.info(request, str(accepted))
        return redirect("team-one", pk)
    return team_page(request, waiting.team, link=handed_out(request, waiting, token))


@signed_in
@require_POST
def withdraw(request: MemberRequest, pk: int, invitation: int) -> HttpResponse:
    """End an invitation."""
    waiting = managed_invitation(request.user, pk, invitation)
    if verbs.withdraw(waiting, actor=request.user):
        messages.success(request, f"The invitation of {waiting.email} is withdrawn. Its link works no more.")
    else:
        messages.info(request, NEEDS_NO_LINK)
    return redirect("team-one", pk)


def handed_out(request: HttpRequest, invitation: Invitation, token: str) -> Link:
    """Mail an invitation's link where mail is set up, and return it to be shown once."""
    url = public_site(request) + reverse("invitation", args=[token])
    return Link(invitation.email, url, verbs.send(invitation, url))
