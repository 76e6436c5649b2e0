"""Charges that are unknown, and what a person finds out about them."""

from django.db import transaction
from django.db.models import QuerySet

from generations.models import Charged, Generation, Revision, State, User
from generations.models.booking import book

DECISIONS = {Charged.YES: "it was charged", Charged.NO: "nothing was charged"}


class NothingToDecide(Exception):
    """It is not a failed clip whose charge is unknown (any more)."""


def undecided() -> QuerySet[Generation]:
    """Return the failed clips of which only a person can say whether they were charged. Rehearsal has none."""
    return Generation.objects.filter(account__is_rehearsal=False, state=State.FAILED, charged=Charged.UNKNOWN)


def decide_charge(generation: Generation, charged: Charged, *, actor: User, why: str) -> None:
    """Say whether a failed clip was charged: its reservation is settled or given back.

    `charged` is YES or NO. Raises NothingToDecide; somebody may have been faster, or the clip has turned up.
    """
    with transaction.atomic():
        revision = Revision.take()
        if not undecided().filter(pk=generation.pk).update(charged=charged, revision=revision):
            raise NothingToDecide("This clip is not in doubt any more.")
        generation.refresh_from_db()
        reason = f"{DECISIONS[charged]}: {why}"
        generation.note(reason, actor=actor)
        book(Generation.objects.to_book(generation.pk), actor=actor, reason=reason)
