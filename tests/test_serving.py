"""The running web server: what one person does slowly, others do not wait for."""

import http.client
import io
import socket
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
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
PAIR = f"""
from generations.models import State, User
from tests.factories import make_generation
demo = User.objects.get(username="demo")
for size in (2_000_000, {FILE_BYTES}):
    clip = make_generation(demo, State.READY, files=True, video_bytes=size)
    clip.video_path.open("r+b").truncate(size)
    print(clip.pk, clip.video_path)
"""
WHOLE = str(FILE_BYTES)
PIECE = 1024 * 1024


@pytest.fixture(scope="module")
def clip(studio: Studio) -> tuple[str, str]:
    """The path of a long download, and the cookie of the one who may have it."""
    pk, name, session = studio.shell(CLIP).split()
    return f"/gallery/{pk}/download", f"{name}={session}"


@pytest.fixture
def pair(studio: Studio) -> list[tuple[str, Path]]:
    """The ids and files of a short clip and a newer long one, which an archive has first."""
    return [(pk, Path(path)) for pk, path in map(str.split, studio.shell(PAIR).splitlines())]


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


@pytest.mark.parametrize(
    ("method", "name", "headers", "status", "length"),
    [
        ("GET", "video.mp4", {"Range": "bytes=5-"}, 206, str(PIECE)),
        ("GET", "download", {"Range": f"bytes={FILE_BYTES - 9}-"}, 206, "9"),
        ("GET", "download", {"Range": "bytes=10-19", "If-Range": '"another"'}, 200, WHOLE),
        ("GET", "video.mp4", {"Range": f"bytes={FILE_BYTES}-"}, 416, "0"),
        ("GET", "video.mp4", {"If-None-Match": "*"}, 304, WHOLE),
        ("HEAD", "video.mp4", {}, 200, WHOLE),
        ("HEAD", "download", {"Range": "bytes=5-"}, 200, WHOLE),
    ],
)
def test_files_over_the_wire(
    studio: Studio,
    clip: tuple[str, str],
    method: str,
    name: str,
    headers: dict[str, str],
    status: int,
    length: str,
) -> None:
    """What the web server makes of our answers."""
    address = studio.base_url + clip[0].replace("download", name)
    with requests.request(
        method, address, headers={"Cookie": clip[1], **headers}, stream=True, timeout=10
    ) as answer:
        assert (answer.status_code, answer.headers.get("Content-Length")) == (status, length)
        assert status == 416 or answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
        assert method == "GET" or answer.content == b""


def zip_of(studio: Studio, pair: list[tuple[str, Path]], cookie: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(urlsplit(studio.base_url).netloc, timeout=30)
    ids = "&".join(f"ids={pk}" for pk, _ in pair)
    connection.request("GET", f"/gallery/zip?{ids}", headers={"Cookie": cookie})
    return connection.getresponse()


def test_an_archive_comes_whole(studio: Studio, clip: tuple[str, str], pair: list[tuple[str, Path]]) -> None:
    answer = zip_of(studio, pair, clip[1])
    content = answer.read()
    assert len(content) == int(answer.headers["Content-Length"]) > FILE_BYTES
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None


def test_an_archive_that_loses_a_file_meanwhile_breaks_off(
    studio: Studio, clip: tuple[str, str], pair: list[tuple[str, Path]]
) -> None:
    """Nobody must take it for a whole one. The long clip fills all buffers before it is the short one's turn."""
    answer = zip_of(studio, pair, clip[1])
    pair[0][1].unlink()
    with pytest.raises(http.client.IncompleteRead):
        answer.read()
