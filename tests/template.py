"""What the applications of a run begin with, made once for all of them: tables, static files, accounts.

`made_for_a_run` says where, in an environment variable that the processes of the run inherit; without it every
application makes its own, as on a new machine.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tests.environment import ROOT, environment, free_port

VARIABLE = "KLING_TEST_TEMPLATE"
FILES = ("db.sqlite3", "accounts.json", "static.stamp")
MAKE = """
import os, django
os.umask(0o077)
django.setup()
from kling_site.supervisor import prepare
prepare.bring_up_to_date()
"""


@contextmanager
def made_for_a_run() -> Iterator[None]:
    """Let all applications that are started within begin with the same; afterwards it is gone."""
    with tempfile.TemporaryDirectory(prefix="kling-template.") as folder:
        os.environ[VARIABLE] = folder
        try:
            yield
        finally:
            del os.environ[VARIABLE]
            for made in Path(folder).glob("*.database"):
                drop(made.read_text())


@contextmanager
def own_database(*, is_bare: bool = False) -> Iterator[dict[str, str]]:
    """Give the settings of a database for one application: none means a file in its VAR_DIR.

    On PostgreSQL it has the tables of the run already, unless it is to be bare.
    """
    if not (url := postgres()):
        yield {}
        return
    made = None if is_bare else _made()
    name = create(
        f"kling_studio_{uuid.uuid4().hex[:8]}", (made / "studio.database").read_text() if made else ""
    )
    try:
        yield {"DATABASE_URL": _with_name(url, name)}
    finally:
        drop(name)


def begin(var_dir: Path) -> None:
    """Put what the run has made into the folder of an application that has never been started."""
    made = None if (var_dir / "static.stamp").exists() else _made()
    if made is None:
        return
    var_dir.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        if (made / "var" / name).exists():
            shutil.copy2(made / "var" / name, var_dir)
    shutil.copytree(made / "var/static", var_dir / "static")


@contextmanager
def alone(what: str) -> Iterator[Path | None]:
    """Give the folder of the run to one process at a time, for each `what`; None outside of a run."""
    if not (place := os.environ.get(VARIABLE)):
        yield None
        return
    with Path(place, f"{what}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield Path(place)


def postgres() -> str:
    """The address of a database on PostgreSQL, if the run is on one."""
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith("postgres") else ""


def create(name: str, template: str = "") -> str:
    """Make a database on PostgreSQL, like another one that nobody uses meanwhile; return its name."""
    with psycopg.connect(postgres(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
    return name


def drop(name: str) -> None:
    """Remove a database on PostgreSQL, whoever uses it."""
    with psycopg.connect(postgres(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _made() -> Path | None:
    """Return the folder with what the run has made, which the first to ask makes; None outside of a run."""
    with alone("studio") as folder:
        if folder and not (folder / "var").exists():
            _make(folder)
    return folder


def _make(folder: Path) -> None:
    """With the tables that the tests of this run have, if they are there already: migrating takes longest."""
    settings = {}
    (folder / "var").mkdir()
    with alone("tables"):
        if url := postgres():
            tables = folder / "tables.database"
            name = create(
                f"kling_template_{uuid.uuid4().hex[:8]}", tables.read_text() if tables.exists() else ""
            )
            (folder / "studio.database").write_text(name)
            settings["DATABASE_URL"] = _with_name(url, name)
        elif (tables := folder / "tables.sqlite3").exists():
            shutil.copy(tables, folder / "var/db.sqlite3")
    env = environment(folder / "var", free_port(), settings)
    subprocess.run([sys.executable, "-c", MAKE], cwd=ROOT, env=env, check=True)


def _with_name(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()
