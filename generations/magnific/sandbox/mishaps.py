"""What befalls whom: faults that are turned on or called by a prompt's magic words, and a record of each."""

from collections.abc import Iterable

from generations.magnific.sandbox.faults import Faults, words_for
from generations.magnific.sandbox.store import Store, digest
from generations.magnific.sandbox.timeline import Task


class Mishaps:
    """Asks the faults, and notes in the store what struck."""

    def __init__(self, faults: Faults, store: Store) -> None:
        self._faults = faults
        self._store = store

    def is_due(self, fault: str, prompt: str = "") -> bool:
        """Tell whether a fault strikes, without a record."""
        return is_called(fault, prompt) or self._faults.strikes(fault)

    def on_request(self, *faults: str) -> str | None:
        """Return the first that strikes a request about no task in particular."""
        return self._first(faults, "", "", 0)

    def on_creation(self, *faults: str, prompt: str) -> str | None:
        """Return the first that strikes a creation before its task exists.

        A magic word strikes every second attempt, so that what is sent again gets through.
        """
        subject = digest(prompt)
        return self._first(faults, prompt, subject, self._store.takes_of(subject))

    def on_improvement(self, *faults: str, prompt: str) -> str | None:
        """Return the first that strikes the asking for a better text. A magic word strikes a prompt once."""
        return self._first(faults, prompt, digest(f"improve {prompt}"), 0)

    def on_task(self, *faults: str, task: Task) -> str | None:
        """Return the first that strikes this task now. A magic word strikes its task once."""
        return self._first(faults, task.request["prompt"], task.task_id, 0)

    def note(self, fault: str, task: Task) -> None:
        """Record that a fault made, or befell, a task."""
        self._store.note_mishap(fault, task.task_id)

    def _first(self, faults: Iterable[str], prompt: str, subject: str, most: int) -> str | None:
        """A word counts while the fault has struck the subject at most `most` times."""
        for fault in faults:
            called = is_called(fault, prompt) and self._store.mishaps_of(fault, subject) <= most
            if called or self._faults.strikes(fault):
                self._store.note_mishap(fault, subject)
                return fault
        return None


def is_called(fault: str, prompt: str) -> bool:
    """Tell whether a prompt calls a fault by a magic word."""
    return "[" in prompt and any(word in prompt for word in words_for(fault))
