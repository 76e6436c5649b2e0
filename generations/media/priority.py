"""Work that gives way to everything else."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, ParamSpec, TypeVar

P = ParamSpec("P")
Result = TypeVar("Result")

NICENESS: Final = 10


def at_low_priority(work: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    """Run `work` in a thread that gives way to everything else, which its decoder's own threads inherit.

    A niceness cannot be taken back; the thread's ends with it. Raises what `work` raises.
    """
    with ThreadPoolExecutor(1, initializer=_be_nice) as executor:
        return executor.submit(work, *args, **kwargs).result()


def _be_nice() -> None:
    """Linux counts niceness by thread."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
