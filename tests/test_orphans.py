"""What a killed process has forked dies with it, and the stop flag reaches it while it lives."""

import os
import signal
import subprocess
import sys
import time

from generations import stopping
from tests.processes import ends_soon, is_alive, started

FAMILY = """
import os, time
from generations.orphans import tie_forks
tie_forks()
if not os.fork():
    if not os.fork():
        print(os.getpid(), flush=True)
    time.sleep(60)
time.sleep(60)
"""


def test_a_killed_process_takes_its_children_and_theirs_along() -> None:
    with started([sys.executable, "-c", FAMILY], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        grandchild = int(parent.stdout.readline())
        assert is_alive(grandchild)
        parent.kill()
        parent.wait()
        assert ends_soon(grandchild)


def test_a_child_whose_parent_has_gone_ends_at_once() -> None:
    code = f"from generations.orphans import die_with; die_with({os.getpid() + 1}); print('lives')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, "")


def test_the_stop_flag_reaches_processes_forked_before_it_was_set() -> None:
    assert not stopping.is_requested()
    child = os.fork()
    if not child:
        deadline = time.monotonic() + 30
        while not stopping.is_requested() and time.monotonic() < deadline:
            time.sleep(0.01)
        os._exit(7 if stopping.is_requested() else 1)
    stopping.request()
    try:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    finally:
        stopping._flag[0] = 0
