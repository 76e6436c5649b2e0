"""Which process this is, in words that stay true after it has ended."""

import os
import socket
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
PID_NAMESPACE = Path("/proc/self/ns/pid")
STARTED_FIELD = 19
"""Position of `starttime` in /proc/<pid>/stat, counted after the command's closing parenthesis (proc(5))."""


@dataclass(frozen=True)
class Sender:
    """A process on a host: pid, and its start in clock ticks since boot, since pids are used again."""

    host: str
    boot_id: str
    pid: int
    pid_started: int

    def __str__(self) -> str:
        return f"{self.host}|{self.boot_id}|{self.pid}|{self.pid_started}"

    @classmethod
    def parse(cls, text: str) -> "Sender | None":
        """Read what `str` gave, or return None for anything else."""
        parts = text.rsplit("|", 3)
        if len(parts) != 4 or not (parts[2].isdigit() and parts[3].isdigit()):
            return None
        return cls(parts[0], parts[1], int(parts[2]), int(parts[3]))

    @property
    def has_ended(self) -> bool:
        """True only where it is certain: on this host, after a restart or without that process."""
        here = this_process()
        if not self.boot_id or self.host != here.host:
            return False
        return self.boot_id != here.boot_id or _started(self.pid) != self.pid_started


def this_process() -> Sender:
    """The process that asks."""
    return _alive(os.getpid())


@cache
def _alive(pid: int) -> Sender:
    """This process, or the one that it was forked from: none of it changes while it lives."""
    return Sender(_host(), _boot_id(), pid, _started(pid))


def seconds_since_boot() -> float:
    """The machine's own clock: nobody sets it, and it goes on while the process is frozen or asleep."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(clock)


def _host() -> str:
    """The host's name and, where there are such, the namespace in which its process numbers count."""
    try:
        return f"{socket.gethostname()}/{PID_NAMESPACE.stat().st_ino}"
    except OSError:
        return socket.gethostname()


def _boot_id() -> str:
    try:
        return BOOT_ID.read_text().strip()
    except OSError:
        return ""


def _started(pid: int) -> int:
    """Start of a living process in clock ticks since boot; 0 if there is none, or it is a zombie."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return 0 if after_name[0] in "ZX" else int(after_name[STARTED_FIELD])
