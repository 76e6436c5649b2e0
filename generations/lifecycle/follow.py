"""Following tasks: which to ask about, with as few requests as will do."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from generations import queue
from generations.lifecycle import evidence
from generations.lifecycle.apply import apply, apply_within, give_up
from generations.lifecycle.pace import Pace
from generations.magnific.client import Client
from generations.magnific.errors import NotFound, Unavailable
from generations.magnific.messages import Task
from generations.models import Account, Event, Failure, Generation, Revision, State

logger = logging.getLogger(__name__)

ASK_SOON_SECONDS: Final = 3.0
"""Between two get-ones for a task that has ended, says the list or a callback."""
ASK_AGAIN_SECONDS: Final = 10.0
"""Between two get-ones for a task that is done but has no link yet."""
MISSING_INTERVALS: Final = 15
"""List intervals between two get-ones for a task that the list does not show."""
MISSING_AT_ONCE: Final = 3
ASKED_AT_ONCE: Final = 50
ASKING_SECONDS: Final = 0.5
"""Answers to get-ones are applied together, after so many or so long: a finished clip must not wait for others."""
MOST_MARKED: Final = 100
LATE_ASK_SECONDS: Final = 3600.0
"""Between two get-ones for a task that we had given up and the list says is done."""
OLD_AGE_SHARE: Final = 1 / 60
"""A slow task is looked at every sixtieth of its age: each minute in its first hour, then ever more rarely."""
OLDEST_ASKED: Final = F("vendor_checked_at").asc(nulls_first=True)


def followed(account: Account) -> QuerySet[Generation]:
    """What Magnific is asked about: what renders, and what is finished but has no link (any more)."""
    return Generation.objects.filter(
        Q(state=State.RENDERING) | Q(result_url=""),
        account=account,
        state__in=(State.RENDERING, State.SAVING),
    )


def marked(account: Account) -> QuerySet[Generation]:
    """What the list, a callback or a person gave reason to ask about, whatever state it is in."""
    return Generation.objects.filter(account=account, ask_now=True, task_id__isnull=False)


def follow(account: Account, client: Client, pace: Pace, may_go_on: Callable[[], bool]) -> None:
    """Learn the state of all that runs with one list request, then ask singly for what that does not tell.

    `may_go_on` is asked before each further request. Raises the client's RateLimited, AccountBlocked or
    Unavailable.
    """
    listing = client.list()
    pace.heed(listing.rate)
    if not pace.is_held():
        return  # Frozen meanwhile: what this list says may be long past.
    evidence.weigh(account, listing.tasks)
    listed = {task.task_id: task for task in listing.tasks}
    ended, missing = [], []
    for generation in followed(account).order_by(OLDEST_ASKED):
        task = listed.get(generation.task_id or "")
        if task is None:
            missing.append(generation)
        elif _says_enough(task, generation):
            apply(generation, task)
            _give_up_if_too_old(generation)
        else:
            ended.append(generation)
    _ask_all(_remembered(_of_ended(ended)), client, pace, may_go_on)
    _ask_all(_of_missing(missing)[:MISSING_AT_ONCE], client, pace, may_go_on)
    late = _failed_but_done(account, listing.tasks)
    _ask_all(_not_asked_for(late, LATE_ASK_SECONDS), client, pace, may_go_on)


def ask_marked(account: Account, client: Client, pace: Pace, may_go_on: Callable[[], bool]) -> bool:
    """Ask about what is marked; True if anything was asked."""
    due = _not_asked_for(marked(account).order_by(OLDEST_ASKED)[:MOST_MARKED], ASK_SOON_SECONDS)
    return _ask_all(due[:MISSING_AT_ONCE], client, pace, may_go_on)


def _give_up_if_too_old(generation: Generation) -> None:
    """End a wait that has no end of its own, but only now that Magnific has just been asked."""
    waited = timezone.now() - (generation.accepted_at or generation.state_at)
    if generation.state == State.RENDERING and waited.total_seconds() > settings.GIVE_UP_AFTER_SECONDS:
        give_up(generation)


def _says_enough(task: Task, generation: Generation) -> bool:
    """A list entry is enough while the task runs, or when it comes with a link that is wanted.

    A link that has expired is asked for singly: the list may still show the old one.
    """
    return generation.state == State.RENDERING and (task.is_running or bool(task.generated))


def _of_ended(ended: Sequence[Generation]) -> list[Generation]:
    """What is asked about at once, and less often when it is known to be done but without a link."""
    empty = [one for one in ended if one.empty_since]
    others = [one for one in ended if not one.empty_since]
    return _not_asked_for(others, ASK_SOON_SECONDS) + _not_asked_for(empty, ASK_AGAIN_SECONDS)


def _remembered(ended: Sequence[Generation]) -> Sequence[Generation]:
    """Mark what the list says has ended: whom the budget does not reach now need not wait for another list."""
    if ended:
        Generation.objects.filter(pk__in=[one.pk for one in ended]).update(ask_now=True)
    for one in ended:
        one.ask_now = True
    return ended


def _of_missing(missing: Sequence[Generation]) -> list[Generation]:
    """The list may lag: what was accepted a moment ago need not be asked about."""
    pause = timedelta(seconds=MISSING_INTERVALS * settings.LIST_INTERVAL_SECONDS)
    now = timezone.now()
    young = [one for one in missing if one.accepted_at and now - pause < one.accepted_at <= now]
    return _not_asked_for([one for one in missing if one not in young], pause.total_seconds())


def _not_asked_for(generations: Iterable[Generation], seconds: float) -> list[Generation]:
    """Those last asked about longer ago, or a share of their age: an old one is asked about ever more rarely."""
    now = timezone.now()

    def is_due(one: Generation) -> bool:
        age = (now - one.accepted_at).total_seconds() if one.accepted_at else 0.0
        pause = timedelta(seconds=max(seconds, age * OLD_AGE_SHARE))
        # A time in the future was written before a clock was set back.
        return not (one.vendor_checked_at and now - pause < one.vendor_checked_at <= now)

    return [one for one in generations if is_due(one)]


def _failed_but_done(account: Account, tasks: Sequence[Task]) -> QuerySet[Generation]:
    done = [task.task_id for task in tasks if task.is_completed]
    return Generation.objects.filter(
        account=account,
        state=State.FAILED,
        failure__in=[Failure.GAVE_UP, Failure.NO_RESULT, Failure.FAILED_THERE],
        task_id__in=done,
    )


def _ask_all(
    generations: Iterable[Generation], client: Client, pace: Pace, may_go_on: Callable[[], bool]
) -> bool:
    """Ask while the budget lasts; one that gets no answer ends the round, and comes last in the next."""
    due, asked = list(generations), list[Generation]()
    budget = pace.spend_some(len(due)) if due else 0
    try:
        while len(asked) < budget:
            some = due[len(asked) : min(len(asked) + ASKED_AT_ONCE, budget)]
            if not _ask_some(some, asked, client, pace, may_go_on):
                break
    finally:
        pace.give_back(budget - len(asked))
    return bool(asked)


def _ask_some(
    generations: Sequence[Generation],
    asked: list[Generation],
    client: Client,
    pace: Pace,
    may_go_on: Callable[[], bool],
) -> bool:
    """Ask about some, for a while, and apply the answers together; True if the round may go on.

    Each that is asked about is added to `asked`. Nothing is lost between answer and transaction: it is asked again.
    """
    before, ends = len(asked), time.monotonic() + ASKING_SECONDS
    answers: dict[UUID, Task | None] = {}
    _mark(generations, ask_now=False)  # Before: who calls meanwhile marks it anew.
    try:
        for generation in generations:
            if not may_go_on() or pace.is_quiet():
                return False
            asked.append(generation)
            answers[generation.pk] = _ask(generation, client, pace)
            if time.monotonic() > ends:
                break
    except Unavailable as error:
        logger.warning("Magnific does not tell about task %s: %s", asked[-1].task_id, error)
        return False
    else:
        return True
    finally:
        _mark(asked[before:], vendor_checked_at=timezone.now())
        _mark([one for one in generations if one.ask_now and one.pk not in answers], ask_now=True)
        _apply_all(answers)


def _mark(generations: Sequence[Generation], **facts: Any) -> None:
    if generations:
        Generation.objects.filter(pk__in=[one.pk for one in generations]).update(**facts)


def _ask(generation: Generation, client: Client, pace: Pace) -> Task | None:
    """Return what Magnific says of it, or None if it does not know it (yet). Raises MagnificError."""
    try:
        found = client.get(generation.task_id or "")
    except NotFound:
        # Replication over there lags, or the task is gone: time decides which.
        logger.info("Magnific does not know task %s (yet).", generation.task_id)
        return None
    pace.heed(found.rate)
    return found.task


def _apply_all(answers: dict[UUID, Task | None]) -> None:
    if not answers:
        return
    with transaction.atomic(), Event.objects.together():
        revision, to_save = Revision.take(), list[UUID]()
        for generation in Generation.objects.select_related("account").filter(pk__in=list(answers)):
            task = answers[generation.pk]
            if task and apply_within(generation, task, revision):
                to_save.append(generation.pk)
            _give_up_if_too_old(generation)
        queue.kick_save(*to_save)
