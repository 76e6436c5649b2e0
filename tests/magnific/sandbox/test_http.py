"""HTTP/1.1 with clients that behave badly."""

import logging
import socket
import time
from contextlib import closing
from http.client import HTTPConnection

import pytest
import requests

from generations.magnific.sandbox.contract import PATH
from tests.magnific.sandbox.conftest import Caller, wait_for


def connect(base_url: str) -> socket.socket:
    host, port = base_url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=10)


def exchange(base_url: str, request: bytes) -> bytes:
    """Send raw bytes; return everything that comes until the server closes."""
    with connect(base_url) as connection:
        connection.sendall(request)
        answer = b""
        while piece := connection.recv(65_536):
            answer += piece
    return answer


def test_one_connection_serves_many_requests(caller):
    with closing(HTTPConnection(caller.base_url.removeprefix("http://"), timeout=10)) as connection:
        connection.connect()
        first = connection.sock
        statuses = []
        for method, path, body in (("POST", PATH, "{}"), ("POST", PATH, "{"), ("GET", "/nothing", None)) * 2:
            connection.request(method, path, body, caller.headers)
            answer = connection.getresponse()
            answer.read()
            statuses.append(answer.status)
        assert statuses == [400, 400, 404] * 2
        assert connection.sock is first


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (b"content-length: 1000001", b"413"),
        (b"content-length: 99999999999999999999", b"413"),
        (b"content-length: -5", b"400"),
        (b"content-length: many", b"400"),
        (b"transfer-encoding: chunked", b"411"),
    ],
)
def test_a_body_that_cannot_be_taken_ends_the_connection(caller, headers, status):
    head = b"POST " + PATH.encode() + b" HTTP/1.1\r\nhost: x\r\nx-magnific-api-key: k\r\n" + headers
    assert exchange(caller.base_url, head + b"\r\n\r\n").startswith(b"HTTP/1.1 " + status)


def test_slow_senders_are_cut_off(start):
    base_url = start(client_timeout=0.4).base_url
    head = b"POST " + PATH.encode() + b" HTTP/1.1\r\nhost: x\r\ncontent-length: 9999\r\n\r\n"
    started = time.monotonic()
    assert b"200" not in exchange(base_url, b"GET /slow")[:12]
    exchange(base_url, head + b"x")
    with connect(base_url) as connection:
        connection.sendall(head)
        with pytest.raises(ConnectionError):
            for _ in range(100):
                connection.sendall(b"x")
                time.sleep(0.05)
    assert time.monotonic() - started < 6


def test_clients_that_leave_make_no_noise(large_link, caller, caplog, capfd):
    caplog.set_level(logging.INFO)
    with requests.get(large_link, stream=True, timeout=30) as answer:
        answer.raw.read(10)
    with connect(caller.base_url) as connection:
        connection.sendall(b"POST " + PATH.encode() + b" HTTP/1.1\r\ncontent-length: 50\r\n\r\nab")
    assert caller.list().status_code == 404
    wait_for(lambda: "went away" in caplog.text)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert "Traceback" not in capfd.readouterr().err


def test_the_log_has_neither_key_nor_prompt_nor_token(caller, link, caplog):
    caplog.set_level(logging.DEBUG, "generations")
    Caller(caller.base_url, "very-secret-key").created(prompt="A confidential scene [refuse]")
    requests.get(link, timeout=30)
    wait_for(lambda: "/files/kling_" in caplog.text)
    for word in ("very-secret-key", "confidential", "hmac"):
        assert word not in caplog.text


def test_nothing_is_answered_after_the_stop(start):
    sandbox = start()
    with requests.Session() as session:
        session.get(f"{sandbox.base_url}/nothing", timeout=10)
        sandbox.stop()
        with pytest.raises(requests.ConnectionError):
            session.get(f"{sandbox.base_url}/nothing", timeout=10)
