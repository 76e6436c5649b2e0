import random
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from generations.media.download import Downloaded, download
from tests.media.server import Server, running

SECRET = "exp=1~hmac=5ec4e7"
Fetch = Callable[..., Downloaded]


@pytest.fixture
def server() -> Iterator[Server]:
    with running(Server()) as server:
        yield server


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return tmp_path / "clip.mp4.7.part"


@pytest.fixture
def fetch(server: Server, part: Path) -> Fetch:
    def call(**changes: Any) -> Downloaded:
        options: dict[str, Any] = {
            "allowed_hosts": [server.origin],
            "time_budget": 20.0,
            "should_stop": lambda: False,
            "min_free_bytes": 0,
        }
        return download(f"{server.origin}/kling.mp4?token={SECRET}", part, **(options | changes))

    return call


def box(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


@pytest.fixture(scope="session")
def mp4_bytes() -> bytes:
    """A file whole by its boxes, of about 600 kB, no byte like its neighbours."""
    noise = random.Random(4).randbytes(600_000)
    return box(b"ftyp", b"isom\0\0\0\0") + box(b"moov") + box(b"mdat", noise)


def encode(
    path: Path, *, size: tuple[int, int], shades: list[int], rate: int = 12, format: str = "mp4"
) -> Path:
    """A clip of one flat grey a frame, with a diagonal that moves."""
    with av.open(str(path), "w", format=format) as container:
        stream = container.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for index, shade in enumerate(shades):
            image = Image.new("RGB", size, (shade, shade, shade))
            image.putpixel((index % size[0], index % size[1]), (255, 255, 255))
            for packet in stream.encode(av.VideoFrame.from_image(image)):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of 320×180 at 12 frames a second: six dark frames, then bright ones."""
    path = tmp_path_factory.mktemp("clips") / "clip.mp4"
    return encode(path, size=(320, 180), shades=[0] * 6 + [180] * 18)
