"""The clip page under hand and key: what somebody is at is never taken away from them."""

import json
import re

import pytest
from playwright.sync_api import expect

from generations.lifecycle import liking
from generations.models import Rating, State
from tests.factories import make_generation, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def make_ready(mia, **fields):
    return make_generation(mia, State.READY, files=True, **fields)


@pytest.fixture
def clips(mia, settings, tmp_path):
    """Four, the last one of a kite."""
    settings.MEDIA_ROOT = tmp_path
    return [make_ready(mia, prompt=text) for text in ("A boat", "A boat", "A boat", "A kite")]


def test_arrows_walk_through_the_filter_and_lead_back_to_it(open_page, clips):
    query = "?q=boat&whose=mine"
    asked = []
    page = open_page("/gallery/")
    page.on("request", lambda request: asked.append(request.url))
    open_page(f"/gallery/{clips[1].pk}/{query}")
    expect(page.locator(".beside-place")).to_have_text("2 of 3")
    page.wait_for_load_state("load")
    for near in (clips[0], clips[2]):
        assert any(url.endswith(f"/gallery/{near.pk}/poster.webp") for url in asked)
    for key, shown in (("ArrowRight", 0), ("ArrowRight", 0), ("ArrowLeft", 1), ("p", 2), ("n", 1)):
        page.keyboard.press(key)
        expect(page).to_have_url(re.compile(re.escape(f"/gallery/{clips[shown].pk}/{query}") + "$"))
    page.locator("#keep-tag").fill("night")
    page.locator("#keep-tag").press("ArrowLeft")
    page.locator("#keep-tag").press("n")
    expect(page).to_have_url(re.compile(re.escape(f"/gallery/{clips[1].pk}/{query}") + "$"))
    page.get_by_role("link", name="Back to the gallery").click()
    expect(page).to_have_url(re.compile(re.escape(f"/gallery/{query}") + "$"))


def test_a_clip_is_kept_without_leaving_the_keyboard(open_page, mia, clips):
    page = open_page(clips[3].get_absolute_url())
    favourite = page.locator("[data-act=favourite]")
    favourite.press("Enter")
    expect(favourite).to_have_attribute("aria-pressed", "true")
    expect(favourite).to_be_focused()
    page.get_by_role("button", name="4 stars").press("Space")
    expect(page.locator("#mean")).to_contain_text("4.0")
    expect(page.get_by_role("button", name="4 stars")).to_be_focused()
    tag = page.locator("#keep-tag")
    tag.fill("x" * 41)
    tag.press("Enter")
    expect(page.locator("#keep-problem")).to_contain_text("40 characters at most")
    expect(tag).to_have_value("x" * 41)
    for word in ("night", "rain"):
        tag.fill(word)
        tag.press("Enter")
        expect(page.get_by_role("button", name=f"Remove the tag {word}")).to_be_visible()
        expect(tag).to_be_focused()
        expect(tag).to_have_value("")
    page.get_by_role("button", name="Remove the tag night").press("Enter")
    expect(page.get_by_role("link", name="night")).to_have_count(0)
    expect(tag).to_be_focused()
    page.locator("#keep-collect").press("Enter")
    page.get_by_label("A new collection").fill("Spring")
    page.get_by_label("A new collection").press("Enter")
    expect(page.get_by_role("link", name="Spring")).to_be_visible()
    expect(page.locator("#keep-collect")).to_be_focused()


def test_news_takes_nothing_away_from_who_is_at_it(open_page, page, mia, clips):
    clip = clips[3]
    open_page(clip.get_absolute_url())

    def news(stars):
        liking.rate(clip, bo, stars)
        page.evaluate("htmx.trigger(document.body, 'live')")
        expect(page.locator("#mean")).to_contain_text(f"{stars}.0")

    bo = make_user("bo")
    page.set_viewport_size({"width": 1440, "height": 500})
    page.locator("#keep-tag").press_sequentially("half-ty")
    page.locator("#history").scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    news(5)
    expect(page.locator("#keep-tag")).to_have_value("half-ty")
    expect(page.locator("#keep-tag")).to_be_focused()
    assert page.evaluate("scrollY") == before
    page.locator("#keep-tag").fill("")
    page.locator("#remix-summary").press("Enter")
    page.get_by_role("link", name=re.compile("^The prompt only")).focus()
    news(3)
    expect(page.get_by_role("link", name=re.compile("^The prompt only"))).to_be_focused()
    page.keyboard.press("Escape")
    page.locator("#download").focus()
    news(2)
    expect(page.locator("#download")).to_be_focused()
    page.locator("h1").focus()
    page.locator("#keep-collect").click()
    page.get_by_label("A new collection").fill("Spr")
    news(4)
    expect(page.get_by_label("A new collection")).to_have_value("Spr")
    assert Rating.objects.get().stars == 4


def test_to_the_trash_and_back(open_page, clips):
    page = open_page(f"{clips[3].get_absolute_url()}?whose=team")
    page.get_by_role("button", name="Move to trash").click()
    expect(page.locator(".in-trash")).to_contain_text("You moved it there")
    expect(page).to_have_url(re.compile("whose=team"))
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_role("button", name="Move to trash")).to_be_visible()


def test_every_way_to_start_from_a_clip_leaves_the_other_drafts_alone(open_page, clips):
    clip, prompt = clips[3], "#prompt"
    page = open_page("/")
    page.locator(prompt).press_sequentially("My own draft")
    ways = {
        "All": lambda: page.get_by_role("link", name=re.compile("^Prompt and settings")).click(),
        "Only": lambda: page.get_by_role("link", name=re.compile("^The prompt only")).click(),
        "Longer": lambda: page.get_by_role("link", name="Longer take · 6 s · €6.72").click(),
    }
    addresses = {}
    for word, start in ways.items():
        open_page(clip.get_absolute_url())
        if word != "Longer":
            page.locator("#remix-summary").click()
        start()
        expect(page.locator(prompt)).to_have_value("A kite")
        expect(page.locator("[name=duration]")).to_have_value("6" if word == "Longer" else "5")
        page.locator(prompt).fill(f"{word} of a kite")
        addresses[word] = page.url
        open_page("/")
        expect(page.locator(prompt)).to_have_value("My own draft")
    for word, address in addresses.items():
        page.goto(address)
        expect(page.locator(prompt)).to_have_value(f"{word} of a kite")


def test_the_settings_are_copied_as_json(open_page, page, clips):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(clips[3].get_absolute_url())
    page.get_by_role("button", name="Copy as JSON").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert json.loads(page.evaluate("navigator.clipboard.readText()"))["prompt"] == "A kite"
