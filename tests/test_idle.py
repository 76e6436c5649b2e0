"""The real web server against clients that send slowly, or nothing, or fetch slowly."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from tests.studio import ROOT, environment, free_port

IDLE_SECONDS = 2.0
SLOW_SENDERS = 300
"""More than the two workers have threads, however they share them."""
BIG = 24_000_000
"""Bytes of a file; more than the sockets between us hold."""
REQUEST = b"POST /callbacks/magnific/nonsense/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n"


@pytest.fixture(scope="module")
def port(tmp_path_factory) -> Iterator[int]:
    """The web server alone, as it is run, without a database: what is asked for here needs none."""
    var_dir: Path = tmp_path_factory.mktemp("web")
    (var_dir / "static").mkdir()
    (var_dir / "static" / "big.bin").write_bytes(os.urandom(BIG))
    (var_dir / "static" / "staticfiles.json").write_text('{"paths": {}, "version": "1.1", "hash": ""}')
    port = free_port()
    settings = {"CLIENT_IDLE_SECONDS": str(IDLE_SECONDS), "MAGNIFIC_WEBHOOK_SECRETS": "a secret"}
    server = subprocess.Popen(
        [sys.executable, "-m", "kling_site.web"],
        cwd=ROOT,
        env=environment(var_dir, port, settings),
        start_new_session=True,
    )
    try:
        wait_for_pages(port, 40)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(30)
        finally:
            server.kill()


def get(port: int, timeout: float = 5) -> int:
    """Ask for a page that needs no database; return its status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", "/callbacks/magnific/nonsense/")
        return connection.getresponse().status
    finally:
        connection.close()


def answers(port: int, timeout: float) -> bool:
    try:
        return get(port, timeout) == 405
    except TimeoutError:
        return False


def wait_for_pages(port: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            assert get(port) == 405
            return
        except OSError:
            assert time.monotonic() < deadline, "no page is served"
            time.sleep(0.1)


def is_cut_off(connection: socket.socket, seconds: float) -> bool:
    connection.settimeout(seconds)
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True
    except TimeoutError:
        return False


def test_slow_senders_hold_the_threads_for_a_while_only(port):
    """Half of them say nothing after the head, half send a byte now and then."""
    done = threading.Event()
    with ExitStack() as stack:
        senders = [socket.create_connection(("127.0.0.1", port)) for _ in range(SLOW_SENDERS)]
        for sender in senders:
            stack.enter_context(sender)
            sender.sendall(REQUEST)

        def drip() -> None:
            while not done.wait(0.2):
                for sender in senders[::2]:
                    with suppress(OSError):
                        sender.sendall(b"x")

        dripper = threading.Thread(target=drip)
        dripper.start()
        try:
            time.sleep(0.5)
            assert not all(answers(port, 0.5) for _ in range(5)), "they do not even hold the threads"
            wait_for_pages(port, 5 * IDLE_SECONDS)
            assert sum(is_cut_off(sender, 5) for sender in senders) >= SLOW_SENDERS * 0.8
        finally:
            done.set()
            dripper.join()
    assert get(port) == 405


def test_who_fetches_slowly_or_pauses_gets_everything(port):
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        client.settimeout(20)
        client.connect(("127.0.0.1", port))
        client.sendall(b"GET /static/big.bin HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        received = len(client.recv(1000))
        time.sleep(2 * IDLE_SECONDS)
        while piece := client.recv(1_000_000):
            received += len(piece)
    assert received > BIG


def test_an_idle_connection_is_closed_and_an_active_one_is_not(port):
    with socket.create_connection(("127.0.0.1", port)) as idle:
        active = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        ends = time.monotonic() + 2 * IDLE_SECONDS
        active.connect()
        mine = active.sock
        while time.monotonic() < ends:
            active.request("GET", "/callbacks/magnific/nonsense/")
            active.getresponse().read()
            assert active.sock is mine
            time.sleep(0.3)
        active.close()
        assert is_cut_off(idle, 5)
