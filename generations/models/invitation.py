"""The only way in: a link that a lead or an admin makes for one e-mail address, one team and one role."""

import hashlib
from typing import ClassVar

from django.db import models
from django.utils import timezone

from generations.models.membership import Role
from generations.models.team import Team
from generations.models.user import User


class Invitation(models.Model):
    """A link that makes one person a member of one team, and ends by itself. Only the hash of its token is kept."""

    email = models.EmailField("e-mail address")
    team = models.ForeignKey(Team, models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=6, choices=Role.choices, default=Role.MEMBER)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="invitations_made")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True, editable=False)
    accepted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="invitations", editable=False
    )

    objects: ClassVar[models.Manager["Invitation"]] = models.Manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.email

    @staticmethod
    def hash_token(token: str) -> str:
        """SHA-256 of a link's token, in hex."""
        return hashlib.sha256(token.encode()).hexdigest()

    @property
    def is_open(self) -> bool:
        """Whether the link still works."""
        return self.accepted_at is None and self.expires_at > timezone.now()
