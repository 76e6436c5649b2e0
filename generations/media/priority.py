"""Work that gives way to everything else."""

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

P = ParamSpec("P")
Result = TypeVar("Result")

NICENESS: Final = 19
"""The most there is: a saver, which is nice itself, comes first (nice(2))."""


def at_low_priority(work: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    """Run `work` in a thread that gives way to everything else, which its decoder's own threads inherit.

    A niceness cannot be taken back; the thread's ends with it. Raises what `work` raises.
    """
    with ThreadPoolExecutor(1, initializer=_be_nice) as executor:
        return executor.submit(work, *args, **kwargs).result()


@contextmanager
def only_one(lock: Path) -> Iterator[bool]:
    """Give whether nobody else on this machine does this work now; then others are told so until the end of it.

    The lock is the kernel's (flock(2)): who is killed leaves it free. Raises OSError if the file cannot be made.
    """
    with lock.open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _be_nice() -> None:
    """Linux counts niceness by thread."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
