"""The right to talk to an account, held by one dispatcher at a time."""

from typing import ClassVar

from django.db import models

from generations.models.account import Account


class Lease(models.Model):
    """A row per account. It ends by itself; the fence counts its holders; the pace lives here too.

    `kicks` counts reasons to look: a holder compares it before leaving, so no wake-up is lost. `tokens` is
    the request budget left at `tokens_at`, `listed_at` the newest list that counts as a look before sending.
    Before `quiet_until` nothing at all is asked.
    """

    account = models.OneToOneField(Account, models.CASCADE, primary_key=True, related_name="lease")
    holder = models.CharField(max_length=300, blank=True)
    fence = models.BigIntegerField(default=0)
    expires_at = models.DateTimeField(null=True, blank=True)
    kicks = models.BigIntegerField(default=0)
    next_post_at = models.DateTimeField(null=True, blank=True)
    next_list_at = models.DateTimeField(null=True, blank=True)
    quiet_until = models.DateTimeField(null=True, blank=True)
    listed_at = models.DateTimeField(null=True, blank=True)
    tokens = models.FloatField(default=0)
    tokens_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Lease"]] = models.Manager()

    def __str__(self) -> str:
        return f"{self.account_id}: {self.holder or 'free'}"
