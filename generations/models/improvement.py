"""Asking Magnific to write a prompt better."""

import uuid
from typing import ClassVar, Final

from django.db import models

from generations.models.account import Account
from generations.models.user import User


class Stage(models.TextChoices):
    """Where it stands."""

    WAITING = "waiting", "Waiting"
    ASKED = "asked", "Asked"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


OPEN_STAGES: Final = (Stage.WAITING, Stage.ASKED)
OPEN: Final = models.Q(stage__in=OPEN_STAGES)


class Improvement(models.Model):
    """One text, and what Magnific makes of it. Costs requests, no clip; `failure` is a sentence for its owner.

    `tries` counts the POSTs; `next_ask_at` says when Magnific is asked again, by a POST while it waits and by a
    get-one once it was asked. An `answer` may be longer than a clip's prompt.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="improvements")
    account = models.ForeignKey(Account, models.PROTECT, related_name="improvements")
    text = models.TextField(blank=True)
    stage = models.CharField(max_length=7, choices=Stage.choices, default=Stage.WAITING)
    created_at = models.DateTimeField(auto_now_add=True)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(null=True, blank=True)
    next_ask_at = models.DateTimeField(null=True, blank=True)
    task_id = models.CharField(max_length=200, blank=True)
    answer = models.TextField(blank=True)
    failure = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager["Improvement"]] = models.Manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["account", "created_at"], condition=OPEN, name="improvement_open"),
            models.Index(fields=["created_at"], name="improvement_created"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=OPEN, name="improvement_one_open"),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()} for {self.user}"

    @property
    def is_open(self) -> bool:
        """Whether Magnific's answer is still waited for."""
        return self.stage in OPEN_STAGES

    @property
    def is_done(self) -> bool:
        """Whether there is an answer."""
        return self.stage == Stage.DONE
