import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import certifi
import pytest

from generations.media import links
from generations.media.download import Downloaded, download
from generations.media.errors import LinkRefused, TransferBroken
from generations.media.links import check_link, is_public

CERTIFICATE = Path(__file__).with_name("cdn.pem")
"""For cdn.freepik.com, signed by itself, with its key; good until 2119."""
HOSTS = ["*.freepik.com", "cdn.magnific.com", "http://127.0.0.1:8001", "http://[::1]:8001"]


@pytest.mark.parametrize(
    "url",
    [
        "https://cdn-magnific.freepik.com/kling.mp4?token=exp=1~hmac=2",
        "https://a.b.freepik.com/x",
        "https://CDN.Magnific.com:443/x",
        "http://127.0.0.1:8001/x",
        "http://[::1]:8001/x",
    ],
)
def test_allowed(url: str) -> None:
    assert check_link(url, HOSTS).target.startswith("/")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "kling.mp4",
        "file:///etc/passwd",
        "ftp://a.freepik.com/x",
        "http://a.freepik.com/x",
        "https://a.freepik.com:8443/x",
        "https://a.freepik.com:0/x",
        "https://a.freepik.com:443x/x",
        "https://freepik.com/x",
        "https://.freepik.com/x",
        "https://a..freepik.com/x",
        "https://evilfreepik.com/x",
        "https://freepik.com.evil.example/x",
        "https://a.freepik.com.evil.example/x",
        "https://evil.example/a.freepik.com",
        "https://evil.example#.freepik.com",
        "https://evil.example\\.freepik.com/x",
        "https://ä.freepik.com/x",
        f"https://{'a' * 64}.freepik.com/x",
        "https://a.freepik.com./x",
        "https://other.magnific.com/x",
        "https://user@a.freepik.com/x",
        "https://:pw@a.freepik.com/x",
        "http://user@127.0.0.1:8001/x",
        "http://127.0.0.1:8002/x",
        "https://127.0.0.1:8001/x",
        "http://127.0.0.1/x",
        "http://localhost:8001/x",
        "https://[::1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://a.freepik.com/" + "x" * 9000,
    ],
)
def test_refused(url: str) -> None:
    with pytest.raises(LinkRefused):
        check_link(url, HOSTS)


def test_odd_characters_are_quoted_and_a_signature_is_left_alone() -> None:
    assert check_link("https://a.freepik.com/ä b%20?t=exp=1~hmac=a/+%2F", HOSTS).target == (
        "/%C3%A4%20b%20?t=exp=1~hmac=a/+%2F"
    )
    assert "\r" not in check_link("https://a.freepik.com/a?b=\r\nX: y", HOSTS).target


def test_link_does_not_show_its_signature() -> None:
    assert "hmac" not in repr(check_link("https://a.freepik.com/x?t=hmac=5", HOSTS))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_address(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "ff0e::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:53aa:64c:0:0:80ff:fffe",
    ],
)
def test_private_address(address: str) -> None:
    assert not is_public(address)


@contextmanager
def listening(context: ssl.SSLContext | None = None) -> Iterator[tuple[int, list[bytes]]]:
    """A server for one connection: its port, and the bytes an application would have seen."""
    received: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(5)

    def serve() -> None:
        connection, _ = listener.accept()
        connection.settimeout(5)
        try:
            if context:
                connection = context.wrap_socket(connection, server_side=True)
            received.append(connection.recv(65536))
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n\0\0\0\x10ftypisom\0\0\0\0")
        except OSError:
            received.append(b"")
        finally:
            connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1], received
    finally:
        thread.join()
        listener.close()


def point_names_at(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    address = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: address)


def fetch(url: str, folder: Path, host: str) -> Downloaded:
    options = {"allowed_hosts": [host], "should_stop": lambda: False, "min_free_bytes": 0}
    return download(url, folder / "a.part", time_budget=5, **options)


def test_a_name_that_leads_to_a_private_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with listening() as (port, received):
        point_names_at(port, monkeypatch)
        with pytest.raises(LinkRefused, match="private"):
            fetch("https://cdn.freepik.com/x.mp4", tmp_path, "*.freepik.com")
    assert received == [b""]


@pytest.fixture
def tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


@pytest.fixture
def as_if_public(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback stands for the internet, which tests do not touch."""
    monkeypatch.setattr(links, "is_public", lambda address: True)


@pytest.mark.usefixtures("as_if_public")
def test_https(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tls: ssl.SSLContext) -> None:
    monkeypatch.setattr(certifi, "where", lambda: str(CERTIFICATE))
    with listening(tls) as (port, received):
        point_names_at(port, monkeypatch)
        assert fetch("https://cdn.freepik.com/x.mp4?t=1", tmp_path, "*.freepik.com").bytes == 16
    assert received[0].startswith(b"GET /x.mp4?t=1 HTTP/1.1\r\nHost: cdn.freepik.com\r\n")


@pytest.mark.usefixtures("as_if_public")
@pytest.mark.parametrize("trusted", [False, True], ids=["unknown issuer", "wrong name"])
def test_https_with_a_bad_certificate(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    tls: ssl.SSLContext,
    trusted: bool,
) -> None:
    if trusted:
        monkeypatch.setattr(certifi, "where", lambda: str(CERTIFICATE))
    host = "img.freepik.com" if trusted else "cdn.freepik.com"
    with listening(tls) as (port, received):
        point_names_at(port, monkeypatch)
        with pytest.raises(TransferBroken):
            fetch(f"https://{host}/x.mp4", tmp_path, "*.freepik.com")
    assert received == [b""]
