"""What the clusters run by the clock."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import Schedule

from generations.management.commands import cluster

pytestmark = pytest.mark.django_db


def schedules():
    rows = Schedule.objects.values_list("cluster", "name", "func", "schedule_type", "minutes")
    return set(rows)


def test_each_cluster_has_its_own_and_a_restart_changes_nothing():
    for name in ("kling", "saving", "saving", "kling"):
        cluster._schedule(name)
    assert schedules() == {
        ("kling", "sweep", "generations.tasks.sweep", Schedule.MINUTES, 1),
        ("saving", "beat-saving", "generations.tasks.beat", Schedule.MINUTES, 1),
        ("saving", "check-files", "generations.tasks.check_files", Schedule.DAILY, None),
        ("saving", "check-ledger", "generations.tasks.check_ledger", Schedule.DAILY, None),
        ("saving", "refresh-statistics", "generations.tasks.refresh_statistics", Schedule.DAILY, None),
    }


def test_the_minute_schedules_begin_at_once_whatever_the_clock_was():
    cluster._schedule("kling")
    Schedule.objects.update(next_run=timezone.now() + timedelta(days=400))
    cluster._schedule("kling")
    assert Schedule.objects.get().next_run <= timezone.now()


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Tokyo"])
def test_what_is_nightly_runs_in_the_local_night(settings, zone):
    settings.TIME_ZONE = zone
    cluster._schedule("saving")
    for nightly in Schedule.objects.filter(schedule_type=Schedule.DAILY):
        at = timezone.localtime(nightly.next_run)
        assert (at.hour, at.minute) == (3, 30)
        assert timedelta(0) < at - timezone.now() <= timedelta(hours=25)


def test_a_night_that_was_missed_is_made_up_for():
    cluster._schedule("saving")
    missed = timezone.now() - timedelta(hours=5)
    Schedule.objects.filter(name="check-files").update(next_run=missed)
    cluster._schedule("saving")
    assert Schedule.objects.get(name="check-files").next_run == missed


def test_what_is_scheduled_can_be_called():
    cluster._schedule("kling")
    cluster._schedule("saving")
    for schedule in Schedule.objects.all():
        module, _, name = schedule.func.rpartition(".")
        assert callable(getattr(__import__(module, fromlist=[name]), name))
