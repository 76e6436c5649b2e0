"""The admin's first page, the set-up with its buttons, and names found as one types, in the running studio."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import assert_accessible, assert_fits
from tests.studio import Studio

SHOTS = os.environ.get("SHOTS")
"""A folder for pictures to look at."""
SOON_MS = 30_000
FOUND = {
    "key": "Key works. The sandbox answers (",
    "callback": "Callback works. A signed delivery went to ",
    "mail": "Mail: trouble. EMAIL_URL is not set",
    "storage": "Storage works. Written, synced, read back and removed within ",
    "clusters": "Cluster saving works. Answered after ",
}
REVIEWER = """
from django.contrib.auth.models import Group
from generations.models import User
rae, _ = User.objects.get_or_create(username="rae", email="rae@example.com", is_staff=True)
rae.set_password("a-reviewer-for-tests"); rae.save(); rae.groups.add(Group.objects.get(name="Reviewers"))
"""


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """What the browser refused under the Content-Security-Policy, and every script's error: nothing."""
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    yield told
    assert told == []


def shoot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def test_an_admin_reads_the_first_page_and_tests_the_set_up(
    page: Page, studio: Studio, complaints: list[str]
) -> None:
    studio.login(page, "admin")
    page.goto(f"{studio.base_url}/admin/")
    expect(page.get_by_role("heading", name="person")).to_be_visible()
    expect(page.locator(".home")).to_contain_text("Room for about ")
    assert_accessible(page)
    assert_fits(page)
    shoot(page, "home")
    page.get_by_role("link", name="Set-up", exact=True).click()
    for part, found in FOUND.items():
        page.locator(f"button[value={part}]").click()
        expect(page.locator(f"#found-{part}")).to_contain_text(found, timeout=SOON_MS)
    expect(page.get_by_text("waiting …")).to_have_count(0)
    assert_accessible(page)
    assert_fits(page)
    shoot(page, "set-up")


def test_the_set_up_is_tested_without_scripts(page: Page, studio: Studio, complaints: list[str]) -> None:
    context = page.context.browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    studio.login(plain, "admin")
    plain.goto(f"{studio.base_url}/admin/set-up/")
    plain.get_by_role("button", name="Ring both").click()
    for _ in range(60):
        if plain.locator("#found-clusters .found--waiting").count() == 0:
            break
        plain.wait_for_timeout(500)
        plain.locator("#found-clusters").get_by_role("link", name="Look again").first.click()
    expect(plain.locator("#found-clusters")).to_contain_text(FOUND["clusters"])
    context.close()


def test_a_reviewer_reads_what_waits_for_them_alone(
    page: Page, studio: Studio, complaints: list[str]
) -> None:
    studio.shell(REVIEWER)
    page.goto(f"{studio.base_url}/admin/login/")
    page.locator("[name=username]").fill("rae")
    page.locator("[name=password]").fill("a-reviewer-for-tests")
    page.locator("[name=password]").press("Enter")
    expect(page.locator(".home-line")).to_have_count(1)
    expect(page.locator(".home-line")).to_contain_text("for a verdict")
    assert_accessible(page)
    shoot(page, "home-reviewer")


def test_people_and_teams_are_found_as_one_types(page: Page, studio: Studio, complaints: list[str]) -> None:
    studio.login(page, "admin")
    page.goto(f"{studio.base_url}/admin/generations/ledgerentry/add/")
    page.locator(".field-member .select2-selection").click()
    page.keyboard.type("dem")
    page.locator(".select2-results__option", has_text="demo").click()
    expect(page.locator(".field-member .select2-selection")).to_have_text("demo")
