"""The gallery's days: which generations belong to one, how many they are and what they cost."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from generations.models import Charged, Generation, State
from generations.views.tiles import Tile


@dataclass
class Day:
    """One day in the current time zone. `sums` are (amount, currency) of what was or may have been paid."""

    date: date
    clips: int = 0
    sums: list[tuple[Decimal, str]] = field(default_factory=list)
    tiles: list[Tile] = field(default_factory=list)

    @property
    def label(self) -> str:
        """How the day is called."""
        return day_label(self.date)


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
    """Group tiles, newest first, by day; counts and sums are of all that was found on it, from one query."""
    days: dict[date, Day] = {}
    for tile in drawn:
        on = timezone.localdate(tile.generation.created_at)
        days.setdefault(on, Day(on)).tiles.append(tile)
    if days:
        _add_totals(found, days)
    return list(days.values())


def total_of(found: QuerySet[Generation], on: date) -> Day:
    """Return one day's count and sums, without tiles."""
    day = Day(on)
    _add_totals(found, {on: day})
    return day


def _add_totals(found: QuerySet[Generation], days: dict[date, Day]) -> None:
    within = found.filter(
        created_at__gte=_midnight(min(days)), created_at__lt=_midnight(max(days) + timedelta(days=1))
    )
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


def _midnight(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time.min))
