"""The states of a generation, the only ways between them, and how one can end."""

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


class Failure(models.TextChoices):
    """Why a generation failed: what people are told, and what they can do about it, hangs on it."""

    REFUSED = "refused", "Magnific refused the order"
    FAILED_THERE = "failed_there", "Magnific could not make the clip"
    NO_RESULT = "no_result", "Magnific finished without a clip, most likely its content check"
    GAVE_UP = "gave_up", "No word from Magnific for too long"
    NO_FILE = "no_file", "The finished clip could not be fetched"


class Charged(models.TextChoices):
    """Whether money moved, as far as is known."""

    NO = "no", "Nothing was charged"
    UNKNOWN = "unknown", "We do not know whether it was charged"
    YES = "yes", "Charged"


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

ENDED: Final = (State.READY, State.FAILED, State.CANCELLED)
"""Where money is settled or given back, as far as is known."""
