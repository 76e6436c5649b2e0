"""The supervisor's small parts: ports, logs, the lock, health."""

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from kling_site.supervisor import health, logs, ports, prepare
from kling_site.supervisor.prepare import Refused


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_port_that_somebody_listens_on_is_not_free(taken: int) -> None:
    assert not ports.is_free("127.0.0.1", taken)
    assert not ports.is_free("localhost", taken)
    assert not ports.is_free("0.0.0.0", taken)


def test_the_next_free_port_is_above_the_taken_one(taken: int) -> None:
    found = ports.next_free("127.0.0.1", taken)
    assert found > taken
    assert ports.is_free("127.0.0.1", found)


def test_an_address_of_another_machine_is_an_error() -> None:
    with pytest.raises(OSError, match="assign requested address"):
        ports.is_free("192.0.2.1", 8000)


def test_a_long_log_is_moved_aside_and_its_writer_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "web.log"
    with logs.open_log(path) as writer:
        for letter in "abcde":
            writer.write(letter.encode() * 20)
            writer.flush()
            logs.rotate(path, max_bytes=10)
        writer.write(b"short")
        writer.flush()
        logs.rotate(path, max_bytes=10)
    assert path.read_bytes() == b"short"
    kept = sorted(log.name for log in tmp_path.iterdir())
    assert kept == ["web.log", "web.log.1", "web.log.2", "web.log.3"]
    assert (tmp_path / "web.log.1").read_bytes() == b"e" * 20
    assert (tmp_path / "web.log.3").read_bytes() == b"c" * 20


def test_only_one_copy_runs_in_a_folder_and_the_second_learns_which(tmp_path: Path) -> None:
    path = tmp_path / "server.lock"
    with prepare.lock(path) as held:
        prepare.leave_notice(held, {"pid": 42, "url": "http://127.0.0.1:8000"})
        with pytest.raises(Refused, match=r"process 42, http://127.0.0.1:8000"):
            prepare.lock(path)
    prepare.lock(path).close()
    assert path.read_text() == ""


class Failing(BaseHTTPRequestHandler):
    """Answers like `/healthz` of an application whose saving cluster hangs."""

    def do_GET(self) -> None:
        clusters = {"kling": {"status": "ok"}, "saving": {"status": "failing"}}
        report = {"status": "failing", "clusters": clusters, "host": self.headers["Host"]}
        self.send_response(503)
        self.end_headers()
        self.wfile.write(json.dumps(report).encode())

    def log_message(self, *args: object) -> None:
        pass


def test_health_names_the_clusters_that_hang() -> None:
    with HTTPServer(("127.0.0.1", 0), Failing) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        answer = health.ask("127.0.0.1", server.server_port, "studio.example")
    assert answer and answer["host"] == "studio.example"
    assert health.stuck_clusters(answer) == {"saving"}


def test_health_of_nobody_is_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert health.ask("127.0.0.1", port, "localhost") is None
    assert health.stuck_clusters(None) == set()
