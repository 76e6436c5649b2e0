"""People on slow lines who watch and download: HTTP clients in one process of their own, a thread each.

A thread reads a little, then sleeps: all of them together cost a few hundredths of a core. Their buffers are small,
so that what they have not read waits at the server, as it does over a real line.
"""

import itertools
import multiprocessing
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from multiprocessing.connection import Connection
from typing import Final

RATE: Final = 256 * 1024
"""Bytes a second for each of them: two megabits."""
BLOCK: Final = 32 * 1024
SPREAD_SECONDS: Final = 4.0
"""They begin within the time that a piece lasts: viewers who began together would ask together ever after."""
PAUSED: Final = 5
"""Every fifth viewer has paused: it reads the beginning of a piece, and no more."""
LONGEST_WAIT: Final = 30.0
"""Seconds for an answer, and for all of them to be under way."""


@dataclass(frozen=True)
class Crowd:
    """Who comes: `place` is the server's host and port, `clips` are ids that `cookie` may open."""

    place: str
    cookie: str
    clips: tuple[str, ...]
    viewers: int
    downloads: int


@dataclass
class Tally:
    """What the crowd got: bytes by kind, seconds until each answer, and what went wrong."""

    received: Counter[str] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    served: set[int] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Take in what another crowd got."""
        self.received += other.received
        self.waits += other.waits
        self.served |= other.served
        self.wrong += other.wrong


@contextmanager
def crowd_at_work(crowd: Crowd) -> Iterator[Tally]:
    """Let the crowd read until the block ends; it begins when all have had their first bytes.

    The tally is filled in at the end. Raises TimeoutError if somebody gets nothing for LONGEST_WAIT seconds.
    """
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_work, args=(crowd, theirs), daemon=True)
    process.start()
    tally = Tally()
    try:
        if not ours.poll(2 * LONGEST_WAIT) or ours.recv() != "all":
            raise TimeoutError(f"Not all were served: {ours.recv() if ours.poll(5) else 'no word'}")
        yield tally
        ours.send("enough")
        tally.add(ours.recv())
    finally:
        process.terminate()
        process.join()


def _work(crowd: Crowd, boss: Connection) -> None:
    tally, people = Tally(), crowd.viewers + crowd.downloads
    for number in range(people):
        threading.Thread(target=_one, args=(crowd, number, tally), daemon=True).start()
    deadline = time.monotonic() + LONGEST_WAIT
    while len(tally.served) < people and not tally.wrong and time.monotonic() < deadline:
        time.sleep(0.1)
    boss.send("all" if len(tally.served) == people else f"{len(tally.served)} of {people}")
    if len(tally.served) == people:
        boss.recv()
    boss.send(tally)
    boss.close()


def _one(crowd: Crowd, number: int, tally: Tally) -> None:
    """Be one of them, clip after clip, until the process ends."""
    watches = number < crowd.viewers
    time.sleep(random.uniform(0, SPREAD_SECONDS))
    try:
        for clip in itertools.islice(itertools.cycle(crowd.clips), number, None):
            if watches:
                _watch(crowd, number, f"/gallery/{clip}/video.mp4", tally)
            else:
                _download(crowd, number, f"/gallery/{clip}/download", tally)
    except (OSError, HTTPException, ValueError) as error:
        tally.wrong.append(f"{'viewer' if watches else 'download'} {number}: {error!r}")


def _watch(crowd: Crowd, number: int, path: str, tally: Tally) -> None:
    """Ask for "the rest" again and again, as players do, on one connection."""
    connection, have, size = _connect(crowd), 0, 1
    while have < size:
        answer = _ask(connection, crowd, path, tally, {"Range": f"bytes={have}-"})
        if answer.status != 206:
            raise ValueError(f"{answer.status} instead of a part")
        size = int(answer.headers["Content-Range"].rpartition("/")[2])
        have += _read_slowly(answer, "viewers", number, tally, pauses=number % PAUSED == 0)
    connection.close()


def _download(crowd: Crowd, number: int, path: str, tally: Tally) -> None:
    connection = _connect(crowd)
    answer = _ask(connection, crowd, path, tally, {})
    if answer.status != 200:
        raise ValueError(f"{answer.status} instead of a file")
    _read_slowly(answer, "downloads", number, tally)
    connection.close()


def _connect(crowd: Crowd) -> HTTPConnection:
    connection = HTTPConnection(crowd.place, timeout=LONGEST_WAIT)
    connection.connect()
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2 * BLOCK)
    return connection


def _ask(
    connection: HTTPConnection, crowd: Crowd, path: str, tally: Tally, headers: dict[str, str]
) -> HTTPResponse:
    asked = time.monotonic()
    connection.request("GET", path, headers={"Cookie": crowd.cookie, **headers})
    answer = connection.getresponse()
    tally.waits.append(time.monotonic() - asked)
    return answer


def _read_slowly(answer: HTTPResponse, kind: str, number: int, tally: Tally, *, pauses: bool = False) -> int:
    """Read to the end at RATE, or, who pauses, a block and then nothing; return how many bytes there were."""
    begun, have = time.monotonic(), 0
    while block := answer.read(BLOCK):
        have += len(block)
        tally.received[kind] += len(block)
        tally.served.add(number)
        time.sleep(max(0.0, begun + have / RATE - time.monotonic()))
        while pauses:
            time.sleep(1)
    if answer.length:
        raise ValueError(f"broke off {answer.length} bytes before the end")
    return have
