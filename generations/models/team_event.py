"""The history of a team: who came and went, which limits were set, when sending stopped."""

from typing import Any, ClassVar

from django.db import models

from generations.models.audit_entry import AuditEntry
from generations.models.team import Team
from generations.models.user import User


class TeamEvent(models.Model):
    """What happened to a team, by whom (nobody: the program) and to whom. Written once, never changed."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="events")
    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="team_events")
    member = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="told_of")
    what = models.CharField(max_length=300)

    objects: ClassVar[models.Manager["TeamEvent"]] = models.Manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["team", "-at", "-id"], name="team_event_newest")]

    def __str__(self) -> str:
        return self.what

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write it, and what a person did into the audit as well."""
        super().save(*args, **kwargs)
        AuditEntry.objects.of_team(self)
