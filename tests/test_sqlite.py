"""How SQLite's write lock is waited for, and when what was written is on the disk."""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db.utils import OperationalError

from kling_site.sqlite3 import base
from kling_site.sqlite3.base import EAGER_SECONDS, DatabaseWrapper


def connect(path: Path, timeout: float, level: str = "FULL", journal: str = "WAL") -> DatabaseWrapper:
    options = {"timeout": timeout, "transaction_mode": "IMMEDIATE", "check_same_thread": False}
    options["init_command"] = f"PRAGMA journal_mode={journal}; PRAGMA synchronous={level}"
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

    thread = threading.Thread(target=hold, daemon=True)
    thread.start()
    assert held.wait(30)
    yield freed
    thread.join(30)
    assert not thread.is_alive()


def begin(connection: DatabaseWrapper) -> None:
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    assert connection.connection.in_transaction


def cursor_value(connection: DatabaseWrapper, query: str) -> Any:
    with connection.cursor() as cursor:
        return cursor.execute(query).fetchone()[0]


def insert(connection: DatabaseWrapper) -> None:
    """Write a row in a transaction."""
    connection.ensure_connection()
    begin(connection)
    cursor_value(connection, "INSERT INTO thing VALUES (1) RETURNING number")
    connection.commit()
    connection.set_autocommit(True)


@pytest.mark.parametrize("seconds", [0.05, 1.5 * EAGER_SECONDS])
def test_a_transaction_begins_when_the_lock_is_free(path: Path, seconds: float) -> None:
    connection = connect(path, timeout=20)
    connection.ensure_connection()
    with locked(path, seconds) as freed:
        begin(connection)
        began = time.monotonic()
    assert began >= freed[0] - 0.05
    connection.close()


def test_a_statement_of_its_own_waits_as_shortly(path: Path) -> None:
    connection = connect(path, timeout=20)
    connection.ensure_connection()
    with locked(path, 0.1) as freed, connection.cursor() as cursor:
        cursor.execute("INSERT INTO thing VALUES (1)")
        done = time.monotonic()
    assert freed[0] - 0.05 <= done < freed[0] + 5
    assert cursor_value(connection, "SELECT number FROM thing") == 1
    connection.close()


def test_the_patience_has_an_end(path: Path) -> None:
    connection = connect(path, timeout=0.1)
    connection.ensure_connection()
    with locked(path, 2 * EAGER_SECONDS + 1), pytest.raises(OperationalError, match="locked"):
        begin(connection)
    connection.close()


@pytest.fixture
def synced_rows(path: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """At each sync of the log, the rows that another connection sees, which can write at that moment."""
    rows = list[int]()

    def sync(descriptor: int) -> None:
        assert os.path.samestat(os.fstat(descriptor), Path(f"{path}-wal").stat())
        with sqlite3.connect(path, timeout=0, isolation_level=None) as another:
            another.execute("BEGIN IMMEDIATE")
            rows.append(another.execute("SELECT count(*) FROM thing").fetchone()[0])
            another.execute("ROLLBACK")

    monkeypatch.setattr(base, "_sync", sync)
    return rows


def test_a_transaction_is_synced_while_others_may_write(path: Path, synced_rows: list[int]) -> None:
    connection = connect(path, timeout=5)
    insert(connection)
    insert(connection)
    assert synced_rows == [1, 2]
    connection.close()


def test_outside_of_a_transaction_sqlite_syncs_by_itself(path: Path) -> None:
    connection = connect(path, timeout=0.1)
    insert(connection)
    assert cursor_value(connection, "PRAGMA synchronous") == base.FULL
    begin(connection)
    assert cursor_value(connection, "PRAGMA synchronous") == 1  # NORMAL
    connection.rollback()
    connection.set_autocommit(True)
    assert cursor_value(connection, "PRAGMA synchronous") == base.FULL
    with locked(path, 1), pytest.raises(OperationalError, match="locked"):
        begin(connection)
    assert cursor_value(connection, "PRAGMA synchronous") == base.FULL
    connection.close()


def test_a_connection_that_leaves_syncing_to_others_does_it_where_it_must(
    path: Path, synced_rows: list[int]
) -> None:
    connection = connect(path, timeout=5, level="NORMAL")
    insert(connection)
    connection.must_sync = True
    insert(connection)
    connection.must_sync = False
    insert(connection)
    assert synced_rows == [2]
    connection.close()


def test_without_a_log_sqlite_syncs_by_itself(path: Path, synced_rows: list[int]) -> None:
    connection = connect(path, timeout=5, journal="DELETE", level="NORMAL")
    connection.must_sync = True
    insert(connection)
    assert synced_rows == []
    assert cursor_value(connection, "PRAGMA synchronous") == base.FULL
    connection.close()


def test_a_disk_that_does_not_sync_is_an_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    connection = connect(path, timeout=5)
    connection.ensure_connection()
    monkeypatch.setattr(base, "_sync", refuse)
    with pytest.raises(OperationalError, match="cannot be synced"):
        insert(connection)
    monkeypatch.undo()
    connection.rollback()
    connection.set_autocommit(True)
    insert(connection)
    connection.close()
