"""Words that a team puts on its clips."""

from typing import ClassVar

from django.db import models

from generations.models.generation import Generation
from generations.models.team import Team
from generations.models.user import User


class Tag(models.Model):
    """A word of a team's, in lower case, so that it is there once."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="tags")
    name = models.CharField(max_length=40)

    objects: ClassVar[models.Manager["Tag"]] = models.Manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["team", "name"], name="tag_once")]

    def __str__(self) -> str:
        return self.name


class Tagging(models.Model):
    """A tag on a clip: who put it there, and when. It names the clip by its number, see `finding`."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="taggings", db_index=False)
    generation = models.ForeignKey(Generation, models.CASCADE, related_name="taggings", to_field="number")
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["Tagging"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "generation"], name="tagging_once")]

    def __str__(self) -> str:
        return f"{self.tag} on {self.generation}"
