"""Clips that a team keeps together under a name."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower

from generations.models.team import Team
from generations.models.user import User


class Collection(models.Model):
    """A named set of a team's clips. Whose private clips are in it sees them there, nobody else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, models.PROTECT, related_name="collections")
    name = models.CharField(max_length=80)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["Collection"]] = models.Manager()

    class Meta:
        ordering = [Lower("name")]
        constraints = [models.UniqueConstraint("team", Lower("name"), name="collection_name_once")]

    def __str__(self) -> str:
        return self.name


class CollectionItem(models.Model):
    """A clip in a collection: who put it there, and when. A clip may be in several.

    It names the clip by its number, see `finding`.
    """

    collection = models.ForeignKey(Collection, models.CASCADE, related_name="items", db_index=False)
    generation = models.ForeignKey(
        "Generation", models.CASCADE, related_name="collection_items", to_field="number"
    )
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["CollectionItem"]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["collection", "generation"], name="collection_item_once")
        ]

    def __str__(self) -> str:
        return f"{self.generation} in {self.collection}"
