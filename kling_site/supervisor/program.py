"""What runs: the programs of one copy of the application."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from django.conf import settings

from kling_site.supervisor.rehearsal import SANDBOX_HOST

CLUSTERS: Final = ("kling", "saving")
"""The names of django-q's clusters, as in `settings.Q_CLUSTER`."""


@dataclass(frozen=True)
class Program:
    """One long-running process.

    `cluster` is the name of the django-q cluster it is, for the health check. A `last` program is ended when
    the others have ended: they may still wait for its answers.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    cluster: str = ""
    last: bool = False


def programs(sandbox_port: int | None) -> list[Program]:
    """Return what to run; with a port also the sandbox, to which all others are then pointed."""
    manage = (sys.executable, str(settings.BASE_DIR / "manage.py"))
    found = [
        Program("web", (sys.executable, "-m", "kling_site.web"), {"IN_WORKER": "false"}),
        *(
            Program(
                f"cluster-{name}",
                (*manage, "cluster", name),
                {"Q_CLUSTER_NAME": name, "IN_WORKER": "true"},
                cluster=name,
            )
            for name in CLUSTERS
        ),
    ]
    return found if sandbox_port is None else [_sandbox(manage, sandbox_port), *found]


def _sandbox(manage: tuple[str, ...], port: int) -> Program:
    """The stand-in for Magnific. Its options come from `SANDBOX_*`, its place from here."""
    data_dir = str(settings.VAR_DIR / "sandbox")
    place = ("--host", SANDBOX_HOST, "--port", str(port), "--data-dir", data_dir)
    return Program("sandbox", (*manage, "sandbox", *place), last=True)
