"""A member's pages in a browser, served by Django's own live server."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import ConsoleMessage, Page

from generations.models import User
from tests.factories import make_user

EXPECTED_REFUSALS = re.compile(
    "status of (403|404|405|422|500|502)|Status Error Code (403|500|502)"
    "|ERR_INTERNET_DISCONNECTED|^htmx:(afterRequest|sendError), "
)
"""What Chromium and htmx log of an answer that a test asked for."""


@pytest.fixture
def mia() -> User:
    return make_user()


@pytest.fixture
def open_page(page: Page, live_server, mia: User) -> Iterator[Callable[[str], Page]]:
    """Opens an address as Mia; whatever the browser complains about meanwhile fails the test."""
    client = Client()
    client.force_login(mia)
    name = settings.SESSION_COOKIE_NAME
    session = client.cookies[name].value
    page.context.add_cookies([{"name": name, "value": session, "url": live_server.url}])
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: _keep(complaints, message))

    def open_path(path: str) -> Page:
        page.goto(live_server.url + path)
        return page

    yield open_path
    assert complaints == []


def _keep(complaints: list[str], message: ConsoleMessage) -> None:
    if message.type in ("error", "warning") and not EXPECTED_REFUSALS.search(message.text):
        complaints.append(message.text)
