"""The dispatcher: a slice of work for one account, by the one process that holds its lease."""

import logging
import time
from dataclasses import dataclass, field
from typing import Final

from django.conf import settings

from generations import queue, stopping
from generations.lifecycle import (
    alarm,
    brakes,
    callbacks,
    evidence,
    improving,
    lease,
    line,
    receipts,
    strangers,
    submit,
    trials,
)
from generations.lifecycle.account import UNAUTHORIZED, key_works
from generations.lifecycle.follow import ask_marked, follow, followed, marked
from generations.lifecycle.interval import list_interval
from generations.lifecycle.lease import Holding
from generations.lifecycle.pace import LEAST_BURST, Pace
from generations.lifecycle.vendor import make_client
from generations.lifecycle.verdict import Verdict, rate_limit_wait
from generations.magnific.client import Client
from generations.magnific.errors import AccountBlocked, RateLimited, Unavailable
from generations.media.errors import DiskFull
from generations.models import Account, Delivery, Generation, Heartbeat, Outcome
from generations.models.submission import new_callback_token

logger = logging.getLogger(__name__)

LOOK_SECONDS: Final = 0.15
"""Between two looks at the database while there is nothing to do but wait."""
BEAT_SECONDS: Final = 10.0
POSTING_SECONDS: Final = 0.5
"""POSTs follow each other for so long before the dispatcher looks around again."""
MOST_POSTS: Final = 20
"""What is got ready for that time: hardly more will do, and receipts that were not needed cost too."""
TROUBLE_SECONDS: Final = 30.0
"""Nothing is asked for so long when Magnific does not answer a list request, or the key does not work."""


def run_slice(account_id: int) -> None:
    """Send and follow for at most `SLICE_SECONDS`, then let go and ring again if work is left.

    Does nothing for an account that is not the environment's: what was queued in rehearsal stays there.
    """
    account = Account.objects.current()
    if account.pk != account_id:
        return
    holding = lease.acquire(account)
    if holding is None:
        return
    left = False
    try:
        left = _Slice(account, make_client(), Pace(holding), holding).run()
    finally:
        kicked = lease.release(holding)
    if left or kicked:
        queue.kick_dispatcher(account.pk)


@dataclass
class _Slice:
    account: Account
    client: Client
    pace: Pace
    holding: Holding
    ends: float = field(default=0.0, init=False)
    next_beat: float = field(default=0.0, init=False)

    def may_go_on(self) -> bool:
        """Whether another request may begin: there is time in this slice, and nobody asked to stop."""
        return time.monotonic() < self.ends and not stopping.is_requested()

    def run(self) -> bool:
        """Work until the time is up or nothing is left; True if something is left."""
        self.ends = time.monotonic() + settings.SLICE_SECONDS
        submit.close_abandoned(self.account)
        while self.may_go_on():
            self._beat()
            self.pace.renew()
            self.account.refresh_from_db()
            callbacks.read_deliveries(self.account)
            if self._talk():
                continue
            if not self._has_work():
                return False
            time.sleep(LOOK_SECONDS)
        return True

    def _talk(self) -> bool:
        """Ask and send what is due; True if a request was made. Trouble slows the pace and is noted."""
        try:
            asked = trials.answer_key(self.client, self.pace, self.may_go_on)
            asked = ask_marked(self.account, self.client, self.pace, self.may_go_on) or asked
            asked = self._list() or asked
            asked = self._send() or asked
            return self._improve() or asked
        except RateLimited as error:
            self.pace.hush(rate_limit_wait(error))
        except AccountBlocked as error:
            alarm.pause(self.account, error.kind, error.message)
            self.pace.hush(TROUBLE_SECONDS)
        except Unavailable as error:
            logger.warning("Magnific does not tell what runs: %s", error)
            self.pace.hush(TROUBLE_SECONDS)
        return True

    def _improve(self) -> bool:
        """Ask about a text when clips leave room: a list that is due needs two requests."""
        leave = int(LEAST_BURST) if self.pace.may_list() and (self._is_followed() or self._waits()) else 0
        return improving.ask_next(self.account, self.client, self.pace, self.may_go_on, leave=leave)

    def _beat(self) -> None:
        if time.monotonic() >= self.next_beat:
            Heartbeat.beat(queue.MAIN_CLUSTER)
            self.next_beat = time.monotonic() + BEAT_SECONDS

    def _has_work(self) -> bool:
        asks = marked(self.account).exists()
        clips = asks or self._waits() or self._is_followed() or self._key_is_blocked()
        return clips or improving.open_ones(self.account).exists() or trials.asks_for_key()

    def _waits(self) -> bool:
        return not self.account.is_paused and line.sendable(self.account).exists()

    def _has_room(self) -> bool:
        return line.running(self.account) < settings.MAGNIFIC_MAX_CONCURRENT

    def _is_followed(self) -> bool:
        if followed(self.account).exists() or self._has_unread():
            return True
        return evidence.doubt_is_fresh(self.account) or evidence.absence_may_settle(self.account)

    def _has_unread(self) -> bool:
        mine = Delivery.objects.filter(read_at=None, submission__account=self.account)
        return mine.exclude(submission__outcome=Outcome.OPEN).exists()

    def _key_is_blocked(self) -> bool:
        """Of all troubles only a refused key shows its end in the list, which costs nothing."""
        return self.account.is_paused and self.account.paused_kind == UNAUTHORIZED

    def _list(self) -> bool:
        """Read the list when its time has come and something hangs on it."""
        for_sending = not self.pace.has_looked() and self._waits() and self._has_room()
        followed_now = self.pace.may_list() and (self._is_followed() or self._key_is_blocked())
        is_due = for_sending or followed_now
        # What the list tells may need a question of its own, so one request is left for that.
        if not is_due or not self.may_go_on() or not self.pace.spend(leave=1):
            return False
        self.pace.hold_lists(list_interval(self.account))
        follow(self.account, self.client, self.pace, self.may_go_on)
        self.pace.renew()
        if self._key_is_blocked():
            key_works(self.account)
        return True

    def _send(self) -> bool:
        """Send the next in line if account, doubt, pace, concurrency and budget allow it."""
        if not self.may_go_on() or self.account.is_paused:
            return False
        if not self.pace.may_post() or not self.pace.has_looked():
            return False
        if evidence.doubt_is_fresh(self.account) or strangers.some_open(self.account):
            return False
        room = settings.MAGNIFIC_MAX_CONCURRENT - line.running(self.account)
        waiting = line.next_in_line(self.account, min(room, MOST_POSTS)) if room > 0 else []
        return self._send_all(brakes.let_go(waiting))

    def _send_all(self, waiting: list[Generation]) -> bool:
        """Send one after the other until the time of this look is up, the budget is, or one is not accepted.

        A look at all that is to be known before a POST serves for so many: only our own answers could change it.
        """
        ends = time.monotonic() + POSTING_SECONDS
        budget = self.pace.spend_on_posts(len(waiting)) if waiting else 0
        line = list(zip(waiting, self._receipts(budget), strict=False))
        sent = 0
        for answer in submit.submit_all(
            line, self.holding, self.client, lambda: time.monotonic() < ends and self.may_go_on()
        ):
            sent += 1
            if not answer.is_plain:
                self._slow_down(answer, waiting[sent - 1])
        self.pace.give_back(budget - sent)
        return sent > 0

    def _receipts(self, count: int) -> list[str]:
        """Prepare a receipt for each POST to come; none, and nothing is sent for a while, if the disk refuses."""
        tokens = [new_callback_token() for _ in range(count)]
        try:
            if tokens:
                receipts.prepare(*tokens)
        except (OSError, DiskFull):
            logger.exception("Nothing is sent: receipts cannot be written to %s.", settings.RECEIPTS_DIR)
            self.pace.hold_posts(TROUBLE_SECONDS)
            receipts.discard(*tokens)
            return []
        return tokens

    def _slow_down(self, answer: Verdict, generation: Generation) -> None:
        """After a doubt the list is read at once: it must answer before anything else is sent."""
        if answer.wait:
            self.pace.hold_posts(answer.wait * _growth(generation))
        if answer.quiet:
            self.pace.hush(answer.quiet)
        if answer.outcome == Outcome.UNSURE:
            self.pace.forget_look()
            self.pace.hold_lists(0)


def _growth(generation: Generation) -> int:
    """Twice as long after each POST that could not be sent, up to 32 times."""
    not_sent = generation.submissions.filter(outcome=Outcome.NOT_TAKEN, http_status=None).count()
    return int(2 ** min(max(not_sent - 1, 0), 5))
