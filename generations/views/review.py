"""What members do about review: hand in clips, put away what was not chosen; leads say how clips are judged."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from generations.access import changeable_generation, managed_team, visible_generations
from generations.forms.team import ReviewForm
from generations.lifecycle import review, takes
from generations.lifecycle.team import change_review
from generations.models import Verdict
from generations.models.review import NOTE_LENGTH
from generations.views import other_takes
from generations.views.address import back_to_clip
from generations.views.signed_in import MemberRequest, signed_in

NOT_CHOSEN: Final = "Nothing was changed: this take is not approved any more."
HANDED_IN: Final = "Handed in. The verdict will stand here."


@signed_in
@require_POST
def hand_in(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """Put a clip before the reviewers, with an answer to what they said before."""
    generation = changeable_generation(request.user, pk)
    answer = request.POST.get("answer", "").strip()
    if len(answer) > NOTE_LENGTH:
        messages.error(request, f"Not handed in: an answer has {NOTE_LENGTH:,} characters at most.")
    elif review.hand_in(request.user, [generation], answer):
        messages.success(request, HANDED_IN)
    else:
        why = review.why_not(changeable_generation(request.user, pk)) or "gone"
        messages.error(request, f"Not handed in: this clip is {why}.")
    return redirect(back_to_clip(request, generation))


@signed_in
@require_POST
def put_others_away(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """Move the other takes of an approved clip's order to the trash, and cancel those not sent yet."""
    chosen, shown = changeable_generation(request.user, pk), other_takes.named(request)
    if chosen.verdict != Verdict.APPROVED or chosen.is_trashed:
        messages.error(request, NOT_CHOSEN)
        return redirect(back_to_clip(request, chosen))
    # All takes of an order are one person's in one team: who may change one may change those they see.
    beside = visible_generations(request.user).filter(order=chosen.order_id, trashed_at=None).exclude(pk=pk)
    others = other_takes.others(shown, beside.select_related("account"))
    settled = takes.settle(request.user, others, takes.Way.TRASH, "")
    other_takes.tell(request, settled, len(shown) - len(others))
    return redirect(back_to_clip(request, chosen))


@signed_in
@require_POST
def save_settings(request: MemberRequest, pk: int) -> HttpResponse:
    """Set how the team's clips come to review, and who judges them."""
    managed = managed_team(request.user, pk)
    form = ReviewForm(request.POST)
    form.full_clean()
    changed = change_review(managed, **form.cleaned_data, actor=request.user)
    messages.success(request, "Saved. It counts for the next clip." if changed else "Nothing was changed.")
    return redirect("team-one", pk)
