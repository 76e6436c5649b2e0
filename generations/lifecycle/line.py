"""Who is next: fair between people, first come first served for each of them."""

from collections import Counter
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from generations.models import Account, Generation, State, User
from generations.models.states import RUNNING

LONGEST_WAIT: Final = timedelta(hours=25)
"""From an order until it is due: a due time further ahead was written before a clock was set back, and is past."""
FORGOTTEN: Final = 6
"""Times `SLOW_AFTER_SECONDS`: an hour by default."""

ARRIVAL: Final = ("created_at", "take", "id")


def in_line() -> Q:
    """A condition: queued, due, and of a team that is not paused."""
    now = timezone.now()
    is_due = Q(due_at=None) | Q(due_at__lte=now) | Q(due_at__gt=now + LONGEST_WAIT)
    return is_due & Q(state=State.QUEUED, team__paused_at=None)


def sendable(account: Account) -> QuerySet[Generation]:
    """Return what may be sent now."""
    return Generation.objects.filter(in_line(), account=account)


def is_ahead(generation: Generation) -> bool:
    """Whether it is not due yet."""
    now, due = timezone.now(), generation.due_at
    return due is not None and now < due <= now + LONGEST_WAIT


def line(account: Account) -> list[UUID]:
    """Return the ids of the queued generations in the order in which they will be sent.

    Each person's n-th waiting clip stands beside everybody else's n-th, and what already runs counts as
    having been served: one person's fifty do not block another's one.
    """
    turns, _ = _turns(account)
    return [pk for _, _, pk in sorted(turns)]


def places(account: Account) -> dict[UUID, int]:
    """Return the place in line of each queued generation: 1 is sent next."""
    return {pk: place for place, pk in enumerate(line(account), start=1)}


def next_place(account: Account, owner: User) -> int:
    """Return where a clip would stand that `owner` ordered now: 1 is sent next.

    It comes after everybody's clips of the same round, because those were ordered before it.
    """
    turns, served = _turns(account)
    return 1 + sum(turn <= served[owner.pk] for turn, _, _ in turns)


def next_in_line(account: Account, most: int) -> list[Generation]:
    """Return the first of the line, in their order: those to be sent next."""
    waiting = sendable(account).select_related("account", "team")
    if sendable(account).order_by().values("owner").distinct().count() < 2:
        return list(waiting.order_by(*ARRIVAL)[:most])
    first = line(account)[:most]
    found = waiting.in_bulk(first)
    return [found[pk] for pk in first if pk in found]


def running(account: Account) -> int:
    """How many of the account's generations are being sent or rendered.

    A task that has been silent for many times what is slow does not count: a few dead ones would keep all
    others waiting for a day. Should it live after all, Magnific says 429.
    """
    forgotten = timezone.now() - timedelta(seconds=FORGOTTEN * settings.SLOW_AFTER_SECONDS)
    dead = Q(state=State.RENDERING, accepted_at__lt=forgotten)
    return Generation.objects.filter(account=account, state__in=RUNNING).exclude(dead).count()


def _turns(account: Account) -> tuple[list[tuple[int, int, UUID]], Counter[int]]:
    """(how many of its owner's are served first, arrival, id) of what is queued, and each owner's next turn."""
    served = _running_by_owner(account)
    turns: list[tuple[int, int, UUID]] = []
    queued = sendable(account).order_by(*ARRIVAL)
    for arrival, (pk, owner) in enumerate(queued.values_list("pk", "owner_id")):
        turns.append((served[owner], arrival, pk))
        served[owner] += 1
    return turns, served


def _running_by_owner(account: Account) -> Counter[int]:
    # Counted here: SQLite would group by going through all clips in the order of their owners.
    rows = Generation.objects.filter(account=account, state__in=RUNNING).order_by()
    return Counter(rows.values_list("owner_id", flat=True))
