"""Words as they are searched for and compared: one form for what is written and what is typed."""

import unicodedata
from collections.abc import Iterator
from typing import Final

WITHOUT_SPACES: Final = ("CJK ", "HIRAGANA", "KATAKANA", "HANGUL")
"""Scripts that run words together: each of their characters counts as a word."""
MOST_WORDS: Final = 12
"""Of what is typed, so many words count."""
LONGEST_WORD: Final = 100
"""Characters of a word that count: PostgreSQL takes no lexeme of more than 2 kB."""


def plain_words(text: str) -> str:
    """Return the words of a text in order, each in small letters without accents, with one space between them."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(word[:LONGEST_WORD] for word in "".join(_spaced(folded)).split())


def typed_words(text: str) -> list[str]:
    """Return the words of what somebody looks for, in the form of `plain_words`."""
    return plain_words(text).split()[:MOST_WORDS]


def _spaced(folded: str) -> Iterator[str]:
    for character in folded:
        if character > "\u10ff" and unicodedata.name(character, "").startswith(WITHOUT_SPACES):
            yield f" {character} "
            continue
        for part in unicodedata.normalize("NFKD", character):
            if not unicodedata.combining(part):
                yield part if part.isalnum() else " "
