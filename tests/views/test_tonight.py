"""When tonight is, and how a time to come is said."""

from datetime import timedelta

import pytest
from django.utils import timezone

from generations.views.tonight import spoken, tonight


def at(hour, minute, days=0):
    """A moment of today, or so many days later, in the time zone of the settings."""
    return timezone.localtime().replace(hour=hour, minute=minute, second=0, microsecond=0) + timedelta(days)


@pytest.mark.parametrize("hour", range(24))
def test_tonight_is_the_next_moment_with_that_hour(settings, hour):
    settings.TONIGHT_HOUR = hour
    due, now = tonight(), timezone.localtime()
    assert (due.hour, due.minute) == (hour, 0)
    assert now - timedelta(seconds=5) < due < now + timedelta(hours=26)
    assert due.date() == now.date() or due.date() == now.date() + timedelta(days=1)


@pytest.mark.parametrize(
    ("hour", "minute", "days", "words"),
    [
        (16, 59, 0, "today at 16:59"),
        (17, 0, 0, "tonight at 17:00"),
        (22, 0, 0, "tonight at 22:00"),
        (0, 0, 1, "tomorrow at 00:00"),
        (22, 0, 1, "tomorrow at 22:00"),
    ],
)
def test_a_time_is_said_with_its_day_where_that_is_needed(hour, minute, days, words):
    assert spoken(at(hour, minute, days)) == words


def test_a_time_further_ahead_is_said_with_its_weekday():
    later = at(9, 30, 3)
    assert spoken(later) == f"on {later:%A} at 09:30"
