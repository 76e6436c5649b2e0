"""How little we ask Magnific: a hundred clips in flight, beside the usual client that asks for each of them.

Three runs at the same time, each against an identical sandbox of its own: ours polling, ours with callbacks, and
the usual client. Time over there is compressed: `--minute` real seconds are one of the vendor's minutes, and the
rate limit, the late list, the list interval and the length of a task shrink with it. What does not shrink is the
time that this machine needs, so delays come out longer than they would be; the more so, the busier it is.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.figures import percentile, verdict
from bench.member import Member
from bench.sandboxes import Asked, RunningSandbox, own_sandbox
from bench.usual import UsualClient
from tests.studio import Studio, free_port, running_studio

TAKES = 4
REQUESTS_A_MINUTE = 50
TASK_MINUTES = 5.0
JITTER = 0.1
LONGEST_MINUTES = 30.0
SECRET = "only-for-a-measurement"
SCRIPT = """
import json
from generations.models import Generation
rows = Generation.objects.exclude(completed_at=None).values_list("task_id", "completed_at")
print(json.dumps(dict(rows), default=str))
"""


@dataclass(frozen=True)
class Target:
    """At most so many requests a clip, and so many vendor seconds until 95 of a hundred are noticed."""

    requests: float
    seconds: float


@dataclass(frozen=True)
class Result:
    """What was asked, and for each clip the vendor seconds from completed there to noticed here."""

    asked: Asked
    delays: list[float]
    at_once: int


@dataclass(frozen=True)
class Scale:
    """Vendor time in real seconds: `minute` of them are one of its minutes."""

    minute: float
    clips: int

    @property
    def second(self) -> float:
        """Real seconds of a vendor second."""
        return self.minute / 60

    def sandbox(self, folder: Path) -> Any:
        """Run the sandbox that each run has."""
        return own_sandbox(
            folder,
            plain="true",
            megabytes=0.3,
            seconds=TASK_MINUTES * self.minute,
            jitter=JITTER,
            list_window=self.clips,
            list_delay=self.second,
            requests_per_minute=REQUESTS_A_MINUTE,
            rate_window=self.minute,
            callback_backoff=self.second,
            webhook_secret=SECRET,
        )

    def settings(self, sandbox: RunningSandbox, *, callbacks: bool) -> dict[str, str]:
        """Return the environment of our application."""
        port = str(free_port())
        calls = {"PUBLIC_URL": f"http://127.0.0.1:{port}", "MAGNIFIC_WEBHOOK_SECRETS": SECRET}
        return {
            "PORT": port,
            "MAGNIFIC_BASE_URL": sandbox.url,
            "MAGNIFIC_MAX_CONCURRENT": str(self.clips),
            "MAGNIFIC_REQUESTS_PER_MINUTE": str(round(REQUESTS_A_MINUTE * 60 / self.minute)),
            "LIST_INTERVAL_SECONDS": str(2 * self.second),
            "SLOW_AFTER_SECONDS": str(600 * self.second),
            "QUEUE_POLL_SECONDS": "0.2",
            **(calls if callbacks else {}),
        }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the number of clips and the compression."""
    parser.add_argument("--clips", type=int, default=100, help="in flight at once")
    parser.add_argument("--minute", type=float, default=25.0, help="real seconds of a vendor minute")
    parser.add_argument("--only", choices=RUNS, nargs="+", default=list(RUNS), help="which of the three")


def run(options: argparse.Namespace) -> bool:
    """Print requests a clip and delays of the three; True if both of ours keep their targets."""
    scale = Scale(options.minute, options.clips)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(len(RUNS)) as pool:
        begun = {name: pool.submit(RUNS[name][0], scale, Path(folder) / name) for name in options.only}
        kept = [_print(name, made.result(), RUNS[name][1]) for name, made in begun.items()]
    return all(kept)


def _polling(scale: Scale, folder: Path) -> Result:
    return _ours(scale, folder, callbacks=False)


def _called(scale: Scale, folder: Path) -> Result:
    return _ours(scale, folder, callbacks=True)


def _ours(scale: Scale, folder: Path, *, callbacks: bool) -> Result:
    with scale.sandbox(folder / "sandbox") as sandbox:
        settings = scale.settings(sandbox, callbacks=callbacks)
        with running_studio(folder / "var", **settings) as studio:
            member = Member(studio)
            for number in range(scale.clips // TAKES):
                member.order(f"Dunes at dawn, number {number}", takes=str(TAKES))
            return _result(scale, sandbox, _wait_for_all(scale, studio))


def _usual(scale: Scale, folder: Path) -> Result:
    with scale.sandbox(folder / "sandbox") as sandbox:
        return _result(scale, sandbox, UsualClient(sandbox.url, scale.second).make(scale.clips))


def _wait_for_all(scale: Scale, studio: Studio) -> dict[str, float]:
    """Return by task id when each clip was noticed (unix time). Raises TimeoutError when some never are."""
    deadline = time.monotonic() + LONGEST_MINUTES * scale.minute
    while time.monotonic() < deadline:
        said = json.loads(studio.shell(SCRIPT).splitlines()[-1])
        if len(said) >= scale.clips // TAKES * TAKES:
            return {task: datetime.fromisoformat(moment).timestamp() for task, moment in said.items()}
        time.sleep(5)
    raise TimeoutError(f"{len(said)} of {scale.clips} clips were noticed.\n{studio.tails()}")


def _result(scale: Scale, sandbox: RunningSandbox, noticed: dict[str, float]) -> Result:
    tasks = sandbox.tasks()
    done = {task["task_id"]: task["created_at"] + task["seconds"] for task in tasks}
    delays = [(noticed[task] - done[task]) / scale.second for task in noticed]
    spans = [(task["created_at"], done[task["task_id"]]) for task in tasks]
    at_once = max(sum(begun <= moment < ended for begun, ended in spans) for moment, _ in spans)
    return Result(sandbox.asked(), delays, at_once)


def _print(name: str, result: Result, target: Target | None) -> bool:
    asked, clips = result.asked, len(result.delays)
    each, p50, p95 = asked.total / clips, percentile(result.delays, 50), percentile(result.delays, 95)
    print(
        f"{name:10} {clips} clips, {result.at_once} at once: {each:.2f} requests a clip "
        f"(create {asked.create}, get {asked.get}, list {asked.list}; of them 429 {asked.too_often}), "
        f"noticed after p50 {p50:.1f} s, p95 {p95:.1f} s",
        flush=True,
    )
    if target is None:
        return True
    kept = each <= target.requests and p95 <= target.seconds
    print(
        f"{'':10} at most {target.requests} requests, p95 {target.seconds} s of the vendor's: {verdict(kept)}"
    )
    return kept


RUNS: dict[str, tuple[Callable[[Scale, Path], Result], Target | None]] = {
    "polling": (_polling, Target(4, 15)),
    "callbacks": (_called, Target(3, 2)),
    "usual": (_usual, None),
}
"""Ours without and with callbacks, and what everybody does; each with what is expected of it."""
