"""What the page of a team is drawn from: for leads with all that they decide, for the others who is in it."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from generations.access import is_lead
from generations.forms.people import TeamInviteForm, in_house_style
from generations.forms.team import PauseForm, ReviewForm, SettingsForm, WordsForm
from generations.lifecycle.limits import Budget, month_of, spent_in
from generations.models import Invitation, Team
from generations.views.people import people_of
from generations.views.signed_in import MemberRequest

EVENTS: Final = 20
LARGEST_ID: Final = 2**63 - 1


@dataclass(frozen=True)
class Link:
    """An invitation's link, shown once: only its hash is kept."""

    email: str
    url: str
    is_mailed: bool


def team_page(
    request: MemberRequest, team: Team, *, status: int = HTTPStatus.OK, **extra: Any
) -> HttpResponse:
    """Draw the page; `extra` are forms with what was wrong in them, or the link of an invitation."""
    manages = is_lead(request.user, team)
    context: dict[str, Any] = {
        "team": team,
        "manages": manages,
        "people": people_of(team, request.user, sees_money=manages),
        "is_in": team.memberships.filter(user=request.user).exists(),
    }
    if manages:
        context |= _managed(team) | _history(team, request.GET.get("before", ""))
    return render(request, "generations/team.html", context | extra, status=status)


def _managed(team: Team) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "month": Budget("This month", team.monthly_limit, spent_in(team, *month_of(today))),
        "day": Budget("Today", team.daily_limit, spent_in(team, today, today)),
        "invitations": team.invitations.filter(accepted_at=None).select_related("invited_by"),
        "settings_form": in_house_style(SettingsForm(instance=team)),
        "invite_form": in_house_style(TeamInviteForm(instance=Invitation(team=team))),
        "words_form": in_house_style(WordsForm(initial={"words": "\n".join(team.words_to_avoid)})),
        "review_form": ReviewForm(instance=team),
        "pause_form": in_house_style(PauseForm()),
    }


def _history(team: Team, before: str) -> dict[str, Any]:
    """A page of what happened, newest first; `before` is the id of the event above. Raises Http404."""
    events = team.events.select_related("actor").order_by("-at", "-id")
    if before:
        if not before.isascii() or not before.isdecimal() or int(before) > LARGEST_ID:
            raise Http404("No such page.")
        events = events.filter(pk__lt=int(before))
    found = list(events[: EVENTS + 1])
    older = found[EVENTS - 1].pk if len(found) > EVENTS else None
    return {"events": found[:EVENTS], "older": older, "is_newest": not before}
