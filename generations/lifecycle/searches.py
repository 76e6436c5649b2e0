"""Saved searches: a name for a gallery's filter that somebody comes back to."""

from typing import Final

from django.db import transaction

from generations.models import Membership, Revision, SavedSearch

NAME_LENGTH: Final = 60
QUERY_LENGTH: Final = 1000
MOST: Final = 100


class CannotSave(Exception):
    """This search cannot be kept; the text says why."""


def save(membership: Membership, name: str, query: str) -> SavedSearch:
    """Keep an address's query under a name, in place of what the member had under it. Raises CannotSave."""
    if len(query) > QUERY_LENGTH:
        raise CannotSave("This filter is too long to be saved. Leave something out.")
    mine = SavedSearch.objects.filter(user=membership.user_id, team=membership.team_id)
    with transaction.atomic():
        Revision.take()  # One person may press twice at once.
        if mine.exclude(name=name).count() >= MOST:
            raise CannotSave(f"You have {MOST} saved searches here. Delete one that you need no more.")
        search, _ = SavedSearch.objects.update_or_create(
            user=membership.user, team=membership.team, name=name, defaults={"query": query}
        )
    return search
