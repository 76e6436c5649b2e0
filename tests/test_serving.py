"""The running web server: what one person does slowly, others do not wait for."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
import requests

from tests.studio import Studio

PAUSED = 70
"""More than the connections of both processes' pools on PostgreSQL (2 × 16), fewer than all threads (2 × 64)."""
FILE_BYTES = 50_000_000
"""More than the sockets on both sides take in."""
CLIP = f"""
from django.conf import settings
from django.test import Client
from generations.models import State, User
from tests.factories import make_generation
demo = User.objects.get(username="demo")
clip = make_generation(demo, State.READY, files=True)
clip.video_path.open("r+b").truncate({FILE_BYTES})
client = Client()
client.force_login(demo)
name = settings.SESSION_COOKIE_NAME
print(clip.pk, name, client.cookies[name].value)
"""


@pytest.fixture
def clip(studio: Studio) -> tuple[str, str]:
    """The path of a long download, and the cookie of the one who may have it."""
    pk, name, session = studio.manage("shell", "-v", "0", "-c", CLIP).split()
    return f"/gallery/{pk}/download", f"{name}={session}"


@pytest.fixture
def paused(studio: Studio, clip: tuple[str, str]) -> Iterator[list[bytes]]:
    """The beginnings of many downloads that go no further."""
    path, cookie = clip
    place = urlsplit(studio.base_url)
    with ExitStack() as stack:
        clients = [stack.enter_context(socket.socket()) for _ in range(PAUSED)]
        for client in clients:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.settimeout(30)
            client.connect((place.hostname, place.port))
            client.sendall(
                f"GET {path} HTTP/1.1\r\nHost: {place.netloc}\r\nCookie: {cookie}\r\n\r\n".encode()
            )
        yield [client.recv(12) for client in clients]


def test_paused_downloads_hold_up_no_page(studio: Studio, clip: tuple[str, str], paused: list[bytes]) -> None:
    assert paused == [b"HTTP/1.1 200"] * PAUSED
    page = requests.get(f"{studio.base_url}/gallery/", headers={"Cookie": clip[1]}, timeout=10)
    assert page.status_code == 200
    assert page.elapsed.total_seconds() < 5
