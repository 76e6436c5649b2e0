"""What people put on prompts: tags for all, favourites for themselves."""

from typing import ClassVar

from django.db import models

from generations.models.prompt import Prompt
from generations.models.user import User


class PromptTag(models.Model):
    """A word on a prompt, in the form of the clips' tags."""

    prompt = models.ForeignKey(Prompt, models.CASCADE, related_name="tags")
    name = models.CharField(max_length=40)

    objects: ClassVar[models.Manager["PromptTag"]] = models.Manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["name", "prompt"], name="prompt_tag_once")]

    def __str__(self) -> str:
        return self.name


class PromptFavourite(models.Model):
    """A prompt that somebody has marked for themselves."""

    prompt = models.ForeignKey(Prompt, models.CASCADE, related_name="favourites")
    user = models.ForeignKey(User, models.CASCADE, related_name="prompt_favourites")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["PromptFavourite"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "prompt"], name="prompt_favourite_once")]

    def __str__(self) -> str:
        return f"{self.prompt} of {self.user}"
