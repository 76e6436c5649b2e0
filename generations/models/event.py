"""The history of a generation."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, Final

from django.db import models

from generations.models import plain
from generations.models.audit_entry import AuditEntry
from generations.models.states import State
from generations.models.user import User

_gathered: Final[ContextVar["list[Event] | None"]] = ContextVar("_gathered", default=None)


class EventManager(models.Manager["Event"]):
    """Writes events; what a person did goes into the audit in the same transaction."""

    def write(self, **fields: Any) -> "Event":
        """Write one, or leave it to the end of `together`."""
        gathered = _gathered.get()
        event = Event(**fields)
        if gathered is None:
            plain.insert(event)
            AuditEntry.objects.of_events([event])
        else:
            gathered.append(event)
        return event

    @contextmanager
    def together(self) -> Iterator[None]:
        """Write all events of this block in one query at its end: one each is a good part of what a move costs.

        Stand inside the moves' transaction; what is raised within takes their events along, as it must.
        """
        events: list[Event] = []
        reset = _gathered.set(events)
        try:
            yield
        finally:
            _gathered.reset(reset)
        if events:
            plain.insert(*events)
            AuditEntry.objects.of_events(events)

    def bulk_create(self, objs: Iterable["Event"], *args: Any, **kwargs: Any) -> list["Event"]:
        """Write several, of one act."""
        made = super().bulk_create(objs, *args, **kwargs)
        AuditEntry.objects.of_events(made)
        return made


class Event(models.Model):
    """One move from state to state, or a note (both states equal). Written once, never changed."""

    generation = models.ForeignKey("generations.Generation", models.PROTECT, related_name="events")
    from_state = models.CharField(max_length=10, choices=State.choices, blank=True)
    to_state = models.CharField(max_length=10, choices=State.choices)
    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="events")
    agent = models.CharField(max_length=30, blank=True, help_text="The program that moved it, if nobody did.")
    why = models.CharField(max_length=300, blank=True)

    objects: ClassVar[EventManager] = EventManager()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["generation", "at"], name="event_generation_at")]

    def __str__(self) -> str:
        return f"{self.from_state or 'new'} → {self.to_state}"

    @property
    def who(self) -> str:
        """A name for people: the user's, or the program's."""
        return self.actor.username if self.actor else self.agent
