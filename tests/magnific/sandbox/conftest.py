"""A running sandbox, and a receiver for its callbacks, both over real HTTP on 127.0.0.1."""

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from generations.magnific.sandbox.config import SandboxConfig
from generations.magnific.sandbox.contract import PATH
from generations.magnific.sandbox.server import Sandbox, running_sandbox

SECRET = "a-shared-secret"
PROMPT = "Rain at night"
"""Painted fastest."""
SMALL = 0.3
"""Megabytes of a 5 s clip: enough to be a real one."""


class Caller:
    """A client of one sandbox with one key."""

    def __init__(self, base_url: str, key: str = "key-one") -> None:
        self.url = base_url + PATH
        self.base_url = base_url
        self.headers = {"x-magnific-api-key": key}

    def create(self, **fields: Any) -> requests.Response:
        return requests.post(self.url, json=fields, headers=self.headers, timeout=10)

    def get(self, task_id: str) -> requests.Response:
        return requests.get(f"{self.url}/{task_id}", headers=self.headers, timeout=10)

    def list(self) -> requests.Response:
        return requests.get(self.url, headers=self.headers, timeout=10)

    def created(self, **fields: Any) -> str:
        """Create a task that must be accepted; return its id."""
        answer = self.create(**fields)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]["task_id"]

    def finished(self, task_id: str, seconds: float = 20) -> dict[str, Any]:
        """Ask until the task has ended; return it."""
        wait_for(lambda: self.get(task_id).json()["data"]["status"] in ("COMPLETED", "FAILED"), seconds)
        return self.get(task_id).json()["data"]

    def link(self, **fields: Any) -> str:
        """Create a clip; return the link to its file."""
        return self.finished(self.created(**fields))["generated"][0]

    def overview(self) -> dict[str, Any]:
        return requests.get(f"{self.base_url}/sandbox/tasks", timeout=10).json()

    def set_faults(self, **faults: Any) -> None:
        """Turn on these faults and no others."""
        answer = requests.post(f"{self.base_url}/sandbox/faults", json=faults, timeout=10)
        assert answer.status_code == 200, answer.text


def wait_for(condition: Callable[[], Any], seconds: float = 20) -> None:
    """Look until `condition` holds; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come in time"
        time.sleep(0.02)


@pytest.fixture
def start(tmp_path) -> Iterator[Callable[..., Sandbox]]:
    """Give a function that starts a sandbox with these settings in a folder of the test's own."""
    with ExitStack() as stack:

        def run(**settings: Any) -> Sandbox:
            defaults = {
                "data_dir": tmp_path,
                "port": 0,
                "seconds": 0.0,
                "megabytes": SMALL,
                "list_delay": 0.0,
            }
            return stack.enter_context(running_sandbox(SandboxConfig(**(defaults | settings))))

        yield run


@pytest.fixture(scope="session")
def shared(tmp_path_factory) -> Iterator[Caller]:
    """A client of a sandbox shared by the tests that fetch files, so that each is painted once."""
    folder = tmp_path_factory.mktemp("shared")
    quick = {"seconds": 0.0, "megabytes": SMALL, "list_delay": 0.0, "requests_per_minute": 10**6}
    with running_sandbox(SandboxConfig(data_dir=folder, port=0, **quick)) as sandbox:
        yield Caller(sandbox.base_url)


@pytest.fixture(scope="session")
def link(shared) -> str:
    """A link to a finished clip of 3 seconds."""
    return shared.link(prompt=PROMPT, duration=3)


@pytest.fixture(scope="session")
def large_link(tmp_path_factory) -> Iterator[str]:
    """A link to a finished clip of 15 seconds at the default size."""
    config = SandboxConfig(data_dir=tmp_path_factory.mktemp("large"), port=0, seconds=0.0)
    with running_sandbox(config) as sandbox:
        yield Caller(sandbox.base_url).link(prompt=PROMPT, duration=15)


@pytest.fixture
def caller(shared) -> Caller:
    """A client with a new key of its own, at a sandbox whose tasks are done at once."""
    return Caller(shared.base_url, secrets.token_hex(8))


@dataclass
class Receiver:
    """Takes callbacks; answers with `statuses` in turn, then 200."""

    url: str
    statuses: list[int] = field(default_factory=list)
    deliveries: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            taker.deliveries.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(taker.statuses.pop(0) if taker.statuses else 200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    taker = Receiver(f"http://127.0.0.1:{server.server_address[1]}/callbacks/abc/")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield taker
    server.shutdown()
    server.server_close()
    thread.join()
