"""The one verb that applies Magnific's word, however it came."""

from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from generations import queue
from generations.magnific.messages import Task, TaskStatus
from generations.models import Charged, Failure, Generation, Revision, State

AGENT: Final = "magnific"
PLAIN: Final[dict[str, str]] = {
    TaskStatus.CREATED: "waiting for its turn at Magnific",
    TaskStatus.IN_PROGRESS: "being made at Magnific",
}
"""What the documented states of a running task mean; `vendor_status` keeps the word itself."""


def apply(generation: Generation, task: Task) -> None:
    """Bring the generation to where Magnific says its task is. A word that changes nothing is no move.

    One that failed here is brought back by a result that turned up late.
    """
    if task.is_running and task.raw_status == generation.vendor_status:
        return
    with transaction.atomic():
        revision = Revision.take()
        generation.refresh_from_db()
        if apply_within(generation, task, revision):
            queue.kick_save(generation.pk)


def apply_within(generation: Generation, task: Task, revision: int) -> bool:
    """Do so within a transaction that has taken `revision` and read the generation after that.

    True if it can be saved now: a saver has to be rung for.
    """
    if task.is_completed and task.generated:
        return _save_from(generation, task, revision)
    if generation.state not in (State.RENDERING, State.SAVING):
        return False
    if task.is_failed:
        _fail(generation, Failure.FAILED_THERE, task.reason)
    elif task.is_completed:
        _note_empty(generation)
    elif task.raw_status != generation.vendor_status:
        generation.change(vendor_status=task.raw_status)
        said = PLAIN.get(task.raw_status, f"Magnific says {task.raw_status}")
        generation.note(said, agent=AGENT)
    return False


def give_up(generation: Generation) -> None:
    """End a wait that has no end of its own; what Magnific charged is unknown."""
    failure = Failure.GAVE_UP if generation.state == State.RENDERING else Failure.NO_FILE
    _fail(generation, failure, generation.save_problem)


def _save_from(generation: Generation, task: Task, revision: int) -> bool:
    now = timezone.now()
    link: dict[str, Any] = {
        "result_url": task.generated[0],
        "vendor_status": task.raw_status,
        "empty_since": None,
        "nudged_at": now,
    }
    if generation.state == State.SAVING and not generation.result_url:
        return generation.change(revision=revision, **link)
    if generation.state in (State.RENDERING, State.FAILED):
        late: dict[str, Any] = {"failure": "", "failure_reason": "", "save_failures": 0, "save_after": None}
        late["charged"] = Charged.UNKNOWN  # Whatever was thought when it had failed.
        return generation.move(State.SAVING, agent=AGENT, revision=revision, completed_at=now, **link, **late)
    return False


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
