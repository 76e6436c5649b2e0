"""Who works together, and how much they may spend together."""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from generations.models.user import User


class Pause(models.TextChoices):
    """Why a team's clips are not sent."""

    LEAD = "lead", "A lead paused sending"
    FAILURES = "failures", "Too many clips failed, so sending stopped by itself"


class Team(models.Model):
    """People who share a gallery and a budget. Limits are money in the `CURRENCY` setting; none means no limit.

    `watched_from` is since when failures count against it: the moment somebody last let sending go on.
    """

    name = models.CharField(max_length=60)
    created_at = models.DateTimeField(auto_now_add=True)
    monthly_limit = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    daily_limit = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    paused_at = models.DateTimeField(null=True, blank=True, editable=False)
    paused_kind = models.CharField(max_length=8, choices=Pause.choices, blank=True, editable=False)
    paused_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="teams_paused", editable=False
    )
    paused_reason = models.CharField(max_length=300, blank=True, editable=False)
    avoided_words = models.TextField(
        blank=True,
        help_text="Words to be warned of before a clip is ordered, a line or a comma between them.",
    )
    hands_in_all = models.BooleanField(
        "Hand in every clip for review as soon as it is ready",
        default=False,
        help_text="Private clips are handed in by their owners, once they are shared.",
    )
    reviewed_inside = models.BooleanField(
        "Only reviewers who are in this team judge its clips",
        default=False,
        help_text="Otherwise every reviewer of the studio sees what is handed in.",
    )
    watched_from = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[models.Manager["Team"]] = models.Manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="team_name_unique",
                violation_error_message="There is a team of this name already.",
            ),
            models.CheckConstraint(
                condition=models.Q(monthly_limit__isnull=True) | models.Q(monthly_limit__gte=0),
                name="team_monthly_limit",
            ),
            models.CheckConstraint(
                condition=models.Q(daily_limit__isnull=True) | models.Q(daily_limit__gte=0),
                name="team_daily_limit",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def words_to_avoid(self) -> list[str]:
        """The words and phrases of its list."""
        lines = self.avoided_words.replace(",", "\n").splitlines()
        return [word for line in lines if (word := " ".join(line.split()))]

    @property
    def is_paused(self) -> bool:
        """Whether its clips wait until somebody lets sending go on."""
        return self.paused_at is not None
