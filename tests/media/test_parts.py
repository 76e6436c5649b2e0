import hashlib
from email.message import Message
from pathlib import Path

import pytest

from generations.media import parts
from generations.media.errors import DiskFull
from generations.media.parts import PartState


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"ETag": '"a-1"', "Last-Modified": "Wed, 01 May 2024 12:00:00 GMT"}, '"a-1"'),
        (
            {"ETag": 'W/"a"', "Last-Modified": "Wed, 01 May 2024 12:00:00 GMT"},
            "Wed, 01 May 2024 12:00:00 GMT",
        ),
        ({"ETag": 'W/"a"'}, ""),
        ({"ETag": '"' + "a" * 300 + '"'}, ""),
        ({"ETag": '"a"\r\nX: y'}, ""),
        ({"Last-Modified": "a while ago"}, ""),
        ({}, ""),
    ],
)
def test_validator(headers: dict[str, str], expected: str) -> None:
    message = Message()
    for name, value in headers.items():
        message[name] = value
    assert parts.validator(message) == expected


def test_copy_takes_the_note_along_and_leaves_the_old(tmp_path: Path) -> None:
    old, new, state = tmp_path / "1.part", tmp_path / "2.part", PartState('"v"', 9, "video/mp4")
    old.write_bytes(b"half")
    parts.write_state(old, state)
    parts.copy_part(old, new)
    assert (new.read_bytes(), parts.read_state(new)) == (b"half", state)
    assert (old.read_bytes(), parts.read_state(old)) == (b"half", state)


def test_copy_without_a_note(tmp_path: Path) -> None:
    (tmp_path / "1.part").write_bytes(b"half")
    parts.copy_part(tmp_path / "1.part", tmp_path / "2.part")
    assert parts.read_state(tmp_path / "2.part") == PartState()


def test_discard_removes_both_and_may_be_repeated(tmp_path: Path) -> None:
    part = tmp_path / "1.part"
    part.write_bytes(b"half")
    parts.write_state(part, PartState())
    parts.discard_part(part)
    parts.discard_part(part)
    assert list(tmp_path.iterdir()) == []


def test_saved_file_is_never_replaced(tmp_path: Path) -> None:
    part, target = tmp_path / "1.part", tmp_path / "clip.mp4"
    part.write_bytes(b"new")
    parts.put_in_place(part, target)
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("clip.mp4", b"new")]
    part.write_bytes(b"newer")
    with pytest.raises(FileExistsError):
        parts.put_in_place(part, target)
    assert (target.read_bytes(), part.read_bytes()) == (b"new", b"newer")


def test_what_can_be_made_again_is_replaced(tmp_path: Path) -> None:
    part, target = tmp_path / "1.part", tmp_path / "poster.webp"
    part.write_bytes(b"new")
    target.write_bytes(b"old")
    parts.put_over(part, target)
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("poster.webp", b"new")]


def test_digest(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"clip" * 100_000)
    assert parts.sha256_of(path) == hashlib.sha256(b"clip" * 100_000).hexdigest()


def test_full_disk_has_its_own_error() -> None:
    with pytest.raises(DiskFull), parts.disk_errors(), Path("/dev/full").open("wb") as full:
        full.write(b"x" * 100_000)


def test_other_faults_of_the_disk_stay_what_they_are(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError), parts.disk_errors():
        tmp_path.read_bytes()
