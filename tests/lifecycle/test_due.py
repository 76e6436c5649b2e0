"""Clips that wait for an hour: when they are sent, who wakes the dispatcher, and what it does meanwhile."""

import time
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from generations.lifecycle import brakes, dispatch, line, sweeping
from generations.lifecycle.order import place_order
from generations.models import Generation, Lease, Role, State
from generations.views import tonight as tonight_module
from generations.views.tonight import tonight
from tests.factories import first_team, make_generation, make_member, make_user
from tests.lifecycle.conftest import WISH
from tests.lifecycle.doubts import run_until

pytestmark = pytest.mark.django_db


@pytest.fixture
def later(account):
    """A clip of this night."""
    return place_order(
        make_member(), WISH, takes=1, nonce=uuid4(), due_at=timezone.now() + timedelta(hours=8)
    ).generations.get()


def move_due(generation, **ahead):
    Generation.objects.filter(pk=generation.pk).update(due_at=timezone.now() + timedelta(**ahead))
    OrmQ.objects.all().delete()


def test_it_is_not_in_line_and_others_pass_it(account, later):
    now = make_generation()
    assert line.line(account) == [now.pk]
    assert line.is_ahead(later)


def test_the_dispatcher_does_not_wait_for_it(account, sandbox, later):
    paused_lead = make_user("lea", role=Role.LEAD, team=None)
    move_due(later, hours=8)
    began = time.monotonic()
    dispatch.run_slice(account.pk)
    assert time.monotonic() - began < 5
    assert not OrmQ.objects.exists()
    assert not sandbox.store.every()
    assert Lease.objects.get().expires_at is None
    brakes.pause(first_team(), actor=paused_lead, why="stop")
    move_due(later, seconds=-1)
    dispatch.run_slice(account.pk)
    assert not OrmQ.objects.exists()
    assert not sandbox.store.every()


def test_the_sweep_rings_when_the_time_has_come(account, later):
    move_due(later, minutes=1)
    sweeping.sweep()
    assert not OrmQ.objects.exists()
    move_due(later, seconds=-1)
    sweeping.sweep()
    assert [item.func() for item in OrmQ.objects.all()] == ["generations.tasks.dispatch"]


def test_the_sweep_does_not_ring_for_a_paused_team(account, later):
    brakes.pause(first_team(), actor=make_user("lea", role=Role.LEAD), why="stop")
    move_due(later, seconds=-1)
    sweeping.sweep()
    assert not OrmQ.objects.exists()


def test_then_it_is_sent(account, sandbox, settings, later):
    move_due(later, seconds=0.5)
    run_until(lambda: sandbox.store.every(), account, settings)
    later.refresh_from_db()
    assert later.state != State.QUEUED
    assert later.submissions.get().claimed_at >= later.due_at


@pytest.mark.parametrize(
    ("ahead", "waits"),
    [({"hours": 24, "minutes": 59}, True), ({"hours": 25, "minutes": 1}, False), ({"seconds": -1}, False)],
)
def test_a_time_further_ahead_than_any_night_is_of_a_clock_set_back(account, later, ahead, waits):
    move_due(later, **ahead)
    later.refresh_from_db()
    assert line.is_ahead(later) is waits
    assert line.sendable(account).exists() is not waits


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("now", "due", "hours"),
    [
        ((2026, 11, 22, 21, 59), (2026, 11, 22, 22), 1 / 60),
        ((2026, 11, 22, 22, 0), (2026, 11, 23, 22), 24),
        ((2026, 12, 31, 23, 0), (2027, 1, 1, 22), 23),
        ((2026, 10, 24, 22, 0), (2026, 10, 25, 22), 25),  # Summer time ends in between.
        ((2026, 3, 28, 22, 0), (2026, 3, 29, 22), 23),  # And begins.
    ],
)
def test_tonight_is_the_next_such_hour_on_the_wall(settings, monkeypatch, now, due, hours):
    settings.TONIGHT_HOUR = 22
    moment = datetime(*now, tzinfo=BERLIN)
    monkeypatch.setattr(tonight_module.timezone, "localtime", lambda: moment)
    found = tonight()
    assert found == datetime(*due, tzinfo=BERLIN)
    waits = found.astimezone(ZoneInfo("UTC")) - moment.astimezone(ZoneInfo("UTC"))
    assert waits == timedelta(hours=hours)
    assert waits <= line.LONGEST_WAIT
