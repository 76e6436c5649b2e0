"""Whether the worker clusters live, and whether anything waits for them."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from generations.models import Generation, Heartbeat, State

STARTED = time.monotonic()
OVERDUE_SECONDS: Final = 120.0
"""Of a save whose time had come: two sweeps have not seen it."""


@dataclass(frozen=True)
class Cluster:
    """A worker cluster: seconds since it was heard (None: never), and whether it has work."""

    name: str
    age: float | None
    work_waits: bool

    @property
    def is_stuck(self) -> bool:
        """Whether it is silent while its work waits."""
        return self.work_waits and _silence(self.age) > settings.STUCK_AFTER_SECONDS

    @property
    def is_silent(self) -> bool:
        """Whether it misses its beat, which comes every minute, with work or without."""
        return self.age is None or abs(self.age) > settings.STUCK_AFTER_SECONDS


def clusters() -> list[Cluster]:
    """Return both clusters. Raises Django's Error when the database does not answer."""
    now = timezone.now()
    beats = dict(Heartbeat.objects.filter(cluster__in=WORK_WAITS).values_list("cluster", "beat_at"))
    return [
        Cluster(name, (now - beats[name]).total_seconds() if name in beats else None, waits(now))
        for name, waits in WORK_WAITS.items()
    ]


def _silence(age: float | None) -> float:
    """Seconds since the cluster was heard, at most since this process started: a restart is not red at once.

    A heartbeat far in the future was written before a clock was set back, and counts for nothing.
    """
    heard = math.inf if age is None or age < -settings.STUCK_AFTER_SECONDS else age
    return min(heard, time.monotonic() - STARTED)


def _to_send_or_follow(now: datetime) -> bool:
    sendable = Generation.objects.filter(state=State.QUEUED, account__paused_at=None)
    running = Generation.objects.filter(state__in=[State.SUBMITTING, State.RENDERING])
    return sendable.exists() or running.exists()


def _to_save(now: datetime) -> bool:
    may_start = Q(save_after=None) | Q(save_after__lte=now)
    return Generation.objects.filter(may_start, state=State.SAVING).exists()


def _to_ring_for(now: datetime) -> bool:
    """Whether a saver should have been rung for long ago: the sweep, of the dispatching cluster, does that."""
    long_ago = now - timedelta(seconds=OVERDUE_SECONDS)
    due = Q(save_after=None, state_at__lte=long_ago) | Q(save_after__lte=long_ago)
    return Generation.objects.filter(due, state=State.SAVING).exists()


WORK_WAITS: Final[dict[str, Callable[[datetime], bool]]] = {
    "kling": lambda now: _to_send_or_follow(now) or _to_ring_for(now),
    "saving": _to_save,
}
