"""The page "Charges unknown": failed clips of which only a person can find out whether they cost something."""

from typing import Any, Final, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from generations.forms.ledger import ChargesForm
from generations.lifecycle.charge import NothingToDecide, decide_charge, undecided
from generations.models import Charged, Generation, User

MOST: Final = 50
"""Clips that one page shows, those that failed first before the others."""
SAID: Final = {
    Charged.YES: "{} counted as charged: what was reserved is spent now.",
    Charged.NO: "{} counted as not charged: what was reserved is free again.",
}
FASTER: Final = (
    "{} in doubt no more: somebody was faster, or the clip has turned up. Nothing was changed there."
)


@require_http_methods(["GET", "HEAD", "POST"])
def charges_page(request: HttpRequest) -> HttpResponse:
    """Show what waits for a decision, or take one for some. Raises PermissionDenied for all but superusers."""
    if not request.user.is_superuser:
        raise PermissionDenied
    form = ChargesForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        _decide(request, form.cleaned_data)
        return redirect("admin:generations_generation_charges")
    return render(request, "admin/generations/generation/charges.html", _context(request, form))


def _decide(request: HttpRequest, chosen: dict[str, Any]) -> None:
    charged, actor = Charged(chosen["charged"]), cast(User, request.user)
    outcomes = [_decided(clip, charged, actor, chosen["reason"]) for clip in chosen["clips"]]
    if decided := outcomes.count(True):
        messages.success(request, SAID[charged].format(_clips(decided)))
    if late := outcomes.count(False):
        messages.warning(request, FASTER.format(_clips(late)))


def _decided(clip: Generation, charged: Charged, actor: User, why: str) -> bool:
    try:
        decide_charge(clip, charged, actor=actor, why=why)
    except NothingToDecide:
        return False
    return True


def _context(request: HttpRequest, form: ChargesForm) -> dict[str, Any]:
    waiting = undecided().select_related("owner", "team", "account").order_by("state_at", "pk")
    return {
        **admin.site.each_context(request),
        "title": "Charges unknown",
        "opts": Generation._meta,
        "form": form,
        "chosen": set(request.POST.getlist("clips")),
        "clips": waiting[:MOST],
        "count": waiting.count(),
    }


def _clips(count: int) -> str:
    return f"{count} clip{'s' if count > 1 else ''}"
