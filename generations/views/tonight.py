"""When "tonight" is, and how a time to come is said."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils import timezone

EVENING: Final = 17
"""The hour from which a day's time is tonight."""


def tonight() -> datetime:
    """Return the next moment at which it is `TONIGHT_HOUR` o'clock in the time zone of the settings."""
    now = timezone.localtime()
    due = now.replace(hour=settings.TONIGHT_HOUR, minute=0, second=0, microsecond=0)
    return due if due > now else due + timedelta(days=1)


def spoken(at: datetime) -> str:
    """Return how a moment of today or tomorrow is said: tonight at 22:00, tomorrow at 22:00."""
    local = timezone.localtime(at)
    days = (local.date() - timezone.localdate()).days
    evening = "tonight" if local.hour >= EVENING else "today"
    return f"{evening if days < 1 else 'tomorrow' if days == 1 else f'on {local:%A}'} at {local:%H:%M}"
