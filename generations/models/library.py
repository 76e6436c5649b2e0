"""Where prompts are kept: libraries of a team, of everyone, or of one person."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower

from generations.models.team import Team
from generations.models.user import User


class Owner(models.TextChoices):
    """Whose a library is."""

    TEAM = "team", "The team"
    EVERYONE = "everyone", "Everyone"
    PRIVATE = "private", "Only me"


class Library(models.Model):
    """A named set of prompts. `team` is set for a team's, `user` for one that is private."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Owner.choices, default=Owner.TEAM)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="libraries")
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="libraries")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["Library"]] = models.Manager()

    class Meta:
        ordering = [Lower("name")]
        verbose_name_plural = "libraries"
        constraints = [
            models.UniqueConstraint(
                "team", Lower("name"), condition=models.Q(kind=Owner.TEAM), name="library_team_name_once"
            ),
            models.UniqueConstraint(
                "user", Lower("name"), condition=models.Q(kind=Owner.PRIVATE), name="library_user_name_once"
            ),
            models.UniqueConstraint(
                Lower("name"), condition=models.Q(kind=Owner.EVERYONE), name="library_name_once"
            ),
            models.CheckConstraint(
                condition=models.Q(kind=Owner.TEAM, team__isnull=False, user=None)
                | models.Q(kind=Owner.EVERYONE, team=None, user=None)
                | models.Q(kind=Owner.PRIVATE, team=None, user__isnull=False),
                name="library_owner",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def owner_name(self) -> str:
        """Whose it is: the team's name, everyone, or a person's. Reads `team` and `user`."""
        if self.kind == Owner.EVERYONE:
            return "everyone"
        return str(self.team) if self.team else f"only {self.user}"
