"""What the list proves about submissions in doubt. Nothing here ever sends; it can only find or release.

Strongest first: the callback (see `callbacks`), one new id for one doubt, absence, a person (see `unclear`).
"""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from generations.lifecycle import alarm, lease, strangers
from generations.lifecycle.attach import Proof, attach
from generations.lifecycle.sender import Sender
from generations.magnific.messages import Task
from generations.models import (
    Account,
    Charged,
    Generation,
    Outcome,
    Revision,
    State,
    StrangerTask,
    Submission,
)

logger = logging.getLogger(__name__)

AGENT: Final = "evidence"
READS_TO_ADOPT: Final = 3
READS_TO_RELEASE: Final = 5
ABSENCE_PATIENCE: Final = 3
"""Times `ABSENCE_SECONDS`: for so long the list is read only to learn that something is absent."""
STRANGERS: Final = "strangers"
"""The kind of pause that an unknown id leads to."""
SOMEBODY_ELSE: Final = (
    "Magnific lists tasks that this installation does not know: somebody else uses the key, or this "
    "database is an older copy. An admin has to say which."
)


def weigh(account: Account, tasks: Sequence[Task]) -> None:
    """Let one reading of the list count for or against every submission in doubt."""
    # Asked first: an answer that is recorded between the two must not make its task look like a stranger.
    doubts = strangers.unsettled(account)
    shown = strangers.note(account, tasks)
    if not doubts:
        _notice_others(account, shown)
    elif len(doubts) == 1:
        _adopt(account, doubts[0])
    listed = [task.task_id for task in tasks]
    for submission in doubts:
        _count_absence(account, submission, listed)


def doubt_is_fresh(account: Account) -> bool:
    """Whether sending waits, since the list can still settle a doubt."""
    in_doubt = Submission.objects.filter(account=account, outcome=Outcome.UNSURE)
    return _within(in_doubt, settings.UNSURE_LIST_SECONDS).exists()


def absence_may_settle(account: Account) -> bool:
    """Whether the list is worth reading only to learn that something in doubt was never received."""
    if not _may_release(account):
        return False
    doubts = Submission.objects.filter(account=account, outcome=Outcome.UNSURE)
    recent = _within(doubts, ABSENCE_PATIENCE * settings.ABSENCE_SECONDS)
    oldest = recent.order_by("answered_at").first()
    if oldest is None:
        return False
    later = Submission.objects.filter(account=account, claimed_at__gt=oldest.answered_at)
    return later.filter(outcome=Outcome.ACCEPTED).exists()


def release(submission: Submission, *, why: str, **who: object) -> bool:
    """Say that a submission was never received; its generation, if it has no other task, waits to be sent again.

    False if the submission is in doubt no more.
    """
    with transaction.atomic():
        Revision.take()
        generation = Generation.objects.select_related("account").get(pk=submission.generation_id)
        mine = Submission.objects.filter(pk=submission.pk, outcome=Outcome.UNSURE)
        if not mine.update(outcome=Outcome.RELEASED):
            return False
        if generation.state == State.UNSURE and strangers.is_alone(submission):
            generation.move(State.QUEUED, why=why, charged=Charged.NO, **who)  # type: ignore[arg-type]
        else:
            generation.note(why, **who)  # type: ignore[arg-type]
        lease.kick(generation.account)
    return True


def _within(submissions: QuerySet[Submission], seconds: float) -> QuerySet[Submission]:
    """Those whose wait ended so lately. A time in the future was written before a clock was set back: past."""
    now = timezone.now()
    return submissions.filter(answered_at__gt=now - timedelta(seconds=seconds), answered_at__lte=now)


def _notice_others(account: Account, shown: Sequence[StrangerTask]) -> None:
    """An id of nobody's, with no submission open: the key is used elsewhere, or our database is an old copy."""
    if account.is_shared or all(stranger.is_old for stranger in shown):
        return
    if _runs(account):
        alarm.mark_shared(account)
    else:
        alarm.pause(account, STRANGERS, SOMEBODY_ELSE)


def _adopt(account: Account, submission: Submission) -> None:
    """One doubt and one new id that stays: most likely they belong together, until the file says otherwise."""
    if account.is_shared or account.paused_kind == STRANGERS:
        return
    with transaction.atomic():
        Revision.take()
        found = strangers.candidates(account, submission)
        if len(found) == 1 and found[0].reads >= READS_TO_ADOPT and _list_can_settle(submission):
            attach(submission, found[0].task_id, found[0].status, Proof.LIST, agent=AGENT)


def _list_can_settle(submission: Submission) -> bool:
    """Whether it is still in doubt, lately so, and no other one that may turn up was closed by a person."""
    mine = Submission.objects.filter(pk=submission.pk, outcome=Outcome.UNSURE)
    in_doubt = mine.filter(generation__state=State.UNSURE)
    others = Submission.objects.filter(
        account_id=submission.account_id,
        outcome__in=[Outcome.RELEASED, Outcome.GIVEN_UP],
        claimed_at__gt=submission.claimed_at - timedelta(seconds=settings.UNSURE_LIST_SECONDS),
    )
    return _within(in_doubt, settings.UNSURE_LIST_SECONDS).exists() and not others.exists()


def _count_absence(account: Account, submission: Submission, listed: Sequence[str]) -> None:
    """Release what was never received: the list shows ours from before and after it, and nothing new since."""
    if not _may_release(account) or submission.outcome != Outcome.UNSURE or not _has_ended(submission):
        return
    if strangers.candidates(account, submission) or not _is_framed(account, submission, listed):
        return
    now = timezone.now()
    mine = Submission.objects.filter(pk=submission.pk, outcome=Outcome.UNSURE)
    mine.filter(absent_since=None).update(absent_since=now)
    mine.update(absent_reads=F("absent_reads") + 1)
    long_ago = now - timedelta(seconds=settings.ABSENCE_SECONDS)
    if mine.filter(absent_since__lte=long_ago, absent_reads__gte=READS_TO_RELEASE).exists():
        release(submission, why="the list shows that it was never received", agent=AGENT)


def _may_release(account: Account) -> bool:
    """Whether absence may decide: always in rehearsal, for money only if an admin has said so."""
    return (account.is_rehearsal or settings.MAGNIFIC_REQUEUE_ABSENT) and not account.is_shared


def _has_ended(submission: Submission) -> bool:
    """Whether nothing of it can still leave: its sender has said so, or is known to be dead, not just frozen."""
    sender = Sender(submission.host, submission.boot_id, submission.pid, submission.pid_started)
    return submission.sender_reported or sender.has_ended


def _is_framed(account: Account, submission: Submission, listed: Sequence[str]) -> bool:
    """Whether the list shows a task of ours from before the POST and one from after it had ended."""
    ours = Submission.objects.filter(account=account, outcome=Outcome.ACCEPTED, task_id__in=list(listed))
    certain = ours.filter(generation__is_provisional=False)
    before = Q(answered_at__lt=submission.claimed_at)
    after = Q(claimed_at__gt=submission.answered_at)
    return certain.filter(before).exists() and certain.filter(after).exists()


def _runs(account: Account) -> bool:
    return Generation.objects.filter(
        account=account, state__in=[State.SUBMITTING, State.RENDERING, State.SAVING]
    ).exists()
