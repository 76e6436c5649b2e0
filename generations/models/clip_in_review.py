"""Clips as reviewers see them: the same rows, with permissions of their own."""

from typing import ClassVar

from generations.models.generation import Generation, GenerationManager


class ClipInReview(Generation):
    """A clip that was handed in. Django admin keeps apart by it what a reviewer may do from what an admin may."""

    objects: ClassVar[GenerationManager] = GenerationManager()

    class Meta:
        proxy = True
        verbose_name = "clip in review"
        verbose_name_plural = "clips in review"
        default_permissions = ("view",)
        permissions = [("judge_clipinreview", "Can approve and return clips")]
