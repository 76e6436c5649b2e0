"""Tasks in an account's list that none of our submissions is known to have made."""

from typing import ClassVar

from django.db import models

from generations.models.account import Account


class StrangerTask(models.Model):
    """An unknown id, and how steadily it has been shown.

    `is_old` marks what was there before this installation first sent anything, and what an admin has put
    aside: neither can be the answer that somebody waits for.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="strangers")
    task_id = models.CharField(max_length=200)
    status = models.CharField(max_length=50, blank=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    reads = models.PositiveIntegerField(default=1)
    is_old = models.BooleanField(default=False)

    objects: ClassVar[models.Manager["StrangerTask"]] = models.Manager()

    class Meta:
        ordering = ["-first_seen_at"]
        constraints = [models.UniqueConstraint(fields=["account", "task_id"], name="stranger_once")]

    def __str__(self) -> str:
        return self.task_id
