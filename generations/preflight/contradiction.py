"""Things that a text asks for while its negative prompt excludes them."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from generations.plain_text import plain_words
from generations.preflight.wording import is_denied, places, sentences

PARTS: Final = re.compile(r"[,;\n.]|\b(?:and|or)\b", re.IGNORECASE)
LEADING: Final = frozenset(("a", "an", "any", "the", "no", "not", "without", "avoid", "of", "some"))
VAGUE: Final = frozenset(
    (
        "bad",
        "good",
        "extra",
        "too",
        "very",
        "more",
        "less",
        "other",
        "in",
        "on",
        "at",
        "with",
        "to",
        "it",
        "is",
    )
)
"""Alone these exclude nothing that could be told."""


def contradictions(prompt: str, negative_prompt: str) -> list[str]:
    """Return what the negative prompt excludes and the prompt asks for, each once, in plain words."""
    asked = sentences(prompt)
    return [" ".join(term) for term in _terms(negative_prompt) if any(_asks(words, term) for words in asked)]


def _terms(negative_prompt: str) -> Iterator[list[str]]:
    """Yield what is excluded, without what stands before it: `no text` excludes text."""
    known = set()
    for part in PARTS.split(negative_prompt):
        words = plain_words(part).split()
        while words and words[0] in LEADING:
            words = words[1:]
        term = tuple(words)
        if term and term not in known and not (len(term) == 1 and (term[0] in VAGUE or len(term[0]) < 2)):
            known.add(term)
            yield words


def _asks(words: Sequence[str], term: list[str]) -> bool:
    """Whether a sentence asks for a thing: one or several of it, and not to say that it is absent."""
    forms = [term, [*term[:-1], _other_number(term[-1])]]
    return any(not is_denied(words, at, len(term)) for form in forms for at in places(words, form))


def _other_number(word: str) -> str:
    if word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return f"{word}s"
