"""One program that is kept running."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from generations.orphans import die_with
from kling_site.supervisor.logs import open_log, rotate
from kling_site.supervisor.program import Program

STEADY_SECONDS = 10.0
"""A process that lived this long is started again at once; one that did not, after a growing wait."""
LONGEST_WAIT_SECONDS = 30.0


class Process:
    """Starts one program, in a session of its own so that Ctrl-C reaches only the supervisor."""

    def __init__(self, program: Program, environment: Mapping[str, str], directory: Path, log: Path) -> None:
        self.program = program
        self.log = log
        self.started_at = 0.0
        self.wait = 0.0
        self._start_at = 0.0
        self._environment = {**environment, **program.environment}
        self._directory = directory
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        """Whether there is a process."""
        return self._running is not None

    @property
    def age(self) -> float:
        """Seconds since the process was started."""
        return time.monotonic() - self.started_at

    def start_if_due(self) -> None:
        """Start the program unless it runs or has to wait. Raises OSError if it cannot be executed."""
        if self._running or time.monotonic() < self._start_at:
            return
        with open_log(self.log) as log:
            self._running = subprocess.Popen(  # noqa: S603 (our own commands only)
                self.program.command,
                cwd=self._directory,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=partial(die_with, os.getpid()),
            )
        self.started_at = time.monotonic()

    def reap(self) -> int | None:
        """Return the exit status if the process has ended since the last look, having killed what it left.

        It is only looked at first (WNOWAIT): until it is reaped, nobody else can be given its group's number.
        """
        if not self._running or not os.waitid(
            os.P_PID, self._running.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT
        ):
            return None
        self.kill()
        status = self._running.wait()
        self._running = None
        self.wait = 0.0 if self.age > STEADY_SECONDS else min(max(1.0, 2 * self.wait), LONGEST_WAIT_SECONDS)
        self._start_at = time.monotonic() + self.wait
        return status

    def terminate(self) -> None:
        """Ask the main process to end; it tells its own children."""
        if self._running:
            with suppress(ProcessLookupError):
                os.kill(self._running.pid, signal.SIGTERM)

    def kill(self) -> None:
        """End the process and everything it has started, at once."""
        if self._running:
            with suppress(ProcessLookupError):
                os.killpg(self._running.pid, signal.SIGKILL)

    def rotate_log(self) -> None:
        """Cut the log if it has grown long."""
        rotate(self.log)
