"""What somebody has ordered before: their own history of prompts."""

from typing import ClassVar

from django.db import models

from generations.models.generation import Generation
from generations.models.search_text import SearchTextField
from generations.models.team import Team
from generations.models.user import User


class OrderedPrompt(models.Model):
    """A text that one person ordered in one team, once however often they did.

    `key` is equal for texts that differ in white space alone; `clip` is the newest made from it, and `number` that
    clip's. The text is copied here, so that a page of the history is read from one index, whatever else there is.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    clip = models.ForeignKey(Generation, models.CASCADE, related_name="+")
    number = models.BigIntegerField()
    text = models.TextField()
    search_text = SearchTextField(source="text", editable=False)

    objects: ClassVar[models.Manager["OrderedPrompt"]] = models.Manager()

    class Meta:
        ordering = ["-number"]
        indexes = [models.Index(fields=["user", "team", "-number"], name="ordered_prompt_newest")]
        constraints = [models.UniqueConstraint(fields=["user", "team", "key"], name="ordered_prompt_once")]

    def __str__(self) -> str:
        return self.text
