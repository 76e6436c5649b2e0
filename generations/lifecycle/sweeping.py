"""The sweep: every minute it finds what is due and rings for it; after a power cut it is all it takes."""

import logging
import time
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from generations import queue
from generations.lifecycle import (
    brakes,
    improve,
    improving,
    lease,
    line,
    mailing,
    notices,
    previews,
    receipts,
    slow,
    strangers,
    submit,
    trash,
    trials,
)
from generations.lifecycle.follow import followed, marked
from generations.lifecycle.saving import may_be_claimed
from generations.models import Account, Delivery, Generation, Heartbeat, Outcome, State, Submission

logger = logging.getLogger(__name__)

NUDGE_AGAIN_SECONDS: Final = 50.0
"""An item in the queue is given this long before another is put beside it."""
MOST: Final = 50
"""Previews, and lighter copies, that are rung for in one sweep: what is made anew must not fill the queue."""
PART_KEPT_SECONDS: Final = 2 * 86400.0


def sweep() -> None:
    """Do all that no event will do: each part on its own, so that one fault does not stop the others."""
    Heartbeat.beat(queue.MAIN_CLUSTER)
    for part in (
        _collect_receipts,
        _close_abandoned_submissions,
        slow.refresh,
        brakes.watch,
        improve.tidy,
        trials.close_overdue,
        _ring_for_dispatcher,
        _ring_for_savers,
        _ring_for_previews,
        _ring_for_proxies,
        _ring_for_mails,
        notices.tidy,
        _remove_old_parts,
        trash.purge,
    ):
        try:
            part()
        except Exception:
            logger.exception("The sweep's %s failed.", part.__name__)


def _collect_receipts() -> None:
    for token, answer in receipts.left_over():
        submission = Submission.objects.filter(callback_token=token).first()
        if answer and submission:
            submit.record(submission, answer)
        elif answer:
            logger.error("A receipt for task %r belongs to no submission of this database.", answer.task_id)
        elif submission.outcome != Outcome.OPEN if submission else receipts.is_old(token):
            receipts.discard(token)


def _close_abandoned_submissions() -> None:
    for account in Account.objects.all():
        submit.close_abandoned(account)


def _ring_for_dispatcher() -> None:
    account = Account.objects.current()
    unread = Delivery.objects.filter(submission__account=account, read_at=None)
    texts = improving.open_ones(account)
    due = (followed(account), marked(account), line.sendable(account), unread, texts)
    if any(rows.exists() for rows in due) or strangers.unsettled(account) or trials.asks_for_key():
        lease.kick(account)


def _ring_for_savers() -> None:
    waiting = Generation.objects.filter(may_be_claimed(), state=State.SAVING).exclude(result_url="")
    due = list(_not_rung_lately(waiting).values_list("pk", flat=True))
    queue.kick_save(*due)
    Generation.objects.filter(pk__in=due).update(nudged_at=timezone.now())


def _ring_for_previews() -> None:
    for generation in _not_rung_lately(previews.without_previews())[:MOST]:
        queue.kick_previews(generation.pk)
        Generation.objects.filter(pk=generation.pk).update(nudged_at=timezone.now())


def _ring_for_proxies() -> None:
    for generation in _not_rung_lately(previews.without_proxy())[:MOST]:
        queue.kick_proxy(generation.pk)
        Generation.objects.filter(pk=generation.pk).update(nudged_at=timezone.now())


def _ring_for_mails() -> None:
    if mailing.is_due():
        queue.kick_mails()


def _not_rung_lately(generations: QuerySet[Generation]) -> QuerySet[Generation]:
    now, pause = timezone.now(), timedelta(seconds=NUDGE_AGAIN_SECONDS)
    lately = Q(nudged_at__gt=now - pause, nudged_at__lte=now)
    return generations.exclude(lately)


def _remove_old_parts() -> None:
    """Parts of clips that are saved or given up; one that may still be resumed is young."""
    for part in (Path(settings.MEDIA_ROOT) / "parts").glob("*"):
        try:
            if time.time() - part.stat().st_mtime > PART_KEPT_SECONDS:
                part.unlink()
        except FileNotFoundError:  # A saver was faster.
            continue
