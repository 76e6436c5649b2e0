"""`manage.py cluster <name>`: one of django-q's clusters, made safe to kill and quick to stop."""

import gc
import os
import sys
from datetime import datetime, time, timedelta
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone
from django_q.cluster import Cluster
from django_q.models import Schedule

from generations import stopping
from generations import tasks as _tasks  # noqa: F401 (loaded once, not by each worker that is forked)
from generations.orphans import tie_forks
from generations.queue import MAIN_CLUSTER, SAVING_CLUSTER, kick_sweep

EVERY_MINUTE: Final[dict[str, dict[str, Any]]] = {
    MAIN_CLUSTER: {"name": "sweep", "func": "generations.tasks.sweep"},
    SAVING_CLUSTER: {
        "name": "beat-saving",
        "func": "generations.tasks.beat",
        "args": repr((SAVING_CLUSTER,)),
    },
}
"""The sweep nudges all that is due, a beat tells that the other cluster lives."""
NIGHTLY: Final = (
    {"name": "check-files", "func": "generations.tasks.check_files"},
    {"name": "check-ledger", "func": "generations.tasks.check_ledger"},
    {"name": "refresh-statistics", "func": "generations.tasks.refresh_statistics"},
)
"""What the saving cluster does: its workers may take their time."""
SAVING_NICENESS: Final = 10
"""Sending, following and pages come before hashes and posters when processors are short (nice(2))."""
GARBAGE_OBJECTS: Final = 50_000
"""Between two looks for garbage; Python's own 700 cost a tenth of a worker's time."""
NIGHT: Final = time(3, 30)
"""When that is, in TIME_ZONE."""


class StoppableCluster(Cluster):
    """A cluster that raises the stop flag before it waits for its workers."""

    def sig_handler(self, signum: int, frame: Any) -> None:
        """Handle SIGTERM and SIGINT of the main process."""
        stopping.request()
        super().sig_handler(signum, frame)


class Command(BaseCommand):
    """Run a cluster until SIGTERM or Ctrl-C. Send SIGTERM to the main process only."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the cluster's name."""
        parser.add_argument("name", choices=list(EVERY_MINUTE))

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        _restart_unless_configured(options["name"])
        if options["name"] == SAVING_CLUSTER:
            os.nice(SAVING_NICENESS)
        _collect_garbage_seldom()
        tie_forks()
        _schedule(options["name"])
        kick_sweep()
        StoppableCluster().start()


def _collect_garbage_seldom() -> None:
    """Look for cycles ever so seldom, and never among what was there at the start: every query makes objects."""
    gc.freeze()
    gc.set_threshold(GARBAGE_OBJECTS, 20, 100)


def _restart_unless_configured(name: str) -> None:
    """Replace this process by one whose environment names the cluster, unless it does already.

    Both names are read while the settings load, which is before any command runs.
    """
    required = {"Q_CLUSTER_NAME": name, "IN_WORKER": "true"}
    if any(os.environ.get(key) != value for key, value in required.items()):
        os.execve(sys.executable, sys.orig_argv, os.environ | required)  # noqa: S606


@transaction.atomic
def _schedule(name: str) -> None:
    """Make this cluster's schedules anew.

    Their names are not unique in django-q's table: two machines that start together may leave two rows, which
    does no harm and ends at the next start.
    """
    minutely = {**EVERY_MINUTE[name], "schedule_type": Schedule.MINUTES, "minutes": 1}
    _replace(minutely, cluster=name, next_run=timezone.now())
    if name == SAVING_CLUSTER:
        for nightly in NIGHTLY:
            _replace({**nightly, "schedule_type": Schedule.DAILY}, cluster=name, next_run=_next_night())


def _replace(schedule: dict[str, Any], *, cluster: str, next_run: datetime) -> None:
    """Put a schedule in the place of its namesakes, and no later: a run that was missed is made up for."""
    earlier = Schedule.objects.filter(name=schedule["name"])
    due = [row.next_run for row in earlier if row.next_run]
    earlier.delete()
    Schedule.objects.create(**schedule, cluster=cluster, next_run=min([*due, next_run]))


def _next_night() -> datetime:
    """The next time that the local clock shows NIGHT."""
    now = timezone.localtime()
    tonight = timezone.make_aware(datetime.combine(now.date(), NIGHT))
    return (
        tonight
        if tonight > now
        else timezone.make_aware(datetime.combine(now.date() + timedelta(days=1), NIGHT))
    )
