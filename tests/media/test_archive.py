import io
import os
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from generations.media.archive import archive

MEGABYTE = 1024 * 1024


def read(texts: dict[str, str], files: list[tuple[str, Path]]) -> zipfile.ZipFile:
    """The archive, read back; its length must be what was said."""
    made = archive(texts, files)
    content = b"".join(made.blocks)
    assert len(content) == made.size
    return zipfile.ZipFile(io.BytesIO(content))


def sparse(path: Path, size: int) -> Path:
    with path.open("wb") as file:
        file.truncate(size)
    return path


def test_texts_and_files_come_back(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(range(256)) * 1000)
    (tmp_path / "empty").touch()
    back = read({"note.txt": "Größe"}, [("a.mp4", tmp_path / "a"), ("b.mp4", tmp_path / "empty")])
    assert back.namelist() == ["note.txt", "a.mp4", "b.mp4"]
    assert back.testzip() is None
    assert back.read("note.txt").decode() == "Größe"
    assert back.read("a.mp4") == bytes(range(256)) * 1000
    assert {info.compress_type for info in back.infolist()} == {zipfile.ZIP_STORED}


def test_beyond_the_limit_it_is_a_zip64(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At a limit of a megabyte: four real gigabytes take their time."""
    monkeypatch.setattr("zipstream.ng.ZIP64_LIMIT", MEGABYTE)
    (tmp_path / "b").write_bytes(b"after the limit")
    back = read({}, [("long.mp4", sparse(tmp_path / "long", 2 * MEGABYTE)), ("b.mp4", tmp_path / "b")])
    assert back.testzip() is None
    assert back.read("b.mp4") == b"after the limit"
    assert [info.extract_version for info in back.infolist()] == [zipfile.ZIP64_VERSION] * 2


def test_memory_does_not_grow_with_the_files(tmp_path: Path) -> None:
    def peak(size: int) -> int:
        files = [(f"{number}.mp4", sparse(tmp_path / str(number), size)) for number in range(3)]
        tracemalloc.start()
        for _ in archive({}, files).blocks:
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(64 * MEGABYTE) < peak(MEGABYTE) + 100_000
    assert peak(64 * MEGABYTE) < MEGABYTE


def test_a_file_that_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        archive({}, [("a.mp4", tmp_path / "a")])


@pytest.mark.parametrize("size", [10, 3 * MEGABYTE])
def test_a_file_that_changes_meanwhile_breaks_it_off(tmp_path: Path, size: int) -> None:
    path = sparse(tmp_path / "a", MEGABYTE)
    made = archive({}, [("a.mp4", path)])
    os.truncate(path, size)
    with pytest.raises(RuntimeError):
        list(made.blocks)


def test_hanging_up_closes_the_file(tmp_path: Path) -> None:
    path = sparse(tmp_path / "a", MEGABYTE)
    made = archive({}, [("a.mp4", path)])
    next(made.blocks)
    next(made.blocks)
    assert path in open_files()
    made.blocks.close()
    assert path not in open_files()


def open_files() -> set[Path]:
    return {entry.readlink() for entry in Path("/proc/self/fd").iterdir() if entry.is_symlink()}
