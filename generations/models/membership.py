"""Who belongs to which team, and as what."""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models

from generations.models.team import Team
from generations.models.user import User


class Role(models.TextChoices):
    """Viewers watch, members order, leads manage."""

    LEAD = "lead", "Lead"
    MEMBER = "member", "Member"
    VIEWER = "viewer", "Viewer"


class Membership(models.Model):
    """One person in one team. `monthly_limit` is what they may spend there in a month; none means no limit."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=6, choices=Role.choices, default=Role.MEMBER)
    monthly_limit = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["Membership"]] = models.Manager()

    class Meta:
        ordering = ["team__name", "user__username"]
        constraints = [
            models.UniqueConstraint(fields=["team", "user"], name="membership_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_known"),
            models.CheckConstraint(
                condition=models.Q(monthly_limit__isnull=True) | models.Q(monthly_limit__gte=0),
                name="membership_monthly_limit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"

    @property
    def may_order(self) -> bool:
        """Whether clips can be ordered: viewers only watch."""
        return self.role in (Role.LEAD, Role.MEMBER)

    @property
    def is_lead(self) -> bool:
        """Whether the team is theirs to manage."""
        return self.role == Role.LEAD
