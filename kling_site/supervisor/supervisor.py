"""Keeps programs running, and ends them all together."""

import signal
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from django.conf import settings

from kling_site.supervisor.process import Process

STOP_SECONDS: Final = 55.0
"""For everything but the last ones: an open POST ends sooner (POST_CONNECT_SECONDS + POST_DEADLINE_SECONDS)."""
LAST_STOP_SECONDS: Final = 3.0
CHECK_SECONDS: Final = 5.0
TICK_SECONDS: Final = 0.1


class Supervisor:
    """Starts what died, kills what hangs, and stops when told to by SIGTERM, SIGINT or SIGHUP.

    `say` prints one line for the operator; `stuck` returns the names of the clusters whose heart has stopped.
    """

    def __init__(
        self, processes: Sequence[Process], say: Callable[[str], None], stuck: Callable[[], set[str]]
    ) -> None:
        self.processes = processes
        self.stopping = False
        self._say = say
        self._stuck = stuck
        self._next_check = time.monotonic() + CHECK_SECONDS
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._request_stop)

    def run(self, until: Callable[[], bool] = lambda: False) -> None:
        """Keep everything running until told to stop or until `until` says so."""
        while not self.stopping and not until():
            for process in self.processes:
                self._look_after(process)
            if time.monotonic() > self._next_check:
                self._check()
            time.sleep(TICK_SECONDS)

    def stop(self) -> None:
        """End everything: SIGTERM, then SIGKILL for what takes too long. Nothing runs afterwards."""
        first = [process for process in self.processes if not process.program.last]
        last = [process for process in self.processes if process.program.last]
        self._end(first, STOP_SECONDS)
        self._end(last, LAST_STOP_SECONDS)

    def _request_stop(self, signum: int, frame: Any) -> None:
        self.stopping = True

    def _look_after(self, process: Process) -> None:
        status = process.reap()
        if status is not None:
            wait = f"in {process.wait:.0f} s" if process.wait else "now"
            self._say(f"{process.program.name} ended ({_ending(status)}); starting it again {wait}.")
        process.start_if_due()

    def _check(self) -> None:
        """Kill the clusters that hang; the next round starts them again. Keep the logs short.

        A young cluster is not judged by its heartbeat: the one before it may have left the newest.
        """
        self._next_check = time.monotonic() + CHECK_SECONDS
        stuck = self._stuck()
        for process in self.processes:
            process.rotate_log()
            if process.program.cluster in stuck and process.age > settings.STUCK_AFTER_SECONDS:
                self._say(f"{process.program.name} has work and no heartbeat; killing it.")
                process.kill()

    def _end(self, processes: Sequence[Process], seconds: float) -> None:
        for process in processes:
            process.terminate()
        deadline = time.monotonic() + seconds
        while any(process.is_running for process in processes):
            for process in processes:
                if time.monotonic() > deadline:
                    process.kill()
                process.reap()
            time.sleep(TICK_SECONDS)


def _ending(status: int) -> str:
    """Return an exit status of `subprocess` in words."""
    return f"exit status {status}" if status >= 0 else f"signal {signal.Signals(-status).name}"
