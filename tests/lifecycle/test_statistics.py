import pytest
from django.db import connection

from generations import tasks
from generations.models import Heartbeat, State
from tests.factories import make_generation, make_user

pytestmark = pytest.mark.django_db


def known_rows():
    """How many clips the database believes to have, None while it has not counted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE idx = 'generation_number_at'")
        found = cursor.fetchone()
    return found and int(found[0].split()[0])


def test_the_database_learns_how_its_tables_have_grown():
    mia = make_user()
    clips = [make_generation(mia, State.READY) for _ in range(3)]
    tasks.refresh_statistics()
    assert Heartbeat.objects.exists()
    if connection.vendor == "sqlite":
        assert known_rows() == len(clips)
        make_generation(mia)
        tasks.refresh_statistics()
        assert known_rows() == len(clips) + 1
