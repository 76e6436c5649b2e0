"""A real, whole application for tests: what `script/server` starts, on free ports, with a quick sandbox."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parent.parent
PASSWORDS = {"demo": "a-demo-for-tests", "admin": "an-admin-for-tests"}
QUICK = {
    "SANDBOX_SECONDS": "2",
    "SANDBOX_MEGABYTES": "2",
    "LIST_INTERVAL_SECONDS": "0.5",
    "MAGNIFIC_REQUESTS_PER_MINUTE": "290",
    "QUEUE_POLL_SECONDS": "0.1",
}
START_SECONDS = 90
STOP_SECONDS = 60


class DidNotStart(Exception):
    """The application ended, or took too long; the text is what it said."""


@dataclass(frozen=True)
class Studio:
    """A running application: `demo` is a member, `admin` an admin."""

    process: subprocess.Popen[bytes]
    environment: dict[str, str]
    var_dir: Path
    base_url: str
    sandbox_url: str

    def manage(self, *args: str) -> str:
        """Run a management command on its database; return what it prints."""
        command = [sys.executable, "manage.py", *args]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def login(self, page: Page, who: str = "demo") -> None:
        """Sign in through the form."""
        page.goto(f"{self.base_url}/accounts/login/")
        page.locator("[name=username]").fill(who)
        page.locator("[name=password]").fill(PASSWORDS[who])
        page.locator("[name=password]").press("Enter")
        page.wait_for_url(lambda url: urlsplit(url).path != "/accounts/login/")

    def tails(self, lines: int = 40) -> str:
        """Return the ends of all its logs."""
        logs = [self.var_dir / "output.log", *sorted((self.var_dir / "logs").glob("*.log"))]
        return "\n".join(f"── {log.name}\n{_tail(log, lines)}" for log in logs)


@contextmanager
def running_studio(var_dir: Path, **settings: str) -> Iterator[Studio]:
    """Give an application that serves, with a database of its own: on PostgreSQL if DATABASE_URL is."""
    with own_database() as database:
        studio = _start(var_dir, {**database, **QUICK, **settings})
        try:
            yield studio
        finally:
            stop(studio.process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a supervisor as an operator would. Raises TimeoutExpired if it takes longer than promised."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    process.wait(STOP_SECONDS)


def free_port() -> int:
    """Return a port that nobody used a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def environment(var_dir: Path, port: int, settings: dict[str, str]) -> dict[str, str]:
    """Return the environment of an application: this process's, without what the test run has set."""
    names = {f"{who.upper()}_PASSWORD": password for who, password in PASSWORDS.items()}
    place = {"HOST": "127.0.0.1", "PORT": str(port), "VAR_DIR": str(var_dir), "ENV_FILE": ""}
    own = {"SECRET_KEY", "DATABASE_URL"}
    kept = {name: value for name, value in os.environ.items() if name not in own}
    return {**kept, "DJANGO_SETTINGS_MODULE": "kling_site.settings", **names, **place, **settings}


def _start(var_dir: Path, settings: dict[str, str], attempts: int = 3) -> Studio:
    var_dir.mkdir(parents=True, exist_ok=True)
    env = environment(var_dir, free_port(), settings)
    output = var_dir / "output.log"
    with output.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "kling_site.supervisor"],
            cwd=ROOT,
            env=env,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait(process, output)
    except DidNotStart as trouble:
        stop(process)
        if "in use" in str(trouble) and attempts > 1:
            return _start(var_dir, settings, attempts - 1)
        raise
    notice = json.loads((var_dir / "server.lock").read_text())
    return Studio(process, env, var_dir, notice["url"], notice["sandbox"])


def _wait(process: subprocess.Popen[bytes], output: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while "Logs are in" not in output.read_text():
        if process.poll() is not None or time.monotonic() > deadline:
            raise DidNotStart(output.read_text())
        time.sleep(0.05)


@contextmanager
def own_database() -> Iterator[dict[str, str]]:
    """Give the settings of a database for one application: none means a file in its VAR_DIR."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield {}
        return
    name = f"kling_studio_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield {"DATABASE_URL": urlsplit(url)._replace(path=f"/{name}").geturl()}
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _tail(path: Path, lines: int) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
