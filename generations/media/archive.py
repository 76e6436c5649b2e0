"""Several files as one ZIP that is made while it is sent: neither in memory nor on disk is there ever a whole one.

Its files are stored, not compressed: clips are compressed already, and so the length is known before the first
byte. Beyond 4 GB it is a ZIP64, which unpackers of the last fifteen years read.
"""

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from zipstream import ZipStream


@dataclass(frozen=True)
class Archive:
    """A ZIP of `size` bytes; `blocks` are its bytes, to be had once.

    Files are opened one at a time, when it is their turn. A block raises OSError for one that has gone by then,
    RuntimeError for one that is not as long as it was: what is sent would not be what was promised.
    """

    size: int
    blocks: Generator[bytes, None, None]


def archive(texts: Mapping[str, str], files: Iterable[tuple[str, Path]]) -> Archive:
    """Return a ZIP of texts and then files, by their names in it. Names must be plain and differ.

    Raises FileNotFoundError for a file that is not there.
    """
    stream = ZipStream(sized=True)
    for name, text in texts.items():
        stream.add(text.encode(), name)
    for name, path in files:
        stream.add_path(path, name, recurse=False)
    return Archive(len(stream), stream.finalize())
