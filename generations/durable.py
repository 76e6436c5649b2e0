"""Commits that no power cut may undo, where the others of a process may be made again."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def synced() -> Iterator[None]:
    """Have SQLite sync the disk at the commits of this block, also where a process else does not.

    PostgreSQL always does. Does nothing within a transaction, whose beginning decides.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        level = cursor.execute("PRAGMA synchronous").fetchone()[0]
        cursor.execute("PRAGMA synchronous = FULL")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA synchronous = {level:d}")
