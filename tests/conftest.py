"""Fixtures that several folders of tests share."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, Page, sync_playwright

from tests.studio import Studio, running_studio

# Playwright keeps an event loop in this thread, and Django then refuses its ORM to tests that run later.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


@pytest.fixture(scope="session")
def chromium(django_db_setup: None) -> Iterator[Browser]:
    """A headless browser for the whole run. `script/test` finds or installs it.

    Beside Playwright's event loop Django would open other connections in this thread, which know nothing of the
    rows that are put back before each test that commits: it keeps those it has.
    """
    named = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    known = {alias: connections[alias] for alias in connections}
    with sync_playwright() as playwright:
        for alias, connection in known.items():
            connections[alias] = connection
        browser = playwright.chromium.launch(executable_path=named, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page in a browser profile of its own."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


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
