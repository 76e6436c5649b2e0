"""Following tasks: the one verb that applies Magnific's word, and the requests that ask for it."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from generations import queue
from generations.lifecycle.pace import Pace
from generations.magnific.client import Client
from generations.magnific.errors import NotFound
from generations.magnific.messages import Task
from generations.models import Account, Charged, Failure, Generation, Revision, State

logger = logging.getLogger(__name__)

AGENT: Final = "magnific"
ASK_AGAIN_SECONDS: Final = 10.0
"""Between two get-ones for the same task."""


def followed(account: Account) -> QuerySet[Generation]:
    """What Magnific is asked about: what renders, and what is finished but has no link (any more)."""
    return Generation.objects.filter(
        Q(state=State.RENDERING) | Q(result_url=""),
        account=account,
        state__in=(State.RENDERING, State.SAVING),
    )


def follow(account: Account, client: Client, pace: Pace, may_go_on: Callable[[], bool]) -> None:
    """Learn the state of all that runs with one list request, then ask singly for what that does not tell.

    `may_go_on` is asked before each further request. Raises the client's RateLimited, AccountBlocked or
    Unavailable.
    """
    listed = {task.task_id: task for task in client.list().tasks}
    unclear = []
    for generation in followed(account).order_by(F("vendor_checked_at").asc(nulls_first=True)):
        task = listed.get(generation.task_id or "")
        if task and _says_enough(task, generation):
            apply(generation, task)
            _give_up_if_too_old(generation)
        elif _may_ask(generation):
            unclear.append(generation)
    for generation in unclear:
        if not may_go_on() or not pace.spend():
            break
        _ask(generation, client)
        _give_up_if_too_old(generation)


def apply(generation: Generation, task: Task) -> None:
    """Bring the generation to where Magnific says its task is. A word that changes nothing is no move."""
    if task.is_running and task.raw_status == generation.vendor_status:
        return
    with transaction.atomic():
        Revision.take()
        generation.refresh_from_db()
        if generation.state not in (State.RENDERING, State.SAVING):
            return
        if task.is_failed:
            _fail(generation, Failure.FAILED_THERE, task.reason)
        elif task.is_completed and task.generated:
            _save_from(generation, task)
        elif task.is_completed:
            _note_empty(generation)
        elif task.raw_status != generation.vendor_status:
            generation.change(vendor_status=task.raw_status)
            generation.note(f"Magnific says {task.raw_status}", agent=AGENT)


def _give_up_if_too_old(generation: Generation) -> None:
    """End a wait that has no end of its own, but only now that Magnific has just been asked."""
    waited = timezone.now() - (generation.accepted_at or generation.state_at)
    if generation.state == State.RENDERING and waited.total_seconds() > settings.GIVE_UP_AFTER_SECONDS:
        _fail(generation, Failure.GAVE_UP, "")


def _says_enough(task: Task, generation: Generation) -> bool:
    """A list entry is enough while the task runs, or when it comes with a link that is wanted.

    A link that has expired is asked for singly: the list may still show the old one.
    """
    return generation.state == State.RENDERING and (task.is_running or bool(task.generated))


def _may_ask(generation: Generation) -> bool:
    now, pause = timezone.now(), timedelta(seconds=ASK_AGAIN_SECONDS)
    asked = generation.vendor_checked_at
    return asked is None or not now - pause < asked <= now


def _ask(generation: Generation, client: Client) -> None:
    Generation.objects.filter(pk=generation.pk).update(vendor_checked_at=timezone.now())
    try:
        apply(generation, client.get(generation.task_id or "").task)
    except NotFound:
        # Replication over there lags, or the task is gone: time decides which.
        logger.info("Magnific does not know task %s (yet).", generation.task_id)


def _save_from(generation: Generation, task: Task) -> None:
    link: dict[str, Any] = {
        "result_url": task.generated[0],
        "vendor_status": task.raw_status,
        "empty_since": None,
    }
    if generation.state == State.SAVING:
        if generation.result_url:
            return
        generation.change(**link)
    else:
        now = timezone.now()
        generation.move(State.SAVING, agent=AGENT, completed_at=now, nudged_at=now, **link)
    queue.kick_save(generation.pk)


def _note_empty(generation: Generation) -> None:
    """Completed without a link: asked again for a while before it counts as a refusal."""
    now = timezone.now()
    if generation.empty_since is None:
        generation.change(empty_since=now)
        generation.note("Magnific finished but gives no clip; asking again", agent=AGENT)
    elif (now - generation.empty_since).total_seconds() > settings.EMPTY_RESULT_SECONDS:
        _fail(generation, Failure.NO_RESULT, "")


def _fail(generation: Generation, failure: Failure, reason: str) -> None:
    generation.move(
        State.FAILED,
        agent=AGENT,
        why=reason or failure.label,
        failure=failure,
        failure_reason=reason[:500],
        charged=Charged.UNKNOWN,
        completed_at=timezone.now(),
    )
