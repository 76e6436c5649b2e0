"""Tags: words that a team puts on its clips."""

from collections.abc import Iterable
from typing import Final

from django.db import transaction

from generations.models import Generation, Revision, Tag, Tagging, Team, User

NAME_LENGTH: Final = 40
BATCH: Final = 1000


class NoTag(Exception):
    """This is no word that could be a tag; the text says why."""


def tag_name(text: str) -> str:
    """Return a tag as it is kept: small letters, single spaces, no leading #. Raises NoTag."""
    name = " ".join(text.replace(",", " ").lstrip("# ").casefold().split())
    if not name:
        raise NoTag("Write a word.")
    if len(name) > NAME_LENGTH:
        raise NoTag(f"A tag has {NAME_LENGTH} characters at most; this one has {len(name)}.")
    return name


def add(team: Team, name: str, generations: Iterable[Generation], *, actor: User) -> Tag:
    """Put a tag on clips of the team and return it. Raises NoTag."""
    with transaction.atomic():
        Revision.take()  # Two people may think of the same word at once.
        tag, _ = Tag.objects.get_or_create(team=team, name=tag_name(name))
        Tagging.objects.bulk_create(
            (Tagging(tag=tag, generation=one, added_by=actor) for one in generations),
            ignore_conflicts=True,
            batch_size=BATCH,
        )
    return tag


def remove(tag: Tag, generations: Iterable[Generation]) -> int:
    """Take a tag off clips; return how many had it. A tag that is on none any more is gone."""
    with transaction.atomic():
        Revision.take()
        count = tag.taggings.filter(generation__in=list(generations)).delete()[0]
        if not tag.taggings.exists():
            tag.delete()
    return count
