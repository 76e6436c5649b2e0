"""Nothing is paid twice and nothing is lost while workers die: the ordeal of the tests, at length.

One member orders clip after clip; workers, main processes and whole clusters are killed and frozen, at random and
at the worst moments: at a claim, after a POST, before and after a save. It ends when everything is settled. Set
DATABASE_URL to run it on PostgreSQL.
"""

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path

from bench.member import Member
from tests.chaos.ordeal import COMPRESSED, Count, Ordeal, count, wait_until_settled
from tests.chaos.promises import broken_promises
from tests.studio import running_studio

TAKES = 4
SECONDS_A_CLIP = 2.0
"""How long the blows may go on, for each clip that was ordered."""
CALM_SECONDS = 240.0
"""What is left undone after the last blow must settle by itself in this time."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the length and the dice."""
    parser.add_argument("--generations", type=int, default=200, help="clips that are ordered")
    parser.add_argument("--seed", type=int, default=7, help="of the dice of blows")


def run(options: argparse.Namespace) -> bool:
    """Print blows, outcomes and broken promises; True if there is none of the last."""
    started = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_studio(Path(folder), **COMPRESSED) as studio,
    ):
        member = Member(studio)
        with Ordeal(studio, options.seed) as ordeal:
            for number in range(-(-options.generations // TAKES)):
                member.order(f"Dunes at dawn, number {number}", takes=str(TAKES))
            wait_until_settled(studio, SECONDS_A_CLIP * options.generations)
        calm = time.monotonic()
        wait_until_settled(studio, CALM_SECONDS)
        counted = count(studio, ordeal.blows)
        broken = broken_promises(counted, studio.var_dir / "media")
        if broken:
            print(studio.tails())
    _print(counted, calm - started, time.monotonic() - calm)
    print("\n".join(broken) or "every promise is kept")
    return not broken


def _print(counted: Count, under_blows: float, in_calm: float) -> None:
    sent = Counter(post["outcome"] for post in counted.submissions)
    ended = Counter(row["state"] for row in counted.generations)
    print(f"{under_blows:.0f} s under blows, {in_calm:.0f} s in calm")
    for title, numbers in (("blows", counted.blows), ("submissions", sent), ("generations", ended)):
        listed = ", ".join(f"{name} {number}" for name, number in numbers.most_common())
        print(f"{title:12} {sum(numbers.values()):5}: {listed}")
    print(f"{'tasks there':12} {len(counted.tasks):5}")
