"""Copies a result file from its signed link to the disk."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Downloaded:
    """A file that is whole by the length its server gave.

    `bytes` is its size, `sha256` its digest in hex, `content_type` as the server said it.
    Without `length_known` the server gave no length and only the file's own boxes can tell.
    """

    bytes: int
    sha256: str
    content_type: str
    length_known: bool


def download(
    url: str,
    part: Path,
    *,
    allowed_hosts: Sequence[str],
    time_budget: float,
    should_stop: Callable[[], bool],
    on_progress: Callable[[int, int | None], None] | None = None,
    max_bytes: int = 4 * 1024**3,
    min_free_bytes: int = 512 * 1024**2,
) -> Downloaded:
    """Copy `url` to `part`, going on where an earlier call ended."""
    raise NotImplementedError
