"""When "tonight" is."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone


def tonight() -> datetime:
    """Return the next moment at which it is `TONIGHT_HOUR` o'clock in the time zone of the settings."""
    now = timezone.localtime()
    due = now.replace(hour=settings.TONIGHT_HOUR, minute=0, second=0, microsecond=0)
    return due if due > now else due + timedelta(days=1)
