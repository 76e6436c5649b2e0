"""The pages of people and the admin in a browser: the Content-Security-Policy holds, axe is content."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import assert_accessible
from tests.studio import PASSWORDS, Studio


@pytest.fixture
def violations(page: Page) -> Iterator[list[str]]:
    """What the browser refused under the policy on all pages of a test: nothing, or the test fails."""
    refused: list[str] = []
    page.on("console", lambda message: _keep(refused, page.url, message.text))
    page.on("pageerror", lambda error: refused.append(f"{page.url}: {error}"))
    yield refused
    assert refused == []


def _keep(refused: list[str], url: str, text: str) -> None:
    if "Content Security Policy" in text:
        refused.append(f"{url}: {text}")


def invite(page: Page, studio: Studio, email: str) -> str:
    """Invite an address in the admin; return the link it shows."""
    page.goto(f"{studio.base_url}/admin/generations/invitation/add/")
    page.locator("[name=email]").fill(email)
    page.locator("[name=_save]").click()
    return page.locator(".messagelist code").inner_text()


def test_an_invitations_link_is_copied_with_one_press(
    page: Page, studio: Studio, violations: list[str]
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    studio.login(page, "admin")
    link = invite(page, studio, "copied@example.com")
    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == link


def test_the_pages_of_people_are_accessible(page: Page, studio: Studio, violations: list[str]) -> None:
    studio.login(page, "admin")
    link = invite(page, studio, "theo@example.com")
    for path in ("/accounts/password_change/", "/accounts/password_reset/", link, f"{link[:-3]}/"):
        page.goto(path if path.startswith("http") else studio.base_url + path)
        assert_accessible(page)
    page.context.clear_cookies()
    page.goto(link)
    expect(page.get_by_role("button", name="Create my account")).to_be_visible()
    assert_accessible(page)
    page.goto(f"{studio.base_url}/accounts/login/")
    assert_accessible(page)
    page.locator("[name=username]").fill("nobody")
    page.locator("[name=password]").fill("wrong")
    page.locator("[name=password]").press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert_accessible(page)


def test_an_invited_person_joins_and_signs_out(page: Page, studio: Studio, violations: list[str]) -> None:
    studio.login(page, "admin")
    link = invite(page, studio, "nina@example.com")
    page.context.clear_cookies()
    page.goto(link)
    page.get_by_label("Username").fill("nina")
    page.get_by_label("Password", exact=True).fill("correct horse battery")
    page.get_by_label("Password confirmation").fill("correct horse battery")
    page.get_by_role("button", name="Create my account").click()
    expect(page.get_by_text("Welcome, nina.")).to_be_visible()
    page.locator("summary[aria-label^='Account menu']").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{studio.base_url}/accounts/login/")


def test_the_policy_holds_on_every_admin_page(page: Page, studio: Studio, violations: list[str]) -> None:
    page.goto(f"{studio.base_url}/admin/")
    page.locator("[name=username]").fill("admin")
    page.locator("[name=password]").fill(PASSWORDS["admin"])
    page.locator("[type=submit]").click()
    expect(page.get_by_role("heading", name="Administration")).to_be_visible()
    lists = page.locator("#content th a").evaluate_all("links => links.map(link => link.href)")
    assert len(lists) > 10
    for url in lists:
        page.goto(url)
        row = page.locator("#result_list tbody th a").first
        if row.count():
            row.click()
            expect(page.locator("#content h1")).to_have_text(re.compile("^(View|Change) "))


def test_the_policy_holds_where_the_admin_uses_scripts(
    page: Page, studio: Studio, violations: list[str]
) -> None:
    studio.login(page, "admin")
    page.goto(f"{studio.base_url}/admin/generations/price/add/")
    page.get_by_role("link", name="Choose a Date").click()
    expect(page.locator(".calendarbox").first).to_be_visible()
    page.goto(f"{studio.base_url}/admin/generations/user/add/")
    expect(page.locator("[name=email]")).to_be_visible()
    invite(page, studio, "selected@example.com")
    page.locator("#action-toggle").check()
    expect(page.locator(".action-counter")).not_to_have_text(re.compile("^0 of"))
    page.goto(f"{studio.base_url}/admin/generations/user/")
    page.get_by_role("link", name="admin", exact=True).click()
    expect(page.locator("#id_user_permissions_from")).to_be_visible()
