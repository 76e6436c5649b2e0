"""Finding clips: what the gallery's filter asks for, in which order, and a page at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.utils import timezone

from generations.models import Generation, State, User
from generations.models.prompt_index import with_place

NEW: Final = "new"
OLD: Final = "old"
SORTS: Final = {
    NEW: ("-place",),
    OLD: ("place",),
    "price": ("-price", "-place"),
    "rating": ("-rating", "-place"),
    "length": ("-duration", "-place"),
}
"""What each order goes by, the last being different for every clip."""
STATES: Final = {
    "ready": (State.READY,),
    "running": (State.QUEUED, State.SUBMITTING, State.RENDERING, State.SAVING),
    "unsure": (State.UNSURE,),
    "failed": (State.FAILED,),
    "cancelled": (State.CANCELLED,),
}
"""The states as people look for them."""
PASSING: Final = {"running", "unsure"}
"""What no clip stays in: however many clips there are, few are there."""
FURTHEST: Final = 2**63
"""Databases count no further; what is no number at all is not below it either."""


BATCH: Final = 500
"""Clips that are read, and changed, at once where somebody acts on all that match."""
NEEDED_TO_ACT: Final = ("id", "number", "state", "owner_id", "team_id", "is_private", "verdict")


class NoMark(ValueError):
    """This is no place in this order."""


@dataclass(frozen=True)
class ClipFilter:
    """What somebody looks for. Everything empty finds everything, newest first.

    `states` are keys of STATES, `durations` seconds, `owner` a user's id, `rating` the least mean of stars, `tags`
    are all of them wanted; `verdict` is one of Verdict; `since` and `until` are days,
    both included; `sort` is a key of SORTS.
    """

    text: str = ""
    states: tuple[str, ...] = ()
    ratios: tuple[str, ...] = ()
    durations: tuple[int, ...] = ()
    owner: int | None = None
    favourite: bool = False
    rating: int = 0
    tags: tuple[str, ...] = ()
    verdict: str = ""
    collection: UUID | None = None
    since: date | None = None
    until: date | None = None
    sort: str = NEW

    @property
    def is_by_day(self) -> bool:
        """Whether the days follow each other in this order."""
        return self.sort in (NEW, OLD)

    @property
    def is_empty(self) -> bool:
        """Whether it leaves nothing out, in whatever order."""
        return replace(self, sort=NEW) == ClipFilter()

    def find(self, generations: QuerySet[Generation], viewer: User) -> QuerySet[Generation]:
        """Return those of `generations` that `viewer` looks for, in order."""
        found = with_place(self._in_states(generations).filter(**self._plain()), self.text)
        if self.favourite:
            found = found.filter(favourites__user=viewer)
        for tag in self.tags:
            found = found.filter(taggings__tag__name=tag, taggings__tag__team=F("team"))
        if by := self._placed_by():
            found = found.alias(place=F(f"{by}__generation_id"))
        return found.filter(**ordered_on(self.since, self.until)).order_by(*SORTS[self.sort])

    def after(self, found: QuerySet[Generation], mark: str) -> QuerySet[Generation]:
        """Return what comes after a mark in this order. Raises NoMark."""
        return found.filter(_beyond(SORTS[self.sort], _read(mark, len(SORTS[self.sort]))))

    def before(self, found: QuerySet[Generation], mark: str) -> QuerySet[Generation]:
        """Return what comes before a mark, the nearest first. Raises NoMark."""
        backwards = tuple(_turned(key) for key in SORTS[self.sort])
        return found.filter(_beyond(backwards, _read(mark, len(backwards)))).order_by(*backwards)

    def mark(self, generation: Generation) -> str:
        """Return the place of a generation in this order, for an address."""
        values = [getattr(generation, key.lstrip("-")) for key in SORTS[self.sort][:-1]]
        return "_".join(str(value) for value in [*values, generation.number])

    def _placed_by(self) -> str:
        """What the clips are looked up by, if it names them by their numbers: their order is that of its index.

        Then a page is read off that index, however many clips there are on other pages.
        """
        if self.text.strip():
            return ""
        by = {"favourites": self.favourite, "taggings": self.tags, "collection_items": self.collection}
        return next((name for name, is_asked in by.items() if is_asked), "")

    def _in_states(self, generations: QuerySet[Generation]) -> QuerySet[Generation]:
        """Those in the states that are asked for, if any are.

        The few that are passing through one are looked up first: SQLite, which knows averages alone, would go
        through all clips in their order until it has a page of them.
        """
        states = [state for name in self.states for state in STATES[name]]
        if not states:
            return generations
        found = generations.filter(state__in=states)
        return generations.filter(pk__in=found.values("pk")) if PASSING.issuperset(self.states) else found

    def _plain(self) -> dict[str, Any]:
        """The conditions on the clip's other columns."""
        conditions = {
            "aspect_ratio__in": self.ratios,
            "duration__in": self.durations,
            "owner": self.owner,
            "rating__gte": self.rating,
            "collection_items__collection": self.collection,
            "verdict": self.verdict,
        }
        asked = {name: value for name, value in conditions.items() if value}
        # What has a verdict has a review; saying so lets the database take the index of those.
        return asked | {"review__isnull": False} if self.verdict else asked


def in_batches(found: QuerySet[Generation], size: int = BATCH) -> Iterator[list[Generation]]:
    """Yield what was found, newest first, so many at a time, with what acting on them needs and no more of each.

    Every batch is a query of its own: what is done with it may take its clips out of `found`, and what comes
    meanwhile is not among them. `found` has the alias `place`.
    """
    rest = found.order_by(*SORTS[NEW]).only(*NEEDED_TO_ACT)
    batch = list(rest[:size])
    while batch:
        yield batch
        batch = list(rest.filter(**{"place__lt": batch[-1].number})[:size])


def ordered_on(first: date | None, last: date | None) -> dict[str, int]:
    """Return conditions on `place` for what was ordered on these days, both included; None leaves an end open.

    Numbers and not times, because every index of the gallery ends with the number. Two quick queries at most.
    """
    bounds = {}
    if first:
        bounds["place__gte"] = _first_number(first)
    if last and last < timezone.localdate():
        bounds["place__lt"] = _first_number(last + timedelta(days=1))
    return bounds


def _first_number(day: date) -> int:
    """The number of the first clip of a day or later, whosever it is; more than any where there is none."""
    since = Generation.objects.filter(created_at__gte=_midnight(day)).order_by("created_at", "number")
    number = since.values_list("number", flat=True).first()
    return FURTHEST - 1 if number is None else number


def _turned(key: str) -> str:
    return key.removeprefix("-") if key.startswith("-") else f"-{key}"


def _beyond(keys: tuple[str, ...], values: tuple[float, ...]) -> Q:
    """What comes after `values` in the order of `keys`: one or two, both up or both down."""
    way = "l" if keys[0].startswith("-") else "g"
    names = [key.removeprefix("-") for key in keys]
    if len(names) == 1:
        return Q(**{f"{names[0]}__{way}t": values[0]})
    beyond = TupleLessThan if way == "l" else TupleGreaterThan
    # The first of these says nothing new, but lets SQLite enter its index there.
    return Q(**{f"{names[0]}__{way}te": values[0]}) & Q(beyond(Tuple(*map(F, names)), values))


def _read(mark: str, length: int) -> tuple[float, ...]:
    """Read a mark of so many parts, the last a whole number. Raises NoMark."""
    parts = mark.split("_")
    try:
        values = (*(float(part) for part in parts[:-1]), int(parts[-1]))
    except ValueError as error:
        raise NoMark(mark) from error
    if len(values) != length or not all(abs(value) < FURTHEST for value in values):
        raise NoMark(mark)
    return values


def _midnight(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time.min))
