"""A column for the words of another one, as they are searched for."""

from typing import Any

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, StrIndex
from django.db.models.lookups import GreaterThan

from generations.plain_text import plain_words, typed_words


class SearchTextField(models.TextField):
    """Holds the plain words of the field that `source` names, written whenever a row is."""

    def __init__(self, *args: Any, source: str = "", **kwargs: Any) -> None:
        self.source = source
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Add the source, for migrations."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Return the words as they are now."""
        words = plain_words(getattr(model_instance, self.source))
        setattr(model_instance, self.attname, words)
        return words


def has_words(text: str) -> Q:
    """That a `search_text` has all of these words, or words that begin so; signs alone are in none.

    The longest is looked for first: mostly few texts have it, and only those are searched for the others.
    """
    words = sorted(typed_words(text), key=len, reverse=True)
    if text.strip() and not words:
        return Q(pk__in=())
    spaced, conditions = Concat(Value(" "), F("search_text")), Q()
    for word in words:
        # With one in front there is a blank before each word, where it begins.
        conditions &= Q(GreaterThan(StrIndex(spaced, Value(f" {word}")), 0))
    return conditions
