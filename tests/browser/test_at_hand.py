"""Prompts at hand on Create: `/`, the panel, Alt and the arrows; and the advice before money moves."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from generations.lifecycle.order import place_order
from generations.lifecycle.wish import Wish
from generations.models import Generation
from tests.browser.looks import assert_accessible
from tests.factories import first_team, make_library, make_prompt, membership_of

pytestmark = pytest.mark.django_db(transaction=True)
WISH = {"negative_prompt": "blur", "cfg_scale": 0.5, "aspect_ratio": "16:9", "duration": 5}


@pytest.fixture
def prompts(mia):
    library = make_library(by=mia)
    make_prompt(library, "Harbour in fog, boats rocking", by=mia, title="Harbour")
    make_prompt(library, "A {{ animal | fox }} by the sea", by=mia, title="Beasts")
    return library


def order(mia, *texts):
    for text in texts:
        place_order(membership_of(mia), Wish(prompt=text, **WISH), takes=1, nonce=uuid4())


def test_a_slash_finds_a_prompt_and_enter_uses_it(open_page, prompts):
    page = open_page("/")
    box, options = page.locator("#prompt"), page.locator("#slash [role=option]")
    box.press_sequentially("A boat that I wrote")
    box.press("Enter")
    box.press("/")
    expect(options).to_have_count(2)
    assert box.get_attribute("aria-activedescendant") == "slash-0"
    assert_accessible(page)
    box.press_sequentially("bea")
    expect(options).to_have_count(1)
    expect(page.locator("#slash [aria-selected=true]")).to_contain_text("Beasts")
    expect(page.locator("#prompt-said")).to_contain_text("1 prompt:")
    box.press("Enter")
    expect(page.get_by_label("animal", exact=True)).to_be_visible()
    expect(box).to_have_value("A {{ animal | fox }} by the sea")
    # What was written is where it was, without the slash.
    page.get_by_role("link", name="Back to my text").click()
    expect(box).to_have_value("A boat that I wrote\n")
    expect(page.get_by_role("link", name="Back to my text")).to_have_count(0)


def test_arrows_choose_escape_closes_and_a_press_uses(open_page, prompts):
    page = open_page("/?blank=yes")
    box, options = page.locator("#prompt"), page.locator("#slash [role=option]")
    box.press("/")
    expect(options).to_have_count(2)
    for key, chosen in (("ArrowDown", 1), ("ArrowDown", 0), ("ArrowUp", 1)):
        box.press(key)
        assert box.get_attribute("aria-activedescendant") == f"slash-{chosen}"
    box.press("Escape")
    expect(page.locator("#slash")).to_be_hidden()
    assert box.get_attribute("aria-activedescendant") is None
    box.press("h")
    page.wait_for_timeout(400)
    expect(page.locator("#slash")).to_be_hidden()
    expect(box).to_have_value("/h")
    box.fill("")
    box.press("/")
    options.filter(has_text="Harbour").click()
    expect(box).to_have_value("Harbour in fog, boats rocking")
    expect(page.locator("[data-left]")).to_be_hidden()


@pytest.mark.parametrize(
    "text", ["24 fps / 35 mm", "and/or", "a / harbour", "on /harbour", "http://harbour.example", "/ harbour"]
)
def test_a_slash_in_a_text_is_a_slash(open_page, prompts, text):
    page = open_page("/?blank=yes")
    box = page.locator("#prompt")
    box.press_sequentially(text)
    page.wait_for_timeout(400)
    box.press("Enter")
    expect(box).to_have_value(f"{text}\n")
    expect(page.locator("#slash")).to_be_hidden()


def test_within_a_line_an_arrow_chooses_first(open_page, prompts):
    page = open_page("/?blank=yes")
    box = page.locator("#prompt")
    box.press_sequentially("A boat /harb")
    expect(page.locator("#slash [role=option]")).to_have_count(1)
    assert box.get_attribute("aria-activedescendant") is None
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("Harbour in fog, boats rocking")


def test_alt_and_the_arrows_go_through_what_was_ordered(open_page, mia):
    order(mia, "A kite", "A fox\nat dusk", "A boat")
    page = open_page("/?blank=yes")
    box, said = page.locator("#prompt"), page.locator("#prompt-said")
    box.press_sequentially("My own")
    for key, value in (
        ("ArrowUp", "A boat"),
        ("ArrowUp", "A fox\nat dusk"),
        ("ArrowUp", "A kite"),
        ("ArrowUp", "A kite"),
        ("ArrowDown", "A fox\nat dusk"),
    ):
        box.press(f"Alt+{key}")
        expect(box).to_have_value(value)
    expect(said).to_contain_text("2 of 3 that you ordered")
    expect(page.locator("#prompt-count")).to_contain_text("13 / 2500")
    page.reload()
    expect(box).to_have_value("A fox\nat dusk")
    box.press("Alt+ArrowUp")
    expect(box).to_have_value("A boat")


def test_what_one_had_written_comes_back_and_so_does_what_was_changed(open_page, mia):
    order(mia, "A kite", "A boat")
    page = open_page("/?blank=yes")
    box = page.locator("#prompt")
    box.press_sequentially("My own")
    box.press("Alt+ArrowUp")
    expect(box).to_have_value("A boat")
    box.press("End")
    box.press_sequentially(" at dusk")
    box.press("Alt+ArrowUp")
    expect(box).to_have_value("A kite")
    box.press("Alt+ArrowDown")
    expect(box).to_have_value("A boat at dusk")
    box.press("Alt+ArrowDown")
    expect(box).to_have_value("My own")
    box.press("Alt+ArrowDown")
    expect(box).to_have_value("My own")
    expect(page.locator("#prompt-said")).to_have_text("Your own text.")


def test_the_panel_finds_both_and_leads_back(open_page, mia, prompts):
    order(mia, "A kite", "A boat")
    page = open_page("/?blank=yes")
    page.locator("#prompt").press_sequentially("Mine")
    page.get_by_role("link", name="From library").click()
    dialog = page.get_by_role("dialog", name="Start from a prompt")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    expect(dialog.locator(".pick-row")).to_have_count(2)
    dialog.get_by_role("searchbox").press_sequentially("harb")
    expect(dialog.locator(".pick-row")).to_have_count(1)
    assert_accessible(page)
    dialog.get_by_role("link", name="Ordered by you").click()
    expect(dialog.get_by_text("Nothing fits.")).to_be_visible()
    page.wait_for_timeout(100)  # A part that has just come listens a moment later.
    dialog.get_by_role("searchbox").fill("")
    expect(dialog.locator(".pick-row")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.get_by_role("link", name="History of your prompts").click()
    dialog.get_by_role("link", name="Use: A kite").click()
    expect(page.locator("#prompt")).to_have_value("A kite")
    page.get_by_role("link", name="Back to my text").click()
    expect(page.locator("#prompt")).to_have_value("Mine")


def test_advice_comes_while_one_writes_and_is_passed_over_by_a_second_press(open_page, mia):
    team = first_team()
    team.avoided_words = "Ferrari"
    team.save()
    page = open_page("/?blank=yes")
    box, advice = page.locator("#prompt"), page.locator("[data-advice]")
    box.press_sequentially("A ferrari, music")
    expect(advice).to_contain_text("“music”: sound cannot be ordered")
    expect(advice).to_contain_text("“Ferrari” is on your team’s list")
    expect(page.locator("#order-errors")).to_be_hidden()
    assert_accessible(page)
    box.press("Control+Enter")
    expect(page.locator("#prompt-advice")).to_contain_text("“music”")
    expect(advice).to_be_focused()
    expect(advice).to_contain_text("Nothing was ordered yet.")
    assert_accessible(page)
    assert not Generation.objects.exists()
    page.wait_for_timeout(600)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Ordered: 1 clip is in line.")).to_be_visible()
    expect(advice).to_have_count(0)
    expect(page.locator("#prompt-advice")).to_have_text("")
    assert Generation.objects.count() == 1


def test_advice_goes_when_the_text_is_mended(open_page, mia):
    page = open_page("/?blank=yes")
    box, advice = page.locator("#prompt"), page.locator("[data-advice]")
    box.fill("A boat with music")
    page.get_by_role("button", name="Generate").click()
    expect(page.locator("#prompt-advice")).to_contain_text("“music”")
    box.fill("A boat with a song")
    expect(page.locator("#prompt-advice")).to_contain_text("“song”")
    box.fill("A boat")
    expect(advice).to_have_count(0)
    expect(page.locator("#prompt-advice")).to_have_text("")
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_text("Ordered: 1 clip is in line.")).to_be_visible()
    box.fill("A boat with music")
    page.get_by_role("button", name="Order anyway").click()
    expect(page.get_by_text("Ordered: 1 clip is in line.")).to_be_visible()
    expect(advice).to_have_count(0)
    assert Generation.objects.count() == 2


def test_keys_hit_twice_at_once_pass_nothing_over(open_page, mia):
    page = open_page("/?blank=yes")
    page.locator("#prompt").fill("A boat with music")
    page.locator("#prompt").press("Control+Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-advice]")).to_be_focused()
    page.wait_for_timeout(300)
    assert not Generation.objects.exists()


def test_what_is_open_is_an_error_while_one_writes(open_page, mia):
    page = open_page("/?blank=yes")
    box, errors = page.locator("#prompt"), page.locator("#order-errors")
    box.press_sequentially("A {{ animal }} by the {{ place | sea }}")
    expect(errors).to_contain_text("“animal” is not filled in.")
    page.get_by_role("button", name="Generate").click()
    field = page.get_by_label("animal", exact=True)
    field.fill("fox")
    expect(errors).to_be_hidden()
    field.fill("")
    expect(errors).to_contain_text("“animal” is not filled in.")
