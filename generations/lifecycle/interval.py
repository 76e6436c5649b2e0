"""How long until the list is asked for again: as rarely as still serves those who wait."""

from typing import Final

from django.conf import settings
from django.db.models import Max, Min
from django.utils import timezone

from generations.lifecycle import callbacks, line
from generations.lifecycle.evidence import READS_TO_RELEASE, absence_may_settle, doubt_is_fresh
from generations.lifecycle.figures import usual_seconds
from generations.lifecycle.follow import OLD_AGE_SHARE, followed
from generations.models import Account

LIST_SHARE: Final = 0.2
"""Of the request budget, for lists while many run or some wait to be sent."""
FEW: Final = 10
WITH_CALLBACKS: Final = 15
"""Times the shortest interval: with callbacks the list only finds what they lost."""
TOO_EARLY: Final = 8
"""Times the shortest interval, while everything is younger than clips ever were when they were done."""
NEVER_SOONER_SHARE: Final = 0.7


def list_interval(account: Account) -> float:
    """Return the seconds from one list request to the next, for what runs at present."""
    shortest: float = settings.LIST_INTERVAL_SECONDS
    if doubt_is_fresh(account):
        return shortest
    now = timezone.now()
    times = followed(account).aggregate(newest=Max("accepted_at"), oldest=Min("accepted_at"))
    if times["newest"] is None:
        return _for_absence(account, shortest)
    youngest = (now - times["newest"]).total_seconds()
    oldest = (now - times["oldest"]).total_seconds()
    return max(shortest, _for_load(account), _for_age(account, youngest, oldest))


def _for_absence(account: Account, shortest: float) -> float:
    """While nothing runs: often enough to count the readings that absence needs, if that is all we read for."""
    if not absence_may_settle(account):
        return shortest
    return max(shortest, float(settings.ABSENCE_SECONDS) / (2 * READS_TO_RELEASE))


def _for_load(account: Account) -> float:
    if callbacks.are_on():
        return WITH_CALLBACKS * float(settings.LIST_INTERVAL_SECONDS)
    busy = line.running(account) > FEW or line.sendable(account).exists()
    return 60 / (settings.MAGNIFIC_REQUESTS_PER_MINUTE * LIST_SHARE) if busy else 0.0


def _for_age(account: Account, youngest: float, oldest: float) -> float:
    if youngest > settings.SLOW_AFTER_SECONDS:
        return youngest * OLD_AGE_SHARE
    usual = usual_seconds(account)
    too_early = NEVER_SOONER_SHARE * usual.low - oldest if usual else 0.0
    return min(too_early, TOO_EARLY * float(settings.LIST_INTERVAL_SECONDS))
