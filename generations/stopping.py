"""The stop flag: set by a cluster's main process at SIGTERM, read by its workers between two steps.

A worker of django-q is not told of SIGTERM, and the cluster waits for it. The flag is one byte of memory that
this process shares with everything forked from it later; there is no lock that a killed process could keep.
"""

import mmap
from typing import Final

_flag: Final = mmap.mmap(-1, 1)


def request() -> None:
    """Ask every worker of this cluster to end soon. Safe in a signal handler."""
    _flag[0] = 1


def is_requested() -> bool:
    """Whether the cluster is about to end: begin nothing new."""
    return _flag[0] == 1
