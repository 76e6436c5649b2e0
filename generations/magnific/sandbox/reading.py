"""Get-one calls, the same for clips and for texts."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from generations.magnific.sandbox.answers import INSTEAD, Answer
from generations.magnific.sandbox.bodies import Bodies
from generations.magnific.sandbox.config import SandboxConfig
from generations.magnific.sandbox.faults import READ
from generations.magnific.sandbox.mishaps import Mishaps
from generations.magnific.sandbox.timeline import Rewriting, Status, Task


@dataclass(frozen=True)
class Reading:
    """Answers what became of a task that `find` knows by its id."""

    config: SandboxConfig
    bodies: Bodies
    mishaps: Mishaps
    find: Callable[[str], Task | Rewriting | None]

    def answer(self, key_sha256: str, task_id: str) -> Answer:
        """Return the task as it stands, for the key that it was made with; a new one is not known at once."""
        task, now = self.find(task_id), time.time()
        if task is None or task.key_sha256 != key_sha256 or task.created_at > now - self.config.get_delay:
            return Answer(404, {"message": "Task not found"})
        if fault := self.mishaps.on_task(*READ, task=task):
            return INSTEAD[fault]
        return self.found(task, task.status(now))

    def found(self, task: Task | Rewriting, status: Status) -> Answer:
        """Return a task in the API's words."""
        body = self.bodies.whole(task, status)
        return Answer(200, body if self.mishaps.on_task("bare_body", task=task) else {"data": body})
