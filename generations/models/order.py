"""One press of Generate."""

import uuid
from typing import ClassVar

from django.db import models

from generations.models.account import Account
from generations.models.collection import Collection
from generations.models.team import Team
from generations.models.user import User


class Order(models.Model):
    """One to four takes of the same wish. The form's one-use nonce makes a double click one order.

    `owner` is who ordered, and whose money it is, also after the clips were handed to somebody else.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(User, models.PROTECT, related_name="orders")
    team = models.ForeignKey(Team, models.PROTECT, related_name="orders")
    account = models.ForeignKey(Account, models.PROTECT, related_name="orders")
    nonce = models.UUIDField()
    collection = models.ForeignKey(
        Collection,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="orders",
        help_text="Where its clips go.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["Order"]] = models.Manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["-created_at", "-id"], name="order_newest")]
        constraints = [models.UniqueConstraint(fields=["owner", "nonce"], name="order_nonce_once")]

    def __str__(self) -> str:
        return str(self.id)
