"""What can be pressed in a tile lies inside it, whatever its state, on every screen."""

import pytest

from generations.models import Charged, State
from tests.factories import make_generation, make_live_account

pytestmark = pytest.mark.django_db(transaction=True)

WIDTHS = (360, 640, 768, 1024, 1440, 1920)
LEAST_ON_TOUCH = 44

OUT_OF_REACH = """() => {
    const isOutside = (box, frame) => box.left < frame.left || box.top < frame.top
        || box.right > frame.right + 0.5 || box.bottom > frame.bottom + 0.5;
    const isOutOfReach = (element) => {
        element.scrollIntoView({block: "center", behavior: "instant"});
        const box = element.getBoundingClientRect();
        const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        return !element.contains(hit) || isOutside(box, element.closest("article").getBoundingClientRect());
    };
    return [...document.querySelectorAll("article :is(a, button, summary)")]
        .filter((element) => element.checkVisibility() && isOutOfReach(element))
        .map((element) => `${element.closest("article").className}: ${element.textContent.trim()}`);
}"""
HEIGHTS = """() => [...document.querySelectorAll("article .tile-actions .button")]
    .filter((button) => button.checkVisibility()).map((button) => button.getBoundingClientRect().height)"""


@pytest.fixture(params=["mouse", "touch"])
def page(request, chromium):
    """A page under a mouse, then one under a finger."""
    context = chromium.new_context(has_touch=request.param == "touch", reduced_motion="reduce")
    yield context.new_page()
    context.close()


def test_what_is_set_is_large_enough_for_a_finger(open_page, page, request):
    open_page("/")
    boxes = page.locator(".segments label, .frame-choice, .range, .negative summary, .check").evaluate_all(
        "elements => elements.map((element) => element.getBoundingClientRect().height)"
    )
    assert len(boxes) == (4 + 2) + 3 + 2 + 1 + 1
    assert "touch" not in request.node.callspec.id or min(boxes) >= LEAST_ON_TOUCH


@pytest.mark.parametrize("ratio", ["16:9", "9:16", "1:1"])
def test_every_tile_shows_its_title(open_page, page, mia, ratio):
    make_generation(mia, State.READY, poster_name="", aspect_ratio=ratio, prompt="Waves break on black sand")
    for path in ("/", "/gallery/"):
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            open_page(path)
            tile, title = page.locator("article").bounding_box(), page.locator(".tile-title").bounding_box()
            assert title["width"] >= 36
            assert tile["y"] <= title["y"] <= title["y"] + title["height"] <= tile["y"] + tile["height"]


def make_tiles(mia, ratio):
    """One of each kind that offers something."""
    wide = {"aspect_ratio": ratio, "prompt": "Waves break on black sand, again and again, for ever"}
    make_generation(mia, State.FAILED, charged=Charged.UNKNOWN, **wide)
    make_generation(mia, State.FAILED, charged=Charged.NO, failure_reason="much too dark " * 20, **wide)
    make_generation(mia, State.CANCELLED, **wide)
    make_generation(mia, State.UNSURE, **wide)
    make_generation(mia, State.READY, poster_name="", **wide)
    make_generation(mia, State.QUEUED, **wide)


def assert_all_within_reach(page):
    is_touch = page.evaluate("matchMedia('(pointer: coarse)').matches")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(OUT_OF_REACH) == [], width
        heights = page.evaluate(HEIGHTS)
        assert heights
        assert not is_touch or min(heights) >= LEAST_ON_TOUCH
    return is_touch


@pytest.mark.parametrize("ratio", ["16:9", "9:16", "1:1"])
def test_every_button_lies_inside_its_tile(open_page, page, mia, ratio, request):
    make_tiles(mia, ratio)
    for path in ("/", "/gallery/"):
        open_page(path)
        assert assert_all_within_reach(page) == ("touch" in request.node.callspec.id)


def test_ordering_for_real_can_be_thought_over_inside_the_tile(open_page, page, mia, settings):
    for ratio in ("16:9", "9:16", "1:1"):
        make_generation(mia, aspect_ratio=ratio)
    settings.REHEARSAL, settings.MAGNIFIC_API_KEY = False, "a-key"
    settings.MAGNIFIC_BASE_URL = "https://api.magnific.com"
    make_live_account()
    for path in ("/", "/gallery/"):
        open_page(path)
        assert_all_within_reach(page)
        for summary in page.locator(".confirm summary").all():
            summary.click()
        assert page.get_by_role("button", name="Order for €5.60").count() == 3
        assert_all_within_reach(page)
