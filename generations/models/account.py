"""Whom we ask: one Magnific base URL with one key."""

import hashlib
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class AccountManager(models.Manager["Account"]):
    """Finds the account that the environment names."""

    def current(self) -> "Account":
        """Return the account of the configured key, or the rehearsal account when there is no key."""
        if settings.REHEARSAL:
            return self.get_or_create(is_rehearsal=True, defaults={"name": "Rehearsal"})[0]
        return self.get_or_create(
            is_rehearsal=False,
            base_url=settings.MAGNIFIC_BASE_URL,
            key_fingerprint=Account.fingerprint(settings.MAGNIFIC_API_KEY),
            defaults={"name": "Magnific"},
        )[0]


class Account(models.Model):
    """Every generation is bound to its account when ordered, and only that account is asked about it.

    The key itself stays in the environment; here is its fingerprint. There is one rehearsal account, whatever
    port the sandbox happens to listen on.
    """

    name = models.CharField(max_length=60)
    base_url = models.URLField(blank=True)
    key_fingerprint = models.CharField(max_length=16, blank=True, editable=False)
    is_rehearsal = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    paused_at = models.DateTimeField(null=True, blank=True, editable=False)
    paused_kind = models.CharField(max_length=20, blank=True, editable=False)
    paused_reason = models.CharField(max_length=300, blank=True, editable=False)
    is_shared = models.BooleanField(
        default=False, help_text="Somebody else uses this key: the list then proves nothing about our tasks."
    )

    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["base_url", "key_fingerprint"],
                condition=models.Q(is_rehearsal=False),
                name="account_url_key_unique",
            ),
            models.UniqueConstraint(
                fields=["is_rehearsal"], condition=models.Q(is_rehearsal=True), name="account_one_rehearsal"
            ),
        ]

    def __str__(self) -> str:
        return self.name if self.is_rehearsal else f"{self.name} ({self.key_fingerprint})"

    @staticmethod
    def fingerprint(key: str) -> str:
        """First 16 hex digits of the key's SHA-256: enough to tell keys apart, useless to find one."""
        return hashlib.sha256(f"magnific:{key}".encode()).hexdigest()[:16]

    @property
    def is_paused(self) -> bool:
        """Whether sending waits until somebody resumes it."""
        return self.paused_at is not None

    def pause(self, kind: str, reason: str) -> bool:
        """Stop sending for this account; `reason` is a sentence for people. True if it was sending."""
        pause = {"paused_at": timezone.now(), "paused_kind": kind, "paused_reason": reason[:300]}
        stopped = Account.objects.filter(pk=self.pk, paused_at=None).update(**pause)
        self.refresh_from_db()
        return bool(stopped)

    def resume(self) -> None:
        """Let sending go on."""
        self.paused_at, self.paused_kind, self.paused_reason = None, "", ""
        self.save(update_fields=["paused_at", "paused_kind", "paused_reason"])
