"""What needs a person today: facts for the admin's first page, each found by an index and counted up to a cap."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from generations.models import (
    Account,
    DailySpend,
    Delivery,
    Generation,
    Money,
    Outcome,
    State,
    Submission,
    Team,
)

MOST: Final = 100
"""Nobody needs to know whether it is two hundred or two thousand: either is a lot, and counting takes time."""
DAY: Final = timedelta(days=1)
GOING_ON: Final = (State.SUBMITTING, State.RENDERING, State.SAVING)


@dataclass(frozen=True)
class Count:
    """How many there are, up to MOST."""

    number: int

    def __bool__(self) -> bool:
        return self.number > 0

    def __str__(self) -> str:
        return f"{MOST}+" if self.number > MOST else str(self.number)

    @property
    def is_one(self) -> bool:
        """Whether the singular is said."""
        return self.number == 1


def count(rows: QuerySet[Any]) -> Count:
    """Count rows, but not on and on. One query."""
    return Count(rows.order_by()[: MOST + 1].count())


def unclear() -> QuerySet[Submission]:
    """Return the submissions in doubt that the list has had its time for: a callback or a person settles them."""
    long_ago = timezone.now() - timedelta(seconds=settings.UNSURE_LIST_SECONDS)
    return Submission.objects.filter(outcome=Outcome.UNSURE, answered_at__lt=long_ago)


def troubled_accounts(current: Account) -> list[Account]:
    """Return what needs somebody's word: the current account if it is paused, and those that are shared."""
    return list(Account.objects.filter(Q(pk=current.pk, paused_at__isnull=False) | Q(is_shared=True)))


def paused_teams() -> list[Team]:
    """Return the teams whose clips wait, longest first."""
    return list(Team.objects.filter(paused_at__isnull=False).order_by("paused_at")[:MOST])


def failed_since(moment: datetime) -> QuerySet[Generation]:
    """Return what has failed since, team by team: that is how the index has it."""
    return Generation.objects.filter(
        team__in=_teams(), state=State.FAILED, state_at__gte=moment, trashed_at=None
    )


def oldest_going_on() -> Generation | None:
    """Return what has been in its state for longest, of all that is being sent, rendered or saved."""
    return Generation.objects.filter(state__in=GOING_ON).order_by("state_at", "pk").first()


def damaged() -> QuerySet[Generation]:
    """Return the clips whose files are missing, changed or unreadable."""
    return Generation.objects.filter(state=State.READY, purged_at=None).exclude(file_damage="")


def stale_callbacks(since: datetime) -> QuerySet[Delivery]:
    """Return callbacks since then whose time was minutes off."""
    return Delivery.objects.filter(is_stale=True, received_at__gt=since)


def month_so_far() -> tuple[date, Money]:
    """Return the month's first day, and what all teams have spent and reserved in it, in the studio's currency."""
    today = timezone.localdate()
    first = today.replace(day=1)
    days = {"day__gte": first, "day__lte": today, "currency": settings.CURRENCY}
    return first, DailySpend.objects.total(team__in=_teams(), **days)


def _teams() -> list[int]:
    """Their ids, as values: so both databases go by the indexes that begin with the team."""
    return list(Team.objects.order_by().values_list("pk", flat=True))
