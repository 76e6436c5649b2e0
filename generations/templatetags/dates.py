"""The admin's way through the years, months and days of a list, without reading its rows."""

from calendar import monthrange
from datetime import date, datetime
from typing import Any, Final

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst

register = template.Library()

PARTS: Final = ("year", "month", "day")


@register.inclusion_tag("admin/date_hierarchy.html")
def calendar(cl: Any) -> dict[str, Any]:
    """Return what Django's own tag does, for a ChangeList: it would read every row to leave out empty days.

    Two queries, for the first and the last of all rows; what else is filtered by changes nothing here.
    """
    name = cl.date_hierarchy
    first, last = (_end(cl, order) for order in (name, f"-{name}"))
    if first is None or last is None:
        return {"show": False}
    asked = [int(cl.params[key]) for part in PARTS if (key := f"{name}__{part}") in cl.params]
    chosen = asked or _alike(first, last)

    def link(values: list[int]) -> str:
        said = {f"{name}__{part}": value for part, value in zip(PARTS, values, strict=False)}
        return cl.get_query_string(said, [f"{name}__"])

    if len(chosen) == len(PARTS):
        choices = [{"title": _title(chosen)}]
    else:
        values = ([*chosen, value] for value in _next(chosen, first, last))
        choices = [{"link": link(value), "title": _title(value)} for value in values]
    back = {"link": link(chosen[:-1]), "title": _title(chosen[:-1])} if asked else None
    return {"show": True, "back": back, "choices": choices}


def _next(chosen: list[int], first: date, last: date) -> range:
    """The years, or the months of a year, or the days of a month, that lie between the ends."""
    begins, ends = ([day.year, day.month, day.day] for day in (first, last))
    depth = len(chosen)
    most = [last.year, 12, monthrange(*chosen)[1] if depth == 2 else 0][depth]
    lowest = begins[depth] if chosen == begins[:depth] else 1
    highest = ends[depth] if chosen == ends[:depth] else most
    return range(lowest, highest + 1)


def _end(cl: Any, order: str) -> date | None:
    """The first, or last, of all days: a look at one end of the index."""
    found = cl.root_queryset.order_by(order).values_list(order.lstrip("-"), flat=True).first()
    return timezone.localdate(found) if isinstance(found, datetime) else found


def _alike(first: date, last: date) -> list[int]:
    """What need not be chosen, since all is in one year, or in one month of it."""
    if first.year != last.year:
        return []
    return [first.year] if first.month != last.month else [first.year, first.month]


def _title(values: list[int]) -> str:
    if not values:
        return "All dates"
    if len(values) == 1:
        return str(values[0])
    formats = {2: "YEAR_MONTH_FORMAT", 3: "MONTH_DAY_FORMAT"}
    return capfirst(date_format(date(*[*values, 1][:3]), formats[len(values)]))
