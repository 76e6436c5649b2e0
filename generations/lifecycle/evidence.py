"""What the list proves about submissions in doubt. Nothing here ever sends; it can only find or release.

Strongest first: the callback (see `callbacks`), one new id for one doubt, absence, a person (see `unclear`).
"""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from generations.lifecycle import alarm, lease, strangers
from generations.lifecycle.attach import Proof, attach
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


def weigh(account: Account, tasks: Sequence[Task]) -> None:
    """Let one reading of the list count for or against every submission in doubt."""
    shown = strangers.note(account, tasks)
    doubts = strangers.unsettled(account)
    if not doubts:
        _notice_others(account, shown)
    elif len(doubts) == 1 and doubts[0].outcome == Outcome.UNSURE:
        _adopt(account, doubts[0], shown)
    listed = [task.task_id for task in tasks]
    for submission in doubts:
        if submission.outcome == Outcome.UNSURE:
            _count_absence(account, submission, listed)


def doubt_is_fresh(account: Account) -> bool:
    """Whether sending waits, since the list can still settle a doubt."""
    since = timezone.now() - timedelta(seconds=settings.UNSURE_LIST_SECONDS)
    in_doubt = Submission.objects.filter(account=account, outcome=Outcome.UNSURE, answered_at__gt=since)
    return in_doubt.filter(generation__state=State.UNSURE).exists()


def _notice_others(account: Account, shown: Sequence[StrangerTask]) -> None:
    """An id of nobody's, with no submission open: the key is used elsewhere, or our database is an old copy."""
    if account.is_shared or not any(not stranger.is_old for stranger in shown):
        return
    if _runs(account):
        logger.error(
            "%s shows tasks that are not ours: the list proves nothing until an admin looks.", account
        )
        Account.objects.filter(pk=account.pk).update(is_shared=True)
    else:
        alarm.pause(
            account,
            "strangers",
            "Magnific lists tasks that this installation does not know: somebody else uses the key, or this "
            "database is an older copy. An admin has to say which.",
        )


def _adopt(account: Account, submission: Submission, shown: Sequence[StrangerTask]) -> None:
    """One doubt and one new id that stays: most likely they belong together, until the file says otherwise."""
    fresh = timezone.now() - timedelta(seconds=settings.UNSURE_LIST_SECONDS)
    if account.is_shared or (submission.answered_at or fresh) < fresh:
        return
    candidates = strangers.candidates(account, submission)
    if len(candidates) != 1 or candidates[0].reads < READS_TO_ADOPT:
        return
    found = candidates[0]
    with transaction.atomic():
        attach(submission, found.task_id, found.status, Proof.LIST, agent=AGENT)
        Submission.objects.filter(pk=submission.pk).update(outcome=Outcome.ACCEPTED, task_id=found.task_id)


def _count_absence(account: Account, submission: Submission, listed: Sequence[str]) -> None:
    """Release what was never received: the list shows ours from before and after it, and nothing new between."""
    if not (account.is_rehearsal or settings.MAGNIFIC_REQUEUE_ABSENT) or account.is_shared:
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


def _is_framed(account: Account, submission: Submission, listed: Sequence[str]) -> bool:
    """Whether the list shows a task of ours from before the POST and one from after it had ended."""
    ours = Submission.objects.filter(account=account, outcome=Outcome.ACCEPTED, task_id__in=list(listed))
    before = Q(answered_at__lt=submission.claimed_at)
    after = Q(claimed_at__gt=submission.answered_at)
    return ours.filter(before).exists() and ours.filter(after).exists()


def release(submission: Submission, *, why: str, **who: object) -> bool:
    """Put a generation in doubt back into the line: it was never received. False if it is in doubt no more."""
    with transaction.atomic():
        Revision.take()
        generation = Generation.objects.select_related("account").get(pk=submission.generation_id)
        mine = Submission.objects.filter(pk=submission.pk, outcome=Outcome.UNSURE)
        if generation.state != State.UNSURE or not mine.update(outcome=Outcome.RELEASED):
            return False
        generation.move(State.QUEUED, why=why, charged=Charged.NO, **who)  # type: ignore[arg-type]
        lease.kick(generation.account)
    return True


def _runs(account: Account) -> bool:
    return Generation.objects.filter(
        account=account, state__in=[State.SUBMITTING, State.RENDERING, State.SAVING]
    ).exists()
