"""What a person decides about a submission in doubt; each decision bears a name and a reason."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from generations.lifecycle import evidence, lease, strangers
from generations.lifecycle.attach import Proof, attach
from generations.magnific.messages import TASK_ID
from generations.models import (
    Account,
    Charged,
    Failure,
    Generation,
    Outcome,
    Revision,
    State,
    StrangerTask,
    Submission,
    User,
)

DECIDABLE: Final = (Outcome.UNSURE, Outcome.RELEASED, Outcome.GIVEN_UP)
"""A task may turn up when its submission was thought lost; a person can still say whose it is."""


class Decided(Exception):
    """It is in doubt no more: the answer came, or somebody was faster."""


class NotAdoptable(Decided):
    """The id belongs to another clip (by now), or cannot be an id at all."""


@dataclass(frozen=True)
class Unclear:
    """A submission in doubt beside the unknown ids that it may have made."""

    submission: Submission
    candidates: list[StrangerTask]


def unclear(account: Account) -> list[Unclear]:
    """Return what waits for a decision, oldest first."""
    doubts = [one for one in strangers.unsettled(account) if one.outcome == Outcome.UNSURE]
    return [Unclear(doubt, strangers.candidates(account, doubt)) for doubt in doubts]


def adopt(submission: Submission, task_id: str, *, actor: User, why: str) -> Generation:
    """Say that this submission made `task_id`; return the generation that has it.

    Also for one that was released or given up. An answer or a callback may overrule it, and so may the file.
    Raises Decided, or NotAdoptable.
    """
    if not TASK_ID.fullmatch(task_id):
        raise NotAdoptable("This cannot be a task id.")
    with transaction.atomic():
        generation = _still_open(submission, DECIDABLE)
        if Generation.objects.filter(account=generation.account, task_id=task_id).exists():
            raise NotAdoptable("This task belongs to another clip.")
        adopted = attach(submission, task_id, "", Proof.PERSON, actor=actor)
        adopted.note(f"adopted {task_id}: {why}", actor=actor)
        lease.kick(generation.account)
    return adopted


def queue_again(submission: Submission, *, actor: User, why: str) -> None:
    """Say that Magnific never received it: it will be sent once more. Raises Decided."""
    if not evidence.release(submission, why=f"never received: {why}", actor=actor):
        raise Decided


def give_up(submission: Submission, *, actor: User, why: str) -> None:
    """End the wait without knowing; a task that turns up later is still taken. Raises Decided."""
    with transaction.atomic():
        generation = _still_open(submission, (Outcome.UNSURE,))
        Submission.objects.filter(pk=submission.pk).update(outcome=Outcome.GIVEN_UP)
        if generation.state == State.UNSURE and strangers.is_alone(submission):
            generation.move(
                State.FAILED,
                actor=actor,
                why=f"given up: {why}",
                failure=Failure.GAVE_UP,
                failure_reason=why[:500],
                charged=Charged.UNKNOWN,
            )
        else:
            generation.note(f"given up: {why}", actor=actor)
        lease.kick(generation.account)


def _still_open(submission: Submission, outcomes: Collection[Outcome]) -> Generation:
    """Return the submission's generation, which stays as it is in this transaction. Raises Decided."""
    Revision.take()
    submission.refresh_from_db()
    if submission.outcome not in outcomes:
        raise Decided
    return Generation.objects.select_related("account").get(pk=submission.generation_id)
