"""Figures that pages show: what is going on, and how long it usually takes."""

from dataclasses import dataclass
from statistics import quantiles
from typing import Final

from django.core.cache import cache
from django.db.models import Count, Q

from generations.lifecycle.line import in_line
from generations.models import Account, Generation, State
from generations.models.states import RUNNING

SAMPLE: Final = 50
"""Newest clips that speak for the account's present speed."""
ENOUGH: Final = 3
CACHE_SECONDS: Final = 60


@dataclass(frozen=True)
class Usual:
    """Seconds from accepted to completed: the 10th, 50th and 90th of a hundred."""

    low: float
    median: float
    high: float


@dataclass(frozen=True)
class Load:
    """How many generations are sent or rendering, and how many are in line to be sent."""

    running: int
    queued: int


def usual_seconds(account: Account) -> Usual | None:
    """Return how long this account's newest clips took, or None while there are fewer than three."""
    usual: Usual | None = cache.get_or_set(f"usual:{account.pk}", lambda: _measure(account), CACHE_SECONDS)
    return usual


def load(account: Account) -> Load:
    """Return what the account has on its hands, from one query."""
    changing = Generation.objects.filter(account=account, state__in=(*RUNNING, State.QUEUED))
    counts = changing.aggregate(
        running=Count("pk", filter=Q(state__in=RUNNING)), queued=Count("pk", filter=in_line())
    )
    return Load(counts["running"], counts["queued"])


def _measure(account: Account) -> Usual | None:
    done = Generation.objects.filter(account=account, state__in=(State.SAVING, State.READY))
    newest = done.order_by("-created_at", "-id").values_list("accepted_at", "completed_at")[:SAMPLE]
    seconds = [
        (completed - accepted).total_seconds() for accepted, completed in newest if accepted and completed
    ]
    if len(seconds) < ENOUGH:
        return None
    tenths = quantiles(seconds, n=10, method="inclusive")
    return Usual(tenths[0], tenths[4], tenths[8])
