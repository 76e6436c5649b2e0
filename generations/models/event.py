"""The history of a generation."""

from typing import ClassVar

from django.db import models

from generations.models.states import State
from generations.models.user import User


class Event(models.Model):
    """One move from state to state, or a note (both states equal). Written once, never changed."""

    generation = models.ForeignKey("generations.Generation", models.PROTECT, related_name="events")
    from_state = models.CharField(max_length=10, choices=State.choices, blank=True)
    to_state = models.CharField(max_length=10, choices=State.choices)
    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="events")
    agent = models.CharField(max_length=30, blank=True, help_text="The program that moved it, if nobody did.")
    why = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager["Event"]] = models.Manager()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["generation", "at"], name="event_generation_at")]

    def __str__(self) -> str:
        return f"{self.from_state or 'new'} → {self.to_state}"

    @property
    def who(self) -> str:
        """A name for people: the user's, or the program's."""
        return self.actor.username if self.actor else self.agent
