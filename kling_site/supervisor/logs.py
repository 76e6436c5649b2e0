"""Log files that do not grow for ever."""

import shutil
from pathlib import Path
from typing import BinaryIO

MAX_BYTES = 10_000_000
KEPT = 3
"""Older files kept beside each log: `web.log.1` is the newest of them."""


def open_log(path: Path) -> BinaryIO:
    """Open for appending: what several processes write goes to the end, also after the file was cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("ab")


def rotate(path: Path, max_bytes: int = MAX_BYTES) -> None:
    """Copy a log that has passed `max_bytes` aside and empty it; whoever writes to it notices nothing.

    Lines written between the copy and the cut are lost: logs are for people, nothing depends on them.
    """
    if not path.exists() or path.stat().st_size <= max_bytes:
        return
    older = [path.with_name(f"{path.name}.{number}") for number in range(1, KEPT + 1)]
    for newer, target in zip(reversed(older[:-1]), reversed(older[1:]), strict=True):
        if newer.exists():
            newer.replace(target)
    shutil.copyfile(path, older[0])
    with path.open("r+b") as log:
        log.truncate()


def tail(path: Path, lines: int = 15) -> str:
    """Return the last lines of a log, or nothing if there is none."""
    if not path.exists():
        return ""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
