"""What a task's state is at a moment: computed from the wall clock, so that a restart changes nothing."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final


class Status(StrEnum):
    """The four words of the official documentation."""

    CREATED = "CREATED"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


class Outcome(StrEnum):
    """How a task will end; decided when it is created."""

    CLIP = "clip"
    FAILURE = "failure"
    REFUSAL = "refusal"
    """COMPLETED with an empty `generated`: a silent refusal of the content, as seen live."""


STARTED_AFTER: Final = 0.25
"""Share of a task's time that it spends CREATED."""


@dataclass(frozen=True)
class Task:
    """One accepted creation. `request` holds the fields exactly as received, absent ones absent."""

    task_id: str
    key_sha256: str
    created_at: float
    seconds: float
    outcome: Outcome
    take: int
    request: dict[str, Any]

    @property
    def final_status(self) -> Status:
        """The status this task ends in."""
        return Status.FAILED if self.outcome is Outcome.FAILURE else Status.COMPLETED

    def changes(self) -> tuple[tuple[float, Status], ...]:
        """Return (unix time, new status) of every change after creation, oldest first."""
        return (
            (self.created_at + self.seconds * STARTED_AFTER, Status.IN_PROGRESS),
            (self.created_at + self.seconds, self.final_status),
        )

    def status(self, now: float) -> Status:
        """Return the status at `now` (unix seconds)."""
        reached = [status for due, status in self.changes() if due <= now]
        return reached[-1] if reached else Status.CREATED


class Rewriting(Task):
    """A task whose result is a text: `request` holds the fields of improve-prompt, and `CLIP` means a text."""


def time_needed(task_id: str, seconds: float, jitter: float) -> float:
    """Return `seconds` varied by up to the share `jitter`, always the same for one task id."""
    spread = int.from_bytes(hashlib.sha256(task_id.encode()).digest()[:4]) / 0xFFFFFFFF * 2 - 1
    return seconds * (1 + jitter * spread)
