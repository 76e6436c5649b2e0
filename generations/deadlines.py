"""Calls what is to happen when time is up: one thread a process, where `threading.Timer` starts one each time."""

import heapq
import itertools
import logging
import os
import threading
from collections.abc import Callable
from time import monotonic

logger = logging.getLogger(__name__)


class Deadline:
    """Something that is called once, at a moment of the monotonic clock, unless it is cancelled before."""

    def __init__(self, call: Callable[[], None]) -> None:
        self._call: Callable[[], None] | None = call
        self._calling = threading.RLock()

    def cancel(self) -> None:
        """Do not call it, or wait until a call that has begun is over: what it works on may be closed after."""
        with self._calling:
            self._call = None

    def pass_by(self) -> None:
        """Call it, if it still is to be."""
        with self._calling:
            call, self._call = self._call, None
            try:
                if call:
                    call()
            except Exception:
                logger.exception("What was to happen at a deadline failed.")


class _Clock:
    """All deadlines of a process, the next one first. What was cancelled goes when its time comes.

    Whatever ends its thread, the next deadline has one again: an exchange without a deadline may never end.
    """

    def __init__(self) -> None:
        self._due: list[tuple[float, int, Deadline]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def add(self, seconds: float, deadline: Deadline) -> None:
        with self._changed:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="deadlines", daemon=True)
                self._thread.start()
            entry = (monotonic() + seconds, next(self._order), deadline)
            heapq.heappush(self._due, entry)
            if self._due[0] is entry:
                self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._due or self._due[0][0] > monotonic():
                    self._changed.wait(self._due[0][0] - monotonic() if self._due else None)
                _, _, deadline = heapq.heappop(self._due)
            deadline.pass_by()


_clock = _Clock()


def call_after(seconds: float, call: Callable[[], None]) -> Deadline:
    """Have `call` called when so many seconds have passed, in another thread; it must not take long."""
    deadline = Deadline(call)
    _clock.add(seconds, deadline)
    return deadline


def _begin_anew() -> None:
    """Forget the parent's: threads do not come along into a fork."""
    global _clock
    _clock = _Clock()


os.register_at_fork(after_in_child=_begin_anew)
