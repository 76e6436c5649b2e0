"""The tables that each process of a run tests on: the first one makes them, the others get a copy."""

import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.utils import OperationalError

from generations import append_only
from tests import template

EMPTY_SECONDS = 30
"""How long a test's tables may still be in use when it is over."""
KEPT = "kept_"
"""Begins the name of a copy of a table, with the rows that the migrations have put there."""


def make() -> str:
    """Give this process a test database with all migrations done; return the name of what was in its place."""
    earlier = str(connection.settings_dict["NAME"])
    with template.alone("tables") as folder:
        place = folder and folder / ("tables.database" if template.postgres() else "tables.sqlite3")
        if place and place.exists():
            _copy(place)
        else:
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            _keep_rows()
            if place:
                _keep(place)
    return earlier


def drop(earlier: str) -> None:
    """Remove this process's test database."""
    connection.creation.destroy_test_db(earlier, verbosity=0)


@contextmanager
def none_yet(folder: Path) -> Iterator[None]:
    """Let this process use a database without tables meanwhile, in `folder` or on PostgreSQL."""
    earlier, name = connection.settings_dict["NAME"], f"kling_empty_{uuid.uuid4().hex[:8]}"
    connection.close()
    on_postgres = template.postgres()
    connection.settings_dict["NAME"] = template.create(name) if on_postgres else str(folder / name)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = earlier
        if on_postgres:
            template.drop(name)


def put_back() -> None:
    """Leave all tables as the migrations did, also those that are protected, after a test that commits.

    In one transaction, and by DELETE: PostgreSQL's TRUNCATE makes new files for each table and index, which takes
    seconds where rows take milliseconds. There the tables are locked first, all or none: a request that a page has
    sent last may still be being answered, and is let finish.
    """
    deadline = time.monotonic() + EMPTY_SECONDS
    while True:
        try:
            return _put_back()
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _put_back() -> None:
    is_sqlite, name = connection.vendor == "sqlite", connection.ops.quote_name
    tables = [name(table) for table in connection.introspection.django_table_names(only_existing=True)]
    kept = _kept()
    with transaction.atomic(), connection.cursor() as cursor:
        if not is_sqlite:
            cursor.execute(f"LOCK TABLE {', '.join(tables)} NOWAIT")
        for table in append_only.TABLES:
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_delete{'' if is_sqlite else f' ON {table}'}")
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")
        for table, columns in kept.items():
            row = ", ".join(map(name, columns))
            cursor.execute(f"INSERT INTO {name(table)} ({row}) SELECT {row} FROM {name(KEPT + table)}")
        connection.check_constraints()
        append_only.protect()


def _keep_rows() -> None:
    """Copy each table that the migrations have put rows into."""
    name = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f"SELECT 1 FROM {name(table)} LIMIT 1")
            if cursor.fetchone():
                cursor.execute(f"CREATE TABLE {name(KEPT + table)} AS SELECT * FROM {name(table)}")


@cache
def _kept() -> dict[str, list[str]]:
    """The tables that have been kept, with their columns."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        return {
            name.removeprefix(KEPT): [
                column.name for column in connection.introspection.get_table_description(cursor, name)
            ]
            for name in names
            if name.startswith(KEPT)
        }


def _keep(place: Path) -> None:
    """Put what this process has made where the others find it."""
    name = connection.settings_dict["NAME"]
    connection.close()  # With the last connection SQLite brings everything into the one file.
    if template.postgres():
        made = template.create(f"kling_tables_{uuid.uuid4().hex[:8]}", name)
        place.write_text(made)
    else:
        shutil.copy(name, place)


def _copy(place: Path) -> None:
    """Do what Django's `create_test_db` does, with a copy in place of the migrations."""
    name = connection.creation._get_test_db_name()
    connection.close()
    if template.postgres():
        template.drop(name)
        template.create(name, place.read_text())
    else:
        shutil.copy(place, name)
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name
