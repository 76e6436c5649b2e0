"""What stands at the side of the prompts: libraries, tags and authors to choose from, each a plain link."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final, NamedTuple
from uuid import UUID

from generations.forms.prompt_filter import query_of
from generations.lifecycle.prompt_finding import PromptFilter
from generations.models import Library, LibraryFigure, Owner, User

MOST_TAGS: Final = 24
MOST_AUTHORS: Final = 12
SORT_NAMES: Final = {
    "new": "Newest",
    "uses": "Most used",
    "rating": "Best rated",
    "liked": "Most liked clips",
    "approved": "Most approved",
}


class Choice(NamedTuple):
    """A link that asks for one thing more, or, where it is chosen already, for one thing less."""

    label: str
    query: str
    is_chosen: bool
    detail: str = ""


class Figure(NamedTuple):
    """What is read of a LibraryFigure: a page reads hundreds."""

    library_id: UUID
    tag: str
    author_id: int | None
    prompts: int


@dataclass(frozen=True)
class Side:
    """All that can be chosen, as the visitor sees it."""

    template: ClassVar = "prompts/_side.html"
    drawn_as: ClassVar = "side"
    reads: ClassVar = ()

    libraries: tuple[Choice, ...]
    tags: tuple[Choice, ...]
    authors: tuple[Choice, ...]
    favourite: Choice
    archived: Choice
    sorts: tuple[Choice, ...]

    @property
    def favourite_and_archived(self) -> tuple[Choice, Choice]:
        """What is asked of the visitor's own marks, and of what lies off the shelf."""
        return self.favourite, self.archived

    @property
    def looks(self) -> Hashable:
        """All that it is drawn from: itself."""
        return self

    @property
    def shows_authors(self) -> bool:
        """Whether there is a choice of authors, or one has been chosen."""
        return len(self.authors) > 1 or any(choice.is_chosen for choice in self.authors)

    @property
    def chosen(self) -> int:
        """How many things are asked for at the side."""
        every = [*self.libraries, *self.tags, *self.authors, self.favourite, self.archived]
        return sum(choice.is_chosen for choice in every)


def side_of(asked: PromptFilter, user: User, libraries: Sequence[Library]) -> Side:
    """Return what `user`, who may read these libraries, can choose beside what is `asked`. Two queries at most."""
    found = LibraryFigure.objects.filter(library__in=libraries, is_archived=asked.archived)
    figures = [Figure(*row) for row in found.values_list(*Figure._fields)]
    within = [figure for figure in figures if asked.library in (None, figure.library_id)]
    return Side(
        tuple(_libraries(asked, user, libraries, figures)),
        tuple(_tags(asked, within)),
        tuple(_authors(asked, within)),
        _choice("Favourites", asked, is_chosen=asked.favourite, favourite=not asked.favourite),
        _choice("Archived", asked, is_chosen=asked.archived, archived=not asked.archived),
        tuple(
            Choice(label, query_of(replace(asked, sort=sort)).urlencode(), sort == asked.sort)
            for sort, label in SORT_NAMES.items()
        ),
    )


def tag_query(name: str) -> str:
    """Return the query that asks for one tag and nothing else."""
    return query_of(PromptFilter(tags=(name,))).urlencode()


def _choice(label: str, asked: PromptFilter, *, is_chosen: bool, detail: str = "", **change: Any) -> Choice:
    return Choice(label, query_of(replace(asked, **change)).urlencode(), is_chosen, detail)


def _libraries(
    asked: PromptFilter, user: User, libraries: Iterable[Library], figures: Iterable[Figure]
) -> list[Choice]:
    shown = {one.library_id: one.prompts for one in figures if not one.tag and one.author_id is None}
    return [
        _choice(
            f"{library}",
            asked,
            is_chosen=library.pk == asked.library,
            detail=f"{_whose(library, user)} · {shown.get(library.pk, 0)}",
            library=None if library.pk == asked.library else library.pk,
        )
        for library in libraries
    ]


def _whose(library: Library, user: User) -> str:
    is_own = library.kind == Owner.PRIVATE and library.user_id == user.pk
    return "only you" if is_own else library.owner_name


def _tags(asked: PromptFilter, figures: Iterable[Figure]) -> list[Choice]:
    used: Counter[str] = Counter()
    for figure in figures:
        if figure.tag:
            used[figure.tag] += figure.prompts
    common = sorted(used, key=lambda name: (-used[name], name))[:MOST_TAGS]
    names = dict.fromkeys([*asked.tags, *common])
    return [
        _choice(
            name,
            asked,
            is_chosen=name in asked.tags,
            tags=tuple(tag for tag in asked.tags if tag != name)
            if name in asked.tags
            else (*asked.tags, name),
        )
        for name in names
    ]


def _authors(asked: PromptFilter, figures: Iterable[Figure]) -> list[Choice]:
    people = User.objects.filter(pk__in={figure.author_id for figure in figures if figure.author_id})
    found = list(people.order_by("username")[:MOST_AUTHORS])
    if asked.author and asked.author not in {one.pk for one in found}:
        found += people.filter(pk=asked.author)
    return [
        _choice(
            str(one),
            asked,
            is_chosen=one.pk == asked.author,
            author=None if one.pk == asked.author else one.pk,
        )
        for one in found
    ]
