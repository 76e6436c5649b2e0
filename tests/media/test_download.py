import hashlib
import socket
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from generations.media.download import Downloaded, download
from generations.media.errors import (
    DiskFull,
    LinkRefused,
    MediaError,
    NotVideo,
    TransferBroken,
    TransferStopped,
)
from tests.media.conftest import SECRET, Fetch
from tests.media.server import (
    Server,
    chunked,
    drip,
    head,
    ranged,
    silent,
    status,
    whole,
)


def test_whole_file(server: Server, part: Path, fetch: Fetch, mp4_bytes: bytes) -> None:
    server.answers = [whole(mp4_bytes)]
    seen: list[tuple[int, int | None]] = []
    got = fetch(on_progress=lambda done, total: seen.append((done, total)))
    assert part.read_bytes() == mp4_bytes
    assert got == Downloaded(len(mp4_bytes), hashlib.sha256(mp4_bytes).hexdigest(), "video/mp4", True)
    assert seen[-1] == (len(mp4_bytes), len(mp4_bytes))
    assert list(part.parent.iterdir()) == [part]


def test_request_carries_the_signed_query_and_nothing_of_ours(
    server: Server, fetch: Fetch, mp4_bytes: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    server.answers = [whole(mp4_bytes)]
    fetch()
    assert server.paths == [f"/kling.mp4?token={SECRET}"]
    assert set(server.requests[0]) == {"host", "accept", "accept-encoding", "connection"}
    assert server.requests[0]["accept-encoding"] == "identity"


@pytest.mark.parametrize("code", [204, 206, 408, 425, 429, 500, 502, 503])
def test_trouble_over_there(server: Server, fetch: Fetch, code: int) -> None:
    server.answers = [status(code)]
    with pytest.raises(TransferBroken) as caught:
        fetch()
    assert (caught.value.http_status, caught.value.host) == (code, "127.0.0.1")


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_redirect_is_not_followed(server: Server, fetch: Fetch, code: int) -> None:
    server.answers = [status(code, Location=f"{server.origin}/elsewhere"), status(500)]
    with pytest.raises(LinkRefused):
        fetch()
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"<!doctype html><title>Sorry</title>",
        b'{"message": "expired"}',
        b"\x1aE\xdf\xa3 matroska",
        b"#EXTM3U\n/etc/passwd\n",
    ],
)
def test_something_else_than_a_video(server: Server, part: Path, fetch: Fetch, body: bytes) -> None:
    server.answers = [whole(body)]
    with pytest.raises(NotVideo):
        fetch()
    assert part.stat().st_size == 0


def test_compressed_answer(server: Server, fetch: Fetch, mp4_bytes: bytes) -> None:
    server.answers = [whole(mp4_bytes, Content_Encoding="gzip")]
    with pytest.raises(TransferBroken):
        fetch()


@pytest.mark.parametrize("answer", [whole(b""), chunked(b"")])
def test_empty_answer(server: Server, fetch: Fetch, answer: Any) -> None:
    server.answers = [answer]
    with pytest.raises(TransferBroken):
        fetch()


def test_unknown_length(server: Server, part: Path, fetch: Fetch, mp4_bytes: bytes) -> None:
    server.answers = [chunked(mp4_bytes)]
    got = fetch()
    assert part.read_bytes() == mp4_bytes
    assert (got.bytes, got.length_known) == (len(mp4_bytes), False)


def test_not_http_at_all(server: Server, fetch: Fetch) -> None:
    server.answers = [lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH\r\n") and None]
    with pytest.raises(TransferBroken):
        fetch()


def test_nobody_listens(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        nobody = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(TransferBroken):
        download(
            f"{nobody}/a.mp4",
            tmp_path / "a.part",
            allowed_hosts=[nobody],
            time_budget=5,
            should_stop=lambda: False,
        )


def test_silence_ends_by_the_stall_time(server: Server, fetch: Fetch) -> None:
    server.answers = [silent(3.0)]
    began = time.monotonic()
    with pytest.raises(TransferBroken):
        fetch(stall_seconds=0.2)
    assert time.monotonic() - began < 2.5


@pytest.mark.parametrize("in_headers", [False, True])
def test_drip_ends_by_the_time_budget(
    server: Server, part: Path, fetch: Fetch, mp4_bytes: bytes, in_headers: bool
) -> None:
    server.answers = [drip(mp4_bytes[:150], every=0.05, at_once=100, in_headers=in_headers)]
    began = time.monotonic()
    with pytest.raises(TransferStopped):
        fetch(time_budget=0.6)
    assert time.monotonic() - began < 2.0
    assert in_headers or 100 < part.stat().st_size < 150


def test_cut_at_the_time_budget_is_not_taken_for_the_end(
    server: Server, fetch: Fetch, mp4_bytes: bytes
) -> None:
    def endless(handler: Any) -> None:
        head(handler, 200, {})
        handler.wfile.write(mp4_bytes)
        time.sleep(1.5)

    server.answers = [endless]
    with pytest.raises(TransferStopped):
        fetch(time_budget=0.5)


def test_stops_when_told_and_goes_on_later(
    server: Server, part: Path, fetch: Fetch, mp4_bytes: bytes
) -> None:
    server.answers = [drip(mp4_bytes, every=0.02, at_once=100_000), ranged(mp4_bytes)]
    seen, began = [0], time.monotonic()
    with pytest.raises(TransferStopped):
        fetch(should_stop=lambda: max(seen) > 100_000, on_progress=lambda done, total: seen.append(done))
    assert time.monotonic() - began < 10.0
    fetch()
    assert part.read_bytes() == mp4_bytes
    assert server.requests[1]["range"].startswith("bytes=100")


def test_told_to_stop_before_it_began(server: Server, fetch: Fetch, mp4_bytes: bytes) -> None:
    server.answers = [whole(mp4_bytes)]
    with pytest.raises(TransferStopped):
        fetch(should_stop=lambda: True)
    assert server.requests == []


@pytest.mark.parametrize("make", [partial(whole, send=0), chunked], ids=["by its length", "by its bytes"])
def test_larger_than_allowed(server: Server, part: Path, fetch: Fetch, mp4_bytes: bytes, make: Any) -> None:
    server.answers = [make(mp4_bytes)]
    with pytest.raises(LinkRefused):
        fetch(max_bytes=len(mp4_bytes) - 1)
    assert not part.exists()


def test_exactly_as_large_as_allowed(server: Server, fetch: Fetch, mp4_bytes: bytes) -> None:
    server.answers = [whole(mp4_bytes)]
    assert fetch(max_bytes=len(mp4_bytes)).bytes == len(mp4_bytes)


def test_no_room_for_the_reserve(server: Server, part: Path, fetch: Fetch, mp4_bytes: bytes) -> None:
    server.answers = [whole(mp4_bytes)]
    with pytest.raises(DiskFull):
        fetch(min_free_bytes=2**60)
    assert not part.exists()


def test_disk_full_while_writing(server: Server, part: Path, fetch: Fetch, mp4_bytes: bytes) -> None:
    part.symlink_to("/dev/full")
    server.answers = [whole(mp4_bytes)]
    with pytest.raises(DiskFull):
        fetch()


@pytest.mark.parametrize(
    "answer",
    [status(403), status(302, Location="/x"), status(500), whole(b"<html>nothing</html>"), silent(1.0)],
)
def test_no_error_tells_the_link(server: Server, fetch: Fetch, answer: Any) -> None:
    server.answers = [answer]
    with pytest.raises(MediaError) as caught:
        fetch(stall_seconds=0.1)
    error: BaseException | None = caught.value
    while error is not None:
        assert "hmac" not in f"{error} {error!r} {vars(error)}"
        assert "kling.mp4" not in f"{error} {error!r} {vars(error)}"
        error = error.__cause__ or error.__context__


MEASURE = """
import sys
from pathlib import Path
from generations.media.download import download
url, part = sys.argv[1:]
got = download(url, Path(part), allowed_hosts=[url.rsplit("/", 1)[0]], time_budget=60,
               should_stop=lambda: False, min_free_bytes=0)
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(got.bytes, int(peak.split()[1]) // 1024)
"""


def test_memory_stays_flat_for_500_megabytes(server: Server, part: Path) -> None:
    megabyte = bytes(2**20)

    def big(handler: Any) -> None:
        head(handler, 200, {"Content-Length": str(500 * 2**20)})
        handler.wfile.write(b"\0\0\0\x10ftypisom\0\0\0\0" + megabyte[16:])
        for _ in range(499):
            handler.wfile.write(megabyte)

    server.answers = [big]
    run = subprocess.run(
        [sys.executable, "-c", MEASURE, f"{server.origin}/big.mp4", str(part)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    part.unlink()
    size, peak_megabytes = map(int, run.stdout.split())
    assert size == 500 * 2**20
    assert peak_megabytes < 80
