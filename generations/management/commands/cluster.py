"""`manage.py cluster <name>`: one of django-q's clusters, made safe to kill and quick to stop."""

import os
import sys
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django_q.cluster import Cluster
from django_q.models import Schedule

from generations import stopping
from generations.orphans import tie_forks
from generations.queue import MAIN_CLUSTER, SAVING_CLUSTER, kick_sweep

SCHEDULES: Final[dict[str, dict[str, Any]]] = {
    MAIN_CLUSTER: {"name": "sweep", "func": "generations.tasks.sweep"},
    SAVING_CLUSTER: {
        "name": "beat-saving",
        "func": "generations.tasks.beat",
        "args": repr((SAVING_CLUSTER,)),
    },
}
"""What each cluster calls every minute: the sweep nudges all that is due, a beat tells that it lives."""


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
        parser.add_argument("name", choices=list(SCHEDULES))

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        _restart_unless_configured(options["name"])
        tie_forks()
        _schedule(options["name"])
        kick_sweep()
        StoppableCluster().start()


def _restart_unless_configured(name: str) -> None:
    """Replace this process by one whose environment names the cluster, unless it does already.

    Both names are read while the settings load, which is before any command runs.
    """
    required = {"Q_CLUSTER_NAME": name, "IN_WORKER": "true"}
    if any(os.environ.get(key) != value for key, value in required.items()):
        os.execve(sys.executable, sys.orig_argv, os.environ | required)  # noqa: S606


@transaction.atomic
def _schedule(name: str) -> None:
    """Make this cluster's one schedule anew.

    Its name is not unique in django-q's table: two machines that start together may leave two rows, which
    does no harm and ends at the next start.
    """
    schedule = SCHEDULES[name]
    Schedule.objects.filter(name=schedule["name"]).delete()
    Schedule.objects.create(**schedule, schedule_type=Schedule.MINUTES, minutes=1, cluster=name)
