"""Tests of the set-up: each press of a button, and what was found."""

from typing import ClassVar

from django.db import models

from generations.models.user import User


class Tried(models.TextChoices):
    """What is tested."""

    KEY = "key", "Key"
    CALLBACK = "callback", "Callback"
    MAIL = "mail", "Mail"
    STORAGE = "storage", "Storage"
    KLING = "kling", "Cluster kling"
    SAVING = "saving", "Cluster saving"


class Trial(models.Model):
    """One test that a person has asked for and a worker answers; kept. `found` says what was found, in words."""

    what = models.CharField(max_length=8, choices=Tried.choices)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    is_good = models.BooleanField(default=False)
    found = models.CharField(max_length=500, blank=True)

    objects: ClassVar[models.Manager["Trial"]] = models.Manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = "test of the set-up"
        verbose_name_plural = "tests of the set-up"
        indexes = [models.Index(fields=["what", "-id"], name="trial_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["what"], condition=models.Q(answered_at=None), name="trial_one_open"
            ),
            models.CheckConstraint(condition=models.Q(what__in=Tried.values), name="trial_what_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()}: {self.found or 'asked'}"

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered yet."""
        return self.answered_at is None
