"""Collections as they are drawn for somebody."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, UUIDField, Value
from django.db.models.functions import Lower
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual, Lookup

from generations.access import manages_collection, seen_generations, team_collections
from generations.forms.organise import NameForm
from generations.models import Collection, Generation, Membership

PAGE_SIZE: Final = 48
POSTERS: Final = 3


@dataclass(frozen=True)
class Card:
    """A collection with how many of its clips the member sees and the posters of what came last.

    `form` is the one for its name, if that was just refused.
    """

    collection: Collection
    clips: int
    posters: tuple[UUID, ...]
    may_manage: bool
    form: NameForm | None = None


@dataclass(frozen=True)
class Page:
    """Some collections by name; `last` is the name to go on after, empty where nothing follows."""

    cards: list[Card]
    last: str


def page_after(membership: Membership, name: str) -> Page:
    """Return the team's collections that come after a name in the alphabet. One query, however many there are."""
    return _page(membership, GreaterThan(Lower("name"), Lower(Value(name))))


def page_from(membership: Membership, collection: Collection, form: NameForm) -> Page:
    """Return a collection with the form for its name, which was just refused, and those that come after it."""
    return _page(membership, GreaterThanOrEqual(Lower("name"), Lower(Value(collection.name))), form)


def _page(membership: Membership, where: "Lookup[bool]", form: NameForm | None = None) -> Page:
    """Draw the first rows; the form belongs to the first of them."""
    inside = seen_generations(membership).filter(collection_items__collection=OuterRef("pk"))
    shown = {f"poster_{place}": _poster(inside, place) for place in range(POSTERS)}
    rows = team_collections(membership).filter(where)
    found = list(rows.annotate(clips=_count(inside), **shown)[: PAGE_SIZE + 1])
    cards = [
        Card(
            collection,
            collection.clips or 0,
            tuple(filter(None, (getattr(collection, name) for name in shown))),
            manages_collection(membership, collection),
            None if number else form,
        )
        for number, collection in enumerate(found[:PAGE_SIZE])
    ]
    return Page(cards, found[PAGE_SIZE - 1].name if len(found) > PAGE_SIZE else "")


def _count(inside: QuerySet[Generation]) -> Subquery:
    counted = inside.order_by().values("team").annotate(count=Count("pk")).values("count")
    return Subquery(counted, output_field=IntegerField())


def _poster(inside: QuerySet[Generation], place: int) -> Subquery:
    """The one that came last into the collection, the one before it, and so on."""
    with_poster = inside.exclude(poster_name="").order_by("-collection_items__pk")
    return Subquery(with_poster.values("pk")[place : place + 1], output_field=UUIDField())
