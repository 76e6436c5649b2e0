"""The backend that `DATABASES` names: SQLite, whose one write lock is held and waited for no longer than it must.

SQLite waits for its lock in ever longer naps: 1, 2, 5, 10, 15, 20, 25 … milliseconds. Our transactions hold it for
a fraction of one, so with several writers most of a nap is waste. Here whoever finds it taken looks again after
0.3 ms, and only after a while less often, until `timeout` is over.

With `synchronous=FULL` SQLite syncs its log at each commit before it lets the lock go. Here a transaction syncs the
log right after: others write meanwhile, and still no power cut undoes it once `commit` has returned.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

NAP_SECONDS: Final = 0.0003
EAGER_SECONDS: Final = 0.2
"""For so long naps are short."""
LONG_NAP_SECONDS: Final = 0.02
TAKEN: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_RECOVERY)
FULL: Final = 2
"""What `PRAGMA synchronous` says."""
_sync = getattr(os, "fdatasync", os.fsync)
"""As SQLite does: macOS has only the second."""
Given = TypeVar("Given")


class _Connection(sqlite3.Connection):
    """A connection that waits for a lock by itself, `patience` seconds; `log` is its write-ahead log, if any."""

    patience = 0.0
    log: str | None = None
    is_full = False

    def commit(self) -> None:
        """Commit. Without a log it may have to wait for those who read."""
        _patiently(super().commit, self.patience)


class _Cursor(base.SQLiteCursorWrapper):
    """Executes as soon as the lock is free. Raises OperationalError when it is not to be had."""

    connection: _Connection

    def execute(self, query: str, params: Any = None) -> Any:
        """Execute, with the patience of the connection."""
        return _patiently(lambda: super(_Cursor, self).execute(query, params), self.connection.patience)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose transactions begin as soon as they can, and are synced when others may go on.

    With `must_sync` so are those of a connection that is `synchronous=NORMAL`.
    """

    must_sync = False

    def get_new_connection(self, conn_params: dict[str, Any]) -> _Connection:
        """Connect, and learn how this database is to be synced."""
        connection: _Connection = super().get_new_connection({"factory": _Connection, **conn_params})
        connection.patience = conn_params.get("timeout", 5.0)
        if connection.execute("PRAGMA journal_mode").fetchone() == ("wal",):
            connection.log = connection.execute("PRAGMA database_list").fetchone()[2] + "-wal"
        else:
            connection.execute("PRAGMA synchronous = FULL")
        connection.is_full = connection.execute("PRAGMA synchronous").fetchone() == (FULL,)
        connection.execute(
            "PRAGMA busy_timeout = 0"
        )  # last: until here SQLite itself waits, for a recovery too
        return connection

    def create_cursor(self, name: str | None = None) -> _Cursor:
        """Give a cursor that waits patiently."""
        return self.connection.cursor(factory=_Cursor)

    def _start_transaction_under_autocommit(self) -> None:
        self._sync_at_commit(False)
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        finally:
            self._sync_at_commit(True)

    def _commit(self) -> None:
        connection = self.connection
        if not (connection and connection.log and (connection.is_full or self.must_sync)):
            super()._commit()  # type: ignore[misc]
            return
        with _opened(connection.log) as log:
            super()._commit()  # type: ignore[misc]
            self._sync_at_commit(True)
            _sync(log)

    def _rollback(self) -> None:
        super()._rollback()  # type: ignore[misc]
        self._sync_at_commit(True)

    def _sync_at_commit(self, syncs: bool) -> None:
        """Let SQLite sync its log by itself or not. Within a transaction it cannot be told."""
        connection = self.connection
        if connection and connection.log and connection.is_full and not connection.in_transaction:
            connection.execute(f"PRAGMA synchronous = {'FULL' if syncs else 'NORMAL'}")


@contextmanager
def _opened(log: str) -> Iterator[int]:
    """Open the log before a commit, so that no fault of the disk since then is missed."""
    try:
        descriptor = os.open(log, os.O_RDONLY)
        try:
            yield descriptor
        finally:
            os.close(descriptor)
    except OSError as error:
        raise OperationalError(f"The log of the database cannot be synced: {error}") from error


def _patiently(call: Callable[[], Given], seconds: float) -> Given:
    """Call again while the lock is taken, for so many seconds. Raises its last error then, and any other."""
    begun = time.monotonic()
    while True:
        try:
            return call()
        except sqlite3.OperationalError as error:
            waited = time.monotonic() - begun
            if error.sqlite_errorcode not in TAKEN or waited > seconds:
                raise
        time.sleep(NAP_SECONDS if waited < EAGER_SECONDS else LONG_NAP_SECONDS)
