"""The gallery's filter as people see it: what is in force, and the menus to choose from."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from generations import access, constraints
from generations.forms.gallery import FilterForm, gallery_query, query_of
from generations.lifecycle.finding import NEW, SORTS, STATES, ClipFilter
from generations.models import Membership, Verdict
from generations.models.favourite import RATING_MAX, RATING_MIN

STATE_NAMES: Final = {
    "ready": "Ready",
    "running": "Running or in line",
    "unsure": "Unsure",
    "failed": "Failed",
    "cancelled": "Cancelled",
}
SORT_NAMES: Final = {
    NEW: "Newest first",
    "old": "Oldest first",
    "price": "Price",
    "rating": "Rating",
    "length": "Length",
}
MOST: Final = 300
"""Choices in one menu: of tags or collections a team may have any number."""
Choice = tuple[str, str]


@dataclass(frozen=True)
class Option:
    """Something to choose, and whether it is chosen."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Menu:
    """The choices of one field of the filter; of a `radio` one holds, of a `checkbox` any number."""

    name: str
    label: str
    kind: str
    options: list[Option]


@dataclass(frozen=True)
class Chip:
    """Something that is in force, and the address's query without it."""

    label: str
    without: str


@dataclass(frozen=True)
class Mistake:
    """What could not be read in a field of the address."""

    name: str
    label: str
    sentence: str


class FilterBar:
    """A filter of the member's gallery `whose`. Asks the database only for the names that are drawn."""

    def __init__(self, membership: Membership, whose: str, form: FilterForm) -> None:
        self.membership, self.whose, self.form = membership, whose, form
        self.asked = form.filter

    @property
    def query(self) -> str:
        """The address's query, in the one way that the gallery writes it."""
        return self._query(self.asked)

    @property
    def looks(self) -> str:
        """All that its menus and fields are drawn from: what cannot be read stands in them too."""
        return self.query if self.form.is_valid() else f"{self.query} {self.form.data!r}"

    @property
    def of_mine(self) -> str:
        """The same filter on one's own clips."""
        return self._query(self.asked, "mine")

    @property
    def of_team(self) -> str:
        """The same filter on the team's."""
        return self._query(self.asked, "team")

    @property
    def is_asking(self) -> bool:
        """Whether anything is asked for that might be cleared or saved."""
        return self.asked != ClipFilter()

    @property
    def sort_name(self) -> str:
        """What the order goes by."""
        return SORT_NAMES[self.asked.sort]

    @property
    def mistakes(self) -> list[Mistake]:
        """What cannot be read, except in the days, which say so themselves."""
        wrong = {name: errors for name, errors in self.form.errors.items() if name not in DAYS}
        labels = {name: label for name, (label, _, _) in MENUS.items()} | {"q": "Search"}
        return [Mistake(name, labels.get(name, name), str(errors[0])) for name, errors in wrong.items()]

    def menus(self) -> list[Menu]:
        """Return the menus that need no query."""
        return [self.menu(name) for name in ("state", "ratio", "duration", "rating", "review")]

    def sorts(self) -> Menu:
        """Return the orders."""
        return self.menu("sort")

    def lazy(self) -> list[tuple[str, str, list[str]]]:
        """Return (name, label, what is chosen) of the menus whose choices are fetched when they are opened."""
        names = [name for name in LAZY if name != "owner" or self.whose == "team"]
        return [(name, MENUS[name][0], self._chosen(name)) for name in names]

    def menu(self, name: str) -> Menu:
        """Return one menu with its choices. Raises KeyError for none."""
        label, kind, choices = MENUS[name]
        chosen = self._chosen(name)
        options = [Option(value, text, value in chosen) for value, text in choices(self.membership)]
        return Menu(name, label, kind, options)

    def chips(self) -> Iterator[Chip]:
        """Yield what is in force, beside the words."""
        asked = self.asked
        yield from self._each("states", STATE_NAMES.get)
        yield from self._each("ratios", str)
        yield from self._each("durations", lambda seconds: f"{seconds} s")
        if asked.owner:
            yield self._chip(f"By {self._owner(asked.owner)}", owner=None)
        if asked.rating:
            yield self._chip(_stars(asked.rating), rating=0)
        if asked.verdict:
            yield self._chip(Verdict(asked.verdict).label, verdict="")
        yield from self._each("tags", lambda tag: f"#{tag}")
        if asked.collection:
            yield self._chip(self._collection(asked.collection), collection=None)
        if asked.since:
            yield self._chip(f"From {_day(asked.since)}", since=None)
        if asked.until:
            yield self._chip(f"Until {_day(asked.until)}", until=None)
        if asked.favourite:
            yield self._chip("★ Favourites", favourite=False)

    def _each(self, field: str, label: Callable[[Any], str | None]) -> Iterator[Chip]:
        values = getattr(self.asked, field)
        for value in values:
            rest = tuple(other for other in values if other != value)
            yield self._chip(str(label(value)), **{field: rest})

    def _chip(self, label: str, **without: Any) -> Chip:
        return Chip(label, self._query(replace(self.asked, **without)))

    def _query(self, asked: ClipFilter, whose: str = "") -> str:
        return gallery_query(asked, whose or self.whose)

    def _chosen(self, name: str) -> list[str]:
        return query_of(self.asked).getlist(name) or ([""] if name in SINGLE else [])

    def _owner(self, pk: int) -> str:
        owner = access.team_people(self.membership).filter(pk=pk).first()
        return str(owner or "nobody of this team")

    def _collection(self, pk: UUID) -> str:
        found = access.team_collections(self.membership).filter(pk=pk).first()
        return str(found or "No such collection")


def _day(on: date) -> str:
    return f"{on.day} {on:%b} {on.year}"


def _stars(least: int) -> str:
    return f"{'★' * least} and more" if least < RATING_MAX else "★" * least


def _people(membership: Membership) -> Iterable[Choice]:
    people = access.team_people(membership)
    return [("", "Anybody"), *((str(user.pk), str(user)) for user in people)]


def _tags(membership: Membership) -> Iterable[Choice]:
    return [(name, f"#{name}") for name in access.team_tags(membership).values_list("name", flat=True)[:MOST]]


def _collections(membership: Membership) -> Iterable[Choice]:
    found = access.team_collections(membership)[:MOST]
    return [("", "Any or none"), *((str(collection.pk), collection.name) for collection in found)]


def _fixed(choices: Iterable[Choice]) -> Callable[[Membership], Iterable[Choice]]:
    kept = list(choices)
    return lambda membership: kept


MENUS: Final[dict[str, tuple[str, str, Callable[[Membership], Iterable[Choice]]]]] = {
    "state": ("State", "checkbox", _fixed((name, STATE_NAMES[name]) for name in STATES)),
    "ratio": ("Ratio", "checkbox", _fixed((ratio, ratio) for ratio in constraints.ASPECT_RATIOS)),
    "duration": ("Duration", "checkbox", _fixed((str(s), f"{s} s") for s in constraints.DURATIONS)),
    "rating": (
        "Rating",
        "radio",
        _fixed([("", "Any"), *((str(n), _stars(n)) for n in range(RATING_MAX, RATING_MIN - 1, -1))]),
    ),
    "review": ("Review", "radio", _fixed([("", "Any"), *Verdict.choices])),
    "owner": ("Owner", "radio", _people),
    "tag": ("Tag", "checkbox", _tags),
    "collection": ("Collection", "radio", _collections),
    "sort": ("Sort", "radio", _fixed((name if name != NEW else "", SORT_NAMES[name]) for name in SORTS)),
}
"""Label, kind and choices of each menu, by the name of its field."""
DAYS: Final = ("since", "until")
LAZY: Final = ("owner", "tag", "collection")
SINGLE: Final = tuple(name for name, (_, kind, _) in MENUS.items() if kind == "radio")
