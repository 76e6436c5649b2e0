"""The page "Unclear" in a browser: under the site's own policy, by keyboard, in both themes."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from generations.models import Generation, State, StrangerTask
from tests.factories import PASSWORD, make_admin, make_generation

pytestmark = pytest.mark.django_db(transaction=True)

SHOTS = os.environ.get("SHOTS")
"""A folder for pictures to look at."""


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser refused under the Content-Security-Policy, and every script's error."""
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    return told


@pytest.fixture
def unclear(page: Page, live_server) -> Generation:
    """A doubt with two ids that it may have made; the admin looks at its page."""
    make_admin()
    generation = make_generation(state=State.UNSURE)
    for number in (1, 2):
        StrangerTask.objects.create(
            account=generation.account,
            task_id=f"5f1c0d2e-0000-4000-8000-00000000000{number}",
            status="IN_PROGRESS",
            first_seen_at=timezone.now(),
            last_seen_at=timezone.now(),
            reads=4,
        )
    page.goto(f"{live_server.url}/admin/login/?next=/admin/generations/submission/unclear/")
    page.locator("[name=username]").fill("ada")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/unclear/")
    return generation


def shoot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_it_is_readable_in_both_themes_on_desk_and_phone(page, unclear, complaints, theme, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    page.reload()
    expect(page.get_by_role("heading", name="A paper boat")).to_be_visible()
    shoot(page, f"unclear-{theme}-{width}")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    found = Axe().run(page, context="#content-main")
    assert found.violations_count == 0, found.generate_report()
    assert complaints == []


def test_a_doubt_is_settled_by_keyboard(page, unclear, complaints):
    page.locator("[name=task_id]").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("Seen on the dashboard.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Adopted. Magnific is asked")).to_be_visible()
    expect(page.get_by_text("adopted 5f1c0d2e")).to_be_visible()
    shoot(page, "unclear-decided")
    chosen = Generation.objects.get(pk=unclear.pk)
    assert (chosen.state, chosen.task_id[:8]) == (State.RENDERING, "5f1c0d2e")
    assert complaints == []
