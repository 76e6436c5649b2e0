"""The team that one works in."""

from http import HTTPStatus

from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_POST, require_safe

from generations.views.address import safe_way_back
from generations.views.signed_in import TEAM, MemberRequest, TeamRequest, all_memberships, in_team, signed_in


@in_team
@require_safe
def team(request: TeamRequest) -> HttpResponse:
    """Show who is in the team."""
    return render(request, "generations/team.html", {"membership": request.membership})


@signed_in
@require_POST
def choose(request: MemberRequest) -> HttpResponse:
    """Work in another of one's teams from now on, and go back to where one was."""
    chosen = request.POST.get("team", "")
    mine = {str(membership.team_id): membership.team_id for membership in all_memberships(request)}
    if chosen not in mine:
        return HttpResponseBadRequest("This is not a team of yours.", status=HTTPStatus.NOT_FOUND)
    request.session[TEAM] = mine[chosen]
    return redirect(safe_way_back(request, resolve_url("create")))
