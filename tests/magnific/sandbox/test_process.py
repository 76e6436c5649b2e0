"""The sandbox as a process: started, killed, started again."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from tests.magnific.sandbox.conftest import PROMPT, SECRET, Caller, wait_for

Launch = Callable[..., tuple[subprocess.Popen[str], str]]
MODULE = ("-m", "generations.magnific.sandbox")
MANAGE = Path(__file__).parents[3] / "manage.py"


@pytest.fixture
def launch(tmp_path) -> Iterator[Launch]:
    """Give a function that starts the sandbox's process and returns it with its address."""
    running: list[subprocess.Popen[str]] = []

    def run(*arguments: str, command: tuple[str, ...] = MODULE, **env: str):
        options = ("--port", "0", "--data-dir", str(tmp_path / "sandbox"), *arguments)
        process = subprocess.Popen(
            [sys.executable, *command, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | env,
            cwd=MANAGE.parent,
        )
        running.append(process)
        return process, process.stdout.readline().removeprefix("Sandbox serves at ").strip()

    yield run
    for process in running:
        process.kill()
        process.communicate()


def test_killing_it_loses_nothing(launch, receiver):
    options = ("--seconds", "1", "--megabytes", "0.3", "--webhook-secret", SECRET)
    process, base_url = launch(*options)
    caller = Caller(base_url)
    task_id = caller.created(prompt=PROMPT, duration=3, webhook_url=receiver.url)
    process.kill()
    process.wait()
    _, base_url = launch(*options)
    caller = Caller(base_url)
    task = caller.finished(task_id)
    assert requests.head(task["generated"][0], timeout=30).status_code == 200
    wait_for(lambda: any(b"COMPLETED" in body for _, body in receiver.deliveries))
    overview = caller.overview()
    assert [item["task_id"] for item in overview["tasks"]] == [task_id]
    assert overview["requests"]["create"] == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_at_once_and_cleanly_even_at_work(launch, number):
    process, base_url = launch("--seconds", "0")
    caller = Caller(base_url)
    for _ in range(3):
        caller.created(prompt=PROMPT, duration=15)
    held = requests.get(f"{base_url}/nothing", stream=True, timeout=10)
    started = time.monotonic()
    process.send_signal(number)
    assert process.wait(10) == 0
    assert time.monotonic() - started < 4
    assert "Traceback" not in process.stderr.read()
    held.close()


def test_settings_come_from_the_environment_and_arguments_go_first(launch):
    env = {"SANDBOX_REQUESTS_PER_MINUTE": "7", "SANDBOX_LIST_GENERATED": "true", "SANDBOX_SECONDS": "0"}
    _, base_url = launch("--requests-per-minute", "9", **env)
    caller = Caller(base_url)
    caller.created(prompt="[refuse]")
    answer = caller.list()
    assert answer.headers["rate-limit-limit"] == "9"
    assert "generated" in answer.json()["data"][0]


def test_it_runs_as_a_management_command(launch):
    _, base_url = launch(command=(str(MANAGE), "sandbox"))
    assert Caller(base_url).list().status_code == 404


def test_a_port_in_use_ends_in_a_sentence(launch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process, _ = launch("--port", str(taken.getsockname()[1]))
        assert process.wait(10) != 0
    assert "cannot start" in (message := process.stderr.read())
    assert "Traceback" not in message
