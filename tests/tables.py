"""The tables that each process of a run tests on: the first one makes them, the others get a copy."""

import shutil
import uuid
from pathlib import Path

from django.conf import settings
from django.db import connection

from tests import template

ROWS = "rows.json"
"""What the migrations have put into the tables; there as soon as the rest is."""


def make() -> str:
    """Give this process a test database with all migrations done; return the name of what was in its place."""
    earlier = str(connection.settings_dict["NAME"])
    with template.alone("tables") as folder:
        if folder and (folder / ROWS).exists():
            _copy(folder)
        else:
            connection.creation.create_test_db(verbosity=0, autoclobber=True)
            if folder:
                _keep(folder)
    return earlier


def drop(earlier: str) -> None:
    """Remove this process's test database."""
    connection.creation.destroy_test_db(earlier, verbosity=0)


def _keep(folder: Path) -> None:
    """Put what this process has made where the others find it."""
    name = connection.settings_dict["NAME"]
    connection.close()  # With the last connection SQLite brings everything into the one file.
    if template.postgres():
        (folder / "tables.database").write_text(template.create(f"kling_tables_{uuid.uuid4().hex[:8]}", name))
    else:
        shutil.copy(name, folder / "tables.sqlite3")
    (folder / ROWS).write_text(connection._test_serialized_contents)


def _copy(folder: Path) -> None:
    """Do what Django's `create_test_db` does, with a copy in place of the migrations."""
    name = connection.creation._get_test_db_name()
    connection.close()
    if template.postgres():
        template.drop(name)
        template.create(name, (folder / "tables.database").read_text())
    else:
        shutil.copy(folder / "tables.sqlite3", name)
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name
    connection._test_serialized_contents = (folder / ROWS).read_text()
