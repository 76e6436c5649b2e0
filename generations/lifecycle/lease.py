"""One dispatcher at a time talks to an account: taking, proving and leaving that right.

Its times are the database's own, so hosts may disagree about the hour.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, models, transaction
from django.db.models import ExpressionWrapper, F, Q, Value
from django.db.models.functions import Now

from generations import queue
from generations.lifecycle.sender import Sender, this_process
from generations.models import Account, Lease
from generations.models.plain import Condition

IN_SECONDS: Final = {
    "sqlite": "STRFTIME('%%Y-%%m-%%d %%H:%%M:%%f', 'now', %s || ' seconds')",
    "postgresql": "STATEMENT_TIMESTAMP() + %s * INTERVAL '1 second'",
}
"""The database's own clock, so many seconds on."""
MINE: Final = (
    "EXISTS (SELECT 1 FROM generations_lease AS lease"
    " WHERE lease.account_id = generations_generation.account_id AND lease.fence = %s"
)


@dataclass(frozen=True)
class Holding:
    """A lease that was taken: `fence` is unlike every other holder's, `kicks` what had been seen by then."""

    account_id: int
    fence: int
    kicks: int

    def lasts(self, seconds: float) -> Condition:
        """A condition on generations: the lease of their account is still this one, for so long."""
        return Condition(
            f"{MINE} AND lease.expires_at >= {IN_SECONDS[connection.vendor]})", (self.fence, seconds)
        )


def kick(account: Account) -> None:
    """Give the account's dispatcher a reason to look, waking one if none is at work."""
    with transaction.atomic():
        lease = Lease.objects.get_or_create(account=account)[0]
        Lease.objects.filter(pk=account.pk).update(kicks=F("kicks") + 1)
        if Lease.objects.filter(_is_free(lease), pk=account.pk).exists():
            queue.kick_dispatcher(account.pk)


def acquire(account: Account) -> Holding | None:
    """Take the lease if it is free, has run out, or its holder is known to have ended."""
    with transaction.atomic():
        lease = Lease.objects.get_or_create(account=account)[0]
        won = Lease.objects.filter(_is_free(lease), pk=account.pk).update(
            holder=str(this_process()), fence=F("fence") + 1, expires_at=_from_now(settings.LEASE_SECONDS)
        )
        if not won:
            return None
        lease.refresh_from_db()
    return Holding(account.pk, lease.fence, lease.kicks)


def release(holding: Holding) -> bool:
    """Leave the lease; True if somebody kicked since it was taken and so counted on this holder."""
    mine = Lease.objects.filter(pk=holding.account_id, fence=holding.fence)
    try:
        mine.update(holder="", expires_at=None)
    except (OperationalError, InterfaceError):  # The connection may be what ended the holder's work.
        connection.close()
        mine.update(holder="", expires_at=None)
    return not Lease.objects.filter(pk=holding.account_id, kicks=holding.kicks).exists()


def _is_free(lease: Lease) -> Q:
    """Also free: an end further ahead than any lease lasts (a clock was set back)."""
    free = Q(expires_at=None) | Q(expires_at__lte=Now()) | Q(expires_at__gt=_from_now(settings.LEASE_SECONDS))
    holder = Sender.parse(lease.holder)
    return free | Q(fence=lease.fence) if holder and holder.has_ended else free


def _from_now(seconds: float) -> ExpressionWrapper:
    return ExpressionWrapper(Now() + Value(timedelta(seconds=seconds)), output_field=models.DateTimeField())
