"""Submissions in doubt, and readings of a list, for tests."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from generations.lifecycle import dispatch, evidence
from generations.magnific.messages import Task, TaskStatus
from generations.models import Account, Generation, Lease, Outcome, State, Submission, User
from tests.factories import make_generation, make_user


def seconds_ago(seconds: float) -> Any:
    return timezone.now() - timedelta(seconds=seconds)


def make_doubt(username: str = "mia", *, ago: float = 1.0, **fields: Any) -> Submission:
    """A submission whose POST ended `ago` seconds ago, and nobody knows how; its sender has said so."""
    generation = make_generation(_user(username), State.UNSURE, **fields)
    submission = generation.submissions.get()
    times = {"claimed_at": seconds_ago(ago + 1), "answered_at": seconds_ago(ago)}
    Submission.objects.filter(pk=submission.pk).update(sender_reported=True, **times)
    submission.refresh_from_db()
    return submission


def make_accepted(task_id: str, *, ago: float, state: State = State.RENDERING, **fields: Any) -> Generation:
    """A generation whose POST was accepted as `task_id`, `ago` seconds ago."""
    generation = make_generation(_user("jo"), state, task_id=task_id, **fields)
    times = {"claimed_at": seconds_ago(ago), "answered_at": seconds_ago(ago)}
    generation.submissions.update(**times)
    return generation


def read_before(account: Account) -> None:
    """The list was read before, so what it shows from now on is new."""
    Lease.objects.get_or_create(account=account)
    Lease.objects.filter(account=account).update(listed_at=seconds_ago(30))


def read_list(account: Account, *task_ids: str, times: int = 1, status: str = "IN_PROGRESS") -> None:
    """Weigh a list that shows these tasks, so many times."""
    for _ in range(times):
        account.refresh_from_db()
        evidence.weigh(account, [Task(one, TaskStatus(status), status) for one in task_ids])


def run_until(done: Callable[[], object], account: Account, settings: Any, seconds: float = 20) -> None:
    """Let the dispatcher work, slice after slice, until something is so: a busy machine may take its time."""
    settings.SLICE_SECONDS = 0.3
    ends = time.monotonic() + seconds
    while not done() and time.monotonic() < ends:
        dispatch.run_slice(account.pk)


def outcome_of(submission: Submission) -> tuple[str, str, str]:
    """Return the submission's outcome, its task and the state of its generation."""
    submission = Submission.objects.select_related("generation").get(pk=submission.pk)
    return Outcome(submission.outcome), submission.task_id, State(submission.generation.state)


def _user(username: str) -> User:
    return User.objects.filter(username=username).first() or make_user(username)
