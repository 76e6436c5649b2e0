"""The states of a generation and the only ways between them."""

from typing import Final

from django.db import models


class State(models.TextChoices):
    """Where a generation stands. `ready` and `cancelled` are left by nothing."""

    QUEUED = "queued", "Queued"
    SUBMITTING = "submitting", "Sending"
    RENDERING = "rendering", "Rendering"
    UNSURE = "unsure", "Unsure"
    SAVING = "saving", "Saving"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


# Back to unsure leads only what was adopted on the list's evidence and turned out to be another's.
# From queued to rendering leads only the task of an earlier submission that turned up after all.
MOVES: Final[dict[State, frozenset[State]]] = {
    State.QUEUED: frozenset({State.SUBMITTING, State.CANCELLED, State.RENDERING}),
    State.SUBMITTING: frozenset({State.QUEUED, State.RENDERING, State.FAILED, State.UNSURE}),
    State.UNSURE: frozenset({State.RENDERING, State.SAVING, State.QUEUED, State.FAILED}),
    State.RENDERING: frozenset({State.SAVING, State.FAILED, State.UNSURE}),
    State.SAVING: frozenset({State.READY, State.FAILED, State.UNSURE}),
    State.FAILED: frozenset({State.RENDERING, State.SAVING}),
    State.READY: frozenset(),
    State.CANCELLED: frozenset(),
}

RUNNING: Final = (State.SUBMITTING, State.RENDERING)
"""What counts against the account's concurrency."""

CHANGING: Final = (State.QUEUED, State.SUBMITTING, State.RENDERING, State.UNSURE, State.SAVING)
"""What may still change by itself; pages with one of these look often."""
