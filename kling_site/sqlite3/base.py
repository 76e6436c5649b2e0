"""The backend that `DATABASES` names.

SQLite waits for its one write lock in ever longer naps: 1, 2, 5, 10, 15, 20, 25 … milliseconds. Our transactions
hold it for about one, so with several writers most of a nap is waste. Here a transaction looks again after a
fraction of a millisecond, and falls back to SQLite's own waiting, which ends as `timeout` says, when that is not
enough.
"""

import time
from typing import Final

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

NAP_SECONDS: Final = 0.0003
EAGER_SECONDS: Final = 0.2
"""For so long a transaction looks again after short naps."""


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose transactions begin as soon as they can."""

    def _start_transaction_under_autocommit(self) -> None:
        """Begin, patiently. Raises OperationalError when the lock is not to be had in `timeout` seconds."""
        milliseconds = round(1000 * self.settings_dict["OPTIONS"].get("timeout", 5.0))
        self.connection.execute("PRAGMA busy_timeout = 0")
        try:
            self._begin_eagerly()
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {milliseconds}")
        if not self.connection.in_transaction:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]

    def _begin_eagerly(self) -> None:
        deadline = time.monotonic() + EAGER_SECONDS
        while not self.connection.in_transaction and time.monotonic() < deadline:
            try:
                super()._start_transaction_under_autocommit()  # type: ignore[misc]
            except OperationalError:
                time.sleep(NAP_SECONDS)
