"""A counter that pages compare to learn whether anything changed."""

from typing import ClassVar

from django.db import connection, models


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
        # Written out: every change takes it, most of them more than once, and the ORM needs two queries.
        with connection.cursor() as cursor:
            cursor.execute("UPDATE generations_revision SET value = value + 1 WHERE id = 1 RETURNING value")
            return int(cursor.fetchone()[0])

    @classmethod
    def current(cls) -> int:
        """The newest number that is visible."""
        return cls.objects.values_list("value", flat=True).get(pk=1)
