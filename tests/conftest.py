"""Fixtures that several folders of tests share."""

import os
import runpy
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import TransactionTestCase
from playwright.sync_api import Browser, Page, sync_playwright

from tests import tables, template
from tests.groups import GroupScheduling, place_of
from tests.mailbox import Mailbox, mail_server
from tests.studio import ROOT, Studio, running_studio

# Playwright keeps an event loop in this thread, and Django then refuses its ORM to tests that run later.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
TEMPLATE = pytest.StashKey[AbstractContextManager[None]]()
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
FEW_PROCESSES = ("--in-process-gpu", "--renderer-process-limit=1")
"""A process for each page, and one that draws, cost a quarter of a short test's processor time."""


def pytest_configure(config: pytest.Config) -> None:
    """Let applications begin with the same tables and files in the whole run, whichever process starts them."""
    if template.VARIABLE not in os.environ:
        config.stash[TEMPLATE] = template.made_for_a_run()
        config.stash[TEMPLATE].__enter__()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove what they began with."""
    if TEMPLATE in config.stash:
        config.stash[TEMPLATE].__exit__(None, None, None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the groups of tests that take longest first."""
    items.sort(key=lambda item: place_of(item.nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> GroupScheduling:
    """Keep the groups together when a run is spread over processes."""
    return GroupScheduling(config, log)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any
) -> Iterator[None]:
    """The database of this process; pytest-django's own would run all migrations in each."""
    with django_db_blocker.unblock():
        earlier = tables.make()
    yield
    with django_db_blocker.unblock():
        tables.drop(earlier)


@pytest.fixture(scope="session", autouse=True)
def _tables_after_a_commit() -> Iterator[None]:
    """Leave the tables as the migrations did after a test that commits: Django would leave them empty."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: tables.put_back())
        yield


@pytest.fixture(autouse=True)
def _own_cache(settings: Any) -> None:
    """Each test has a database of its own; a cache that others use would remember theirs."""
    own = {"KEY_PREFIX": uuid.uuid4().hex}
    settings.CACHES = {name: cache | own for name, cache in settings.CACHES.items()}


@pytest.fixture(scope="session")
def chromium(django_db_setup: None) -> Iterator[Browser]:
    """A headless browser for the whole run. `script/test` finds or installs it.

    Beside Playwright's event loop Django would open other connections in this thread, which know nothing of the
    rows that are put back before each test that commits: it keeps those it has.
    """
    named = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    known = {alias: connections[alias] for alias in connections}
    with sync_playwright() as playwright:
        for alias, kept in known.items():
            connections[alias] = kept
        browser = playwright.chromium.launch(executable_path=named, args=[*QUIET, *FEW_PROCESSES])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page in a browser profile of its own."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    """A mail server on a free port, which the application sends by."""
    with mail_server() as box:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        yield box


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """The whole application, running: one for all tests that ask for it."""
    with running_studio(tmp_path_factory.mktemp("studio")) as studio:
        yield studio


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Any:
    """Show the application's logs with a test that failed on it."""
    report = yield
    if report.failed:
        studios = [used for used in getattr(item, "funcargs", {}).values() if isinstance(used, Studio)]
        report.sections.extend(("logs of the studio", studio.tails()) for studio in studios)
    return report


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Gives a function that reads the settings as with these variables, in a folder of the test's own."""
    monkeypatch.delenv("SECRET_KEY")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)

    def run(**variables: str) -> dict[str, Any]:
        for name, value in {"VAR_DIR": str(tmp_path / "var"), **variables}.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "kling_site/settings.py"))

    return run
