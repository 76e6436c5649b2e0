"""The dispatcher's part of Improve: asks for better texts, and for what became of them, when clips leave room.

A lost answer costs nothing here, so a text is asked for again. Each change is conditional on the stage that it
leaves: who was frozen meanwhile changes nothing.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from generations.lifecycle import alarm
from generations.lifecycle.account import UNAUTHORIZED
from generations.lifecycle.improve import GAVE_UP, PAUSED
from generations.lifecycle.pace import LONGEST_WAIT_SECONDS, Pace
from generations.lifecycle.verdict import rate_limit_wait
from generations.magnific.client import Client
from generations.magnific.errors import (
    AccountBlocked,
    Doubtful,
    NotFound,
    NotTaken,
    RateLimited,
    Refused,
    Unavailable,
)
from generations.magnific.rewriting import ImproveRequest, Rewritten
from generations.models import Account, Improvement, Stage
from generations.models.improvement import OPEN

logger = logging.getLogger(__name__)

MOST_TRIES: Final = 3
CLAIM_SECONDS: Final = 60.0
"""After which somebody else asks if whoever wanted to is never heard of again; longer than a POST may take."""
AGAIN_SECONDS: Final = 3.0
"""Between a lost answer and the next POST."""
NOT_SENT_SECONDS: Final = 10.0
SOONEST_SECONDS: Final = 1.0
LONGEST_PAUSE_SECONDS: Final = 15.0
AGE_SHARE: Final = 0.25
"""Between two get-ones passes a quarter of the time since the POST: from 1 s to 15 s."""
QUIET_SECONDS: Final = 60.0
"""A 429 silences the account for a minute at most: it may be about texts alone, and clips must go on."""

DUE_FIRST: Final = F("next_ask_at").asc(nulls_first=True)

REFUSED: Final = "Magnific refused this text."
FAILED_THERE: Final = "Magnific could not improve this text."
EMPTY: Final = "Magnific sent no text back. Try again, or say it in other words."
LOST: Final = "Magnific’s answer was lost each time it was asked. Try again later."
UNKNOWN: Final = "Magnific does not know this text any more. Try again."
LIMITED: Final = "Magnific takes no more texts for now. Try again later."


def open_ones(account: Account) -> QuerySet[Improvement]:
    """What an answer is waited for."""
    return Improvement.objects.filter(OPEN, account=account)


def ask_next(
    account: Account, client: Client, pace: Pace, may_go_on: Callable[[], bool], *, leave: int
) -> bool:
    """Make one request for the text that is due first, if `leave` others remain after it; True if one was made."""
    now = timezone.now()
    far = now + timedelta(seconds=LONGEST_WAIT_SECONDS)  # Beyond it: written before a clock was set back.
    due = Q(next_ask_at=None) | Q(next_ask_at__lte=now) | Q(next_ask_at__gt=far)
    for improvement in open_ones(account).filter(due).order_by(DUE_FIRST):
        asking = _Asking(improvement, client, pace)
        if asking.is_over(account):
            continue
        if not may_go_on() or not pace.spend(leave=leave):
            return False
        asking.ask()
        return True
    return False


@dataclass
class _Asking:
    improvement: Improvement
    client: Client
    pace: Pace

    def is_over(self, account: Account) -> bool:
        """Whether it is ended without a request: too old, or nothing may be sent at present."""
        if self._left() <= 0:
            self._fail(GAVE_UP)
        elif account.is_paused and self.improvement.stage == Stage.WAITING:
            self._fail(PAUSED)
        else:
            return False
        return True

    def ask(self) -> None:
        """Make the request that comes next. Trouble is noted and never goes further: clips do not depend on it."""
        try:
            if self.improvement.stage == Stage.WAITING:
                self._post()
            else:
                self._get()
        except RateLimited as error:
            self._slow_down(error)
        except AccountBlocked as error:
            self._blocked(error)

    def _post(self) -> None:
        """Claim it, ask, and write down the task. What is claimed is due again should this process die."""
        mine = {"tries": F("tries") + 1, "asked_at": timezone.now(), "next_ask_at": _after(CLAIM_SECONDS)}
        if self.improvement.tries >= MOST_TRIES:
            self._fail(LOST)
        elif self._change(**mine):
            try:
                created = self.client.create_improvement(ImproveRequest(self.improvement.text))
            except Refused as error:
                self._fail(_with_reason(REFUSED, _words_of(error)))
            except Doubtful as error:
                logger.warning("Asking for improvement %s is in doubt: %s", self.improvement.pk, error)
                self._change(next_ask_at=_after(AGAIN_SECONDS))
            except (RateLimited, AccountBlocked):
                self._not_taken(NOT_SENT_SECONDS)
                raise
            except NotTaken as error:
                logger.warning("Improvement %s was not sent: %s", self.improvement.pk, error)
                self._not_taken(NOT_SENT_SECONDS)
            else:
                self.pace.heed(created.rate)
                given = {"task_id": created.task.task_id, "next_ask_at": _after(SOONEST_SECONDS)}
                self._change(stage=Stage.ASKED, **given)

    def _get(self) -> None:
        try:
            found = self.client.get_improvement(self.improvement.task_id)
        except NotFound:
            self._later() if self._waited() < settings.IMPROVEMENT_SLOW_SECONDS else self._fail(UNKNOWN)
        except Unavailable as error:
            logger.warning("Magnific does not tell about improvement %s: %s", self.improvement.pk, error)
            self._later()
        else:
            self.pace.heed(found.rate)
            self._apply(found)

    def _apply(self, found: Rewritten) -> None:
        """Take the text. Done without one is asked about once more before it is believed."""
        if found.task.is_running:
            self._later()
        elif found.task.is_failed:
            self._fail(_with_reason(FAILED_THERE, found.task.reason))
        elif found.text:
            self._change(stage=Stage.DONE, answer=found.text, failure="")
        elif self.improvement.failure == EMPTY:
            self._fail(EMPTY)
        else:
            self._later(failure=EMPTY)

    def _slow_down(self, error: RateLimited) -> None:
        wait = rate_limit_wait(error)
        self.pace.hush(min(wait, QUIET_SECONDS))
        if wait < self._left():
            self._change(next_ask_at=_after(wait))
        else:
            self._fail(LIMITED)

    def _blocked(self, error: AccountBlocked) -> None:
        """Only a refused key says that clips cannot be sent either; all else may be about texts alone."""
        logger.error("Improvement %s: %s", self.improvement.pk, error)
        if error.kind == UNAUTHORIZED:
            alarm.pause(self.improvement.account, error.kind, error.message)
        self._fail(f"{error.message} An admin has to look.")

    def _not_taken(self, seconds: float) -> None:
        """It did not arrive, so it was no try."""
        self._change(tries=F("tries") - 1, next_ask_at=_after(seconds))

    def _later(self, **changes: Any) -> None:
        pause = min(max(self._waited() * AGE_SHARE, SOONEST_SECONDS), LONGEST_PAUSE_SECONDS)
        self._change(next_ask_at=_after(pause), **changes)

    def _fail(self, why: str) -> None:
        self._change(stage=Stage.FAILED, failure=why[:300])

    def _change(self, **changes: Any) -> bool:
        """Change it if nobody else has moved it on; True for the winner."""
        same = {"pk": self.improvement.pk, "stage": self.improvement.stage}
        return bool(Improvement.objects.filter(**same).update(**changes))

    def _waited(self) -> float:
        """Seconds since the POST; a clock that was set back makes none."""
        since = self.improvement.asked_at or timezone.now()
        return max((timezone.now() - since).total_seconds(), 0.0)

    def _left(self) -> float:
        """Seconds until it is given up."""
        age = (timezone.now() - self.improvement.created_at).total_seconds()
        longest = float(settings.IMPROVEMENT_GIVE_UP_SECONDS)
        return longest - age if abs(age) < longest else 0.0


def _after(seconds: float) -> datetime:
    return timezone.now() + timedelta(seconds=seconds)


def _words_of(error: Refused) -> str:
    return "; ".join(f"{one.name} {one.reason}" for one in error.invalid_params) or error.said


def _with_reason(sentence: str, said: str) -> str:
    """Add the vendor's own words, if there are any, and end as a sentence does."""
    return f"{sentence} It says: “{said}”." if said else sentence
