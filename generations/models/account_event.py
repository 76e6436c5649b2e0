"""The history of an account: pauses, and what admins decided about it."""

from typing import Any, ClassVar

from django.db import models

from generations.models.account import Account
from generations.models.audit_entry import AuditEntry
from generations.models.user import User


class AccountEvent(models.Model):
    """What happened to an account, by whom (nobody: the program) and why. Written once, never changed."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="events")
    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="account_events")
    what = models.CharField(max_length=100)
    why = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager["AccountEvent"]] = models.Manager()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.what

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write it, and what a person did into the audit as well."""
        super().save(*args, **kwargs)
        AuditEntry.objects.of_account(self)
