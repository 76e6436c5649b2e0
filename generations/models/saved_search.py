"""A gallery's filter that somebody comes back to."""

from typing import ClassVar

from django.db import models

from generations.models.team import Team
from generations.models.user import User


class SavedSearch(models.Model):
    """A name for a filter, one person's in one team. `query` is the address's, as the gallery writes it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_searches")
    team = models.ForeignKey(Team, models.CASCADE, related_name="saved_searches")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["SavedSearch"]] = models.Manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "team", "name"], name="saved_search_once")]

    def __str__(self) -> str:
        return self.name
