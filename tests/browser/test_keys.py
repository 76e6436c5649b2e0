"""The gallery by keyboard and by finger, and the list of keys."""

import re
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import expect

from generations.models import State
from generations.views.gallery import PAGE_SIZE
from tests.factories import make_generation

pytestmark = pytest.mark.django_db(transaction=True)

CONTROLS = """() => {
    for (const tile of document.querySelectorAll(".tile")) {
        if (!tile.querySelector(".tile-select")) tile.insertAdjacentHTML("beforeend",
            `<input type="checkbox" class="tile-select" aria-label="Select" value="${tile.dataset.generation}">`);
        if (!tile.querySelector("[data-act=favourite]")) tile.insertAdjacentHTML("beforeend",
            `<button type="button" data-act="favourite" aria-label="Favourite" aria-pressed="false"></button>`);
    }
}"""
WATCH_STARS = """() => {
    window.stars = [];
    document.addEventListener("click", (event) => {
        if (!event.target.closest("[data-act=favourite]")) return;
        event.preventDefault();
        window.stars.push(event.target.closest(".tile").dataset.generation);
    });
}"""
FOCUSED = "() => document.activeElement.closest('.tile')?.dataset.generation ?? null"


@pytest.fixture
def wall(mia):
    """Clips of all ratios, the newest first, as the gallery shows them."""
    made = [
        make_generation(mia, State.READY, poster_name="", aspect_ratio=ratio)
        for ratio in ("16:9", "9:16", "1:1") * 6
    ]
    return [str(clip.pk) for clip in reversed(made)]


def boxes(page):
    return {one.get_attribute("data-generation"): one.bounding_box() for one in page.locator(".tile").all()}


def test_arrows_go_to_the_tile_that_stands_there(open_page, page, wall):
    open_page("/gallery/")
    assert page.evaluate(FOCUSED) is None
    page.keyboard.press("ArrowRight")
    assert page.evaluate(FOCUSED) == wall[0]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(FOCUSED) == wall[2]
    where = boxes(page)
    rows = sorted({round(box["y"]) for box in where.values()})
    middle = where[wall[2]]["x"] + where[wall[2]]["width"] / 2
    for row in rows[1:]:
        page.keyboard.press("ArrowDown")
        box = where[page.evaluate(FOCUSED)]
        assert round(box["y"]) == row
        assert box["x"] - 12 <= middle <= box["x"] + box["width"] + 12
        expect(page.locator(".tile:focus-within")).to_be_in_viewport(ratio=1)
    page.keyboard.press("ArrowDown")
    assert round(where[page.evaluate(FOCUSED)]["y"]) == rows[-1]
    for _ in rows[1:]:
        page.keyboard.press("ArrowUp")
    assert page.evaluate(FOCUSED) == wall[2]
    page.keyboard.press("End")
    assert page.evaluate(FOCUSED) == wall[-1]
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(FOCUSED) == wall[0]
    ring = page.locator(f"#tile-{wall[0]}").evaluate("tile => getComputedStyle(tile).outlineStyle")
    assert ring == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/gallery/{wall[0]}/"))


def test_letters_press_what_the_tile_has(open_page, page, wall):
    open_page("/gallery/")
    page.evaluate(CONTROLS)
    page.evaluate(WATCH_STARS)
    for key in ("ArrowRight", "f", "Control+f", "Shift+F"):
        page.keyboard.press(key)
    assert page.evaluate("window.stars") == wall[:1]
    for tile in wall[1:3]:
        page.locator(f"#tile-{tile} .tile-select").check(force=True)
    with page.expect_request(lambda request: "compare" in request.url) as asked:
        page.keyboard.press("c")
    assert unquote(asked.value.url).endswith(f"/gallery/compare/?clips={wall[1]},{wall[2]}")
    open_page("/gallery/")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("r")
    page.wait_for_url(f"**/?from={wall[0]}")
    page.locator("#prompt").focus()
    for key in "?gcx#/":
        page.keyboard.press(key)
    assert page.locator("#prompt").input_value().startswith("?gcx#/")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_last_tile_brings_older_ones(open_page, page, mia):
    for _ in range(PAGE_SIZE + 2):
        make_generation(mia, State.READY, poster_name="")
    open_page("/gallery/")
    page.keyboard.press("End")
    expect(page.locator(".tile")).to_have_count(PAGE_SIZE + 2)


@pytest.mark.parametrize("way", ["?", "menu"])
def test_the_keys_are_shown_in_a_dialog_that_gives_the_keyboard_back(open_page, page, wall, way):
    open_page("/gallery/")
    page.keyboard.press("ArrowRight")
    dialog = page.get_by_role("dialog", name="Keyboard")
    menu = page.locator("summary[aria-label^='Account menu']")
    if way == "?":
        page.keyboard.press("?")
    else:
        menu.click()
        page.get_by_role("link", name="Keyboard").click()
    expect(dialog.get_by_role("heading", level=2).nth(1)).to_have_text("Gallery")
    expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    for key in ("?", "x", "g", "c", "ArrowRight"):
        page.keyboard.press(key)
    expect(dialog).to_have_count(1)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    if way == "?":
        assert page.evaluate(FOCUSED) == wall[0]
    else:
        expect(menu).to_be_focused()


def test_g_and_a_letter_go_to_a_page(open_page, page, wall):
    open_page("/gallery/")
    page.keyboard.press("c")
    for keys, path in (("gt", "/team/"), ("gc", "/"), ("gg", "/gallery/")):
        page.evaluate("document.activeElement.blur()")
        for key in keys:
            page.keyboard.press(key)
        page.wait_for_url(lambda url, path=path: urlsplit(url).path == path)
    page.goto(page.url + wall[0] + "/")
    page.keyboard.press("r")
    page.wait_for_url(f"**/?from={wall[0]}")


def test_a_finger_selects_by_a_long_press_and_then_by_taps(open_page, chromium, live_server, mia, page, wall):
    open_page("/gallery/")
    context = chromium.new_context(
        has_touch=True, viewport={"width": 390, "height": 844}, storage_state=page.context.storage_state()
    )
    phone = context.new_page()
    phone.goto(page.url)
    phone.evaluate(CONTROLS)
    touch = context.new_cdp_session(phone)

    def hold(tile, milliseconds, move=0):
        box = phone.locator(f"#tile-{tile}").bounding_box()
        point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
        if move:
            touch.send(
                "Input.dispatchTouchEvent",
                {"type": "touchMove", "touchPoints": [{**point, "y": point["y"] - move}]},
            )
        phone.wait_for_timeout(milliseconds)
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    chosen = phone.locator(".tile-select:checked")
    hold(wall[1], 600, move=40)
    expect(chosen).to_have_count(0)
    hold(wall[0], 600)
    expect(chosen).to_have_count(1)
    phone.locator(f"#tile-{wall[1]}").tap()
    expect(chosen).to_have_count(2)
    for tile in wall[:2]:
        phone.locator(f"#tile-{tile}").tap()
    expect(chosen).to_have_count(0)
    assert phone.url == page.url
    phone.locator(f"#tile-{wall[0]}").tap()
    phone.wait_for_url(re.compile(wall[0]))
    context.close()
