"""The scripts and the whole application, started and ended as an operator does it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.processes import ends_soon, started, with_environment
from tests.studio import PASSWORDS, ROOT, STOP_SECONDS, Studio, environment, free_port, running_studio

SUPERVISOR = [sys.executable, "-m", "kling_site.supervisor"]
SCRIPTS = [*(ROOT / "script").iterdir(), ROOT / ".ci/run"]


@pytest.fixture(scope="module")
def var_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all starts here, since the first start in it takes longest; the space is on purpose."""
    return tmp_path_factory.mktemp("scripts") / "var dir"


@pytest.fixture
def own_studio(var_dir: Path) -> Iterator[Studio]:
    """An application that a test may harm."""
    with running_studio(var_dir, is_bare=True) as studio:
        yield studio


def start(var_dir: Path, port: int, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a supervisor that is expected to refuse."""
    env = environment(var_dir, port, settings)
    return subprocess.run(SUPERVISOR, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)


def processes_of(studio: Studio) -> list[int]:
    return with_environment("VAR_DIR", str(studio.var_dir))


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def child_named(studio: Studio, words: str) -> int:
    """Return the supervisor's child whose command line ends like this."""
    for child in children(studio.process.pid):
        line = Path(f"/proc/{child}/cmdline").read_bytes().rstrip(b"\0").replace(b"\0", b" ").decode()
        if line.endswith(words):
            return child
    raise AssertionError(f"nothing runs as {words}")


def health(studio: Studio) -> int:
    try:
        return requests.get(f"{studio.base_url}/healthz", timeout=5).status_code
    except requests.ConnectionError:
        return 0


def wait_until(condition: object, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_executable_and_well_formed(script: Path) -> None:
    assert os.access(script, os.X_OK)
    if "bash" in script.read_text().splitlines()[0]:
        subprocess.run(["bash", "-n", script], check=True)


def test_setup_says_what_is_missing_without_a_python(tmp_path: Path) -> None:
    (tmp_path / "script").mkdir()
    for name in ("script/setup", "requirements.txt"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("bash", "dirname", "cat", "cksum", "flock"):
        (tools / tool).symlink_to(
            next(p for p in (Path("/usr/bin") / tool, Path("/bin") / tool) if p.exists())
        )
    (tools / "python3").write_text("#!/usr/bin/bash\nexit 1\n")
    (tools / "python3").chmod(0o755)
    done = subprocess.run(
        [tools / "bash", tmp_path / "script/setup"], env={"PATH": str(tools)}, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Python 3.11 or newer is needed")
    assert len(done.stderr.splitlines()) == 1


def test_a_port_in_use_is_one_clear_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        refused = start(tmp_path, port)
    assert refused.returncode == 1
    expected = (
        f"Cannot start: port {port} on 127.0.0.1 is in use. Stop what uses it, or set PORT to another one.\n"
    )
    assert refused.stderr == expected


@pytest.mark.parametrize(("name", "value"), [("DEBUG", "perhaps"), ("SANDBOX_SECONDS", "abc")])
def test_a_wrong_setting_is_named_before_anything_else_happens(tmp_path: Path, name: str, value: str) -> None:
    refused = start(tmp_path, free_port(), SECRET_KEY="given", **{name: value})
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert re.fullmatch(rf"Cannot start: {name} .+\n", refused.stderr)
    assert not (tmp_path / "db.sqlite3").exists() and not (tmp_path / "logs").exists()


def test_a_database_that_does_not_answer_is_one_clear_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        nobody = unused.getsockname()[1]
    refused = start(tmp_path, 1024, DATABASE_URL=f"postgres://nobody@127.0.0.1:{nobody}/nothing")
    assert refused.returncode == 1
    assert refused.stderr.startswith("Cannot start: the database says: ")
    assert len(refused.stderr.splitlines()) == 1


def test_it_restarts_what_dies_and_ends_without_a_trace(own_studio: Studio) -> None:
    output = own_studio.var_dir / "output.log"
    told = output.read_text()
    for who, password in PASSWORDS.items():
        assert f"Sign in at {own_studio.base_url}/accounts/login/ as {who}, password {password}\n" in told

    second = start(own_studio.var_dir, 1024)
    assert second.returncode == 1
    assert "a copy is already running" in second.stderr

    for words in ("cluster kling", "kling_site.web"):
        victim = child_named(own_studio, words)
        forked = children(victim)
        os.kill(victim, signal.SIGKILL)
        assert all(ends_soon(pid) for pid in [victim, *forked])
    wait_until(lambda: output.read_text().count("starting it again") >= 2)
    wait_until(lambda: health(own_studio) == 200)
    assert child_named(own_studio, "cluster kling")

    everything = processes_of(own_studio)
    assert len(everything) > 10
    began = time.monotonic()
    own_studio.process.send_signal(signal.SIGINT)
    assert own_studio.process.wait(STOP_SECONDS) == 0
    assert time.monotonic() - began < 20
    assert processes_of(own_studio) == []
    assert output.read_text().endswith("Ended.\n")


def test_killing_the_supervisor_leaves_nothing_and_a_new_one_goes_on(own_studio: Studio) -> None:
    everything = processes_of(own_studio)
    own_studio.process.kill()
    own_studio.process.wait()
    assert all(ends_soon(pid) for pid in everything)
    with running_studio(own_studio.var_dir, is_bare=True) as again:
        assert health(again) == 200


def test_a_cluster_finds_its_settings_by_itself(own_studio: Studio) -> None:
    """Django reads them before any command runs, so the command starts itself anew with the right ones."""
    command = [sys.executable, "manage.py", "cluster", "saving"]
    with started(command, cwd=ROOT, env=own_studio.environment) as cluster:
        variables = Path(f"/proc/{cluster.pid}/environ")
        wait_until(lambda: b"Q_CLUSTER_NAME=saving" in variables.read_bytes())
        wait_until(lambda: bool(children(cluster.pid)))
        sentinel = children(cluster.pid)[0]
        wait_until(lambda: len(children(sentinel)) == 4 + 2)
        cluster.send_signal(signal.SIGTERM)
        assert cluster.wait(STOP_SECONDS) == 0
