"""Tests of the set-up: a person asks by a row, a worker finds out and writes down what it found."""

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from generations import queue
from generations.lifecycle import lease, trying
from generations.lifecycle.pace import Pace
from generations.lifecycle.trying import Found
from generations.lifecycle.verdict import rate_limit_wait
from generations.magnific.client import Client
from generations.magnific.errors import RateLimited
from generations.models import Account, Trial, Tried, User

logger = logging.getLogger(__name__)

WAIT: Final = timedelta(seconds=60)
"""Longer than any test takes; what nobody has answered by then nobody will."""
NOBODY: Final = (
    "Nobody answered within a minute: the cluster {cluster} does not run, or is busy. Its log says more."
)
NOBODY_ASKED: Final = (
    "Magnific was not asked within a minute: the cluster kling does not run, or Magnific has asked for quiet."
)
BROKEN: Final = "The test itself broke. The log of the cluster {cluster} says why."
CLUSTERS: Final = {
    Tried.CALLBACK: queue.SAVING_CLUSTER,
    Tried.MAIL: queue.SAVING_CLUSTER,
    Tried.STORAGE: queue.SAVING_CLUSTER,
    Tried.KLING: queue.MAIN_CLUSTER,
    Tried.SAVING: queue.SAVING_CLUSTER,
}
"""Who answers: storage is tried by the process that saves. The key is tried by who holds the account's lease."""
TESTS: Final[dict[Tried, Callable[[Trial], Found]]] = {
    Tried.CALLBACK: trying.callback,
    Tried.MAIL: trying.mail_server,
    Tried.STORAGE: trying.storage,
    Tried.KLING: trying.ping,
    Tried.SAVING: trying.ping,
}


def ask(whats: Iterable[Tried], *, actor: User) -> None:
    """Have these tested. One that is under way already is not begun twice."""
    with transaction.atomic():
        close_overdue()
        for what in whats:
            trial, is_new = Trial.objects.get_or_create(
                what=what, answered_at=None, defaults={"asked_by": actor}
            )
            if is_new and what == Tried.KEY:
                lease.kick(Account.objects.current())
            elif is_new:
                queue.kick_trial(trial.pk, CLUSTERS[what])


def newest() -> dict[Tried, Trial]:
    """Return the newest of each, by what was tested. One query."""
    ids = Trial.objects.order_by().values("what").annotate(newest=Max("pk")).values("newest")
    found = Trial.objects.filter(pk__in=ids).select_related("asked_by")
    return {Tried(trial.what): trial for trial in found}


def is_overdue(trial: Trial) -> bool:
    """Whether nobody will answer any more; also one from the future, asked before a clock was set back."""
    return trial.is_open and abs(timezone.now() - trial.asked_at) > WAIT


def nobody(trial: Trial) -> str:
    """Return what is said of one that is overdue."""
    cluster = CLUSTERS.get(Tried(trial.what))
    return NOBODY.format(cluster=cluster) if cluster else NOBODY_ASKED


def close_overdue() -> None:
    """End the wait for what nobody will answer."""
    for trial in Trial.objects.filter(answered_at=None):
        if is_overdue(trial):
            _write(trial, Found(False, nobody(trial)))


def answer(trial_id: int) -> None:
    """Make a test and write down what it found. One that is answered, or was never asked for, is left alone."""
    trial = Trial.objects.filter(pk=trial_id, answered_at=None).select_related("asked_by").first()
    if trial is None:
        return
    what = Tried(trial.what)
    try:
        found = TESTS[what](trial)
    except Exception:
        logger.exception("The test of %s broke.", what)
        found = Found(False, BROKEN.format(cluster=CLUSTERS[what]))
    _write(trial, found)


def asks_for_key() -> bool:
    """Whether the dispatcher has a key to test."""
    return _open_key().exists()


def answer_key(client: Client, pace: Pace, may_go_on: Callable[[], bool]) -> bool:
    """For the dispatcher: ask Magnific for the list, which costs nothing; True if a request was made."""
    trial = _open_key().first()
    if trial is None or not may_go_on() or not pace.spend():
        return False
    try:
        found = trying.key(client)
    except RateLimited as error:
        pace.hush(rate_limit_wait(error))
        found = Found(True, trying.LIMITED)
    _write(trial, found)
    return True


def _open_key() -> QuerySet[Trial]:
    return Trial.objects.filter(what=Tried.KEY, answered_at=None)


def _write(trial: Trial, found: Found) -> None:
    """Write it down unless somebody has answered meanwhile."""
    still_open = Trial.objects.filter(pk=trial.pk, answered_at=None)
    still_open.update(answered_at=timezone.now(), is_good=found.is_good, found=found.words[:500])
