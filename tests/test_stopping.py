"""Ctrl-C while an order is being sent: the answer is waited for, nothing is left unsure."""

import json
import signal
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.studio import STOP_SECONDS, running_studio

ANSWER_SECONDS = 4.0
ORDER = """
from uuid import uuid4
from generations.lifecycle.order import place_order
from generations.lifecycle.wish import Wish
from generations.models import Membership
wish = Wish("A slow answer", "", 0.5, "16:9", 3)
place_order(Membership.objects.get(user__username="demo"), wish, takes=2, nonce=uuid4())
"""
OUTCOME = """
from generations.models import Generation, Submission
print(sorted((g.state, bool(g.task_id)) for g in Generation.objects.all()), Submission.objects.count())
"""


class SlowVendor(ThreadingHTTPServer):
    """Takes an order at once and answers it late."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), SlowHandler)
        self.received = threading.Event()


class SlowHandler(BaseHTTPRequestHandler):
    server: SlowVendor

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.set()
        time.sleep(ANSWER_SECONDS)
        self.answer({"data": {"task_id": "6f9b1c7e-0000-4000-8000-000000000001", "status": "CREATED"}})

    def do_GET(self) -> None:
        self.answer({"data": []})

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
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


def test_an_open_post_is_let_finish_and_nothing_new_is_begun(tmp_path: Path, vendor: SlowVendor) -> None:
    origin = f"http://127.0.0.1:{vendor.server_port}"
    with running_studio(tmp_path, MAGNIFIC_BASE_URL=origin) as studio:
        assert studio.sandbox_url == ""
        studio.shell(ORDER)
        assert vendor.received.wait(20)
        began = time.monotonic()
        studio.process.send_signal(signal.SIGTERM)
        studio.process.wait(STOP_SECONDS)
        assert time.monotonic() - began < ANSWER_SECONDS + 10
        outcome = studio.shell(OUTCOME)
    assert outcome.strip() == "[('queued', False), ('rendering', True)] 1"
