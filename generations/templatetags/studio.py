"""How money, times, sizes and shapes are written."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from django import template
from django.utils import timezone

from generations.lasting import lasted
from generations.moment import timecode
from generations.money import sign, written

register = template.Library()
register.filter(timecode)
register.filter(lasted)

GUIDANCE_CREATIVE_MAX: Final = 0.33
GUIDANCE_STRICT_MIN: Final = 0.67


@register.filter
def money(amount: Decimal, currency: str = "") -> str:
    """€5.60; the studio's currency unless told otherwise."""
    return written(amount, currency)


@register.filter
def cents(amount: Decimal) -> int:
    """An amount in hundredths, for a page that adds up."""
    return int(amount * 100)


@register.filter
def money_sign(currency: str) -> str:
    """What stands before an amount."""
    return sign(currency)


@register.filter
def clock(seconds: float) -> str:
    """3:10, or 1:02:03 from an hour on. Never negative: clocks of two machines may differ."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@register.filter
def words(text: str) -> list[str]:
    """Split a text at its blanks, for a list that stands in a template."""
    return text.split()


@register.filter
def elapsed(since: datetime) -> int:
    """Whole seconds from `since` to now."""
    return max(0, int((timezone.now() - since).total_seconds()))


@register.filter
def span(low: float, high: float) -> str:
    """From two lengths in seconds: 6–9 min, 4–6 s, 7 min."""
    unit, size = ("s", 1) if high < 90 else ("min", 60)
    first, last = max(1, round(low / size)), max(1, round(high / size))
    return f"{first} {unit}" if first == last else f"{first}–{last} {unit}"


@register.filter
def megabytes(size: int) -> str:
    """28.1 MB, of 1,000,000 bytes each."""
    return f"{size / 1e6:.1f} MB"


@register.filter
def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 11th."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


@register.filter
def guidance(cfg_scale: float) -> str:
    """The word for a cfg scale."""
    if cfg_scale <= GUIDANCE_CREATIVE_MAX:
        return "Creative"
    return "Strict" if cfg_scale >= GUIDANCE_STRICT_MIN else "Balanced"


@register.filter
def shape(aspect_ratio: str) -> str:
    """16x9, for class and file names."""
    return aspect_ratio.replace(":", "x")


@register.filter
def share(part: float, whole: float) -> float:
    """How much of `whole` has gone by, from 0 to 100; it stops at the end."""
    return min(100.0, round(100 * part / whole, 1)) if whole > 0 else 100.0


@register.filter
def percent(part: float) -> str:
    """75 %, of 0.75. Only all is 100 %, and only nothing is 0 %."""
    rounded = round(100 * part)
    return f"{min(99, max(1, rounded)) if 0 < part < 1 else rounded} %"


@register.filter
def shortened(identifier: str) -> str:
    """046b…ee91."""
    return identifier if len(identifier) <= 12 else f"{identifier[:4]}…{identifier[-4:]}"
