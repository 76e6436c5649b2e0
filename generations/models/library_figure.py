"""How many prompts a library has, by tag and by author: counted when something changes, not when somebody looks."""

from typing import ClassVar

from django.db import models

from generations.models.library import Library
from generations.models.user import User


class LibraryFigure(models.Model):
    """One count of a library's prompts, of those on the shelf or of the archived ones.

    With a `tag`, of those that have it; with an `author`, of those that they added; with neither, of all.
    """

    library = models.ForeignKey(Library, models.CASCADE, related_name="figures")
    is_archived = models.BooleanField()
    tag = models.CharField(max_length=40, blank=True)
    author = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    prompts = models.PositiveIntegerField()

    objects: ClassVar[models.Manager["LibraryFigure"]] = models.Manager()

    def __str__(self) -> str:
        return f"{self.library}: {self.prompts} {self.tag or self.author or 'in all'}"
