"""A sandbox in a process of its own, which outlives what is measured and counts what it is asked."""

import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from generations.magnific.sandbox.contract import PATH
from tests.studio import ROOT

START_SECONDS = 30.0
STOP_SECONDS = 10.0
SERVES = re.compile(r"Sandbox serves at (http://\S+)")
REQUEST = re.compile(rf" (GET|POST) {PATH}(/\S+)? (\d{{3}}) \d+ ms")


@dataclass(frozen=True)
class Asked:
    """How often the API was asked, refusals for asking too often included."""

    create: int
    get: int
    list: int
    too_often: int

    @property
    def total(self) -> int:
        """All requests."""
        return self.create + self.get + self.list


@dataclass(frozen=True)
class RunningSandbox:
    """`url` is its origin, `log` has a line a request."""

    url: str
    log: Path

    def tasks(self) -> list[dict[str, Any]]:
        """Return all tasks with the fields of the sandbox's overview. Raises RequestException."""
        answer = requests.get(f"{self.url}/sandbox/tasks", timeout=30)
        answer.raise_for_status()
        tasks: list[dict[str, Any]] = answer.json()["tasks"]
        return tasks

    def asked(self) -> Asked:
        """Count the requests in the log."""
        found = REQUEST.findall(self.log.read_text())
        kinds = Counter(
            "create" if method == "POST" else "get" if task else "list" for method, task, _ in found
        )
        too_often = sum(status == "429" for _, _, status in found)
        return Asked(kinds["create"], kinds["get"], kinds["list"], too_often)


@contextmanager
def own_sandbox(folder: Path, **options: object) -> Iterator[RunningSandbox]:
    """Give a sandbox at a free port. `options` are those of its command; raises TimeoutError if it stays mute."""
    folder.mkdir(parents=True)
    log = folder / "sandbox.log"
    words = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
    command = [
        sys.executable,
        "-m",
        "generations.magnific.sandbox",
        "--port=0",
        f"--data-dir={folder}",
        *words,
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield RunningSandbox(_address(log), log)
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def _address(log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if match := SERVES.search(log.read_text()):
            return match[1]
        time.sleep(0.05)
    raise TimeoutError(f"The sandbox does not start: {log.read_text()}")
