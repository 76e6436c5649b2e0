"""Whether this installation works: for the process manager and the monitoring, not for people."""

import math
import time
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.db.models import Q
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from generations.models import Generation, Heartbeat, State

STARTED = time.monotonic()


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200, or 503 when the database does not answer or a cluster is silent while its work waits."""
    try:
        clusters = {name: _cluster(name, waits) for name, waits in WORK_WAITS.items()}
        database = "ok"
    except DatabaseTrouble:
        clusters, database = {}, "failing"
    works = database == "ok" and all(cluster["status"] == "ok" for cluster in clusters.values())
    report = {
        "status": "ok" if works else "failing",
        "database": database,
        "mode": "rehearsal" if settings.REHEARSAL else "live",
        "clusters": clusters,
    }
    return JsonResponse(report, status=200 if works else 503)


def _cluster(name: str, work_waits: Callable[[datetime], bool]) -> dict[str, object]:
    now = timezone.now()
    beat_at = Heartbeat.objects.filter(cluster=name).values_list("beat_at", flat=True).first()
    age = None if beat_at is None else (now - beat_at).total_seconds()
    waits = work_waits(now)
    return {
        "status": "failing" if waits and _silence(age) > settings.STUCK_AFTER_SECONDS else "ok",
        "heartbeat_seconds": None if age is None else round(age, 1),
        "work_waits": waits,
    }


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


WORK_WAITS = {"kling": _to_send_or_follow, "saving": _to_save}
