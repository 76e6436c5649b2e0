"""What becomes of the other takes of an order once one is chosen, each by the verb that it would have alone."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from django.db import transaction

from generations.lifecycle import review, trash
from generations.lifecycle.cancel import cancel
from generations.models import Generation, Revision, User, Verdict

NOTE: Final = "Another take was chosen"
TOO_LATE: Final = "it had left the line: it cannot be cancelled any more"
IN_TRASH: Final = "it is in the trash already"


class Way(StrEnum):
    """What is done with those that are here. Those that were not sent are cancelled either way."""

    RETURN = "return"
    TRASH = "trash"


@dataclass(frozen=True)
class Other:
    """A take beside the chosen one, as a page showed it: waiting to be sent, or with the review that was newest."""

    clip: Generation
    was_queued: bool
    seen: int | None = None


@dataclass
class Settled:
    """What it was done to, and what was left as it is, each with the reason."""

    returned: list[Generation] = field(default_factory=list)
    trashed: list[Generation] = field(default_factory=list)
    cancelled: list[Generation] = field(default_factory=list)
    left: list[tuple[Generation, str]] = field(default_factory=list)


class _Left(Exception):
    """This take has changed since the page was drawn; the text says how."""


def settle(actor: User, others: Iterable[Other], way: Way, note: str) -> Settled:
    """Return to who made them, with `note`, or trash the others that are here; cancel those not sent yet.

    Each for itself: what changed since the person looked is left, with the reason. Raises review.NoteMissing,
    before anything is done, where one is to be returned without a note.
    """
    settled, others = Settled(), list(others)
    if way == Way.RETURN and not note.strip() and not all(one.was_queued for one in others):
        raise review.NoteMissing
    for one in others:
        try:
            if one.was_queued:
                _cancel(actor, one.clip)
                settled.cancelled.append(one.clip)
            elif way == Way.RETURN:
                review.judge(actor, one.clip, Verdict.RETURNED, note, one.seen)
                settled.returned.append(one.clip)
            else:
                _trash(actor, one)
                settled.trashed.append(one.clip)
        except (_Left, review.ReviewRefusal) as left:
            settled.left.append((one.clip, str(left)))
    return settled


def _cancel(actor: User, clip: Generation) -> None:
    if not cancel(clip, actor=actor):
        raise _Left(TOO_LATE)


def _trash(actor: User, other: Other) -> None:
    """Raises _Left, or JudgedMeanwhile where another review than was seen is the newest."""
    with transaction.atomic():
        Revision.take()
        now = Generation.objects.select_related("review__by").get(pk=other.clip.pk)
        if now.review is not None and now.review_id != other.seen:
            raise review.JudgedMeanwhile(now.review)
        if not trash.trash([now], actor=actor):
            raise _Left(IN_TRASH)
