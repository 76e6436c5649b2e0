"""How long the gallery takes while fifty people watch and forty download, all on slow lines, beside nobody.

The whole application runs, on a database with some hundred ready clips. Their files are 30 MB of real bytes that
the system has in memory, so disks are not measured. One client that is signed in asks for /gallery/ at a steady
pace, on a new connection each time, which reaches all web processes; the time counts from when it was to ask, so
waiting in line counts. First with nobody else, then beside the crowd of `bench/slow_clients.py`: viewers who ask
the player's address for "the rest" and get a piece at a time (every fifth has paused), and whole downloads, all at
two megabits a second; and so on in turn, so that what else the machine does falls on both alike. Generator and
server share its cores. When even the idle pages waver, it measures nothing and says so.
"""

import argparse
import tempfile
import time
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import requests

from bench.figures import percentile, verdict
from bench.slow_clients import Crowd, Tally, crowd_at_work
from tests.studio import Studio, running_studio

TARGET: Final = 2.0
"""Times the idle p95."""
STEADY: Final = 3.0
"""Times the idle p50: above it the idle p95 is somebody else's doing."""
ROUNDS: Final = 4
PACE: Final = 5.0
"""Pages a second."""
WARM_UP_SECONDS: Final = 3.0
CLIPS: Final = """
import os
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone
from generations.models import State, User
from tests.factories import make_generation
size = 30_000_000
source = settings.MEDIA_ROOT / "bytes"
source.parent.mkdir(parents=True, exist_ok=True)
source.write_bytes(os.urandom(size))
demo = User.objects.get(username="demo")
facts = {{"video_bytes": size, "received_bytes": size, "file_checked_at": timezone.now()}}
with transaction.atomic():
    clips = [make_generation(demo, State.READY, **facts) for _ in range({clips})]
for clip in clips:
    clip.video_path.parent.mkdir(parents=True)
    clip.video_path.hardlink_to(source)
client = Client()
client.force_login(demo)
name = settings.SESSION_COOKIE_NAME
print(f"{{name}}={{client.cookies[name].value}}", *(clip.pk for clip in clips))
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the sizes."""
    parser.add_argument("--clips", type=int, default=300, help="ready ones in the gallery")
    parser.add_argument("--viewers", type=int, default=50, help="who watch at once")
    parser.add_argument("--downloads", type=int, default=40, help="whole downloads at once")
    parser.add_argument("--seconds", type=float, default=40.0, help="idle, and as long again under load")


def run(options: argparse.Namespace) -> bool:
    """Print p50 and p95 idle and loaded and their ratio; True if it is good and everybody was served."""
    idle: list[float] = []
    loaded: list[float] = []
    crowds = Tally()
    with tempfile.TemporaryDirectory() as folder, running_studio(Path(folder)) as studio:
        cookie, *clips = _make_clips(studio, options.clips)
        place = urlsplit(studio.base_url).netloc
        crowd = Crowd(place, cookie, tuple(clips), options.viewers, options.downloads)
        _ask_steadily(studio, cookie, WARM_UP_SECONDS)
        for _ in range(ROUNDS):
            idle += _ask_steadily(studio, cookie, options.seconds / ROUNDS)
            with crowd_at_work(crowd) as tally:
                loaded += _ask_steadily(studio, cookie, options.seconds / ROUNDS)
            crowds.add(tally)
    print(f"{crowd.viewers} viewers, {crowd.downloads} downloads, {len(clips)} clips in the gallery")
    return _print(idle, loaded) & _print_crowd(crowds)


def _make_clips(studio: Studio, clips: int) -> list[str]:
    """Return the cookie of one who is signed in, and the ids of the clips that were made."""
    return studio.shell(CLIPS.format(clips=clips)).split()


def _ask_steadily(studio: Studio, cookie: str, seconds: float) -> list[float]:
    """Ask for the gallery at PACE; return the seconds that each page took. Raises HTTPError for none."""
    took, begun = [], time.monotonic()
    for number in range(round(seconds * PACE)):
        due = begun + number / PACE
        time.sleep(max(0.0, due - time.monotonic()))
        answer = requests.get(f"{studio.base_url}/gallery/", headers={"Cookie": cookie}, timeout=60)
        answer.raise_for_status()
        took.append(time.monotonic() - due)
    return took


def _print(idle: list[float], loaded: list[float]) -> bool:
    for name, took in (("idle", idle), ("loaded", loaded)):
        p50, p95 = 1000 * percentile(took, 50), 1000 * percentile(took, 95)
        print(f"gallery {name:7} p50 {p50:6.1f} ms  p95 {p95:6.1f} ms  of {len(took)} pages")
    ratio = percentile(loaded, 95) / percentile(idle, 95)
    print(f"p95 under load is {ratio:.2f} times the idle one, at most {TARGET}: {verdict(ratio <= TARGET)}")
    is_steady = percentile(idle, 95) <= STEADY * percentile(idle, 50)
    if not is_steady:
        print(f"idle p95 is more than {STEADY} times p50: something else was busy, measure again")
    return is_steady and ratio <= TARGET


def _print_crowd(tally: Tally) -> bool:
    """Print what the crowd got; True if nobody was refused or broken off."""
    got = ", ".join(f"{kind} {count / 1e6:.0f} MB" for kind, count in sorted(tally.received.items()))
    p95 = 1000 * percentile(tally.waits, 95)
    print(f"crowd: {got}; {len(tally.waits)} answers, their first byte after {p95:.0f} ms at p95")
    print("\n".join(tally.wrong) or "everybody was served")
    return not tally.wrong
