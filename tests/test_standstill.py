"""No orphans, no standstill, nothing left unsure: whole applications, killed, frozen and ended."""

import json
import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.processes import ends_soon, started
from tests.studio import ROOT, STOP_SECONDS, Studio, running_studio
from tests.test_scripts import SUPERVISOR, child_named, children, wait_until

TASK = "6f9b1c7e-0000-4000-8000-00000000000{}"
CLUSTERS = ("kling", "saving")
ANSWER_SECONDS = 3.0
FILE_BYTES = 50_000_000
FILE_START = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2"
"""What makes a file look like an MP4 (ISO/IEC 14496-12, 4.3)."""

ORDER = """
from uuid import uuid4
from generations.lifecycle.order import place_order
from generations.lifecycle.wish import Wish
from generations.models import Membership
wish = Wish("A paper boat", "", 0.5, "16:9", 3)
place_order(Membership.objects.get(user__username="demo"), wish, takes={takes}, nonce=uuid4())
"""
OUTCOME = """
from generations.models import Generation, Submission
print(sorted(Generation.objects.values_list("state", flat=True)), Submission.objects.count())
"""


def order(studio: Studio, takes: int = 1) -> None:
    studio.shell(ORDER.format(takes=takes))


def outcome(studio: Studio) -> str:
    """The states of all generations and the number of POSTs."""
    return studio.shell(OUTCOME).strip()


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    return [pid, *(one for child in children(pid) for one in family(child))]


def health(studio: Studio) -> tuple[int, dict[str, Any]]:
    """The status and the report of one look."""
    answer = requests.get(f"{studio.base_url}/healthz", timeout=5)
    return answer.status_code, answer.json()


def is_red(studio: Studio, cluster: str) -> bool:
    status, report = health(studio)
    return status == 503 and report["clusters"][cluster]["status"] == "failing"


def ready_within(studio: Studio, count: int, seconds: float = 60) -> None:
    expected = f"{['ready'] * count} {count}"
    deadline = time.monotonic() + seconds
    while (found := outcome(studio)) != expected:
        assert time.monotonic() < deadline, found


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """An application that takes a cluster for dead after seconds instead of minutes."""
    with running_studio(tmp_path_factory.mktemp("hasty"), STUCK_AFTER_SECONDS="8") as studio:
        yield studio


def test_saving_yields_to_sending(hasty: Studio) -> None:
    def niceness(name: str) -> int:
        return os.getpriority(os.PRIO_PROCESS, child_named(hasty, f"cluster {name}"))

    wait_until(lambda: niceness("saving") > niceness("kling"))


def test_a_killed_cluster_leaves_no_child_that_goes_on(hasty: Studio) -> None:
    order(hasty, takes=2)
    # Not between a claim and its POST: that doubt would rightly wait for more evidence than comes here.
    wait_until(lambda: not re.search("queued|submitting", outcome(hasty)))
    for cluster in CLUSTERS:
        main = child_named(hasty, f"cluster {cluster}")
        wait_until(lambda main=main: len(family(main)) > 4)
        everyone = family(main)
        os.kill(main, signal.SIGKILL)
        assert all(ends_soon(pid) for pid in everyone)
    ready_within(hasty, 2)


def test_frozen_clusters_show_in_the_health_report_and_are_replaced(hasty: Studio) -> None:
    ready = outcome(hasty).count("ready")
    before = {cluster: child_named(hasty, f"cluster {cluster}") for cluster in CLUSTERS}
    for main in before.values():
        os.killpg(main, signal.SIGSTOP)
    order(hasty)
    wait_until(lambda: is_red(hasty, "kling"))
    ready_within(hasty, ready + 1)
    assert all(ends_soon(main) for main in before.values())
    told = (hasty.var_dir / "output.log").read_text()
    for cluster in CLUSTERS:
        assert f"cluster-{cluster} has work and no heartbeat; killing it." in told
    wait_until(lambda: health(hasty)[0] == 200)


class SlowVendor(ThreadingHTTPServer):
    """The first order is finished at once, its file drips for minutes; the second is answered late."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), SlowHandler)
        self.origin = f"http://127.0.0.1:{self.server_port}"
        self.posts = 0
        self.open_post, self.open_file = threading.Event(), threading.Event()
        self.ranges: list[str | None] = []


class SlowHandler(BaseHTTPRequestHandler):
    server: SlowVendor

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts += 1
        number = self.server.posts
        if number > 1:
            self.server.open_post.set()
            time.sleep(ANSWER_SECONDS)
        self.answer({"data": {"task_id": TASK.format(number), "status": "CREATED"}})

    def do_GET(self) -> None:
        if self.path.endswith(".mp4"):
            return self.drip()
        done = {"status": "COMPLETED", "generated": [f"{self.server.origin}/1.mp4"]}
        tasks = [{"task_id": TASK.format(2), "status": "IN_PROGRESS"}, {"task_id": TASK.format(1), **done}]
        return self.answer({"data": tasks[2 - self.server.posts :]})

    def drip(self) -> None:
        wanted = self.headers["Range"]
        self.server.ranges.append(wanted)
        start = int(wanted[len("bytes=") : -1]) if wanted else 0
        self.send_response(206 if wanted else 200)
        self.send_header("ETag", '"the-clip"')
        self.send_header("Content-Length", str(FILE_BYTES - start))
        if wanted:
            self.send_header("Content-Range", f"bytes {start}-{FILE_BYTES - 1}/{FILE_BYTES}")
        self.end_headers()
        if not start:
            self.wfile.write(FILE_START)
        while True:
            self.wfile.write(bytes(100_000))
            self.server.open_file.set()
            time.sleep(0.1)

    def answer(self, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def vendor() -> Iterator[SlowVendor]:
    with SlowVendor() as server:
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


def test_ctrl_c_during_a_download_and_a_post_leaves_nothing_unsure(
    tmp_path: Path, vendor: SlowVendor
) -> None:
    with running_studio(tmp_path, MAGNIFIC_BASE_URL=vendor.origin) as studio:
        order(studio)
        assert vendor.open_file.wait(30)
        order(studio)
        assert vendor.open_post.wait(30)
        began = time.monotonic()
        studio.process.send_signal(signal.SIGINT)
        assert studio.process.wait(STOP_SECONDS) == 0
        assert time.monotonic() - began < ANSWER_SECONDS + 15
        assert outcome(studio) == "['rendering', 'saving'] 2"
        vendor.open_file.clear()
        with started(SUPERVISOR, cwd=ROOT, env=studio.environment) as again:
            started_anew = vendor.open_file.wait(40)
            again.send_signal(signal.SIGINT)
            again.wait(STOP_SECONDS)
    assert started_anew
    assert vendor.ranges[0] is None
    assert vendor.ranges[-1]
    assert vendor.posts == 2
