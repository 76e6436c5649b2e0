"""Everything that has happened, for tests that count and for the curious."""

import time
from collections import Counter, defaultdict
from dataclasses import asdict
from typing import Any

from generations.magnific.sandbox.faults import AFTER
from generations.magnific.sandbox.store import Store
from generations.magnific.sandbox.timeline import Task


def overview(store: Store) -> dict[str, Any]:
    """Return every task, text, callback, counter and mishap.

    A task has its request as received, its true status, `is_foreign`, the `faults` that befell it,
    `answer_lost`, and under `callbacks` for each status the unix time at which the receiver took it, or None.
    """
    befell: dict[str, list[str]] = defaultdict(list)
    mishaps = store.mishaps()
    for fault, subject in mishaps:
        befell[subject].append(fault)
    callbacks: dict[str, dict[str, float | None]] = defaultdict(dict)
    deliveries = store.deliveries()
    for delivery in deliveries:
        callbacks[delivery["task_id"]][delivery["status"]] = delivery["delivered_at"]
    tasks = [_told(task, befell[task.task_id], callbacks[task.task_id]) for task in store.every()]
    own = [task["request"].get("webhook_url", "") for task in tasks if not task["is_foreign"]]
    return {
        "tasks": tasks,
        "creations_by_webhook_url": Counter(own),
        "callbacks": deliveries,
        "improvements": [asdict(task) for task in store.rewritings()],
        "requests": store.counters(),
        "faults": Counter(fault for fault, _ in mishaps),
    }


def _told(task: Task, faults: list[str], callbacks: dict[str, float | None]) -> dict[str, Any]:
    return asdict(task) | {
        "status": task.status(time.time()),
        "is_foreign": "foreign" in faults,
        "faults": faults,
        "answer_lost": any(fault in AFTER for fault in faults),
        "callbacks": callbacks,
    }
