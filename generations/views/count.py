"""How many clips a gallery shows: exact at once for as many as are counted quickly, of more it is remembered."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from django.core.cache import cache
from django.db.models import QuerySet

from generations.models import Generation, Membership

QUICK: Final = 100
"""So many are counted with every page."""
REMEMBERED_SECONDS: Final = 60


@dataclass(frozen=True)
class Count:
    """`number` clips, or, unless it is exact, more than so many."""

    number: int
    is_exact: bool = True


def quick_count(found: QuerySet[Generation], membership: Membership, query: str) -> Count:
    """Return how many were found, exactly if they are few or were counted a short while ago."""
    number = found.order_by()[: QUICK + 1].count()
    if number <= QUICK:
        return Count(number)
    known = cache.get(_key(membership, query))
    return Count(known) if known else Count(QUICK, is_exact=False)


def full_count(found: QuerySet[Generation], membership: Membership, query: str) -> Count:
    """Return how many were found, however many, and remember it."""
    number = found.order_by().count()
    cache.set(_key(membership, query), number, REMEMBERED_SECONDS)
    return Count(number)


def _key(membership: Membership, query: str) -> str:
    """One viewer's, of one filter: what is private, and what is a favourite, differs from person to person."""
    digest = sha256(query.encode()).hexdigest()
    return f"clips-{membership.team_id}-{membership.user_id}-{digest}"
