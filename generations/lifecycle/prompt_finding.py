"""Finding prompts: what a library's filter asks for, in which order, and a page at a time."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from generations.lifecycle.finding import FURTHEST, NoMark
from generations.models import Prompt, PromptFavourite, PromptTag, User
from generations.models.prompt_word import with_beginning
from generations.models.search_text import has_words
from generations.plain_text import typed_words

NEW: Final = "new"
SORTS: Final = {
    NEW: "changed_at",
    "uses": "uses",
    "rating": "rating",
    "liked": "clip_favourites",
    "approved": "approved_share",
}
"""What each order goes by, the greatest first; what is equal there goes by id."""

FEW: Final = 200
"""So many prompts are quickly read and sorted."""
MOST_LOOKED_UP: Final = 3
"""Of the words that are typed, the longest: those that few prompts have are mostly among them."""


@dataclass(frozen=True)
class PromptFilter:
    """What somebody looks for. Everything empty finds all that is not archived, newest first.

    `tags` are all of them wanted, `author` is the id of who added it, `sort` is a key of SORTS.
    """

    text: str = ""
    library: UUID | None = None
    tags: tuple[str, ...] = ()
    author: int | None = None
    favourite: bool = False
    archived: bool = False
    sort: str = NEW

    @property
    def is_empty(self) -> bool:
        """Whether it leaves nothing out, in whatever order."""
        return replace(self, sort=NEW) == PromptFilter()

    def find(self, prompts: QuerySet[Prompt], viewer: User) -> QuerySet[Prompt]:
        """Return those of `prompts` that `viewer` looks for, in order."""
        found = _narrowed(prompts, self.text).filter(
            has_words(self.text), archived_at__isnull=not self.archived
        )
        found = found.filter(library=self.library) if self.library else found
        found = found.filter(created_by=self.author) if self.author else found
        # Asked of one prompt after the other, in order, until a page is full: a join would be sorted as a whole.
        if self.favourite:
            found = found.filter(Exists(PromptFavourite.objects.filter(prompt=OuterRef("pk"), user=viewer)))
        for tag in self.tags:
            found = found.filter(Exists(PromptTag.objects.filter(prompt=OuterRef("pk"), name=tag)))
        return found.order_by(f"-{SORTS[self.sort]}", "-id")

    def after(self, found: QuerySet[Prompt], mark: str) -> QuerySet[Prompt]:
        """Return what comes after a mark in this order. Raises NoMark."""
        key, (value, pk) = SORTS[self.sort], self._read(mark)
        beyond = Q(**{f"{key}__lt": value}) | Q(**{key: value}, id__lt=pk)
        # The first of these says nothing new, but lets the database enter its index there.
        return found.filter(Q(**{f"{key}__lte": value}) & beyond)

    def mark(self, prompt: Prompt) -> str:
        """Return the place of a prompt in this order, for an address."""
        value = getattr(prompt, SORTS[self.sort])
        return f"{value.isoformat() if self.sort == NEW else value}_{prompt.pk}"

    def _read(self, mark: str) -> tuple[Any, UUID]:
        """Read a mark: what is gone by, and an id. Raises NoMark."""
        text, _, pk = mark.rpartition("_")
        try:
            value = datetime.fromisoformat(text) if self.sort == NEW else float(text)
            place = value, UUID(pk)
        except ValueError as error:
            raise NoMark(mark) from error
        is_known = value.tzinfo is not None if isinstance(value, datetime) else abs(value) < FURTHEST
        if not is_known:
            raise NoMark(mark)
        return place


def _narrowed(prompts: QuerySet[Prompt], text: str) -> QuerySet[Prompt]:
    """Return only prompts with a word that few have, if there is one in `text`.

    A word that many have fills a page soon, read in order; of one that few have the texts of all were read first.
    """
    for word in sorted(typed_words(text), key=len, reverse=True)[:MOST_LOOKED_UP]:
        begun = with_beginning(word)
        if begun[: FEW + 1].count() <= FEW:
            return prompts.filter(pk__in=begun.values("prompt"))
    return prompts
