"""Finding and hurting the processes of one running application. Linux only: it reads /proc."""

import os
import random
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cluster:
    """One of the worker clusters as it runs now: its main process and all that descends from it."""

    main: int
    family: list[int]

    @property
    def workers(self) -> list[int]:
        """The processes at the bottom: workers, pusher, monitor."""
        parents = {_parent(pid) for pid in self.family}
        return [pid for pid in self.family if pid not in parents]


def cluster(supervisor: int, name: str) -> Cluster | None:
    """Return the cluster of that name below a supervisor, or None while it is being started."""
    for pid in _children(supervisor):
        if f"cluster\0{name}\0" in _command(pid):
            return Cluster(pid, [pid, *_descendants(pid)])
    return None


def kill_worker(found: Cluster, dice: random.Random) -> None:
    """SIGKILL one process at the bottom."""
    _signal([dice.choice(found.workers)], signal.SIGKILL)


def kill_main(found: Cluster, dice: random.Random) -> None:
    """SIGKILL the main process, and only that."""
    _signal([found.main], signal.SIGKILL)


def kill_all(found: Cluster, dice: random.Random) -> None:
    """SIGKILL everything at once."""
    _signal(found.family, signal.SIGKILL)


def freeze_worker(found: Cluster, dice: random.Random) -> None:
    """Stop one process at the bottom for a while, as a swapping machine would."""
    _freeze([dice.choice(found.workers)], dice.uniform(0.5, 6))


def freeze_worker_long(found: Cluster, dice: random.Random) -> None:
    """Stop one process at the bottom until everybody must think it dead: its lease and its claim have run out."""
    _freeze([dice.choice(found.workers)], dice.uniform(14, 18))


def freeze_all(found: Cluster, dice: random.Random) -> None:
    """Stop everything for a while, as a sleeping laptop would."""
    _freeze(found.family, dice.uniform(0.5, 6))


BLOWS = (kill_worker, kill_worker, kill_main, kill_all, freeze_worker, freeze_all)
"""At random moments."""
AIMED_BLOWS = (kill_worker, kill_main, kill_all, kill_all, freeze_all, freeze_worker_long)
"""At the worst ones."""


def _freeze(pids: list[int], seconds: float) -> None:
    _signal(pids, signal.SIGSTOP)
    time.sleep(seconds)
    _signal(pids, signal.SIGCONT)


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _children(pid: int) -> list[int]:
    found = list[int]()
    with suppress(OSError):  # It may end at any moment, and its threads one after the other.
        for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
            with suppress(OSError):
                found += [int(child) for child in tasks.read_text().split()]
    return found


def _descendants(pid: int) -> list[int]:
    return [each for child in _children(pid) for each in (child, *_descendants(child))]


def _parent(pid: int) -> int:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def _command(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text()
    return ""
