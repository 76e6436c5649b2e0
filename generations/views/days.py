"""The gallery's days: which generations belong to one, how many they are and what they cost."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from generations.lifecycle.finding import ordered_on
from generations.models import Charged, Generation, State
from generations.views.tiles import Tile


@dataclass
class Day:
    """One day in the current time zone; without a date, tiles in another order than that of the days.

    `sums` are (amount, currency) of what was or may have been paid.
    """

    date: date | None
    clips: int = 0
    sums: list[tuple[Decimal, str]] = field(default_factory=list)
    tiles: list[Tile] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What it is known by in the page and its address."""
        return str(self.date or "all")

    @property
    def label(self) -> str:
        """How the day is called."""
        return day_label(self.date) if self.date else ""


def day_label(on: date) -> str:
    """Today, Yesterday, Friday 21 November, with the year if it is another one."""
    today = timezone.localdate()
    if on == today:
        return "Today"
    if on == today - timedelta(days=1):
        return "Yesterday"
    label = f"{on:%A} {on.day} {on:%B}"
    return label if on.year == today.year else f"{label} {on.year}"


def days_of(found: QuerySet[Generation], drawn: Iterable[Tile]) -> list[Day]:
    """Group tiles by day; counts and sums are of all that was found on it. Three queries.

    `found` has the alias `place`.
    """
    days: dict[date, Day] = {}
    for tile in drawn:
        on = timezone.localdate(tile.generation.created_at)
        days.setdefault(on, Day(on)).tiles.append(tile)
    if days:
        _add_totals(found, days)
    return list(days.values())


def undated(drawn: Iterable[Tile]) -> list[Day]:
    """Return tiles in the order they have, as one group without a date."""
    tiles = list(drawn)
    return [Day(None, tiles=tiles)] if tiles else []


def total_of(found: QuerySet[Generation], on: date) -> Day:
    """Return one day's count and sums, without tiles. `found` has the alias `place`."""
    day = Day(on)
    _add_totals(found, {on: day})
    return day


def _add_totals(found: QuerySet[Generation], days: dict[date, Day]) -> None:
    within = found.filter(**ordered_on(min(days), max(days)))
    for on, currency, clips, amount in _totals(within):
        if on in days:
            days[on].clips += clips
            if amount:
                days[on].sums.append((amount, currency))


def _totals(generations: QuerySet[Generation]) -> Iterable[tuple[date, str, int, Decimal | None]]:
    """(day, currency, how many, money). Rehearsal costs nothing, nor does what was certainly not charged."""
    free = Q(account__is_rehearsal=True) | Q(state=State.CANCELLED)
    free |= Q(state=State.FAILED, charged=Charged.NO)
    by_day = generations.annotate(on=TruncDate("created_at")).order_by("-on", "currency")
    totals = by_day.values("on", "currency").annotate(clips=Count("pk"), amount=Sum("price", filter=~free))
    return totals.values_list("on", "currency", "clips", "amount")
