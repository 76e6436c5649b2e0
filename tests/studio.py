"""A real, whole application for tests: what `script/server` starts, on free ports, with a quick sandbox."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests import template
from tests.console import Console
from tests.environment import PASSWORDS, ROOT, environment, free_port

QUICK = {
    "SANDBOX_SECONDS": "2",
    "SANDBOX_MEGABYTES": "2",
    "SANDBOX_PLAIN": "true",
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
    console: Console

    def shell(self, code: str) -> str:
        """Run Python on its database, as `manage.py shell -c` does; return what it prints."""
        return self.console.run(code)

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
def running_studio(var_dir: Path, *, is_bare: bool = False, **settings: str) -> Iterator[Studio]:
    """Give an application that serves, with a database of its own: on PostgreSQL if DATABASE_URL is.

    It begins with what the run has made for all, unless it is to be bare, as on a new machine.
    """
    with template.own_database(is_bare=is_bare) as database:
        if not is_bare:
            template.begin(var_dir)
        studio = _start(var_dir, {**database, **QUICK, **settings})
        try:
            yield studio
        finally:
            studio.console.close()
            stop(studio.process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a supervisor as an operator would. Raises TimeoutExpired if it takes longer than promised."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    finally:
        process.kill()  # What it has started dies with it.


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
    return Studio(process, env, var_dir, notice["url"], notice["sandbox"], Console(ROOT, env))


def _wait(process: subprocess.Popen[bytes], output: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while "Logs are in" not in output.read_text():
        if process.poll() is not None or time.monotonic() > deadline:
            raise DidNotStart(output.read_text())
        time.sleep(0.05)


def _tail(path: Path, lines: int) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
