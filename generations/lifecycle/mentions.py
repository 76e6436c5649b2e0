"""Names in a text: `@mia` means somebody who may see the clip, or nobody."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from generations.access.comments import people_who_see
from generations.models import Generation, User

NAME: Final = re.compile(r"(?<![\w@.+-])@([\w@.+-]{1,150})")
"""What may be a user name, with what may be the sentence's end behind it."""
ENDINGS: Final = "@.+-"


@dataclass(frozen=True)
class Piece:
    """A part of a text, and whether it names somebody."""

    text: str
    is_name: bool = False


def mentioned(text: str, clip: Generation) -> list[User]:
    """Return who of those that see the clip is named in a text. One query; none where no `@` is."""
    known = _known([text], people_who_see(clip))
    return list({user.pk: user for name in _names(text) if (user := _meant(name, known))}.values())


def pieces(texts: Iterable[str], clip: Generation) -> list[list[Piece]]:
    """Return each text in pieces, so that the names in it can be told from the rest. One query at most."""
    texts = list(texts)
    known = _known(texts, people_who_see(clip))
    return [list(_parted(text, known)) for text in texts]


def called_otherwise(text: str, before: str, after: str) -> str:
    """Return a text that calls somebody by the name `after`, where it called them `before`; all else stays."""

    def name(found: re.Match[str]) -> str:
        called, end = found.group(1)[: len(before)], found.group(1)[len(before) :]
        is_them = called.lower() == before.lower() and not end.strip(ENDINGS)
        return f"@{after}{end}" if is_them else found.group()

    return NAME.sub(name, text)


def _names(text: str) -> list[str]:
    return [found.group(1) for found in NAME.finditer(text)]


def _variants(name: str) -> Iterator[str]:
    """The name as it stands, then without what may be the end of a sentence, the longest first."""
    yield name
    while name and name[-1] in ENDINGS:
        name = name[:-1]
        if name:
            yield name


def _known(texts: Iterable[str], people: QuerySet[User]) -> dict[str, User]:
    """Those people who may be meant, by their names in small letters."""
    wanted = {variant for text in texts for name in _names(text) for variant in _variants(name)}
    if not wanted:
        return {}
    small = {name.lower() for name in wanted}
    found = people.alias(small=Lower("username")).filter(Q(username__in=wanted) | Q(small__in=small))
    return {user.username.lower(): user for user in found}


def _meant(name: str, known: dict[str, User]) -> User | None:
    return next((known[small] for one in _variants(name) if (small := one.lower()) in known), None)


def _parted(text: str, known: dict[str, User]) -> Iterator[Piece]:
    at = 0
    for found in NAME.finditer(text):
        user = _meant(found.group(1), known)
        if user is None:
            continue
        end = found.start() + 1 + len(user.username)
        yield Piece(text[at : found.start()])
        yield Piece(text[found.start() : end], is_name=True)
        at = end
    yield Piece(text[at:])
