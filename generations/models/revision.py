"""A counter that pages compare to learn whether anything changed."""

from typing import ClassVar

from django.db import models
from django.db.models import F


class Revision(models.Model):
    """One row. It is locked inside each change's transaction, so numbers become visible in their order.

    A database sequence would not do: two transactions may commit in the other order, and a page that has seen
    the higher number would miss the lower one.
    """

    value = models.BigIntegerField(default=0)

    objects: ClassVar[models.Manager["Revision"]] = models.Manager()

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def take(cls) -> int:
        """Count up and return the new number. Call it first in the transaction that makes the change."""
        cls.objects.filter(pk=1).update(value=F("value") + 1)
        return cls.objects.values_list("value", flat=True).get(pk=1)

    @classmethod
    def current(cls) -> int:
        """The newest number that is visible."""
        return cls.objects.values_list("value", flat=True).get(pk=1)
