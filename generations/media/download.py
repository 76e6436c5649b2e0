"""Copies a result file from its signed link to the disk."""

import re
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from http.client import HTTPResponse
from pathlib import Path

from generations.media import parts
from generations.media.errors import (
    DiskFull,
    LinkExpired,
    LinkRefused,
    NotVideo,
    TransferBroken,
    TransferStopped,
)
from generations.media.links import Link, check_link, network_errors, open_link
from generations.media.parts import PartState

READ_BYTES = 256 * 1024
PULSE_SECONDS = 0.25
# The first box of an MP4 file: four bytes of size, then this (ISO/IEC 14496-12).
FIRST_BOX, HEAD_BYTES = b"ftyp", 8
TRY_AGAIN_STATUSES = frozenset({408, 425, 429})
CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,15})-[0-9]{1,15}/([0-9]{1,15})")


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
    stall_seconds: float = 30.0,
) -> Downloaded:
    """Copy `url` to `part`, going on where an earlier call ended; memory does not grow with size.

    `time_budget` and the longest silence `stall_seconds` are in seconds. `should_stop` and
    `on_progress` (bytes so far, whole size if known) are called about four times a second.
    `part`'s folder must exist; `min_free_bytes` must stay free on its disk. The bytes are fsynced,
    the name is not: `parts.put_in_place` does that. `parts.copy_part` hands an unfinished file on.

    Raises LinkExpired, LinkRefused, TransferBroken, TransferStopped, DiskFull or NotVideo; what
    came before stays on disk for the next call where it can be of use.
    """
    transfer = _Transfer(
        link=check_link(url, allowed_hosts),
        part=part,
        deadline=time.monotonic() + time_budget,
        should_stop=should_stop,
        on_progress=on_progress or (lambda seen, total: None),
        max_bytes=max_bytes,
        min_free_bytes=min_free_bytes,
        stall_seconds=stall_seconds,
    )
    state = transfer.run()
    parts.sync(part)
    parts.discard_note(part)
    size, digest = part.stat().st_size, parts.sha256_of(part)
    return Downloaded(size, digest, state.content_type, length_known=state.total is not None)


@dataclass(frozen=True)
class _Transfer:
    """One call of `download`: its link, its file and its limits."""

    link: Link
    part: Path
    deadline: float
    should_stop: Callable[[], bool]
    on_progress: Callable[[int, int | None], None]
    max_bytes: int
    min_free_bytes: int
    stall_seconds: float

    def run(self) -> PartState:
        """Bring the part file to its full length."""
        state, offset = self._on_disk()
        if offset and offset == state.total:
            return state
        return self._fetch(state, offset)

    def _on_disk(self) -> tuple[PartState, int]:
        """What is known of the part file and how many of its bytes are of use."""
        state = parts.read_state(self.part)
        size = self.part.stat().st_size if self.part.exists() else 0
        resumable = state.validator and HEAD_BYTES <= size <= (state.total or size)
        return (state, size) if resumable else (PartState(), 0)

    def _fetch(self, state: PartState, offset: int) -> PartState:
        """Ask for what comes after `offset`, or for all of it if that does not fit what is here."""
        self._check_stop()
        headers = {"Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"}
        if offset:
            headers |= {"Range": f"bytes={offset}-", "If-Range": state.validator}
        limits = {"deadline": self.deadline, "stall_seconds": self.stall_seconds}
        with open_link(self.link, headers, **limits) as response:
            self._check_answer(response, resuming=offset > 0)
            if response.status == 200:
                return self._store(response, _first_state(response), 0)
            continued = _continued(response, state, offset)
            if continued:
                return self._store(response, continued, offset)
        return self._fetch(PartState(), 0)

    def _check_answer(self, response: HTTPResponse, *, resuming: bool) -> None:
        status, host = response.status, self.link.host
        if status == 200 or (resuming and status in (206, 416)):
            self._check_encoding(response)
        elif 300 <= status < 400:
            raise LinkRefused("The link leads on to another one.", host=host, http_status=status)
        elif 400 <= status < 500 and status not in TRY_AGAIN_STATUSES:
            raise LinkExpired(f"The link is not good any more ({status}).", host=host, http_status=status)
        else:
            raise TransferBroken(f"The server cannot send it ({status}).", host=host, http_status=status)

    def _check_encoding(self, response: HTTPResponse) -> None:
        encoding = response.headers.get("Content-Encoding", "").strip().lower()
        if encoding not in ("", "identity"):
            raise TransferBroken("The file came compressed, against what was asked.", host=self.link.host)

    def _store(self, response: HTTPResponse, state: PartState, offset: int) -> PartState:
        if state.total is not None and state.total > self.max_bytes:
            raise LinkRefused("The file is larger than allowed.", host=self.link.host)
        self._check_room((state.total or offset) - offset)
        pieces = self._reads(response)
        with parts.disk_errors(), self.part.open("ab" if offset else "wb") as file:
            # Only now that old bytes are gone: they must never be taken for the new version's.
            parts.write_state(self.part, state)
            for piece in self._counted(pieces if offset else self._only_mp4(pieces), state.total, offset):
                file.write(piece)
        return state

    def _counted(self, pieces: Iterator[bytes], total: int | None, seen: int) -> Iterator[bytes]:
        """Pass `pieces` on while they are not too many, and raise if they end too early."""
        next_pulse = 0.0
        for piece in pieces:
            seen += len(piece)
            self._check_size(seen, total)
            yield piece
            if time.monotonic() >= next_pulse:
                self._pulse(seen, total)
                next_pulse = time.monotonic() + PULSE_SECONDS
        if total is None or seen < total:
            # Our own cut at the deadline looks like the end of a file of unknown length.
            self._check_time()
        if seen == 0 or (total is not None and seen < total):
            raise TransferBroken("The file ended before its length.", host=self.link.host)
        self.on_progress(seen, total)

    def _reads(self, response: HTTPResponse) -> Iterator[bytes]:
        """The body as it comes: `read1` returns what is there, so a slow server cannot hold us."""
        while True:
            with network_errors(self.link.host, self.deadline):
                piece = response.read1(READ_BYTES)
            if not piece:
                return
            yield piece

    def _only_mp4(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Raise NotVideo as soon as the first bytes show that this is something else."""
        head = b""
        while len(head) < HEAD_BYTES and (piece := next(pieces, b"")):
            head += piece
        if len(head) >= HEAD_BYTES and head[4:8] != FIRST_BOX:
            raise NotVideo("What came is not an MP4 file.", host=self.link.host)
        if head:
            yield head
        yield from pieces

    def _check_size(self, seen: int, total: int | None) -> None:
        if total is not None and seen > total:
            parts.discard_part(self.part)
            raise TransferBroken("The file is longer than its length.", host=self.link.host)
        if seen > self.max_bytes:
            parts.discard_part(self.part)
            raise LinkRefused("The file is larger than allowed.", host=self.link.host)

    def _pulse(self, seen: int, total: int | None) -> None:
        self._check_time()
        self._check_stop()
        self._check_room(0)
        self.on_progress(seen, total)

    def _check_time(self) -> None:
        if time.monotonic() >= self.deadline:
            raise TransferStopped("The time for this transfer is up.", host=self.link.host)

    def _check_stop(self) -> None:
        if self.should_stop():
            raise TransferStopped("The transfer was told to stop.", host=self.link.host)

    def _check_room(self, needed: int) -> None:
        if shutil.disk_usage(self.part.parent).free < needed + self.min_free_bytes:
            raise DiskFull("Too little room is left on the disk.", host=self.link.host)


def _first_state(response: HTTPResponse) -> PartState:
    content_type = response.headers.get("Content-Type", "")[:100]
    return PartState(parts.validator(response.headers), response.length, content_type)


def _continued(response: HTTPResponse, state: PartState, offset: int) -> PartState | None:
    """The state if a 206 goes on exactly at `offset` in the same version of the file, else None."""
    found = CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", "").strip())
    if response.status != 206 or not found:
        return None
    start, total = int(found[1]), int(found[2])
    same = parts.validator(response.headers) in ("", state.validator)
    if not same or start != offset or total <= offset or state.total not in (None, total):
        return None
    return replace(state, total=total)
