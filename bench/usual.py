"""The usual client of such an API, to compare with: one loop a clip, which asks until its task is done.

It is a polite one: it backs off on 429 by what Retry-After says, doubling, and never in step with the others.
"""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import requests

from generations.magnific.sandbox.contract import PATH

HEADERS = {"x-magnific-api-key": "usual"}
ASK_EVERY = 5.0
LONGEST_BACKOFF = 60.0


@dataclass(frozen=True)
class UsualClient:
    """Asks the API at an origin; `second` is the length of one of the vendor's seconds in real ones."""

    url: str
    second: float

    def make(self, clips: int) -> dict[str, float]:
        """Make so many clips at once; return by task id the unix time at which each was known to be done."""
        with ThreadPoolExecutor(clips) as pool:
            return dict(pool.map(self._make_one, range(clips)))

    def _make_one(self, number: int) -> tuple[str, float]:
        wish = {"prompt": f"Dunes at dawn, number {number}", "duration": 3}
        task_id = self._ask("POST", PATH, json=wish)["task_id"]
        while True:
            time.sleep(ASK_EVERY * self.second)
            if self._ask("GET", f"{PATH}/{task_id}")["status"] == "COMPLETED":
                return task_id, time.time()

    def _ask(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        backoff = ASK_EVERY
        while True:
            answer = self._request(method, path, **body)
            if answer.status_code != requests.codes.too_many_requests:
                answer.raise_for_status()
                task: dict[str, Any] = answer.json()["data"]
                return task
            time.sleep(float(answer.headers["retry-after"]) + random.uniform(0, backoff * self.second))
            backoff = min(2 * backoff, LONGEST_BACKOFF)

    def _request(self, method: str, path: str, **body: Any) -> requests.Response:
        """Ask on a new connection: a kept one may be closed over there just as the next request goes out."""
        with requests.Session() as session:
            session.trust_env = False
            return session.request(method, self.url + path, headers=HEADERS, timeout=30, **body)
