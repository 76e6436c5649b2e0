"""Deadlines: called once and in time, in whatever order they were made; not when cancelled; also in a fork."""

import os
import threading
import time

from generations import deadlines
from generations.deadlines import call_after


def test_the_nearest_is_called_first_and_a_cancelled_one_never():
    called, all_done = list[str](), threading.Event()
    begun = time.monotonic()
    call_after(0.3, lambda: (called.append("late"), all_done.set()))
    call_after(0.2, lambda: called.append("cancelled")).cancel()
    call_after(0.1, lambda: called.append("early"))
    assert all_done.wait(10)
    assert called == ["early", "late"]
    assert time.monotonic() - begun >= 0.3


def test_who_cancels_waits_for_a_call_that_has_begun():
    """A socket closed meanwhile would leave its number to another one, which the call then shuts down."""
    begun, over = threading.Event(), list[str]()

    def call():
        begun.set()
        time.sleep(0.2)
        over.append("over")

    deadline = call_after(0, call)
    assert begun.wait(10)
    deadline.cancel()
    assert over == ["over"]


def test_one_that_fails_takes_none_along(caplog):
    done = threading.Event()
    call_after(0, lambda: 1 / 0)
    call_after(0.05, done.set)
    assert done.wait(10)
    assert "ZeroDivisionError" in caplog.text


def test_when_its_thread_has_died_the_next_one_is_called_all_the_same(monkeypatch):
    """No deadline may be lost in silence; only a patch can end the thread."""
    done, dying = threading.Event(), deadlines._Clock()
    monkeypatch.setattr(threading, "excepthook", lambda args: None)
    monkeypatch.setattr(deadlines, "_clock", dying)
    with monkeypatch.context() as patch:
        patch.setattr(deadlines, "monotonic", lambda: 1 / 0)
        dying._thread = threading.Thread(target=dying._run)
        dying._due.append((0.0, 0, deadlines.Deadline(lambda: None)))
        dying._thread.start()
        dying._thread.join(10)
    assert not dying._thread.is_alive()
    call_after(0, done.set)
    assert done.wait(10)


def test_a_fork_has_its_own():
    """The thread does not come along: without one of its own nothing would ever be cut there."""
    call_after(60, lambda: None).cancel()
    pid = os.fork()
    if pid == 0:
        call_after(0.05, lambda: os._exit(7))
        time.sleep(20)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
