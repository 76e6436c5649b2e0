"""What Magnific called us about."""

from typing import ClassVar

from django.db import models

from generations.models.submission import Submission


class Delivery(models.Model):
    """One well-signed callback, kept as it came: a reason to ask, and proof which task a submission made.

    `submission` is empty for a token we do not know, `read_at` until the dispatcher has acted on it.
    """

    webhook_id = models.CharField(max_length=200, unique=True)
    submission = models.ForeignKey(
        Submission, models.PROTECT, null=True, blank=True, related_name="deliveries"
    )
    task_id = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=50, blank=True)
    secret_encoding = models.CharField(max_length=30)
    body = models.TextField(blank=True)
    is_stale = models.BooleanField(default=False)
    received_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Delivery"]] = models.Manager()

    class Meta:
        ordering = ["-received_at"]
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(fields=["read_at", "received_at"], name="delivery_unread"),
            models.Index(fields=["received_at"], condition=models.Q(is_stale=True), name="delivery_stale"),
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.task_id}".strip()
