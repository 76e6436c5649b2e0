"""When the callbacks of a new task are due."""

from typing import Final

from generations.magnific.sandbox.config import SandboxConfig
from generations.magnific.sandbox.mishaps import Mishaps
from generations.magnific.sandbox.timeline import Status, Task

OUT_OF_ORDER_BY: Final = 0.5
"""Seconds from a task's end to a word of its beginning."""


def callbacks_due(task: Task, config: SandboxConfig, mishaps: Mishaps) -> tuple[tuple[float, Status], ...]:
    """Return (unix time, status) for each callback this task owes; none without an address or a secret."""
    if not (task.request.get("webhook_url") and config.webhook_secret):
        return ()
    if mishaps.on_task("lose_callbacks", task=task):
        return ()
    (started_at, started), (ended_at, ended) = task.changes()
    if mishaps.on_task("reorder_callbacks", task=task):
        started_at = ended_at + OUT_OF_ORDER_BY
    late = config.late_seconds if mishaps.on_task("late_callbacks", task=task) else 0.0
    return ((started_at + late, started), (ended_at + late, ended))
