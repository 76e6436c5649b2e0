"""Collections: a team's named sets of clips."""

from collections.abc import Iterable
from typing import Final

from django.db import transaction

from generations.models import Collection, CollectionItem, Generation, Revision, Team, User

NAME_LENGTH: Final = 80


class NameTaken(Exception):
    """The team has a collection of this name; the text says so."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is a collection called “{name}” already.")


def make(team: Team, name: str, *, actor: User) -> Collection:
    """Return the team's collection of this name, in whatever letters, and make it if there is none."""
    with transaction.atomic():
        Revision.take()  # Two people may think of the same name at once.
        found = Collection.objects.filter(team=team, name__iexact=name).first()
        return found or Collection.objects.create(team=team, name=name, created_by=actor)


def rename(collection: Collection, name: str) -> None:
    """Give a collection another name. Raises NameTaken."""
    with transaction.atomic():
        Revision.take()
        others = Collection.objects.filter(team=collection.team_id, name__iexact=name).exclude(
            pk=collection.pk
        )
        if others.exists():
            raise NameTaken(name)
        collection.name = name
        collection.save(update_fields=["name"])


def delete(collection: Collection) -> None:
    """Take a collection apart; its clips stay."""
    collection.delete()


def add(collection: Collection, generations: Iterable[Generation], *, actor: User) -> int:
    """Put clips into a collection; return how many are new there. One query for any number up to a thousand."""
    before = collection.items.count()
    CollectionItem.objects.bulk_create(
        (CollectionItem(collection=collection, generation=one, added_by=actor) for one in generations),
        ignore_conflicts=True,
        batch_size=1000,
    )
    return collection.items.count() - before


def remove(collection: Collection, generations: Iterable[Generation]) -> int:
    """Take clips out of a collection; return how many were there."""
    return collection.items.filter(generation__in=list(generations)).delete()[0]
