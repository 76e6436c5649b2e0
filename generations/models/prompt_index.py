"""Full text search in prompts: the same words find the same clips on SQLite and PostgreSQL.

Both databases index `Generation.search_text`, which `plain_words` has brought into one form already, and neither
takes it apart in a way of its own: SQLite's FTS5 splits it at spaces (its `ascii` tokenizer), PostgreSQL makes a
`tsvector` of the array of its words. What is typed is brought into the same form and found as beginnings of words.
"""

from typing import Any, ClassVar

from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, QuerySet
from django.db.models.lookups import BuiltinLookup

from generations.models.generation import Generation
from generations.plain_text import typed_words


class PromptIndex(models.Model):
    """SQLite's index over the prompts (`generations/search_index.py` makes it). PostgreSQL has a column instead."""

    generation = models.OneToOneField(
        Generation,
        models.DO_NOTHING,
        to_field="number",
        primary_key=True,
        db_column="rowid",
        related_name="prompt_index",
    )
    search_text = models.TextField()

    objects: ClassVar[models.Manager["PromptIndex"]] = models.Manager()

    class Meta:
        managed = False
        db_table = "generations_promptindex"

    def __str__(self) -> str:
        return str(self.pk)


@models.TextField.register_lookup
class Words(BuiltinLookup):
    """`search_text__words`: all of these words, or words that begin so, are in it."""

    lookup_name = "words"
    prepare_rhs = False

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """FTS5's `MATCH`, on the whole row: its column has the table's name."""
        lhs, params = self.process_lhs(compiler, connection)
        row = lhs.replace('"search_text"', '"generations_promptindex"')
        terms = " AND ".join(f'"{word}"*' for word in self.rhs.split())
        return f"{row} MATCH %s", [*params, terms]

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """`@@` on the column beside the text."""
        lhs, params = self.process_lhs(compiler, connection)
        vector = lhs.replace('"search_text"', '"search_vector"')
        terms = " & ".join(f"'{word}':*" for word in self.rhs.split())
        return f"{vector} @@ %s::tsquery", [*params, terms]


def with_place(generations: QuerySet[Generation], text: str = "") -> QuerySet[Generation]:
    """Return those whose prompts have all the words of `text`, or all of them, with the alias `place`.

    `place` is the number of each: order and page by it, and SQLite walks its index in that order, whatever the
    number of hits. A text without a word, say of signs alone, finds nothing.
    """
    if not text.strip():
        return generations.alias(place=F("number"))
    words = " ".join(typed_words(text))
    if not words:
        return generations.none().alias(place=F("number"))
    if connection.vendor == "sqlite":
        found = generations.filter(prompt_index__search_text__words=words)
        return found.alias(place=F("prompt_index__generation_id"))
    return generations.filter(search_text__words=words).alias(place=F("number"))
