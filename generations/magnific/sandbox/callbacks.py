"""Signed callbacks: sent on every status change, again and again until the receiver says 2xx."""

import json
import logging
import threading
import time
from typing import Final

import requests

from generations.magnific.sandbox import contract
from generations.magnific.sandbox.config import SandboxConfig
from generations.magnific.sandbox.links import Links
from generations.magnific.sandbox.store import Delivery, Store
from generations.magnific.signature import sign

logger = logging.getLogger(__name__)

SENDERS: Final = 4
"""Threads, so that one receiver that hangs does not hold up the others."""
LOOK_EVERY: Final = 0.1
"""Seconds between two looks for callbacks that have come due."""


class CallbackSender:
    """Threads that take due callbacks from the store and send them."""

    def __init__(self, config: SandboxConfig, store: Store, links: Links) -> None:
        self._config = config
        self._store = store
        self._links = links
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
                elif self._send(session, delivery):
                    self._store.delivered(delivery.number, time.time())

    def _claim(self) -> Delivery | None:
        config = self._config
        return self._store.claim_delivery(time.time(), config.callback_backoff, config.callback_attempts)

    def _send(self, session: requests.Session, delivery: Delivery) -> bool:
        """Send one callback; tell whether the receiver took it."""
        url, body = self._message(delivery)
        now = int(time.time())
        headers = {
            "content-type": "application/json",
            "webhook-id": delivery.webhook_id,
            "webhook-timestamp": str(now),
            "webhook-signature": sign(self._config.webhook_secret, delivery.webhook_id, now, body),
        }
        timeout = self._config.callback_timeout
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

    def _message(self, delivery: Delivery) -> tuple[str, bytes]:
        """Return (URL, body): the get-one body without `data`, with the status of that change."""
        task = self._store.find(delivery.task_id)
        if task is None:
            raise LookupError(f"callback {delivery.number} names no task")
        link = self._links.make(task.task_id, time.time())
        body = json.dumps(contract.task_body(task, delivery.status, link)).encode()
        return task.request["webhook_url"], body
