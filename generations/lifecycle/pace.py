"""How fast an account is asked. Kept in the lease's row: it survives a crash and holds for all machines."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils import timezone

from generations.lifecycle.lease import Holding
from generations.lifecycle.verdict import quiet_seconds
from generations.magnific.messages import RateLimit
from generations.models import Lease

LONGEST_WAIT_SECONDS: Final = 3600.0
"""A stored time further ahead than this counts as past: a clock set back must not stop anything."""

LOOK_SECONDS: Final = 60.0
"""How long one reading of the list serves for POSTs that follow it."""

BURST_SHARE: Final = 0.2
"""Of the minute's budget, how much may go at once; the rest comes back second by second."""

LEAST_BURST: Final = 2.0
"""A list request is made only if one more may follow it."""


@dataclass
class Pace:
    """The pace of one account, in the hands of its dispatcher, who alone changes it.

    The row is read once and remembered until `renew`. What was lost meanwhile shows when something is spent.
    """

    holding: Holding
    _lease: Lease | None = field(default=None, init=False)

    def renew(self) -> None:
        """Read the row again before the next answer."""
        self._lease = None

    def may_post(self) -> bool:
        """Whether the time for the next POST has come."""
        return _has_come(self._read().next_post_at)

    def may_list(self) -> bool:
        """Whether the time for the next list request has come."""
        return _has_come(self._read().next_list_at)

    def hold_posts(self, seconds: float) -> None:
        """Send nothing for so many seconds."""
        self._write(next_post_at=_after(seconds))

    def hold_lists(self, seconds: float) -> None:
        """Ask for no list for so many seconds."""
        self._write(next_list_at=_after(seconds))

    def has_looked(self) -> bool:
        """Whether the list was read lately: before a POST the ids that exist already must be on record."""
        looked = self._read().listed_at
        return looked is not None and 0 <= (timezone.now() - looked).total_seconds() < LOOK_SECONDS

    def forget_look(self) -> None:
        """Ask for a list before the next POST, whatever was seen before."""
        self._write(listed_at=None)

    def hush(self, seconds: float) -> None:
        """Ask for nothing at all for so many seconds."""
        self._write(quiet_until=_after(seconds))

    def heed(self, rate: RateLimit | None) -> None:
        """Wait for the next window when Magnific says that this one is used up."""
        if seconds := quiet_seconds(rate):
            self.hush(seconds)

    def is_quiet(self) -> bool:
        """Whether nothing may be asked at all for the moment."""
        return not _has_come(self._read().quiet_until)

    def is_held(self) -> bool:
        """Whether this dispatcher still holds the lease. One that was frozen does not know by itself."""
        return Lease.objects.filter(pk=self.holding.account_id, fence=self.holding.fence).exists()

    def spend(self, *, leave: int = 0) -> bool:
        """Take one request from the budget, if `leave` others remain after it and Magnific asked for no quiet."""
        return self.spend_some(1, leave=leave) == 1

    def spend_some(self, wanted: int, *, leave: int = 0) -> int:
        """Take up to so many requests from the budget at once, `leave` others remaining; return how many.

        In any minute at most `MAGNIFIC_REQUESTS_PER_MINUTE` are given out: a burst, and its refill.
        """
        lease, now = self._read(), timezone.now()
        burst = max(LEAST_BURST, settings.MAGNIFIC_REQUESTS_PER_MINUTE * BURST_SHARE)
        refill = (settings.MAGNIFIC_REQUESTS_PER_MINUTE - burst) / 60
        if lease.tokens_at is None or lease.tokens_at > now:  # Never spent, or the clock was set back.
            tokens = burst
        else:
            tokens = min(burst, lease.tokens + (now - lease.tokens_at).total_seconds() * refill)
        taken = max(0, min(wanted, int(tokens) - leave)) if _has_come(lease.quiet_until) else 0
        return taken if taken and self._write(tokens=tokens - taken, tokens_at=now) else 0

    def spend_on_posts(self, wanted: int) -> int:
        """Take requests for POSTs. A list that is due goes first, else a long line would keep it waiting."""
        return self.spend_some(wanted, leave=1 if self.may_list() else 0)

    def give_back(self, unused: int) -> None:
        """Return requests that were taken and not made."""
        if unused:
            self._write(tokens=self._read().tokens + unused)

    def _read(self) -> Lease:
        if self._lease is None:
            self._lease = Lease.objects.get(pk=self.holding.account_id)
        return self._lease

    def _write(self, **changes: float | datetime | None) -> bool:
        mine = Lease.objects.filter(pk=self.holding.account_id, fence=self.holding.fence)
        if not mine.update(**changes):
            return False
        for name, value in changes.items():
            setattr(self._read(), name, value)
        return True


def _after(seconds: float) -> datetime:
    return timezone.now() + timedelta(seconds=min(seconds, LONGEST_WAIT_SECONDS))


def _has_come(moment: datetime | None) -> bool:
    if moment is None:
        return True
    ahead = (moment - timezone.now()).total_seconds()
    return ahead <= 0 or ahead > LONGEST_WAIT_SECONDS
