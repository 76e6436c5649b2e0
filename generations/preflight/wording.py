"""Words and phrases in a text, compared in small letters without accents, whole words only."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from generations.plain_text import plain_words

SENTENCE: Final = re.compile(r"[.!?;\n]+")
NOT: Final = frozenset(
    ("no", "not", "without", "never", "avoid", "avoiding", "zero", "non", "nor", "isn", "don")
)
REACH: Final = 6
"""Words that a "no" before them takes away: no people, cars or text."""
BACK_AGAIN: Final = frozenset(("but", "with", "only", "just", "instead"))
"""After these, what follows is wanted again: no people, but a dog."""


def sentences(text: str) -> list[list[str]]:
    """Return the plain words of each sentence."""
    return [words for part in SENTENCE.split(text) if (words := plain_words(part).split())]


def places(words: Sequence[str], phrase: list[str]) -> Iterator[int]:
    """Yield where a phrase begins among words."""
    first, rest = phrase[:1], list(phrase[1:])
    for at, word in enumerate(words):
        if [word] == first and list(words[at + 1 : at + 1 + len(rest)]) == rest:
            yield at


def is_denied(words: Sequence[str], at: int, size: int = 1) -> bool:
    """Whether what stands at a place is said not to be there: no text, without any text, text-free."""
    if at + size < len(words) and words[at + size] in ("free", "less"):
        return True
    for word in reversed(words[max(0, at - REACH) : at]):
        if word in BACK_AGAIN:
            return False
        if word in NOT:
            return True
    return words[max(0, at - 2) : at] == ["free", "of"]


def avoided_in(text: str, avoided: Sequence[str]) -> list[str]:
    """Return those of the words and phrases that a text has, as their list writes them."""
    words = plain_words(text).split()
    return [phrase for phrase in avoided if any(True for _ in places(words, plain_words(phrase).split()))]
