"""How long something has been so, as a person would say it."""

from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone
from django.utils.timesince import timesince

MINUTE: Final = timedelta(minutes=1)
SHORT: Final = "less than a minute"


def lasted(since: datetime, depth: int = 1) -> str:
    """Return 3 hours, or with a `depth` of 2 also the minutes; less than a minute, also of a time to come."""
    now = timezone.now()
    return SHORT if now - since < MINUTE else timesince(since, now, depth=depth)
