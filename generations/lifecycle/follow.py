"""Following tasks: which to ask about, with as few requests as will do."""

import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from generations.lifecycle import evidence
from generations.lifecycle.apply import apply
from generations.lifecycle.pace import Pace
from generations.magnific.client import Client
from generations.magnific.errors import NotFound
from generations.magnific.messages import Task
from generations.models import Account, Failure, Generation, State

logger = logging.getLogger(__name__)

ASK_AGAIN_SECONDS: Final = 10.0
"""Between two get-ones for a task that the list says has ended."""
MISSING_INTERVALS: Final = 15
"""List intervals between two get-ones for a task that the list does not show."""
MISSING_AT_ONCE: Final = 3
LATE_ASK_SECONDS: Final = 3600.0
"""Between two get-ones for a task that we had given up and the list says is done."""


def followed(account: Account) -> QuerySet[Generation]:
    """What Magnific is asked about: what renders, and what is finished but has no link (any more)."""
    return Generation.objects.filter(
        Q(state=State.RENDERING) | Q(state=State.SAVING, result_url=""), account=account
    )


def follow(account: Account, client: Client, pace: Pace) -> None:
    """Learn the state of all that runs with one list request, then ask singly for what that does not tell.

    Raises the client's RateLimited, AccountBlocked or Unavailable.
    """
    listing = client.list()
    pace.heed(listing.rate)
    evidence.weigh(account, listing.tasks)
    listed = {task.task_id: task for task in listing.tasks}
    ended, missing = [], []
    for generation in followed(account).order_by(F("vendor_checked_at").asc(nulls_first=True)):
        task = listed.get(generation.task_id or "")
        if task is None:
            missing.append(generation)
        elif _says_enough(task, generation):
            apply(generation, task)
        else:
            ended.append(generation)
    pause = MISSING_INTERVALS * settings.LIST_INTERVAL_SECONDS
    _ask_all(_not_asked_for(ended, ASK_AGAIN_SECONDS), client, pace)
    _ask_all(_not_asked_for(missing, pause)[:MISSING_AT_ONCE], client, pace)
    _ask_all(_not_asked_for(_given_up_but_done(account, listing.tasks), LATE_ASK_SECONDS), client, pace)


def ask_marked(account: Account, client: Client, pace: Pace) -> bool:
    """Ask about what a callback or a person gave reason to; True if anything was asked."""
    marked = Generation.objects.filter(account=account, ask_now=True, task_id__isnull=False)[:MISSING_AT_ONCE]
    return _ask_all(marked, client, pace)


def _says_enough(task: Task, generation: Generation) -> bool:
    """A list entry is enough unless the task has ended and its link or its reason is still missing."""
    return bool(task.generated) or (task.is_running and generation.state == State.RENDERING)


def _not_asked_for(generations: Iterable[Generation], seconds: float) -> list[Generation]:
    """Those who were last asked about longer ago; a time in the future counts as long ago."""
    now = timezone.now()
    since = now - timedelta(seconds=seconds)
    return [
        one for one in generations if not (one.vendor_checked_at and since < one.vendor_checked_at <= now)
    ]


def _given_up_but_done(account: Account, tasks: Sequence[Task]) -> QuerySet[Generation]:
    done = [task.task_id for task in tasks if task.is_completed]
    return Generation.objects.filter(
        account=account,
        state=State.FAILED,
        failure__in=[Failure.GAVE_UP, Failure.NO_RESULT],
        task_id__in=done,
    )


def _ask_all(generations: Iterable[Generation], client: Client, pace: Pace) -> bool:
    asked = False
    for generation in generations:
        if not pace.spend():
            break
        _ask(generation, client, pace)
        asked = True
    return asked


def _ask(generation: Generation, client: Client, pace: Pace) -> None:
    Generation.objects.filter(pk=generation.pk).update(vendor_checked_at=timezone.now(), ask_now=False)
    try:
        found = client.get(generation.task_id or "")
    except NotFound:
        # Replication over there lags, or the task is gone: time decides which.
        logger.info("Magnific does not know task %s (yet).", generation.task_id)
        return
    pace.heed(found.rate)
    apply(generation, found.task)
