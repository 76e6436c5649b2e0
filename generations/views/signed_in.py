"""The door of every page: who is not signed in goes to sign in, also when only a fragment was asked for."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, Final, ParamSpec, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render, resolve_url
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from generations import access
from generations.models import Membership, User

P = ParamSpec("P")
TEAM: Final = "team"
"""Where the session keeps the chosen team's id."""


class MemberRequest(HttpRequest):
    """A request that has passed the door."""

    user: User
    htmx: HtmxDetails


class TeamRequest(MemberRequest):
    """A request of somebody who is in a team; `membership` is the one they have chosen."""

    membership: Membership


Page = Callable[Concatenate[MemberRequest, P], HttpResponseBase]


def signed_in(page: Page[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let only signed-in people to `page`; a fragment's request makes the whole browser go to sign in."""

    @wraps(page)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        member = cast(MemberRequest, request)
        if not request.user.is_authenticated:
            return _to_sign_in(member)
        return page(member, *args, **kwargs)

    return guarded


def in_team(page: Callable[Concatenate[TeamRequest, P], HttpResponseBase]) -> Page[P]:
    """Let only people who are in a team to `page`, which is about that team; others are told who can help."""

    @wraps(page)
    def guarded(request: MemberRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        chosen = current_membership(request)
        if chosen is None:
            return _no_team(request)
        team_request = cast(TeamRequest, request)
        team_request.membership = chosen
        return page(team_request, *args, **kwargs)

    return signed_in(guarded)


def all_memberships(request: HttpRequest) -> list[Membership]:
    """Return the teams that the signed-in person is in; asks the database once a request."""
    if "memberships" not in request.__dict__:
        request.__dict__["memberships"] = access.memberships(cast(User, request.user))
    found: list[Membership] = request.__dict__["memberships"]
    return found


def current_membership(request: HttpRequest) -> Membership | None:
    """Return the chosen one of the person's memberships: the first by name until they choose; None without any."""
    found = all_memberships(request)
    chosen = request.session.get(TEAM)
    return next((membership for membership in found if membership.team_id == chosen), next(iter(found), None))


def _no_team(request: MemberRequest) -> HttpResponseBase:
    status = HTTPStatus.OK if request.method in ("GET", "HEAD") else HTTPStatus.FORBIDDEN
    context = {"teams": access.visible_teams(request.user)}
    return render(request, "generations/no_team.html", context, status=status)


def _to_sign_in(request: MemberRequest) -> HttpResponseBase:
    if not request.htmx:
        way_back = request.get_full_path() if request.method in ("GET", "HEAD") else resolve_url("create")
        return redirect_to_login(way_back)
    back = request.htmx.current_url_abs_path or resolve_url("create")
    query = urlencode({"next": back, "signed_out": "yes"})
    return HttpResponseClientRedirect(f"{resolve_url(settings.LOGIN_URL)}?{query}")
