"""What a person decides about a submission in doubt; each decision bears a name and a reason."""

from dataclasses import dataclass

from django.db import transaction

from generations.lifecycle import evidence, lease, strangers
from generations.lifecycle.attach import Proof, attach
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


class Decided(Exception):
    """It is in doubt no more: the answer came, or somebody was faster."""


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
    """Say that this submission made `task_id`; return the generation that has it. Raises Decided."""
    with transaction.atomic():
        _still_in_doubt(submission)
        generation = attach(submission, task_id, "", Proof.PERSON, actor=actor)
        generation.note(f"adopted {task_id}: {why}", actor=actor)
        Submission.objects.filter(pk=submission.pk).update(outcome=Outcome.ACCEPTED, task_id=task_id)
        lease.kick(generation.account)
    return generation


def queue_again(submission: Submission, *, actor: User, why: str) -> None:
    """Say that Magnific never received it: it will be sent once more. Raises Decided."""
    if not evidence.release(submission, why=f"never received: {why}", actor=actor):
        raise Decided


def give_up(submission: Submission, *, actor: User, why: str) -> None:
    """End the wait without knowing; a task that turns up later is still taken. Raises Decided."""
    with transaction.atomic():
        generation = _still_in_doubt(submission)
        Submission.objects.filter(pk=submission.pk).update(outcome=Outcome.GIVEN_UP)
        generation.move(
            State.FAILED,
            actor=actor,
            why=f"given up: {why}",
            failure=Failure.GAVE_UP,
            failure_reason=why[:500],
            charged=Charged.UNKNOWN,
        )


def _still_in_doubt(submission: Submission) -> Generation:
    Revision.take()
    generation = Generation.objects.select_related("account").get(pk=submission.generation_id)
    submission.refresh_from_db()
    if generation.state != State.UNSURE or submission.outcome != Outcome.UNSURE:
        raise Decided
    return generation
