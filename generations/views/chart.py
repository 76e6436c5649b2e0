"""The geometry of the chart of a month: everything in percent of the plot, so that it fits any screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import Final

from django.conf import settings
from django.utils import timezone

from generations.lifecycle.spend import DayMoney
from generations.models.ledger import NOTHING
from generations.money import sign, written

LINES: Final = 4
"""At most so many lines lie across the plot."""
BAR_SHARE: Final = Decimal("0.68")
"""Of a day's width."""
LIMIT_SHOWN: Final = 2
"""A limit is drawn if it is at most so many times the highest bar: a farther one would flatten all bars."""


@dataclass(frozen=True)
class Box:
    """A rectangle, each number a percentage of the plot written for SVG."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class Bar:
    """One day: where the pointer finds it, and its two stacked parts, which are None where there is nothing."""

    day: DayMoney
    slot: Box
    middle: str
    spent: Box | None
    reserved: Box | None
    is_today: bool
    has_label: bool


@dataclass(frozen=True)
class Line:
    """A line across the plot, and what it stands for."""

    y: str
    label: str


@dataclass(frozen=True)
class Chart:
    """A month of bars; `limit` is the daily limit's line, if it is near enough."""

    bars: list[Bar]
    lines: list[Line]
    limit: Line | None


def chart(days: Sequence[DayMoney], limit: Decimal | None) -> Chart:
    """Return the chart of `days`. A sum below zero, which a correction can make, has no bar."""
    highest = max((_height(day) for day in days), default=NOTHING)
    near = limit if limit is not None and limit <= LIMIT_SHOWN * highest else None
    top, lines = _scale(max(highest, near or NOTHING))
    return Chart(
        bars=[_bar(number, day, len(days), top) for number, day in enumerate(days)],
        lines=[Line(_percent(1 - value / top), _short(value)) for value in lines],
        limit=None if near is None else Line(_percent(1 - near / top), f"daily limit {written(near)}"),
    )


def _height(day: DayMoney) -> Decimal:
    return max(day.money.spent, NOTHING) + max(day.money.reserved, NOTHING)


def _scale(highest: Decimal) -> tuple[Decimal, list[Decimal]]:
    """Return the top of the plot and its lines: steps of 1, 2 or 5 times a power of ten."""
    rough = max(highest, Decimal("0.04")) / LINES
    power = Decimal(10) ** rough.adjusted()
    step = next(times * power for times in (1, 2, 5, 10) if times * power >= rough)
    count = max(1, ceil(highest / step))
    return step * count, [step * number for number in range(count + 1)]


def _bar(number: int, day: DayMoney, count: int, top: Decimal) -> Bar:
    slot, spent = 1 / Decimal(count), max(day.money.spent, NOTHING) / top
    x, width = slot * number + slot * (1 - BAR_SHARE) / 2, slot * BAR_SHARE
    reserved = max(day.money.reserved, NOTHING) / top
    return Bar(
        day=day,
        slot=_box(slot * number, Decimal(0), slot, Decimal(1)),
        middle=_percent(slot * number + slot / 2),
        spent=_box(x, 1 - spent, width, spent) if spent else None,
        reserved=_box(x, 1 - spent - reserved, width, reserved) if reserved else None,
        is_today=day.day == timezone.localdate(),
        has_label=day.day.day % 7 == 1,
    )


def _box(x: Decimal, y: Decimal, width: Decimal, height: Decimal) -> Box:
    return Box(_percent(x), _percent(y), _percent(width), _percent(height))


def _percent(share: Decimal) -> str:
    return f"{100 * share:.3f}%"


def _short(value: Decimal) -> str:
    """€20, and €0.50 where whole numbers would not tell the lines apart."""
    return f"{sign(settings.CURRENCY)}{value:,.0f}" if value == value.to_integral() else written(value)
