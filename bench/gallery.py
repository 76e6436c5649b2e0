"""How long the gallery's pages take, with a thousand clips and with a hundred thousand.

Two databases that differ in the number of clips alone, each with a process of its own; both are asked in turn, a
few requests at a time, in several rounds, so that a busy moment of the machine meets both. The process calls the
WSGI application as the web server does, with the session of somebody who is signed in: what is measured is from
there to the last byte, all middleware included, without the socket. A page is held against an empty page of the
same process: the frame that all pages have, drawn for the same person with nothing in it. Beside that stands how
many bare answers it takes, of a view behind the same middleware and door that says the person's name without a
template: the frame alone takes five of those, which is why they are told and are no target; nor is the first view
after a start, which draws what the others find kept. SQLite, and PostgreSQL if DATABASE_URL says so or one answers
on 127.0.0.1:5432.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any, Final
from urllib.parse import urlsplit

import psycopg

from bench.figures import percentile, verdict
from tests.studio import ROOT, environment, free_port

GROWTH: Final = 1.2
"""What a page may take with many clips, of what it takes with few."""
OF_EMPTY: Final = 5.0
"""What a gallery may take, of what an empty page does."""
GALLERIES: Final = ("mine", "team", "mine, near the end", "team, near the end")
BARE: Final = "a bare answer"
EMPTY: Final = "an empty page"
BY_STATE: Final = 4
"""Queries that only some states of tiles need: who waits, who runs, how long it takes, the price."""
AT_A_TIME: Final = 5
POSTGRES: Final = "postgres://postgres@127.0.0.1:5432/postgres"
SETTINGS: Final = {
    "DJANGO_SETTINGS_MODULE": "bench.gallery_settings",
    "MAGNIFIC_API_KEY": "nobody-is-asked",
    "LOG_LEVEL": "ERROR",
}
"""As in earnest: with a key every page shows the month's money."""


@dataclass(frozen=True)
class Subject:
    """What is measured. `data` and `pages` are modules here, `bounded` says what is held against an empty page.

    `made_of` are the files that kept data is made of: other files, other data. A page that shows more with many
    than with few is held against the page `full` of the few, which shows as much.
    """

    name: str
    data: str
    pages: str
    bounded: Callable[[str], bool]
    made_of: tuple[str, ...]
    full: str = ""
    growth: float = GROWTH

    @property
    def digest(self) -> str:
        """64 hex digits, other ones for other files."""
        files = sorted(path for pattern in self.made_of for path in ROOT.glob(pattern))
        return sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


GALLERY: Final = Subject(
    "gallery",
    "gallery_data",
    "gallery_pages",
    GALLERIES.__contains__,
    ("bench/gallery_data.py", "generations/migrations/*.py", "generations/search_index.py"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take sizes, rounds, and where the data is kept."""
    parser.add_argument("--clips", type=int, nargs=2, default=(1_000, 100_000), help="few, and many")
    parser.add_argument("--rounds", type=int, default=7, help="the median of them counts")
    parser.add_argument("--times", type=int, default=40, help="requests of each page in a round")
    parser.add_argument("--only", nargs="+", default=[], help="pages whose names have one of these in them")
    parser.add_argument("--databases", nargs="+", choices=DATABASES, default=list(DATABASES))
    parser.add_argument(
        "--clock",
        choices=("wall", "cpu"),
        default="wall",
        help="cpu counts what our process computes alone, without PostgreSQL: for a machine that is busy",
    )
    parser.add_argument("--keep", type=Path, help="a folder for the data, which the next run finds there")


def run(options: argparse.Namespace, subject: Subject = GALLERY) -> bool:
    """Print a table for each database; True if every page keeps its targets."""
    kept = True
    with tempfile.TemporaryDirectory() as passing:
        folder = options.keep or Path(passing)
        for name in options.databases:
            with ExitStack() as stack:
                open_one = DATABASES[name]
                pair = [
                    stack.enter_context(open_one(subject, folder, clips, bool(options.keep)))
                    for clips in options.clips
                ]
                there = [pages for pages in pair if pages]
                if there:
                    kept &= _measure(subject, name, there, options)
                else:
                    print(f"{name}: none answers, not measured")
    return kept


class Pages:
    """The process that answers for one database."""

    def __init__(self, module: str, env: dict[str, str]) -> None:
        script = f"from bench import {module}; {module}.serve()"
        self._process = subprocess.Popen(
            [sys.executable, "manage.py", "shell", "-v", "0", "-c", script],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.cases: list[str] = self._hear()

    def ask(self, case: str, **more: Any) -> Any:
        """Return seconds of requests, with `times`; else what the page has. Raises EOFError if it has died."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"case": case, **more}) + "\n")
        self._process.stdin.flush()
        return self._hear()

    def close(self) -> None:
        """End it."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(30)

    def _hear(self) -> Any:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise EOFError("The process that asks for the pages has ended.")
        return json.loads(line)


@dataclass
class Rounds:
    """Milliseconds of one page on one database, a list a round."""

    rounds: list[list[float]] = field(default_factory=list)

    def figure(self, share: int) -> float:
        """Return the median over the rounds of one percentile."""
        return median(percentile(one, share) for one in self.rounds)


def _measure(subject: Subject, name: str, pair: Sequence[Pages], options: argparse.Namespace) -> bool:
    cases = [case for case in pair[0].cases if _is_wanted(case, options.only, subject.full)]
    looks = {case: [pages.ask(case) for pages in pair] for case in cases}
    for case in cases:
        for pages in pair:
            pages.ask(case, times=AT_A_TIME, clock=options.clock)
    figures = {case: (Rounds(), Rounds()) for case in cases}
    for _ in range(options.rounds):
        for case in cases:
            _round(case, pair, figures[case], options)
    few, many = options.clips
    print(f"\n{name}, {few:,} and {many:,} clips; milliseconds, median of {options.rounds} rounds")
    print(
        f"{'':26} {'p50':>12} {'':>6} {'p95':>12} {'':>6} {'empty':>6} {'bare':>6} {'queries':>8} {'tiles':>6}"
    )
    kept = [_print(subject, case, figures, looks) for case in cases]
    return all(kept)


def _is_wanted(case: str, only: Sequence[str], full: str) -> bool:
    return not only or case in (EMPTY, BARE, full) or any(part in case for part in only)


def _round(case: str, pair: Sequence[Pages], figures: Sequence[Rounds], options: argparse.Namespace) -> None:
    for one in figures:
        one.rounds.append([])
    for _ in range(-(-options.times // AT_A_TIME)):
        for pages, one in zip(pair, figures, strict=True):
            seconds = pages.ask(case, times=AT_A_TIME, clock=options.clock)
            one.rounds[-1] += [1000 * each for each in seconds]


def _print(
    subject: Subject,
    case: str,
    figures: Mapping[str, Sequence[Rounds]],
    all_looks: Mapping[str, list[dict[str, Any]]],
) -> bool:
    """Print a line; True if the page keeps what it must."""
    (few, many), looks = figures[case], all_looks[case]
    shows_more = bool(subject.full) and looks[0]["tiles"] < looks[1]["tiles"]
    if shows_more and looks[1]["tiles"] == all_looks[subject.full][0]["tiles"]:
        few = figures[subject.full][0]
    (p50, p50_many), (p95, p95_many) = ((few.figure(n), many.figure(n)) for n in (50, 95))
    of_empty, of_bare = (_times((few, many), figures[least]) for least in (EMPTY, BARE))
    alike = [(look["status"], 0 if shows_more else round(look["tiles"], -1)) for look in looks]
    kept = {
        f"at most {subject.growth} times with many": max(p50_many / p50, p95_many / p95) <= subject.growth,
        f"at most {OF_EMPTY:.0f} times an empty page": not subject.bounded(case) or of_empty <= OF_EMPTY,
        "no more queries with many": looks[1]["queries"] <= looks[0]["queries"] + BY_STATE or shows_more,
        f"the same page of both, not {alike}": alike[0] == alike[1] and alike[0][0] < 400,
    }
    missed = [promise for promise, is_kept in kept.items() if not is_kept]
    print(
        f"{case:26} {p50:5.2f} {p50_many:6.2f} {p50_many / p50:5.2f}× {p95:5.2f} {p95_many:6.2f} "
        f"{p95_many / p95:5.2f}× {of_empty:5.1f}× {of_bare:5.1f}× {looks[1]['queries']:8} {looks[1]['tiles']:6}  "
        f"{verdict(not missed)}{': ' if missed else ''}{', '.join(missed)}",
        flush=True,
    )
    return not missed


def _times(rounds: Sequence[Rounds], least: Sequence[Rounds]) -> float:
    """How many times as long as `least` it takes, on the database where that is more."""
    return max(one.figure(50) / other.figure(50) for one, other in zip(rounds, least, strict=True))


@contextmanager
def _sqlite(subject: Subject, folder: Path, clips: int, keep: bool) -> Iterator[Pages | None]:
    with _pages(subject, folder / f"{subject.name}-sqlite-{clips}", clips, {}) as pages:
        yield pages


@contextmanager
def _postgres(subject: Subject, folder: Path, clips: int, keep: bool) -> Iterator[Pages | None]:
    """A database of its own for so many clips, where one can be made."""
    url, name = os.environ.get("DATABASE_URL", POSTGRES), f"kling_bench_{subject.name}_{clips}_{os.getuid()}"
    place = folder / f"{subject.name}-postgres-{clips}"
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=5)
    except psycopg.OperationalError:
        yield None
        return
    with connection:
        if not _is_made(subject, place):
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name}")
        with _pages(
            subject, place, clips, {"DATABASE_URL": urlsplit(url)._replace(path=f"/{name}").geturl()}
        ) as pages:
            yield pages
        if not keep:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


DATABASES: Final = {"sqlite": _sqlite, "postgresql": _postgres}


@contextmanager
def _pages(subject: Subject, place: Path, clips: int, database: dict[str, str]) -> Iterator[Pages]:
    """Give the process of one database, which is filled first unless it has been."""
    env = environment(place, free_port(), {**SETTINGS, **database})
    if not _is_made(subject, place):
        print(f"making {clips:,} clips in {place.name} …", flush=True)
        _make(subject, place, clips, env)
    pages = Pages(subject.pages, env)
    try:
        yield pages
    finally:
        pages.close()


def _make(subject: Subject, place: Path, clips: int, env: dict[str, str]) -> None:
    place.mkdir(parents=True, exist_ok=True)
    (place / "db.sqlite3").unlink(missing_ok=True)
    script = f"from bench import {subject.data}; {subject.data}.make({clips})"
    for words in (
        ["migrate", "-v", "0"],
        ["collectstatic", "--no-input", "-v", "0"],
        ["shell", "-v", "0", "-c", script],
    ):
        subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=env, check=True)
    (place / "made").write_text(subject.digest)


def _is_made(subject: Subject, place: Path) -> bool:
    made = place / "made"
    return made.exists() and made.read_text() == subject.digest
