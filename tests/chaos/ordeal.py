"""One ordeal: order clips, hurt the workers at random and at the worst moments, then count.

The sandbox and the web server live on; only clusters are hurt. Waiting times are compressed, so that a day of
trouble takes a minute. A worst moment is recognised by what it leaves behind: a file, or a task over there.
"""

import json
import math
import os
import random
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.chaos.processes import AIMED_BLOWS, BLOWS, Cluster, cluster
from tests.studio import Studio

COMPRESSED = {
    "SANDBOX_SECONDS": "1.5",
    "SANDBOX_MEGABYTES": "0.3",
    "SANDBOX_PLAIN": "true",
    "SANDBOX_LIST_WINDOW": "200",
    "SANDBOX_REQUESTS_PER_MINUTE": "100000",
    "SANDBOX_CALLBACK_BACKOFF": "0.3",
    "SANDBOX_FAULTS": (
        "lose_answer_after=0.05,error_after=0.04,reset_before=0.03,error_before=0.03,no_id_after=0.02,"
        "html_error_read=0.05,bare_body=0.2,unknown_status=0.2,no_link=0.1,cut_file=0.1,error_file=0.05,"
        "lose_callbacks=0.05,late_callbacks=0.1,double_callback=0.2,forged_callback=0.1,reorder_callbacks=0.1"
    ),
    "MAGNIFIC_MAX_CONCURRENT": "10",
    "MAGNIFIC_REQUESTS_PER_MINUTE": "6000",
    "QUEUE_POLL_SECONDS": "0.05",
    "LIST_INTERVAL_SECONDS": "0.3",
    "SLICE_SECONDS": "4",
    "CLAIM_TO_SEND_SECONDS": "2",
    "POST_CONNECT_SECONDS": "2",
    "POST_DEADLINE_SECONDS": "4",
    "LEASE_SECONDS": "13",
    "UNSURE_LIST_SECONDS": "6",
    "ABSENCE_SECONDS": "8",
    "EMPTY_RESULT_SECONDS": "20",
    "SAVE_SECONDS": "10",
    "STUCK_AFTER_SECONDS": "20",
}
LONGEST_AIM_SECONDS = 15.0
"""A moment that does not come in this time is given up for another one."""
CLUSTER_SECONDS = 0.1
"""How old the list of a cluster's processes may be when one is hurt."""
SCRIPT = """
import json
from generations.models import *
rows = list(Generation.objects.values("pk", "state", "task_id", "video_name", "video_sha256", "failure"))
posts = list(Submission.objects.values("generation", "callback_token", "outcome", "task_id"))
print(json.dumps({"generations": rows, "submissions": posts}, default=str))
"""
SETTLED = {"ready", "failed", "cancelled", "unsure"}


@dataclass
class Count:
    """What the ordeal left: rows of ours, tasks and callbacks of the sandbox's, blows by name."""

    generations: list[dict[str, Any]]
    submissions: list[dict[str, Any]]
    tasks: list[dict[str, Any]]
    callbacks: list[dict[str, Any]]
    blows: Counter[str] = field(default_factory=Counter)

    def token_of(self, task: dict[str, Any]) -> str:
        """The callback token of the submission that made a task."""
        return str(task["request"].get("webhook_url", "")).rstrip("/").rpartition("/")[2]


@dataclass(frozen=True)
class Moment:
    """When to strike which cluster: as soon as `trace` shows what it has not shown before."""

    name: str
    cluster: str
    trace: Callable[[], set[str]]


class Ordeal:
    """Hurts a running studio until told to stop."""

    def __init__(self, studio: Studio, seed: int) -> None:
        self.studio = studio
        self.blows: Counter[str] = Counter()
        self._dice = random.Random(seed)
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._loop, args=(act,), daemon=True)
            for act in (self._at_random, self._aimed)
        ]

    def __enter__(self) -> "Ordeal":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(30)

    def _loop(self, act: Callable[[], None]) -> None:
        while not self._over.is_set():
            act()

    def _at_random(self) -> None:
        self._over.wait(self._dice.uniform(5.0, 12.0))
        found = cluster(self.studio.process.pid, self._dice.choice(["kling", "kling", "saving"]))
        if found and found.workers:
            blow = self._dice.choice(BLOWS)
            self.blows[blow.__name__] += 1
            blow(found, self._dice)

    def _moments(self) -> tuple[Moment, ...]:
        """A receipt is begun just before the claim and the POST; a part is a save's claim, a video its end."""
        var_dir = self.studio.var_dir
        return (
            Moment("at a claim", "kling", lambda: _files(var_dir / "receipts", ".json")),
            Moment("after a POST", "kling", lambda: _tasks(var_dir / "sandbox" / "sandbox.sqlite3")),
            Moment("before a save", "saving", lambda: _files(var_dir / "media" / "parts")),
            Moment("after a save", "saving", lambda: _files(var_dir / "media" / "videos", ".mp4")),
        )

    def _aimed(self) -> None:
        self._over.wait(self._dice.uniform(2.0, 5.0))
        moment = self._dice.choice(self._moments())
        found = self._await(moment)
        if found and found.workers:
            blow = self._dice.choice(AIMED_BLOWS)
            self.blows[f"{blow.__name__} {moment.name}"] += 1
            blow(found, self._dice)

    def _await(self, moment: Moment) -> Cluster | None:
        """Return the cluster when something new shows, before what follows can have been done.

        So it is looked for beforehand, now and then: finding its processes takes longer than that.
        """
        before, looked_at = moment.trace(), -math.inf
        deadline = time.monotonic() + LONGEST_AIM_SECONDS
        while time.monotonic() < deadline and not self._over.wait(0.002):
            if time.monotonic() - looked_at > CLUSTER_SECONDS:
                found, looked_at = cluster(self.studio.process.pid, moment.cluster), time.monotonic()
            now = moment.trace()
            if now - before:
                return found
            before = now
        return None


def _files(folder: Path, ending: str = "") -> set[str]:
    return {name for _, _, names in os.walk(folder) for name in names if name.endswith(ending)}


def _tasks(memory: Path) -> set[str]:
    """What the sandbox has made, read where it is written down before the answer goes out."""
    with closing(sqlite3.connect(f"file:{memory}?mode=ro", uri=True, timeout=10)) as database:
        return {task_id for (task_id,) in database.execute("SELECT task_id FROM task")}


def overview(studio: Studio) -> dict[str, Any]:
    """What the sandbox says of itself."""
    answer = requests.get(f"{studio.sandbox_url}/sandbox/tasks", timeout=10)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def ours(studio: Studio) -> dict[str, Any]:
    """What our database says."""
    found: dict[str, Any] = json.loads(studio.shell(SCRIPT).splitlines()[-1])
    return found


def wait_until_settled(studio: Studio, seconds: float) -> None:
    """Wait until nothing of ours can still move by itself, or the time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        states = Counter(row["state"] for row in ours(studio)["generations"])
        if set(states) <= SETTLED and not _may_still_be_settled(studio):
            return
        time.sleep(2)


def count(studio: Studio, blows: Counter[str]) -> Count:
    """Read everything there is to be counted."""
    mine, theirs = ours(studio), overview(studio)
    return Count(mine["generations"], mine["submissions"], theirs["tasks"], theirs["callbacks"], blows)


def _may_still_be_settled(studio: Studio) -> bool:
    return any(callback["delivered_at"] is None for callback in overview(studio)["callbacks"])
