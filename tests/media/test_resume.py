import hashlib
from pathlib import Path
from typing import Any

import pytest

from generations.media import parts
from generations.media.errors import (
    LinkExpired,
    TransferBroken,
)
from tests.media.conftest import Fetch
from tests.media.server import (
    Server,
    chunked,
    partial,
    ranged,
    status,
    whole,
)


def test_resumes_after_a_cut(server: Server, part: Path, fetch: Fetch, mp4_bytes: bytes) -> None:
    server.answers = [ranged(mp4_bytes, send=250_000), ranged(mp4_bytes, send=100_000), ranged(mp4_bytes)]
    for size in (250_000, 350_000):
        with pytest.raises(TransferBroken):
            fetch()
        assert part.stat().st_size == size
    got = fetch()
    assert part.read_bytes() == mp4_bytes
    assert got.sha256 == hashlib.sha256(mp4_bytes).hexdigest()
    assert got.content_type == "video/mp4"
    assert [r.get("range") for r in server.requests] == [None, "bytes=250000-", "bytes=350000-"]
    assert server.requests[1]["if-range"] == '"version-1"'


def test_resumes_under_another_name(server: Server, part: Path, fetch: Fetch, mp4_bytes: bytes) -> None:
    server.answers = [ranged(mp4_bytes, send=250_000), ranged(mp4_bytes)]
    with pytest.raises(TransferBroken):
        fetch()
    older = part.with_name("older.part")
    parts.copy_part(part, older)
    part.unlink()
    parts.copy_part(older, part)
    fetch()
    assert part.read_bytes() == mp4_bytes
    assert server.requests[1]["range"] == "bytes=250000-"


def test_whole_part_is_not_asked_for_again(
    server: Server, part: Path, fetch: Fetch, mp4_bytes: bytes
) -> None:
    part.write_bytes(mp4_bytes)
    parts.write_state(part, parts.PartState('"version-1"', len(mp4_bytes), "video/mp4"))
    server.answers = [status(500)]
    assert fetch().bytes == len(mp4_bytes)
    assert server.requests == []


@pytest.mark.parametrize("note", [None, "", "{", "[]", '{"validator": 3, "surprise": 1}'])
def test_part_without_a_good_note_starts_again(
    server: Server, part: Path, fetch: Fetch, mp4_bytes: bytes, note: str | None
) -> None:
    part.write_bytes(b"old bytes of something")
    if note is not None:
        part.with_name(part.name + ".json").write_text(note)
    server.answers = [ranged(mp4_bytes)]
    fetch()
    assert part.read_bytes() == mp4_bytes
    assert "range" not in server.requests[0]


def test_file_without_a_version_starts_again(
    server: Server, part: Path, fetch: Fetch, mp4_bytes: bytes
) -> None:
    server.answers = [whole(mp4_bytes, send=250_000, etag=""), whole(mp4_bytes, etag="")]
    with pytest.raises(TransferBroken):
        fetch()
    fetch()
    assert part.read_bytes() == mp4_bytes
    assert "range" not in server.requests[1]


CHANGED = b"\0\0\0\x10ftypmp42\0\0\0\0" + b"another version" * 9000


@pytest.mark.parametrize(
    ("answers", "requests"),
    [
        pytest.param([ranged(CHANGED, etag='"version-2"')], 1, id="changed, If-Range honoured"),
        pytest.param([partial(CHANGED, 9000, etag='"version-2"'), whole(CHANGED)], 2, id="If-Range ignored"),
        pytest.param([whole(CHANGED)], 1, id="range ignored"),
        pytest.param([partial(CHANGED, 5, total=20_000), whole(CHANGED)], 2, id="wrong start"),
        pytest.param([partial(CHANGED, 9000, total=777_777), whole(CHANGED)], 2, id="wrong total"),
        pytest.param([status(416, Content_Range="bytes */5"), whole(CHANGED)], 2, id="416"),
        pytest.param([status(206, b"x" * 50), whole(CHANGED)], 2, id="206 without a range"),
        pytest.param([status(206, b"x", Content_Range="bytes ?-"), whole(CHANGED)], 2, id="nonsense range"),
    ],
)
def test_never_joins_parts_that_do_not_fit(
    server: Server, part: Path, fetch: Fetch, answers: list[Any], requests: int
) -> None:
    first = b"\0\0\0\x10ftypisom\0\0\0\0" + b"first version  " * 9000
    part.write_bytes(first[:9000])
    parts.write_state(part, parts.PartState('"version-1"', len(CHANGED), "video/mp4"))
    server.answers = answers
    got = fetch()
    assert part.read_bytes() == CHANGED
    assert got.sha256 == hashlib.sha256(CHANGED).hexdigest()
    assert len(server.requests) == requests


@pytest.mark.parametrize("code", [401, 403, 404, 410])
def test_dead_link_wants_a_fresh_one_and_keeps_the_part(
    server: Server, part: Path, fetch: Fetch, mp4_bytes: bytes, code: int
) -> None:
    server.answers = [ranged(mp4_bytes, send=250_000), status(code, b"expired"), ranged(mp4_bytes)]
    with pytest.raises(TransferBroken):
        fetch()
    with pytest.raises(LinkExpired) as caught:
        fetch()
    assert caught.value.http_status == code
    fetch()
    assert part.read_bytes() == mp4_bytes
    assert server.requests[2]["range"] == "bytes=250000-"


def test_chunks_cut_short_are_resumed(server: Server, part: Path, fetch: Fetch, mp4_bytes: bytes) -> None:
    server.answers = [chunked(mp4_bytes[:250_000], finish=False), ranged(mp4_bytes)]
    with pytest.raises(TransferBroken):
        fetch()
    assert fetch().length_known
    assert part.read_bytes() == mp4_bytes


def test_rest_longer_than_it_said_is_thrown_away(server: Server, part: Path, fetch: Fetch) -> None:
    part.write_bytes(CHANGED[:9000])
    parts.write_state(part, parts.PartState('"version-1"', 9010, "video/mp4"))
    server.answers = [status(206, b"x" * 50, Content_Range="bytes 9000-9009/9010"), whole(CHANGED)]
    with pytest.raises(TransferBroken):
        fetch()
    fetch()
    assert part.read_bytes() == CHANGED
    assert "range" not in server.requests[1]
