"""Real processes, kept running and ended."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kling_site.supervisor.process import Process
from kling_site.supervisor.program import Program
from kling_site.supervisor.supervisor import Supervisor
from tests.processes import ends_soon, started

SLEEPER = "import time; print('started', flush=True); time.sleep(60)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + SLEEPER
PARENT = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', sys.argv[1]]);" + SLEEPER


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Process]:
    def call(name: str, *code: str, **options: object) -> Process:
        program = Program(name, (sys.executable, "-c", *code), **options)  # type: ignore[arg-type]
        return Process(program, dict(os.environ), tmp_path, tmp_path / f"{name}.log")

    return call


@pytest.fixture(autouse=True)
def _own_signals() -> object:
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def supervise(*processes: Process, stuck: Callable[[], set[str]] = set) -> tuple[Supervisor, list[str]]:
    said: list[str] = []
    return Supervisor(processes, said.append, stuck), said


def starts(process: Process, count: int) -> Callable[[], bool]:
    """Return a condition: the program has said so often that it started."""
    return lambda: process.log.exists() and process.log.read_text().count("started") >= count


def pid_of(process: Process) -> int:
    assert process._running
    return process._running.pid


def test_what_dies_is_started_again_and_said(make: Callable[..., Process]) -> None:
    process = make("web", SLEEPER)
    supervisor, said = supervise(process)
    supervisor.run(until=starts(process, 1))
    os.kill(pid_of(process), signal.SIGKILL)
    supervisor.run(until=starts(process, 2))
    supervisor.stop()
    assert said == ["web ended (signal SIGKILL); starting it again in 1 s."]
    assert not process.is_running


def test_what_dies_at_once_is_tried_less_and_less_often(make: Callable[..., Process]) -> None:
    process = make("web", "print('started', flush=True); raise SystemExit(3)")
    supervisor, said = supervise(process)
    supervisor.run(until=lambda: len(said) == 2)
    supervisor.stop()
    assert said == [
        "web ended (exit status 3); starting it again in 1 s.",
        "web ended (exit status 3); starting it again in 2 s.",
    ]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it(make: Callable[..., Process], number: signal.Signals) -> None:
    process = make("web", SLEEPER)
    supervisor, _ = supervise(process)
    supervisor.run(until=starts(process, 1))
    os.kill(os.getpid(), number)
    supervisor.run()
    supervisor.stop()
    assert not process.is_running


def test_the_last_one_outlives_the_others(make: Callable[..., Process], tmp_path: Path) -> None:
    ending = (
        "import signal, sys, time, pathlib;"
        "leave = lambda *_: sys.exit(pathlib.Path('ends').open('a').write(sys.argv[1]));"
        "signal.signal(signal.SIGTERM, leave);"
    )
    sandbox = make("sandbox", ending + SLEEPER, "sandbox ", last=True)
    cluster = make("cluster", ending + SLEEPER, "cluster ")
    supervisor, _ = supervise(sandbox, cluster)
    supervisor.run(until=lambda: starts(sandbox, 1)() and starts(cluster, 1)())
    supervisor.stop()
    assert (tmp_path / "ends").read_text() == "cluster sandbox "


def test_who_does_not_end_in_time_is_killed(
    make: Callable[..., Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kling_site.supervisor.supervisor.STOP_SECONDS", 0.3)
    process = make("web", STUBBORN)
    supervisor, _ = supervise(process)
    supervisor.run(until=starts(process, 1))
    began = time.monotonic()
    supervisor.stop()
    assert 0.3 <= time.monotonic() - began < 5
    assert not process.is_running


def test_children_of_a_dead_process_are_ended(make: Callable[..., Process]) -> None:
    process = make("web", PARENT, "import os;" + SLEEPER.replace("'started'", "os.getpid()"))
    supervisor, _ = supervise(process)
    supervisor.run(until=lambda: starts(process, 1)() and len(process.log.read_text().split()) == 2)
    (child,) = (int(word) for word in process.log.read_text().split() if word.isdigit())
    os.kill(pid_of(process), signal.SIGKILL)
    supervisor.run(until=lambda: not process.is_running)
    supervisor.stop()
    assert ends_soon(child)


def test_a_killed_supervisor_leaves_nothing_behind(tmp_path: Path) -> None:
    code = f"""
import os, time
from pathlib import Path
from kling_site.supervisor.process import Process
from kling_site.supervisor.program import Program
here = Path({str(tmp_path)!r})
process = Process(Program("web", {(sys.executable, "-c", SLEEPER)!r}), os.environ, here, here / "log")
process.start_if_due()
print(process._running.pid, flush=True)
time.sleep(60)
"""
    with started([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout
        child = int(supervisor.stdout.readline())
        supervisor.kill()
    assert ends_soon(child)


def test_a_cluster_without_a_heartbeat_is_killed_when_it_is_old_enough(
    make: Callable[..., Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kling_site.supervisor.supervisor.CHECK_SECONDS", 0.1)
    process = make("cluster-saving", SLEEPER, cluster="saving")
    healthy = make("cluster-kling", SLEEPER, cluster="kling")
    supervisor, said = supervise(process, healthy, stuck=lambda: {"saving"})
    supervisor._next_check = 0.0
    supervisor.run(until=starts(process, 1))
    assert said == []
    with monkeypatch.context() as patch:
        patch.setattr("django.conf.settings.STUCK_AFTER_SECONDS", 0.0)
        supervisor.run(until=lambda: bool(said))
    supervisor.run(until=starts(process, 2))
    supervisor.stop()
    assert said[0] == "cluster-saving has work and no heartbeat; killing it."
    assert healthy.log.read_text().count("started") == 1
