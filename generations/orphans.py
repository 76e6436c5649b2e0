"""Leave no process behind: what a killed process has forked dies with it."""

import ctypes
import os
import signal
import sys
from typing import Final

PR_SET_PDEATHSIG: Final = 1
"""From `linux/prctl.h`: the signal that this process gets when the thread that forked it ends."""


def die_with(parent: int) -> None:
    """Make this process get SIGKILL when its parent ends, however that happens. Linux only, else a no-op.

    `parent` is the parent's process id as it was before the fork: if that one is gone already, no signal
    would come any more, so this process ends at once. Raises OSError if the kernel refuses.
    """
    if sys.platform != "linux":
        return
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def tie_forks() -> None:
    """From now on, make every process that this one or its children fork die with the one that forked it."""
    forking = [os.getpid()]

    def remember_parent() -> None:
        forking[0] = os.getpid()

    os.register_at_fork(before=remember_parent, after_in_child=lambda: die_with(forking[0]))
