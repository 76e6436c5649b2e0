"""Giving a task to its generation: to lose a move is normal, to lose a task id is not."""

import logging
from typing import Final

from django.utils import timezone

from generations.models import Charged, Generation, State

logger = logging.getLogger(__name__)

AGENT: Final = "dispatcher"


def attach(generation: Generation, task_id: str, vendor_status: str) -> None:
    """Note that Magnific renders this generation as `task_id`, also when that is learned late.

    Call it in a transaction. A second task of one generation, and an id that is already another's, go into
    the history and the log; the caller keeps the id with its Submission.
    """
    if generation.task_id == task_id:
        return
    holder = Generation.objects.filter(account_id=generation.account_id, task_id=task_id).first()
    if generation.task_id or holder:
        _report(generation, task_id, holder)
    elif generation.state in (
        State.SUBMITTING,
        State.UNSURE,
        State.FAILED,
        State.QUEUED,
    ):
        _accept(generation, task_id, vendor_status)
    else:
        _report(generation, task_id, None)


def _accept(generation: Generation, task_id: str, vendor_status: str) -> None:
    generation.move(
        State.RENDERING,
        agent=AGENT,
        why=f"accepted as {task_id}",
        task_id=task_id,
        vendor_status=vendor_status,
        accepted_at=timezone.now(),
        charged=Charged.UNKNOWN,
        failure="",
        failure_reason="",
    )


def _report(generation: Generation, task_id: str, holder: Generation | None) -> None:
    logger.error("Task %s came for %s, which cannot take it.", task_id, generation.pk)
    whose = f", which belongs to {holder.pk}" if holder else ""
    generation.note(f"Magnific also named task {task_id}{whose}.", agent=AGENT)
    if generation.state == State.SUBMITTING:
        generation.move(State.UNSURE, agent=AGENT, why=f"Task {task_id} is already another clip's.")
