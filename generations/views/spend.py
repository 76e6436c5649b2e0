"""What the team spends: a month in figures, and the charges that nobody knows. For leads."""

from datetime import date, timedelta
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from generations.access import charge_to_decide, led_team, managed_team, visible_generations
from generations.forms.charge import ChargeForm
from generations.lifecycle import spend as figures
from generations.lifecycle.charge import NothingToDecide, decide_charge, doubtful
from generations.lifecycle.limits import month_of
from generations.models import Charged, Generation, State, Team
from generations.money import written
from generations.views.chart import chart
from generations.views.signed_in import MemberRequest, TeamRequest, current_membership, in_team, signed_in

SHOWN: Final = 50
"""Doubtful clips and corrections on the page; their number is said."""
SAID: Final = {
    Charged.YES: "Noted: {price} was charged. It counts as spent now.",
    Charged.NO: "Noted: nothing was charged. {price} is free again.",
}


@in_team
@require_safe
def spend(request: TeamRequest) -> HttpResponse:
    """Show a month of the team one works in, `?month=2026-11`, by default the present one."""
    return _show(request, led_team(request.user, request.membership))


@signed_in
@require_safe
def team_spend(request: MemberRequest, pk: int) -> HttpResponse:
    """Show a month of one of the teams that one manages; an admin manages every one."""
    return _show(request, managed_team(request.user, pk))


@signed_in
@require_POST
def decide(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Say whether a failed clip was charged; what is missing is said beside the form, with what was typed."""
    generation = charge_to_decide(request.user, pk)
    month, form = read_month(request.POST.get("month")), ChargeForm(generation, request.POST)
    if not form.is_valid():
        context = _page(request, generation.team, month, form)
        return render(request, "generations/spend.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    charged = Charged(form.cleaned_data["charged"])
    try:
        decide_charge(generation, charged, actor=request.user, why=form.cleaned_data["reason"])
    except NothingToDecide as error:
        messages.error(request, f"{error} Nothing was changed.")
    else:
        price = written(generation.price, generation.currency)
        messages.success(request, SAID[charged].format(price=price))
    return redirect(f"{_addresses(request, generation.team)['here']}?month={month:%Y-%m}")


def read_month(text: str | None) -> date:
    """Return the first day of a month written 2026-11, of the present one for none. Raises Http404."""
    present = timezone.localdate().replace(day=1)
    if not text:
        return present
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise Http404("No such month.") from error
    if month > present:
        raise Http404("That month has not begun.")
    return month


def _show(request: MemberRequest, team: Team) -> HttpResponse:
    month = read_month(request.GET.get("month"))
    return render(request, "generations/spend.html", _page(request, team, month))


def _addresses(request: MemberRequest, team: Team) -> dict[str, str]:
    """Return where the page and its file are: without an id for the team one works in."""
    chosen = current_membership(request)
    if chosen and chosen.team_id == team.pk:
        return {"here": reverse("spend"), "file": reverse("spend-csv")}
    return {"here": reverse("team-spend", args=[team.pk]), "file": reverse("team-spend-csv", args=[team.pk])}


def _page(request: MemberRequest, team: Team, first: date, form: ChargeForm | None = None) -> dict[str, Any]:
    month, fixes = figures.month_money(team, first), figures.corrections(team, first)
    return {
        "team": team,
        "month": month,
        "chart": chart(month.days, month.team_day.limit) if month.busy_days else None,
        "busiest": max(month.days, key=lambda day: day.money.together),
        "doubts": _doubts(request, team, form),
        "corrections": fixes[:SHOWN],
        **_neighbours(team, first),
        **_addresses(request, team),
    }


def _doubts(request: MemberRequest, team: Team, form: ChargeForm | None) -> dict[str, Any]:
    """Return the doubtful clips, oldest first, each with a form where a lead may decide.

    A colleague's private clip stays private: its price shows, its prompt does not.
    """
    found = doubtful(team).select_related("order__owner").order_by("created_at", "id")
    shown = list(found[: SHOWN + 1])
    visible = set(
        visible_generations(request.user)
        .filter(pk__in=[clip.pk for clip in shown])
        .values_list("pk", flat=True)
    )
    rows = [
        {
            "clip": clip,
            "is_visible": clip.pk in visible,
            "form": _form_of(clip, form) if clip.state == State.FAILED else None,
        }
        for clip in shown[:SHOWN]
    ]
    return {"rows": rows, "count": found.count() if len(shown) > SHOWN else len(shown)}


def _form_of(clip: Generation, form: ChargeForm | None) -> ChargeForm:
    return form if form and form.generation.pk == clip.pk else ChargeForm(clip)


def _neighbours(team: Team, first: date) -> dict[str, date | None]:
    """Return the months before and after, where there is something to see."""
    earliest, present = figures.first_month(team), timezone.localdate().replace(day=1)
    _, last = month_of(first)
    return {
        "earlier": (first - timedelta(days=1)).replace(day=1) if earliest and earliest < first else None,
        "later": last + timedelta(days=1) if first < present else None,
    }
