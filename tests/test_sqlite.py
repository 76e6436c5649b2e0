"""How a transaction waits for SQLite's write lock."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db.utils import OperationalError

from kling_site.sqlite3.base import EAGER_SECONDS, DatabaseWrapper


def connect(path: Path, timeout: float) -> DatabaseWrapper:
    options = {"timeout": timeout, "transaction_mode": "IMMEDIATE", "check_same_thread": False}
    settings = {
        "ENGINE": "kling_site.sqlite3",
        "NAME": str(path),
        "OPTIONS": options,
        "ATOMIC_REQUESTS": False,
    }
    others = {
        "AUTOCOMMIT": True,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": False,
        "TIME_ZONE": None,
        "TEST": {},
    }
    return DatabaseWrapper({**settings, **others, "USER": "", "PASSWORD": "", "HOST": "", "PORT": ""})


@pytest.fixture(autouse=True)
def _databases_of_its_own(django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with sqlite3.connect(tmp_path / "some.sqlite3") as database:
        database.execute("CREATE TABLE thing (number INTEGER)")
    return tmp_path / "some.sqlite3"


@contextmanager
def locked(path: Path, seconds: float) -> Iterator[list[float]]:
    """Hold the write lock for so long; give a list that then has the moment at which it was let go."""
    held, freed = threading.Event(), []

    def hold() -> None:
        database = sqlite3.connect(path, isolation_level=None)
        database.execute("BEGIN IMMEDIATE")
        held.set()
        time.sleep(seconds)
        database.execute("COMMIT")
        freed.append(time.monotonic())
        database.close()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    yield freed
    thread.join()


def begin(connection: DatabaseWrapper) -> None:
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    assert connection.connection.in_transaction


@pytest.mark.parametrize("seconds", [0.05, 1.5 * EAGER_SECONDS])
def test_a_transaction_begins_when_the_lock_is_free(path: Path, seconds: float) -> None:
    connection = connect(path, timeout=20)
    connection.ensure_connection()
    with locked(path, seconds) as freed:
        begin(connection)
        began = time.monotonic()
    assert began >= freed[0] - 0.05
    assert connection.connection.execute("PRAGMA busy_timeout").fetchone() == (20_000,)
    connection.close()


def test_the_patience_has_an_end(path: Path) -> None:
    connection = connect(path, timeout=0.1)
    connection.ensure_connection()
    with locked(path, 2 * EAGER_SECONDS + 1), pytest.raises(OperationalError, match="locked"):
        begin(connection)
    connection.close()
