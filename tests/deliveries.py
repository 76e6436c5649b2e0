"""Deliveries for tests, signed as the vendor's page describes it, without the code under test."""

import base64
import hashlib
import hmac
import itertools
import json
import time
from typing import Any

from django.test import Client
from django.urls import reverse

SECRET = "a secret for tests"
_numbers = itertools.count()


def signed(
    body: bytes, *, key: bytes = SECRET.encode(), webhook_id: str = "", at: float = 0
) -> dict[str, str]:
    """Return the three headers of a delivery; `at` is in unix seconds, now if it is not given."""
    webhook_id, timestamp = webhook_id or f"msg_{next(_numbers)}", str(int(at or time.time()))
    digest = hmac.new(key, f"{webhook_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    signature = "v1," + base64.b64encode(digest).decode()
    return {"webhook-id": webhook_id, "webhook-timestamp": timestamp, "webhook-signature": signature}


def word(task_id: str, status: str, **more: Any) -> bytes:
    """Return the body that tells of a task."""
    return json.dumps({"task_id": task_id, "status": status, "generated": []} | more).encode()


def deliver(token: str, body: bytes, headers: dict[str, str] | None = None) -> int:
    """Post a delivery to the application and return the status."""
    answer = Client().post(
        reverse("magnific-callback", args=[token]),
        data=body,
        content_type="application/json",
        headers=headers or signed(body),
    )
    return int(answer.status_code)
