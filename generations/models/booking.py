"""What the ledger should hold of a generation, and the one way to bring it there."""

import logging
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from generations.models.ledger import Kind, LedgerEntry, Money
from generations.models.states import Charged, State
from generations.models.user import User

if TYPE_CHECKING:
    from generations.models.generation import Generation

logger = logging.getLogger(__name__)


def due(state: State, charged: Charged, price: Decimal) -> Money:
    """Return what a paid clip that stands so is booked as: reserved for as long as it may cost something."""
    if state == State.CANCELLED or (state == State.FAILED and charged == Charged.NO):
        return Money()
    if state == State.READY or (state == State.FAILED and charged == Charged.YES):
        return Money(spent=price)
    return Money(reserved=price)


def due_of(generation: "Generation") -> Money:
    """Return what the ledger should hold of a generation; rehearsal is outside."""
    if generation.account.is_rehearsal:
        return Money()
    return due(State(generation.state), Charged(generation.charged), generation.price)


def book(generation: "Generation", *, actor: User | None = None, reason: str = "") -> LedgerEntry | None:
    """Write into the ledger what it lacks of a generation as it was just read; None if that is nothing.

    Call it inside the transaction of the change. All rows bear the day of the order, and the team and the person
    that ordered, whoever has the clip by now.
    """
    if generation.account.is_rehearsal:
        return None
    wanted, booked = due_of(generation), LedgerEntry.objects.booked(generation.pk)
    lacks = wanted.minus(booked.money)
    if lacks == Money():
        return None
    return LedgerEntry.objects.write(
        generation=generation,
        team_id=generation.order.team_id,
        member_id=generation.order.owner_id,
        kind=Kind.SETTLE if wanted.spent else Kind.RESERVE if wanted.reserved else Kind.RELEASE,
        reserved=lacks.reserved,
        spent=lacks.spent,
        currency=generation.currency,
        day=booked.day or timezone.localdate(generation.created_at),
        actor=actor,
        reason=reason[:300],
    )


def book_or_log(generation: "Generation", *, actor: User | None = None, reason: str = "") -> None:
    """Book what has happened already and must not be undone for the ledger's sake: a paid task could be lost.

    What the ledger does not take is logged, and the nightly check finds it. A database that is away is raised:
    then the change itself is not stored either.
    """
    try:
        with transaction.atomic():
            book(generation, actor=actor, reason=reason)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("The ledger does not take what became of %s.", generation.pk)
