"""What an answer or a callback says of a task, at times not quite the truth."""

import time
from typing import Any, Final

from generations.magnific.sandbox.contract import task_body
from generations.magnific.sandbox.links import Links
from generations.magnific.sandbox.mishaps import Mishaps
from generations.magnific.sandbox.rewriting import rewrite, too_long, without_variable
from generations.magnific.sandbox.timeline import Rewriting, Status, Task

UNKNOWN_STATUS: Final = "PROCESSING"
"""Not in the documentation, but seen."""
RUNNING: Final = (Status.CREATED, Status.IN_PROGRESS)


class Bodies:
    """Makes bodies with fresh links."""

    def __init__(self, links: Links, mishaps: Mishaps) -> None:
        self._links = links
        self._mishaps = mishaps

    def whole(self, task: Task, status: Status) -> dict[str, Any]:
        """Return all that is told of a task in this status."""
        is_text = isinstance(task, Rewriting)
        result = self._text(task) if is_text else self._links.make(task.task_id, time.time())
        body = task_body(task, status, result)
        if body["generated"] and self._mishaps.on_task("no_link", task=task):
            body["generated"] = []
        elif body["generated"] and not is_text and self._mishaps.on_task("expired_link", task=task):
            body["generated"] = [self._links.make(task.task_id, 0)]
        return body | self.entry(task, status)

    def _text(self, task: Task) -> str:
        """Return the better text."""
        prompt = task.request["prompt"]
        text = rewrite(prompt)
        if self._mishaps.is_due("lose_variable", prompt):
            text = without_variable(text)
        return too_long(text) if self._mishaps.is_due("long_text", prompt) else text

    def entry(self, task: Task, status: Status) -> dict[str, Any]:
        """Return what the list tells of a task."""
        hidden = status in RUNNING and self._mishaps.on_task("unknown_status", task=task)
        return {"task_id": task.task_id, "status": UNKNOWN_STATUS if hidden else status.value}
