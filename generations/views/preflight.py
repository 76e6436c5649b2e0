"""What to look at before money moves: advice while somebody writes, and once when they order."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from generations.forms.order import OrderForm
from generations.models import Team
from generations.preflight import Advice, advise
from generations.views.signed_in import TeamRequest, in_team

FIELDS: Final = ("prompt", "negative_prompt", "duration")
"""Those that advice may be about."""


@dataclass(frozen=True)
class Preflight:
    """The advice that is not passed over yet, and the keys of that which is.

    `is_asked` says that somebody has pressed Generate and was not let through because of it.
    """

    advice: list[Advice]
    passed: list[str]
    is_asked: bool = False

    @property
    def keys(self) -> str:
        """What passes over all of it."""
        return " ".join(one.key for one in self.advice)

    @property
    def beside(self) -> dict[str, str]:
        """The sentences that stand beside each field: none before somebody has pressed."""
        said = self.advice if self.is_asked else []
        return {name: " ".join(one.says for one in said if one.field == name) for name in FIELDS}


def preflight_of(form: OrderForm, team: Team, *, is_asked: bool = False) -> Preflight:
    """Return what there is to say of a form, also of one that is not valid or was not sent."""
    negative, passed = str(form["negative_prompt"].value() or ""), form.passed_over_keys()
    said = (
        advise(form.drafted(text), negative, form.shown("duration"), team.words_to_avoid)
        for text in form.texts
    )
    found = {one.key: one for of_text in said for one in of_text}
    left = [one for key, one in found.items() if key not in passed]
    return Preflight(left, passed, is_asked and bool(found))


@in_team
@require_POST
def preflight(request: TeamRequest) -> HttpResponse:
    """Answer with the advice for what is written now; 204 if it is what the page `shows`. Nothing is ordered."""
    form = OrderForm(request.POST)
    form.full_clean()
    is_asked = "asked" in request.POST
    found = preflight_of(form, request.membership.team, is_asked=is_asked)
    if found.keys == request.POST.get("shows", ""):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return render(request, "generations/_advised.html", {"preflight": found})
