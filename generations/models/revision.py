"""A counter that pages compare to learn whether anything changed."""

from typing import ClassVar, Final

from django.db import connection, models

TAKE: Final = "UPDATE generations_revision SET value = value + %s WHERE id = 1 RETURNING value"
CURRENT: Final = "SELECT value FROM generations_revision WHERE id = 1"


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
    def take(cls, count: int = 1) -> int:
        """Count up and return the last number. Call it first in the transaction that makes the change."""
        # Written out: every change takes it, most of them more than once, and the ORM needs two queries.
        with connection.cursor() as cursor:
            cursor.execute(TAKE, [count])
            return int(cursor.fetchone()[0])

    @classmethod
    def current(cls) -> int:
        """The newest number that is visible. Every open page asks for it, again and again."""
        with connection.cursor() as cursor:
            cursor.execute(CURRENT)
            return int(cursor.fetchone()[0])
