"""How long a person waits for us, rather than for Magnific, at the default settings.

Two stretches: from the press of Generate to "accepted", starting idle; and from the moment the sandbox has
finished to the clip being ready in the gallery, download included.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.figures import percentile, verdict
from bench.member import Member
from tests.studio import Studio, running_studio

RENDER_SECONDS = 6.0
IDLE_SECONDS = 3.0
SETTINGS = {"SANDBOX_SECONDS": str(RENDER_SECONDS), "LIST_INTERVAL_SECONDS": "2", "QUEUE_POLL_SECONDS": "0.2"}
TARGETS = {"press to accepted": 1.5, "completed there to ready here": 5.0}
"""Seconds, at the median."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the number of orders."""
    parser.add_argument("--orders", type=int, default=10, help="how often it is repeated")


def run(options: argparse.Namespace) -> bool:
    """Print the median and the 95th of a hundred for both stretches; True if both medians are good."""
    times: dict[str, list[float]] = {name: [] for name in TARGETS}
    with tempfile.TemporaryDirectory() as folder, running_studio(Path(folder), **SETTINGS) as studio:
        member = Member(studio)
        for number in range(options.orders):
            accepted, ready = _one(studio, member, f"Dunes at dawn, take {number}")
            times["press to accepted"].append(accepted)
            times["completed there to ready here"].append(ready)
            time.sleep(IDLE_SECONDS)
    for name, seconds in times.items():
        p50, p95 = percentile(seconds, 50), percentile(seconds, 95)
        told = f"{name:32} p50 {p50:5.2f} s  p95 {p95:5.2f} s  at most {TARGETS[name]} s"
        print(f"{told}: {verdict(p50 < TARGETS[name])}")
    return all(percentile(seconds, 50) < TARGETS[name] for name, seconds in times.items())


def _one(studio: Studio, member: Member, prompt: str) -> tuple[float, float]:
    pressed = time.monotonic()
    generation = member.order(prompt)
    accepted = _until(lambda: member.state(generation) not in ("queued", "submitting"))
    ready = _until(lambda: member.state(generation) == "ready")
    return accepted - pressed, ready - accepted - RENDER_SECONDS


def _until(holds: Callable[[], bool], seconds: float = 60.0) -> float:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError("It took more than a minute.")
        time.sleep(0.05)
    return time.monotonic()
