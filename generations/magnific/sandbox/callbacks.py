"""Signed callbacks: sent on every status change, again and again until the receiver says 2xx."""

import json
import logging
import threading
import time
from typing import Final

import requests

from generations.magnific.sandbox import signing
from generations.magnific.sandbox.bodies import Bodies
from generations.magnific.sandbox.config import SandboxConfig
from generations.magnific.sandbox.mishaps import Mishaps
from generations.magnific.sandbox.store import Delivery, Store
from generations.magnific.sandbox.timeline import Task

logger = logging.getLogger(__name__)

SENDERS: Final = 4
"""Threads, so that one receiver that hangs does not hold up the others."""
LOOK_EVERY: Final = 0.1
"""Seconds between two looks for callbacks that have come due."""
STALE_SECONDS: Final = 600
DOUBLED_AFTER: Final = 0.05
"""Seconds until a callback that was taken comes once more."""
FORGED_KEY: Final = b"somebody else's"


class CallbackSender:
    """Threads that take due callbacks from the store and send them."""

    def __init__(self, config: SandboxConfig, store: Store, bodies: Bodies, mishaps: Mishaps) -> None:
        self._keys = signing.keys_of(config.webhook_secret)
        self._config = config
        self._store = store
        self._bodies = bodies
        self._mishaps = mishaps
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(SENDERS)]

    def start(self) -> None:
        """Begin sending. Without a webhook secret nothing was stored and nothing is sent."""
        for thread in self._threads if self._config.webhook_secret else []:
            thread.start()

    def stop(self, timeout: float) -> None:
        """Take no further callback, and wait up to `timeout` seconds for those on their way."""
        self._stopping.set()
        deadline = time.monotonic() + timeout
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, deadline - time.monotonic()))

    def _run(self) -> None:
        with requests.Session() as session:
            session.trust_env = False
            while not self._stopping.is_set():
                delivery = self._claim()
                if delivery is None:
                    self._stopping.wait(LOOK_EVERY)
                else:
                    self._deliver(session, delivery)

    def _claim(self) -> Delivery | None:
        config = self._config
        return self._store.claim_delivery(time.time(), config.callback_backoff, config.callback_attempts)

    def _deliver(self, session: requests.Session, delivery: Delivery) -> None:
        """Send one callback, and note whether the receiver took it."""
        task = self._store.find(delivery.task_id) or self._store.find_rewriting(delivery.task_id)
        if task is None:
            raise LookupError(f"callback {delivery.number} names no task")
        if self._send(session, delivery, task):
            now = time.time()
            again = not delivery.was_taken and self._mishaps.on_task("double_callback", task=task)
            self._store.delivered(delivery.number, now, now + DOUBLED_AFTER if again else None)

    def _send(self, session: requests.Session, delivery: Delivery, task: Task) -> bool:
        body = self._body(delivery, task)
        headers = {"content-type": "application/json"} | self._signed(delivery.webhook_id, task, body)
        url, timeout = task.request["webhook_url"], self._config.callback_timeout
        try:
            with session.post(
                url, data=body, headers=headers, timeout=timeout, allow_redirects=False, stream=True
            ) as response:
                taken = 200 <= response.status_code < 300
                logger.info("callback %s of %s: %s", delivery.status, delivery.task_id, response.status_code)
        except (requests.RequestException, ValueError) as error:
            # ValueError: urllib3's own complaint about a host that no URL parser caught before.
            logger.info("callback %s of %s: %s", delivery.status, delivery.task_id, type(error).__name__)
            return False
        return taken

    def _body(self, delivery: Delivery, task: Task) -> bytes:
        """Return the get-one body, as documented without `data`, with the status of that change."""
        told = self._bodies.whole(task, delivery.status)
        wrapped = self._mishaps.on_task("wrapped_callback", task=task)
        return json.dumps({"data": told} if wrapped else told).encode()

    def _signed(self, webhook_id: str, task: Task, body: bytes) -> dict[str, str]:
        """Return the three headers of a signature."""
        encodings = [name for name in self._keys if name != signing.PLAIN]
        key = self._keys[self._mishaps.on_task(*encodings, task=task) or signing.PLAIN]
        if self._mishaps.on_task("forged_callback", task=task):
            key = FORGED_KEY
        timestamp = int(time.time())
        if self._mishaps.on_task("stale_callback", task=task):
            timestamp -= STALE_SECONDS
        return {
            "webhook-id": webhook_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signing.sign(key, webhook_id, timestamp, body),
        }
