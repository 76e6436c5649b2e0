"""Corrections: how the ledger is put right, since no row of it is ever changed."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from generations.models import Kind, LedgerEntry, Revision, Team, User


def correct(
    team: Team, member: User, amount: Decimal, *, actor: User, reason: str, day: date | None = None
) -> LedgerEntry:
    """Add `amount`, which may be negative, to what `member` has spent in the team, in the settings' currency.

    It counts in the month of `day`, today by default, and against the limits like any other spending.
    """
    with transaction.atomic():
        Revision.take()
        return LedgerEntry.objects.write(
            team=team,
            member=member,
            kind=Kind.CORRECT,
            spent=amount,
            currency=settings.CURRENCY,
            day=day or timezone.localdate(),
            actor=actor,
            reason=reason[:300],
        )
