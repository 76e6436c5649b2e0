"""Keeping order in the gallery with a mouse and with the keyboard."""

import re

import pytest
from playwright.sync_api import expect

from generations.lifecycle import collections, liking
from generations.models import Collection, Favourite, Generation, State
from generations.views import count
from generations.views.gallery import PAGE_SIZE
from tests.factories import first_team, make_generation

pytestmark = pytest.mark.django_db(transaction=True)


def make_clips(mia, count, **fields):
    return [make_generation(mia, State.READY, poster_name="", **fields) for _ in range(count)]


def box(page, clip):
    return page.locator(f"#tile-{clip.pk} .tile-select")


def in_trash():
    return set(Generation.objects.filter(trashed_at__isnull=False).values_list("pk", flat=True))


def test_a_range_goes_to_the_trash_and_comes_back_to_its_place(open_page, mia):
    clips = make_clips(mia, 6)[::-1]
    page = open_page("/gallery/")
    bar = page.locator("#selection")
    expect(bar).to_be_hidden()
    box(page, clips[1]).check()
    box(page, clips[4]).click(modifiers=["Shift"])
    expect(bar).to_contain_text("4 selected")
    expect(bar).to_contain_text("20 s · €22.40")
    box(page, clips[2]).uncheck()
    expect(bar).to_contain_text("3 selected")
    gone = [clips[1], clips[3], clips[4]]

    bar.get_by_role("button", name="Move to trash").focus()
    page.keyboard.press("Enter")
    expect(page.locator("article")).to_have_count(3)
    expect(bar).to_be_hidden()
    assert in_trash() == {clip.pk for clip in gone}
    expect(page.get_by_text("3 clips moved to the trash.")).to_be_visible()
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("article")).to_have_count(6)
    ids = page.locator("article").evaluate_all("tiles => tiles.map((tile) => tile.dataset.generation)")
    assert ids == [str(clip.pk) for clip in clips]
    assert in_trash() == set()


def test_the_keyboard_chooses_and_escape_lets_go(open_page, mia):
    clips = make_clips(mia, 3)
    page = open_page("/gallery/")
    page.locator(".tile-open").first.focus()
    page.keyboard.press("x")
    page.locator(".tile-open").last.focus()
    page.keyboard.press("Shift+X")
    bar = page.locator("#selection")
    expect(bar).to_contain_text("3 selected")
    bar.get_by_role("button", name="Tag").click()
    expect(page.get_by_label("Tag", exact=True)).to_be_focused()
    page.keyboard.type("Night")
    page.keyboard.press("Enter")
    expect(page.get_by_text("3 clips are tagged “night” now.")).to_be_visible()
    expect(page.get_by_label("Tag", exact=True)).to_be_hidden()
    expect(bar).to_contain_text("3 selected")
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    assert clips[0].taggings.get().tag.name == "night"


def test_what_is_chosen_stays_so_when_its_tile_is_drawn_anew(open_page, mia):
    clip, other = make_clips(mia, 2)
    page = open_page("/gallery/")
    box(page, clip).check()
    clip.change(rating=4)
    page.evaluate("htmx.trigger(document.body, 'live')")
    page.wait_for_function("htmx.find('#live').getAttribute('hx-get') && true")
    expect(box(page, clip)).to_be_checked()
    expect(page.locator("#selection")).to_contain_text("1 selected")
    box(page, other).check()
    compare = page.get_by_role("link", name="Compare")
    expect(compare).to_have_attribute(
        "href", re.compile(rf"/gallery/compare/\?clips={clip.pk}%2C{other.pk}$")
    )


def test_all_that_match_over_several_pages_go_into_a_collection(open_page, mia, monkeypatch):
    monkeypatch.setattr(count, "QUICK", PAGE_SIZE + 1)  # How many there are comes after the page.
    fog = make_clips(mia, PAGE_SIZE + 5, prompt="Fog over the pass")
    make_clips(mia, 2, prompt="Sun")
    collections.make(first_team(), "Harbour", actor=mia)
    page = open_page("/gallery/?q=fog")
    page.set_viewport_size({"width": 1440, "height": 500})
    bar = page.locator("#selection")
    page.locator(".tile-select").first.check()
    bar.get_by_role("button", name="All shown").click()
    bar.get_by_role("button", name=f"All {len(fog)} that match").click()
    expect(bar).to_contain_text("All")
    page.locator("article").last.scroll_into_view_if_needed()
    expect(page.locator(".tile-select:checked")).to_have_count(len(fog))
    bar.get_by_role("button", name="Add to collection").click()
    expect(page.locator("#known-collections option[value=Harbour]")).to_be_attached()
    page.get_by_label("Collection", exact=True).fill("harbour")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text(f"{len(fog)} clips are in “Harbour” now.")).to_be_visible()
    assert Collection.objects.get().items.count() == len(fog)
    expect(bar).to_be_hidden()


def test_a_star_is_filled_at_once_and_falls_back_when_it_fails(open_page, mia):
    clip, other = make_clips(mia, 2)
    liking.favour(mia, [other])
    page = open_page("/gallery/")
    star = page.locator(f"#tile-{clip.pk}").get_by_role("button", name="Favourite")
    with page.expect_response("**/gallery/act") as answer:
        star.click()
        expect(star).to_have_attribute("aria-pressed", "true")
    assert answer.value.status == 204
    expect(star).to_have_attribute("value", "unfavourite")
    assert Favourite.objects.filter(generation=clip).exists()
    page.context.set_offline(True)
    star.click()
    expect(page.get_by_text("No answer from the studio.")).to_be_visible()
    expect(star).to_have_attribute("aria-pressed", "true")


def test_without_scripts_it_is_one_form(chromium, live_server, mia, open_page):
    clips = make_clips(mia, 3)
    cookies = open_page("/gallery/").context.cookies()
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"{live_server.url}/gallery/")
    box(page, clips[0]).check()
    box(page, clips[2]).check()
    page.get_by_role("button", name="Move to trash").click()
    expect(page.get_by_text("2 clips moved to the trash.")).to_be_visible()
    assert in_trash() == {clips[0].pk, clips[2].pk}
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("2 clips are out of the trash again.")).to_be_visible()
    page.locator(f"#star-{clips[1].pk} button").click()
    assert page.locator(f"#star-{clips[1].pk} button").get_attribute("aria-pressed") == "true"
    context.close()
