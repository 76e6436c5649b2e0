"""The POST's promises, over real sockets: what left, what came back, when it ended."""

import gzip
import os
import socket
import ssl
import time
import tracemalloc
from contextlib import ExitStack

import pytest

from generations.magnific.client import Client
from generations.magnific.errors import Doubtful, NotSent
from generations.magnific.messages import VideoRequest
from tests.magnific.scripted import (
    CERTIFICATE,
    ScriptedServer,
    answer,
    drip,
    listen,
    read_request,
    reset,
    reset_unread,
    respond,
    say,
)

REQUEST = VideoRequest("a lighthouse", "", 0.5, "16:9", 5)
TASK = {"data": {"task_id": "t1", "status": "CREATED", "generated": []}}
DEADLINE = 0.4
BOMB = gzip.compress(bytes(50_000_000), 1)
"""Quickly made, since every process of a run that collects the tests makes it."""
RECORD_OF_16_KILOBYTES = b"\x16\x03\x03\x3f\xff"
"""How a TLS handshake message of that length begins."""
SOON = 5.0
"""Seconds within which a deadline of 0.4 s must have ended the exchange, on a busy machine too."""


def client(url: str, **settings) -> Client:
    return Client(**{"base_url": url, "api_key": "k-123", "post_deadline": 10, **settings})


def create_at(server: ScriptedServer, **settings):
    return client(server.url, **settings).create(REQUEST)


def test_one_post_on_one_connection_with_the_key_and_the_body():
    with ScriptedServer(respond(200, TASK)) as server:
        created = create_at(server)
    (received,) = server.received
    assert created.task.task_id == "t1"
    assert received.line == "POST /v1/ai/video/kling-4k-t2v HTTP/1.1"
    assert received.headers["x-magnific-api-key"] == "k-123"
    assert received.headers["content-type"] == "application/json"
    assert received.headers["accept-encoding"] == "identity"
    assert received.body.startswith(b'{"prompt": "a lighthouse", "negative_prompt": ""')


def test_each_post_has_a_connection_of_its_own():
    with ScriptedServer(respond(200, TASK)) as server:
        caller = client(server.url)
        caller.create(REQUEST)
        caller.create(REQUEST)
    assert server.connections == 2


# --- before the first byte ---------------------------------------------------------------------


def test_a_refused_connection_is_not_sent():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        with pytest.raises(NotSent, match="ConnectionRefusedError"):
            client(f"http://127.0.0.1:{bound.getsockname()[1]}").create(REQUEST)


def test_an_unknown_name_is_not_sent(monkeypatch):
    def unknown(*args, **kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NotSent, match="gaierror"):
        client("https://api.magnific.invalid").create(REQUEST)


def test_a_connect_timeout_is_not_sent():
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(3):  # Linux drops further SYNs once the backlog is full
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        with pytest.raises(NotSent, match="TimeoutError"):
            client(f"http://127.0.0.1:{listener.getsockname()[1]}", connect_timeout=0.3).create(REQUEST)


def test_an_untrusted_certificate_is_not_sent():
    with ScriptedServer(respond(200, TASK), tls=True) as server, pytest.raises(NotSent, match="SSLCert"):
        create_at(server)
    assert server.received == []


def test_a_server_that_does_not_speak_tls_is_not_sent():
    behaviour = drip(b"HTTP/1.1 400 Bad Request\r\n\r\n", b"x", unread=True)
    with ScriptedServer(behaviour) as server, pytest.raises(NotSent, match="SSLError"):
        client(server.url.replace("http:", "https:")).create(REQUEST)


def test_a_handshake_that_never_comes_is_not_sent():
    with ScriptedServer(listen) as server:
        with pytest.raises(NotSent, match="TimeoutError"):
            client(server.url.replace("http:", "https:"), connect_timeout=0.3).create(REQUEST)
        (received,) = server.heard(1)
    assert received.body.startswith(b"\x16\x03")
    assert b"lighthouse" not in received.body


def test_a_dripping_handshake_ends_at_the_deadline_and_is_not_sent():
    with ScriptedServer(drip(RECORD_OF_16_KILOBYTES, b"\x02", unread=True)) as server:
        started = time.monotonic()
        with pytest.raises(NotSent, match=r"deadline|TimeoutError"):
            client(server.url.replace("http:", "https:"), post_deadline=DEADLINE).create(REQUEST)
    assert time.monotonic() - started < SOON


def test_leave_to_send_may_be_withheld_when_connected():
    with ScriptedServer(listen) as server:
        with pytest.raises(NotSent, match="Withheld"):
            client(server.url).create(REQUEST, may_send=lambda: False)
        assert [received.body for received in server.heard(1)] == [b""]


def test_leave_to_send_is_asked_once():
    asked = []
    with ScriptedServer(respond(200, TASK)) as server:
        client(server.url).create(REQUEST, may_send=lambda: asked.append(1) is None)
    assert asked == [1]


@pytest.fixture
def slow_names(monkeypatch):
    """Names that resolve only after the deadline."""
    resolve = socket.getaddrinfo

    def slowly(*args, **kwargs):
        time.sleep(3 * DEADLINE)
        return resolve(*args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", slowly)


@pytest.mark.usefixtures("slow_names")
def test_a_name_that_resolves_after_the_deadline_is_not_sent():
    with ScriptedServer(listen) as server:
        with pytest.raises(NotSent, match="deadline"):
            create_at(server, post_deadline=DEADLINE)
        assert [received.body for received in server.heard(1)] == [b""]


# --- after the first byte ----------------------------------------------------------------------


def garbage_in_tls(connection: ssl.SSLSocket, received: list) -> None:
    received.append(read_request(connection))
    with socket.socket(fileno=os.dup(connection.fileno())) as bare:
        bare.sendall(b"this is not a TLS record at all")


def reset_after_reading(connection: socket.socket, received: list) -> None:
    received.append(read_request(connection))
    reset(connection)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("behaviour", "status"),
    [
        pytest.param(reset_unread, None, id="reset before the request was read"),
        pytest.param(reset_after_reading, None, id="reset after the request was read"),
        pytest.param(say(b""), None, id="closed without an answer"),
        pytest.param(say(b"HTTP/1.1 2"), None, id="status line cut"),
        pytest.param(say(b"SSH-2.0-OpenSSH\r\n"), None, id="not HTTP"),
        pytest.param(say(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000), None, id="endless header line"),
        pytest.param(say(HEAD), 200, id="body missing"),
        pytest.param(say(HEAD + b'{"data": {"ta'), 200, id="body cut"),
        pytest.param(say(HEAD + b'{"data": {"ta', then="reset"), 200, id="body reset"),
        pytest.param(say(CHUNKED + b'5\r\n{"dat'), 200, id="chunk cut"),
        pytest.param(say(CHUNKED + b'5\r\n{"dat\r\n'), 200, id="chunks cut"),
        pytest.param(say(CHUNKED + b"many\r\n{}"), 200, id="chunk size not a number"),
        pytest.param(say(b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\n{}{}{}"), None, id="two lengths"),
        pytest.param(respond(400, {"message": "no"}, length=500), 400, id="refusal cut"),
        pytest.param(respond(200, b"x" * 20, {"Content-Encoding": "br"}), 200, id="unknown encoding"),
        pytest.param(respond(200, b"x" * 20, {"Content-Encoding": "gzip"}), 200, id="not gzip"),
        pytest.param(
            respond(400, gzip.compress(b"{}")[:-4], {"Content-Encoding": "gzip"}), 400, id="gzip cut"
        ),
    ],
)
def test_a_cut_or_unreadable_answer_is_doubtful_and_not_asked_again(behaviour, status):
    with ScriptedServer(behaviour) as server, pytest.raises(Doubtful) as doubt:
        create_at(server)
    assert doubt.value.http_status == status
    assert server.connections == 1


def test_a_cut_answer_leaves_its_beginning_as_evidence():
    beginning = b'{"data": {"task_id": "t1", "sta'
    with ScriptedServer(say(HEAD + beginning)) as server, pytest.raises(Doubtful) as doubt:
        create_at(server)
    assert doubt.value.excerpt == beginning.decode()


def test_a_tls_fault_after_the_request_is_doubtful():
    with ScriptedServer(garbage_in_tls, tls=True) as server, pytest.raises(Doubtful, match="SSL"):
        create_at(server, ca_file=str(CERTIFICATE))
    assert b"lighthouse" in server.received[0].body


def test_tls_works_with_a_trusted_certificate():
    with ScriptedServer(respond(200, TASK), tls=True) as server:
        assert create_at(server, ca_file=str(CERTIFICATE)).task.task_id == "t1"


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(say(b"", then="hang"), id="silence"),
        pytest.param(drip(b"HTTP/1.1 200 OK\r\nX: ", b"x"), id="header line drips"),
        pytest.param(drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", pause=0.05), id="headers drip"),
        pytest.param(drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), id="endless 100 Continue"),
        pytest.param(drip(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", b" "), id="body drips"),
        pytest.param(drip(b"HTTP/1.1 200 OK\r\n\r\n", b" "), id="body without length drips"),
        pytest.param(drip(CHUNKED, b"1\r\n \r\n"), id="chunks drip"),
    ],
)
def test_the_deadline_ends_whatever_goes_on(behaviour):
    with ScriptedServer(behaviour) as server:
        started = time.monotonic()
        with pytest.raises(Doubtful, match="in time"):
            create_at(server, post_deadline=DEADLINE)
        assert DEADLINE <= time.monotonic() - started < SOON
    assert server.connections == 1


def test_the_deadline_ends_a_dripping_answer_over_tls():
    behaviour = drip(b"HTTP/1.1 200 OK\r\nX: ", b"x")
    with ScriptedServer(behaviour, tls=True) as server:
        started = time.monotonic()
        with pytest.raises(Doubtful, match="in time"):
            create_at(server, post_deadline=2 * DEADLINE, ca_file=str(CERTIFICATE))
        assert time.monotonic() - started < SOON


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(drip(answer(200, TASK, framed=False), b" "), id="never ends"),
        pytest.param(say(answer(200, TASK, length=999)), id="shorter than announced"),
        pytest.param(respond(200, TASK, framed=False), id="ended by the close"),
        pytest.param(say(b"HTTP/1.1 100 Continue\r\n\r\n" + answer(200, TASK)), id="after a 100"),
        pytest.param(
            respond(200, gzip.compress(b'{"task_id": "t1"}'), {"Content-Encoding": "GZIP"}), id="gzip unasked"
        ),
    ],
)
def test_a_task_id_that_arrived_is_never_lost(behaviour):
    with ScriptedServer(behaviour) as server:
        assert create_at(server, post_deadline=3 * DEADLINE).task.task_id == "t1"


# --- bounds ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(respond(200, b"x" * 3_000_000), id="announced"),
        pytest.param(drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 100_000, pause=0), id="endless"),
        pytest.param(respond(200, BOMB, {"Content-Encoding": "gzip"}), id="bomb"),
    ],
)
def test_an_oversized_answer_is_doubtful_and_takes_little_memory(behaviour):
    with ScriptedServer(behaviour) as server:
        tracemalloc.start()
        try:
            with pytest.raises(Doubtful, match="more than we read"):
                create_at(server, max_body=1_000_000)
            assert tracemalloc.get_traced_memory()[1] < 20_000_000
        finally:
            tracemalloc.stop()


def test_an_answer_at_the_cap_is_read():
    body = b'{"task_id": "t1"}'
    with ScriptedServer(respond(200, body + b" " * 83)) as server:
        assert create_at(server, max_body=100).task.task_id == "t1"


# --- nothing from the environment, nothing followed ----------------------------------------------


@pytest.fixture
def hostile_environment(monkeypatch, tmp_path):
    """Dead proxies, a netrc with credentials for everybody, certificates that make our server trusted."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login stranger password stolen\ndefault login x password y\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
        monkeypatch.setenv(name.upper(), "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(CERTIFICATE))


@pytest.mark.usefixtures("hostile_environment")
def test_proxies_and_netrc_of_the_environment_do_not_matter():
    with ScriptedServer(respond(200, TASK), respond(200, TASK), respond(200, {"data": []})) as server:
        caller = client(server.url)
        caller.create(REQUEST)
        caller.get("t1")
        caller.list()
    assert [received.headers.get("authorization") for received in server.received] == [None] * 3


@pytest.mark.usefixtures("hostile_environment")
def test_certificates_of_the_environment_do_not_matter():
    with ScriptedServer(respond(200, TASK), tls=True) as server, pytest.raises(NotSent, match="SSLCert"):
        create_at(server)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status):
    with ScriptedServer(respond(200, TASK)) as elsewhere:
        target = {"Location": f"{elsewhere.url}/v1/ai/video/kling-4k-t2v"}
        with ScriptedServer(respond(status, b"", target)) as server:
            caller = client(server.url, sleep=lambda seconds: None)
            for call in (lambda: caller.create(REQUEST), lambda: caller.get("t1"), caller.list):
                with pytest.raises(Exception, match=f"answered {status}"):
                    call()
    assert (server.connections, elsewhere.connections) == (3, 0)


def test_a_cookie_is_not_brought_back():
    with ScriptedServer(respond(200, TASK, {"Set-Cookie": "a=b"})) as server:
        caller = client(server.url)
        caller.create(REQUEST)
        caller.create(REQUEST)
    assert "cookie" not in server.received[1].headers
