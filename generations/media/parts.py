"""The part file of a transfer, and beside it what is needed to resume it."""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from email.message import Message
from errno import EDQUOT, ENOSPC
from pathlib import Path

from generations.media.errors import DiskFull

# RFC 9110 section 8.8.3: only a strong tag may decide whether two parts make one file.
STRONG_ETAG = re.compile(r'"[\x21\x23-\x7e]{1,200}"')
HTTP_DATE = re.compile(r"[A-Za-z]{3}, [A-Za-z0-9: ]{1,40}GMT")


@dataclass(frozen=True)
class PartState:
    """What the server said of the file: its version, its length in bytes if known, its type."""

    validator: str = ""
    total: int | None = None
    content_type: str = ""


def validator(headers: Message) -> str:
    """The header value that names a file's version for `If-Range`, empty if there is none."""
    etag, date = headers.get("ETag", "").strip(), headers.get("Last-Modified", "").strip()
    if STRONG_ETAG.fullmatch(etag):
        return etag
    return date if HTTP_DATE.fullmatch(date) else ""


def read_state(part: Path) -> PartState:
    """What is known of `part`; an absent or damaged note is as good as none."""
    try:
        noted = PartState(**json.loads(_note(part).read_bytes()))
    except (FileNotFoundError, ValueError, TypeError):
        return PartState()
    return noted


def write_state(part: Path, state: PartState) -> None:
    """Note `state` for a later attempt."""
    _note(part).write_text(json.dumps(asdict(state)))


def copy_part(part: Path, to: Path) -> None:
    """Start a new claim's file from what an earlier claim left, with its note.

    A copy, since whoever made the old file may be frozen rather than dead, and would write on when it wakes.
    """
    with disk_errors():
        shutil.copyfile(part, to)
        if _note(part).exists():
            shutil.copyfile(_note(part), _note(to))


def discard_part(part: Path) -> None:
    """Remove a part file and its note, if they are there."""
    part.unlink(missing_ok=True)
    _note(part).unlink(missing_ok=True)


def discard_note(part: Path) -> None:
    """Remove the note of a file that is whole."""
    _note(part).unlink(missing_ok=True)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def put_in_place(part: Path, target: Path) -> None:
    """Give a file its final name, so that it is there whole even after a power cut, or not at all.

    Raises FileExistsError rather than replace a file: what is saved is never overwritten.
    """
    sync(part)
    try:
        os.link(part, target)
    except FileExistsError:
        raise
    except OSError:  # A file system without hard links: the claim's fence alone keeps others away.
        if target.exists():
            raise
        part.rename(target)
    else:
        part.unlink()
    sync(target.parent)


def put_over(part: Path, target: Path) -> None:
    """Give a file its final name in place of what has it: for what can be made again, as posters."""
    sync(part)
    part.replace(target)
    sync(target.parent)


def sync(path: Path) -> None:
    """Force a file's bytes, or a folder's names, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with disk_errors():
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def disk_errors() -> Iterator[None]:
    """Turn "no space" and "over quota" into DiskFull; other faults of the disk stay what they are."""
    try:
        yield
    except OSError as error:
        if error.errno in (ENOSPC, EDQUOT):
            raise DiskFull("The disk is full.") from error
        raise


def _note(part: Path) -> Path:
    return part.with_name(part.name + ".json")
