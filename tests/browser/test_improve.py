"""Improve in a browser: the whole way against the running studio, and what no server can see."""

import re

import pytest
from playwright.sync_api import expect

from generations.lifecycle import improve
from generations.models import Account, Improvement, Stage
from tests.browser.looks import assert_accessible

own_database = pytest.mark.django_db(transaction=True)

TEXT = "A small {{ animal }} crosses the bay"
BETTER = "A tiny animal slowly crosses the bay,\nwarm side light."


def ended(**fields):
    """What the dispatcher would write down, here without one."""
    Improvement.objects.filter(stage=Stage.WAITING).update(stage=Stage.DONE, **fields)


def test_from_the_press_to_the_field_with_the_real_dispatcher(studio, page):
    studio.login(page)
    page.locator("#prompt").fill("A small boat crosses the harbour at night")
    page.get_by_role("button", name="Improve").click()
    expect(page.get_by_role("button", name="Use this")).to_be_visible(timeout=30_000)
    expect(page.locator(".improve-diff ins").first).to_have_text("tiny")
    page.get_by_role("button", name="Use this").click()
    better = re.compile("^A tiny boat slowly crosses the harbour at a clear night, .+[.]$")
    expect(page.locator("#prompt")).to_have_value(better)
    page.reload()
    expect(page.locator("#prompt")).to_have_value(better)


@own_database
def test_by_keyboard_with_one_undo_and_accessible_all_the_way(open_page, mia):
    page = open_page("/")
    field = page.locator("#prompt")
    field.fill(TEXT)
    page.keyboard.press("Tab")
    button = page.get_by_role("button", name="Improve")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Asking Magnific …")).to_be_visible()
    expect(page.get_by_role("button", name="Generate")).to_be_enabled()
    ended(answer=BETTER)
    use = page.get_by_role("button", name="Use this")
    expect(use).to_be_visible()
    expect(page.get_by_text("It lost {{ animal }}")).to_be_visible()
    assert_accessible(page)
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    use.press("Enter")
    expect(field).to_be_focused()
    expect(field).to_have_value(BETTER)
    expect(page.locator("#prompt-count")).to_contain_text(f"{len(BETTER)} / ")
    page.get_by_role("button", name="Undo").press("Enter")
    expect(field).to_have_value(TEXT)
    page.get_by_role("button", name="Use this").click()
    page.keyboard.press("Control+z")
    expect(field).to_have_value(TEXT)


@own_database
def test_what_was_typed_meanwhile_is_noticed_and_keep_mine_leaves_it(open_page, mia):
    page = open_page("/")
    field = page.locator("#prompt")
    field.fill(TEXT)
    page.get_by_role("button", name="Improve").click()
    expect(page.get_by_text("Asking Magnific …")).to_be_visible()
    field.press_sequentially("!")
    ended(answer=BETTER)
    expect(page.get_by_text("You have changed your text since.")).to_be_visible()
    field.press("Backspace")
    expect(page.get_by_text("You have changed your text since.")).to_be_hidden()
    page.get_by_role("button", name="Keep mine").press("Enter")
    expect(field).to_be_focused()
    expect(field).to_have_value(TEXT)
    expect(page.get_by_role("button", name="Use this")).to_have_count(0)


@own_database
def test_a_wait_can_be_stopped_and_a_refusal_stands_below_the_field(open_page, mia):
    page = open_page("/")
    page.locator("#prompt").fill(TEXT)
    button = page.get_by_role("button", name="Improve")
    button.click()
    page.get_by_role("button", name="Stop waiting").press("Enter")
    expect(page.get_by_text("Asking Magnific …")).to_have_count(0)
    expect(button).to_be_focused()
    assert Improvement.objects.get().failure == improve.STOPPED
    Account.objects.current().pause("no_credit", "out of credit")
    button.click()
    expect(page.get_by_text(improve.PAUSED)).to_be_visible()


@own_database
def test_without_scripts_all_of_it_is_there(chromium, open_page, page, mia, live_server):
    cookies = open_page("/").context.cookies()
    plain = chromium.new_context(java_script_enabled=False)
    plain.add_cookies(cookies)
    page = plain.new_page()
    page.goto(live_server.url)
    page.locator("#prompt").fill(TEXT)
    page.locator("[name=duration]").fill("9")
    page.get_by_role("button", name="Improve").click()
    expect(page.get_by_role("heading", name="Improve a prompt")).to_be_visible()
    ended(answer=BETTER)
    page.get_by_role("link", name="Look again").click()
    page.get_by_role("link", name="Use this").click()
    expect(page.locator("#prompt")).to_have_value(BETTER)
    expect(page.locator("[name=duration]")).to_have_value("9")
    plain.close()
