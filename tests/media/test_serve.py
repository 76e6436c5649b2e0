from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.test import RequestFactory

from generations.media.serve import BLOCK_BYTES, FileSlice, serve_file

DATA = bytes(range(256)) * 4000
SIZE = len(DATA)
PIECE = 100_000
TAG = '"abc123"'
MODIFIED = datetime(2024, 5, 1, 12, 0, 0, 500_000, tzinfo=UTC)
MODIFIED_TEXT = "Wed, 01 May 2024 12:00:00 GMT"


@pytest.fixture(autouse=True)
def _no_database() -> Iterator[None]:
    """A closed response makes Django look at its connections, which these tests must not."""
    request_finished.disconnect(close_old_connections)
    yield
    request_finished.connect(close_old_connections)


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "video.mp4"
    path.write_bytes(DATA)
    return path


def ask(
    path: Path, *, method: str = "GET", piece_bytes: int | None = PIECE, **headers: str
) -> HttpResponseBase:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = RequestFactory().generic(method, "/video.mp4", headers=named)
    return serve_file(
        request,
        path,
        content_type="video/mp4",
        etag="abc123",
        piece_bytes=piece_bytes,
        last_modified=MODIFIED,
    )


def body(response: HttpResponseBase) -> bytes:
    if isinstance(response, StreamingHttpResponse):
        return b"".join(response)
    assert isinstance(response, HttpResponse)
    return response.content


def test_whole_file(video: Path) -> None:
    response = ask(video)
    assert (response.status_code, body(response)) == (200, DATA)
    assert dict(response.items()) == {
        "Content-Type": "video/mp4",
        "Content-Length": str(SIZE),
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=31536000, immutable",
        "ETag": TAG,
        "Last-Modified": MODIFIED_TEXT,
        "Vary": "Cookie",
        "X-Content-Type-Options": "nosniff",
    }


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=10-19", 10, 19),
        ("Bytes= 10-19 ", 10, 19),
        ("bytes=0-", 0, PIECE - 1),
        ("bytes=5-900000", 5, PIECE + 4),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE - 1),
        (f"bytes={SIZE - 50}-{SIZE + 50}", SIZE - 50, SIZE - 1),
        ("bytes=-1", SIZE - 1, SIZE - 1),
        ("bytes=-500000", SIZE - 500_000, SIZE - 500_000 + PIECE - 1),
        (f"bytes=-{SIZE + 1}", 0, PIECE - 1),
    ],
)
def test_range(video: Path, asked: str, first: int, last: int) -> None:
    response = ask(video, Range=asked)
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert response["Content-Length"] == str(last - first + 1)
    assert response["ETag"] == TAG
    assert body(response) == DATA[first : last + 1]


@pytest.mark.parametrize(("asked", "first"), [("bytes=0-", 0), ("bytes=100-", 100), (f"bytes=-{SIZE}", 0)])
def test_downloads_have_no_cap(video: Path, asked: str, first: int) -> None:
    response = ask(video, piece_bytes=None, Range=asked)
    assert (response.status_code, body(response)) == (206, DATA[first:])


@pytest.mark.parametrize(
    "asked", [f"bytes={SIZE}-", f"bytes={SIZE}-{SIZE + 5}", "bytes=-0", "bytes=999999999999-"]
)
def test_past_the_end(video: Path, asked: str) -> None:
    response = ask(video, Range=asked)
    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{SIZE}")
    assert response["Cache-Control"] == "no-store"
    assert body(response) == b""


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=5-2",
        "bytes=--5",
        "bytes=0x1-2",
        "bytes=-1-2",
        "bytes=١-٢",
        "bytes=0-1,5-6",
        "bytes=0-,-1",
        "items=0-5",
        "bytes=" + "9" * 5000 + "-",
    ],
)
def test_nonsense_and_several_ranges_get_all(video: Path, asked: str) -> None:
    response = ask(video, Range=asked)
    assert (response.status_code, body(response)) == (200, DATA)


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        (TAG, 206),
        (MODIFIED_TEXT, 206),
        ('"other"', 200),
        (f"W/{TAG}", 200),
        ("abc123", 200),
        ("Wed, 01 May 2024 12:00:01 GMT", 200),
        ("", 200),
    ],
)
def test_if_range(video: Path, condition: str, status: int) -> None:
    assert ask(video, Range="bytes=0-9", If_Range=condition).status_code == status


def test_weak_tag_joins_no_parts(video: Path) -> None:
    request = RequestFactory().get("/", headers={"Range": "bytes=0-9", "If-Range": 'W/"v"'})
    response = serve_file(request, video, content_type="video/mp4", etag='W/"v"', piece_bytes=None)
    assert response.status_code == 200
    response.close()


def test_if_range_without_a_range_means_nothing(video: Path) -> None:
    assert ask(video, If_Range='"other"').status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If_None_Match": TAG}, 304),
        ({"If_None_Match": f"W/{TAG}"}, 304),
        ({"If_None_Match": f'"x", {TAG}'}, 304),
        ({"If_None_Match": "*"}, 304),
        ({"If_None_Match": '"x"'}, 200),
        ({"If_Modified_Since": MODIFIED_TEXT}, 304),
        ({"If_Modified_Since": "Wed, 01 May 2024 11:59:59 GMT"}, 200),
        ({"If_Modified_Since": "yesterday"}, 200),
        ({"If_None_Match": '"x"', "If_Modified_Since": MODIFIED_TEXT}, 200),
        ({"If_None_Match": TAG, "Range": "bytes=0-9"}, 304),
        ({"If_Match": TAG}, 200),
        ({"If_Match": '"x"'}, 412),
        ({"If_Unmodified_Since": "Wed, 01 May 2024 11:59:59 GMT"}, 412),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_conditions(video: Path, method: str, headers: dict[str, str], status: int) -> None:
    response = ask(video, method=method, **headers)
    assert response.status_code == status
    response.close()


def test_not_modified_keeps_what_caches_need(video: Path) -> None:
    response = ask(video, If_None_Match=TAG)
    assert body(response) == b""
    assert (response["ETag"], response["Vary"]) == (TAG, "Cookie")
    assert response["Content-Length"] == str(SIZE)
    assert "immutable" in response["Cache-Control"]


@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-9"}, {"Range": f"bytes={SIZE}-"}])
def test_head_ignores_ranges(video: Path, headers: dict[str, str]) -> None:
    response = ask(video, method="HEAD", **headers)
    assert (response.status_code, response["Content-Length"], body(response)) == (200, str(SIZE), b"")
    assert response["Accept-Ranges"] == "bytes"
    assert "Content-Range" not in response


@pytest.mark.parametrize(
    ("headers", "status"), [({}, 200), ({"Range": "bytes=0-"}, 416), ({"Range": "bytes=-5"}, 416)]
)
def test_empty_file(tmp_path: Path, headers: dict[str, str], status: int) -> None:
    empty = tmp_path / "empty.mp4"
    empty.touch()
    response = ask(empty, **headers)
    assert (response.status_code, body(response)) == (status, b"")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("clip.mp4", 'attachment; filename="clip.mp4"'),
        ('a "b".mp4', 'attachment; filename="a \\"b\\".mp4"'),
        ("Füchsin 5 s.mp4", "attachment; filename*=utf-8''F%C3%BCchsin%205%20s.mp4"),
        ("../../etc\\x.mp4", 'attachment; filename=".._.._etc_x.mp4"'),
        ("a\r\nSet-Cookie: b.mp4", 'attachment; filename="a__Set-Cookie: b.mp4"'),
        ("", "attachment"),
    ],
)
def test_file_name(video: Path, name: str, expected: str) -> None:
    request = RequestFactory().get("/download")
    options: dict[str, Any] = {"content_type": "video/mp4", "etag": TAG, "piece_bytes": None}
    response = serve_file(request, video, download_name=name, **options)
    assert response["Content-Disposition"] == expected
    assert response["ETag"] == TAG
    response.close()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_missing_file(tmp_path: Path, method: str) -> None:
    with pytest.raises(FileNotFoundError):
        ask(tmp_path / "gone.mp4", method=method)


def test_blocks_are_bounded_and_the_file_is_closed(video: Path) -> None:
    slice_ = FileSlice(video.open("rb"), 7, 2 * BLOCK_BYTES + 5)
    assert [len(block) for block in slice_] == [BLOCK_BYTES, BLOCK_BYTES, 5]
    assert slice_.file.closed


def test_hanging_up_closes_the_file(video: Path) -> None:
    file = video.open("rb")
    response = StreamingHttpResponse(FileSlice(file, 0, SIZE))
    next(iter(response))
    response.close()
    assert file.closed
