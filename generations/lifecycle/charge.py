"""Charges that are unknown, and what a person finds out about them."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from generations.models import Charged, Generation, Kind, LedgerEntry, Money, Revision, State, Team, User
from generations.models.booking import book
from generations.models.ledger import SUMS

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


def doubtful(team: Team) -> QuerySet[Generation]:
    """Return the team's clips that stay reserved in doubt: failed with the charge unknown, or the answer lost."""
    unknown = Q(state=State.UNSURE) | Q(charged=Charged.UNKNOWN)
    return Generation.objects.filter(
        unknown, team=team, state__in=(State.FAILED, State.UNSURE), account__is_rehearsal=False
    )


def doubtful_sum(team: Team, first: date, last: date) -> Decimal:
    """Return what is reserved for doubtful clips in the days from `first` to `last`, in the settings' currency."""
    booked = LedgerEntry.objects.filter(
        generation__in=doubtful(team), day__gte=first, day__lte=last, currency=settings.CURRENCY
    )
    return Money.of_sums(booked.exclude(kind=Kind.CORRECT).aggregate(**SUMS)).reserved
