"""How prompts with variables are shown: as text, never run as a template."""

from collections.abc import Iterator
from typing import Final

from django import template

from generations.variables import BadVariables, Piece, read

register = template.Library()

BEGINNING: Final = 280
"""Characters of a prompt that a card has room for, and then some."""


@register.filter
def pieces(text: str) -> tuple[Piece, ...]:
    """Return the stretches of a prompt, so that its variables can be tinted; what cannot be read is one of text."""
    try:
        return read(text).pieces
    except BadVariables:
        return (Piece(text),)


@register.filter
def beginning(text: str) -> list[Piece]:
    """Return the pieces that a card shows: so many characters on one line, variables whole."""
    return list(_until(BEGINNING, pieces(text)))


def _until(room: int, found: tuple[Piece, ...]) -> Iterator[Piece]:
    for piece in found:
        if room <= 0:
            return
        yield piece if piece.variable else Piece(piece.text[:room])
        room -= len(piece.text)


@register.filter
def stars(rating: float) -> str:
    """4.5, or nothing where nobody has given any."""
    return f"{rating:.1f}" if rating else ""
