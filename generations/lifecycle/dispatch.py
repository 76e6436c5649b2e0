"""The dispatcher: a slice of work for one account, by the one process that holds its lease."""

import logging
import time
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from generations import queue, stopping
from generations.lifecycle import lease, line
from generations.lifecycle.follow import follow, followed
from generations.lifecycle.lease import Holding
from generations.lifecycle.pace import Pace
from generations.lifecycle.submit import submit
from generations.lifecycle.vendor import make_client
from generations.lifecycle.verdict import rate_limit_wait
from generations.magnific.client import Client
from generations.magnific.errors import AccountBlocked, RateLimited, Unavailable
from generations.media.errors import DiskFull
from generations.models import Account, Generation, Heartbeat, Outcome, State

logger = logging.getLogger(__name__)

LOOK_SECONDS: Final = 0.15
"""Between two looks at the database while there is nothing to do but wait."""
BEAT_SECONDS: Final = 10.0
TROUBLE_SECONDS: Final = 30.0
"""Between two list requests while Magnific does not answer them."""


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
        left = _Slice(account, holding, make_client()).run()
    finally:
        kicked = lease.release(holding)
    if left or kicked:
        queue.kick_dispatcher(account.pk)


@dataclass
class _Slice:
    account: Account
    holding: Holding
    client: Client
    ends: float = 0.0
    next_beat: float = 0.0

    def may_go_on(self) -> bool:
        """Whether another request may begin: there is time in this slice, and nobody asked to stop."""
        return time.monotonic() < self.ends and not stopping.is_requested()

    def run(self) -> bool:
        """Work until the time is up or nothing is left; True if something is left."""
        self.ends = time.monotonic() + settings.SLICE_SECONDS
        while self.may_go_on():
            self._beat()
            self.account.refresh_from_db()
            if not self._has_work():
                return False
            worked = self._follow()
            worked = self._send() or worked
            if not worked:
                time.sleep(LOOK_SECONDS)
        return True

    @property
    def _pace(self) -> Pace:
        return Pace(self.holding)

    def _beat(self) -> None:
        if time.monotonic() >= self.next_beat:
            Heartbeat.beat(queue.MAIN_CLUSTER)
            self.next_beat = time.monotonic() + BEAT_SECONDS

    def _has_work(self) -> bool:
        waiting = Generation.objects.filter(account=self.account, state=State.QUEUED)
        return (not self.account.is_paused and waiting.exists()) or followed(self.account).exists()

    def _send(self) -> bool:
        """Send the next in line if account, pace, concurrency and budget allow it."""
        if not self.may_go_on() or self.account.is_paused or not self._pace.may_post():
            return False
        if line.running(self.account) >= settings.MAGNIFIC_MAX_CONCURRENT:
            return False
        generation = line.next_in_line(self.account)
        if generation is None or not self._pace.spend():
            return False
        try:
            answer = submit(generation, self.holding, self.client)
        except (OSError, DiskFull):
            logger.exception("Nothing is sent: receipts cannot be written to %s.", settings.RECEIPTS_DIR)
            self._pace.hold_posts(TROUBLE_SECONDS)
            return True
        if answer and answer.wait:
            self._pace.hold_posts(answer.wait * self._growth(generation))
        return True

    def _growth(self, generation: Generation) -> int:
        """Twice as long after each POST that could not be sent, up to 32 times."""
        not_taken = generation.submissions.filter(outcome=Outcome.NOT_TAKEN, http_status=None).count()
        return 2 ** min(max(not_taken - 1, 0), 5)

    def _follow(self) -> bool:
        """Ask about all that runs, once per interval; trouble is noted and slows the asking down."""
        if not self._pace.may_list() or not followed(self.account).exists() or not self._pace.spend():
            return False
        self._pace.hold_lists(settings.LIST_INTERVAL_SECONDS)
        try:
            follow(self.account, self.client, self._pace, self.may_go_on)
        except RateLimited as error:
            self._slow_down(rate_limit_wait(error))
        except AccountBlocked as error:
            self.account.pause(error.message)
            self._pace.hold_lists(TROUBLE_SECONDS)
        except Unavailable as error:
            logger.warning("Magnific does not tell what runs: %s", error)
            self._pace.hold_lists(TROUBLE_SECONDS)
        return True

    def _slow_down(self, seconds: float) -> None:
        self._pace.hold_lists(seconds)
        self._pace.hold_posts(seconds)
