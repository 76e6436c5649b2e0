"""Better versions of a prompt that wait for a lead."""

from typing import ClassVar

from django.db import models

from generations.models.prompt import Prompt, Text, Version
from generations.models.user import User


class Decision(models.TextChoices):
    """What became of a suggestion."""

    WAITING = "waiting", "Waiting"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Suggestion(Text):
    """What somebody would make of the version `of`. Accepted, it is a version with their name; kept in any case.

    `decided_by` is a lead, or who made it where they have withdrawn it.
    """

    prompt = models.ForeignKey(Prompt, models.PROTECT, related_name="suggestions")
    of = models.ForeignKey(Version, models.PROTECT, related_name="+")
    decision = models.CharField(max_length=9, choices=Decision.choices, default=Decision.WAITING)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=300, blank=True)
    version = models.OneToOneField(Version, models.PROTECT, null=True, blank=True, related_name="suggestion")

    objects: ClassVar[models.Manager["Suggestion"]] = models.Manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decision=Decision.WAITING, decided_at=None)
                | models.Q(~models.Q(decision=Decision.WAITING), decided_at__isnull=False),
                name="suggestion_decided",
            ),
            models.CheckConstraint(
                condition=models.Q(version=None) ^ models.Q(decision=Decision.ACCEPTED),
                name="suggestion_accepted_has_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prompt}, by {self.author}"
