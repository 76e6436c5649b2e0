"""Commits that no power cut may undo, where the others of a process may be made again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.db import connection


@contextmanager
def synced() -> Iterator[None]:
    """Have the commits of this block's transactions synced, also where a process on SQLite else does not.

    PostgreSQL always does.
    """
    ours = cast(Any, connection)
    before, ours.must_sync = getattr(ours, "must_sync", False), True
    try:
        yield
    finally:
        ours.must_sync = before
