"""Does the ledger hold what is due for each clip, and are the sums by day those of the ledger?

Each question is one statement, so a booking that happens meanwhile is seen whole or not at all; rows are streamed.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum

from generations.lifecycle import alarm
from generations.models import DailySpend, Generation, Kind, LedgerEntry, Money, Revision
from generations.models.booking import book, due_of
from generations.models.ledger import DAY_KEY, SUMS
from generations.money import written

logger = logging.getLogger(__name__)

MENDED: Final = "found missing when the ledger was checked"
MOST_TOLD: Final = 50
"""Differences that one mail names."""
CHUNK: Final = 2000
ORDINARY: Final = ~Q(ledger__kind=Kind.CORRECT)
KEY: Final = {name: OuterRef(name) for name in DAY_KEY}


@dataclass(frozen=True)
class Unbooked:
    """A clip of which the ledger holds something else than is due."""

    generation: UUID
    standing: str
    due: Money
    booked: Money
    currency: str

    def __str__(self) -> str:
        return (
            f"Clip {self.generation} ({self.standing}): the ledger has {_said(self.booked, self.currency)}, "
            f"due is {_said(self.due, self.currency)}."
        )

    def mend(self) -> bool:
        """Book what is missing, as another row. True if there was something, and it could be booked."""
        with transaction.atomic():
            Revision.take()
            return book(Generation.objects.to_book(self.generation), reason=MENDED) is not None


@dataclass(frozen=True)
class Misplaced:
    """A row that does not bear the team, the member or the currency of its clip's order. A person corrects it."""

    row: int
    generation: UUID

    def __str__(self) -> str:
        return (
            f"Row {self.row} of the ledger: its team, member or currency is not that of the order of clip "
            f"{self.generation}."
        )

    def mend(self) -> bool:
        """Rows stay as they are: only a correction by a person says where the money belongs."""
        return False


@dataclass(frozen=True)
class WrongSum:
    """A day's sum that is not the ledger's."""

    team_id: int
    member_id: int
    day: date
    currency: str
    ledger: Money
    summed: Money

    def __str__(self) -> str:
        return (
            f"{self.day:%Y-%m-%d}, team {self.team_id}, member {self.member_id}: the sum says "
            f"{_said(self.summed, self.currency)}, the ledger {_said(self.ledger, self.currency)}."
        )

    def mend(self) -> bool:
        """Add the day up anew."""
        with transaction.atomic():
            Revision.take()
            DailySpend.objects.add_up(**{name: getattr(self, name) for name in DAY_KEY})
        return True


Difference = Unbooked | Misplaced | WrongSum


def differences() -> Iterator[Difference]:
    """Find all that does not fit, from four queries."""
    yield from _unbooked()
    yield from _misplaced()
    yield from _wrong_sums()
    yield from _forgotten_days()


def mend() -> int:
    """Book what is missing, then make wrong sums anew; return how many differences were mended."""
    mended = sum(found.mend() for found in list(_unbooked()))
    return mended + sum(found.mend() for found in [*_wrong_sums(), *_forgotten_days()])


def check_and_tell() -> None:
    """Mail the admins what does not fit, every night for as long as it is so."""
    told, count = [], 0
    for found in differences():
        count += 1
        logger.error("%s", found)
        if count <= MOST_TOLD:
            told.append(str(found))
    if count:
        alarm.tell_admins("ledger_differs", {"differences": told, "count": count})


def _unbooked() -> Iterator[Unbooked]:
    booked = {f"booked_{name}": Sum(f"ledger__{name}", filter=ORDINARY) for name in Money._fields}
    clips = Generation.objects.select_related("account").order_by("pk").annotate(**booked)
    needed = ("state", "charged", "price", "currency", "account__is_rehearsal")
    for clip in clips.only(*needed).iterator(CHUNK):
        due = due_of(clip)
        has = Money.of_sums(vars(clip), "booked_")
        if has != due:
            standing = f"{clip.get_state_display()}, {clip.get_charged_display()}".lower()
            yield Unbooked(clip.pk, standing, due, has, clip.currency)


def _misplaced() -> Iterator[Misplaced]:
    booked = LedgerEntry.objects.exclude(kind=Kind.CORRECT).order_by("pk")
    fits = Q(
        team=F("generation__order__team"),
        member=F("generation__order__owner"),
        currency=F("generation__currency"),
    )
    for row, generation in booked.exclude(fits).values_list("pk", "generation_id").iterator(CHUNK):
        yield Misplaced(row, generation)


def _wrong_sums() -> Iterator[WrongSum]:
    added = {f"ledger_{name}": _added_up(name) for name in Money._fields}
    for day in DailySpend.objects.annotate(**added).order_by("pk").iterator(CHUNK):
        ledger = Money.of_sums(vars(day), "ledger_")
        if ledger != (day.reserved, day.spent):
            yield _wrong_sum(vars(day), ledger, Money(day.reserved, day.spent))


def _forgotten_days() -> Iterator[WrongSum]:
    """What the ledger has and no sum counts at all."""
    uncounted = LedgerEntry.objects.filter(~Exists(DailySpend.objects.filter(**KEY)))
    for row in uncounted.order_by(*DAY_KEY).values(*DAY_KEY).annotate(**SUMS).iterator(CHUNK):
        yield _wrong_sum(row, Money.of_sums(row), Money())


def _added_up(name: str) -> Subquery:
    rows = LedgerEntry.objects.filter(**KEY).order_by().values("team_id")
    return Subquery(rows.annotate(total=Sum(name)).values("total"))


def _wrong_sum(day: dict[str, Any], ledger: Money, summed: Money) -> WrongSum:
    return WrongSum(**{name: day[name] for name in DAY_KEY}, ledger=ledger, summed=summed)


def _said(money: Money, currency: str) -> str:
    return f"{written(money.reserved, currency)} reserved and {written(money.spent, currency)} spent"
