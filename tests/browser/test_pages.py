"""Create, Gallery and Clip in a browser: within the policy, usable by keyboard, up to date."""

import re

import pytest
from django.db import connections
from django.test import Client
from playwright.sync_api import expect

from generations.models import Generation, State
from generations.views.gallery import PAGE_SIZE
from tests.factories import make_generation

pytestmark = pytest.mark.django_db(transaction=True)

DRAFTS = "() => Object.keys(localStorage).filter((name) => name.startsWith('draft-'))"
TOO_WIDE = """() => [...document.querySelectorAll(".setting :is(label, input, output, .hint)")].filter((part) => {
    const [frame, box] = [part.closest(".setting"), part].map((element) => element.getBoundingClientRect());
    return box.left < frame.left - 1 || box.right > frame.right + 1;
}).map((part) => part.outerHTML)"""
ASK_FROM_THE_BEGINNING = """() => {
    const live = document.getElementById("live");
    const url = new URL(live.getAttribute("hx-get"), location);
    url.searchParams.set("since", "0");
    htmx.ajax("GET", url.href, {source: live, target: live, swap: "outerHTML"});
}"""


@pytest.fixture(scope="session", autouse=True)
def _one_connection(request, django_db_setup):
    """Keep the test run's connection when Playwright starts.

    Its event loop makes Django look for another one, which does not know the rows that the migrations made and
    that are put back before each test that commits.
    """
    connection = connections["default"]
    request.getfixturevalue("chromium")
    connections["default"] = connection


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def make_ready(mia, **fields):
    return make_generation(mia, State.READY, files=True, **fields)


def tile(page, generation):
    return page.locator(f"article[data-generation='{generation.pk}']")


def test_a_large_screen_is_used(open_page, page):
    page.set_viewport_size({"width": 2560, "height": 1440})
    open_page("/")
    order, card = (page.locator(part).bounding_box() for part in (".order-wish", ".job"))
    assert card["x"] + card["width"] - order["x"] > 0.65 * 2560


def test_what_is_set_has_room_in_its_box(open_page, page):
    open_page("/")
    for width in (320, 360, 768, 1024, 1279, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(TOO_WIDE) == [], width


def test_tiles_stand_in_their_own_ratio_and_rows_are_full(open_page, page, mia):
    for _ in range(4):
        for ratio in ("16:9", "9:16", "1:1"):
            make_ready(mia, aspect_ratio=ratio)
    open_page("/gallery/")
    boxes = [article.bounding_box() for article in page.locator("article").all()]
    for box, ratio in zip(boxes, ["1:1", "9:16", "16:9"] * 4, strict=True):
        width, height = (int(side) for side in ratio.split(":"))
        assert box["width"] / box["height"] == pytest.approx(width / height, rel=0.02)
    rows = {}
    for box in boxes:
        rows.setdefault(round(box["y"]), []).append(box["x"] + box["width"])
    assert len(rows) > 1
    ends = [max(row) for row in rows.values()]
    assert ends[:-1] == pytest.approx([ends[0]] * (len(ends) - 1), abs=1)


def test_the_numbers_follow_the_form(open_page, page):
    open_page("/")
    page.locator("[name=duration]").fill("12")
    page.locator("[name=takes][value='3']").check(force=True)
    page.locator("[name=aspect_ratio][value='9:16']").check(force=True)
    page.locator("[name=cfg_scale]").fill("0.9")
    expect(page.locator("#generate")).to_have_text("Generate 3 × 12 s · €40.32")
    card = page.get_by_role("complementary", name="This order")
    for text in ("€13.44 each", "€40.32 estimate", "2160 × 3840", "3 takes × 12 s"):
        expect(card).to_contain_text(text)
    expect(page.locator("#order-wish, .setting").filter(has_text="Guidance")).to_contain_text("0.9 Strict")


def test_characters_are_counted_as_the_server_does(open_page, page):
    open_page("/")
    page.locator("#prompt").fill("𝔸" * 2500)
    expect(page.locator("#prompt-count")).to_contain_text("2500 / 2500")
    assert page.locator("#prompt").input_value() == "𝔸" * 2500
    page.locator("#prompt").fill("𝔸\n" * 20 + "x" * 2461)
    expect(page.locator("#prompt-count")).to_contain_text("1 too many")


def test_the_keyboard_orders_and_the_form_stays_as_it_was(open_page, page):
    open_page("/")
    nonce = page.locator("#nonce").input_value()
    page.locator("#prompt").fill("A boat")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#order-message")).to_have_text("Ordered: 1 clip is in line.")
    expect(page.locator("article[data-state=queued]")).to_have_count(1)
    expect(page.locator("#prompt")).to_be_focused()
    assert page.locator("#prompt").input_value() == "A boat"
    assert page.locator("#nonce").input_value() != nonce
    page.keyboard.type(" at dusk")
    page.keyboard.press("Control+Enter")
    expect(page.locator("article[data-state=queued]")).to_have_count(2)
    assert Generation.objects.count() == 2


def test_a_double_click_is_one_order_however_quick_the_answer(open_page, page):
    open_page("/")
    page.locator("#prompt").fill("A boat")
    page.locator("#generate").dblclick(delay=120)
    expect(page.locator("#order-message")).to_have_text("Ordered: 1 clip is in line.")
    page.wait_for_timeout(300)
    assert Generation.objects.count() == 1


def test_an_answer_that_never_comes_is_told_and_pressing_again_is_safe(open_page, page):
    open_page("/")
    page.locator("#prompt").fill("A boat")
    lost = "**/"

    def lose_the_answer(route):
        if route.request.method == "POST":
            route.fetch()
            route.fulfill(status=502, body="")
        else:
            route.continue_()

    page.route(lost, lose_the_answer)
    with page.expect_event("console", lambda message: "502" in message.text):
        page.locator("#generate").click()
    expect(page.locator("#messages")).to_contain_text("pressing again is safe")
    page.unroute(lost)
    page.locator("#generate").click()
    expect(page.locator("#order-message")).to_have_text("Ordered: 1 clip is in line.")
    expect(page.locator("#messages")).to_have_text("")
    assert Generation.objects.count() == 1


def test_an_error_stands_at_its_field_and_goes_with_the_next_press(open_page, page):
    open_page("/")
    page.locator("#generate").click()
    expect(page.locator("#prompt")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#prompt-error")).to_have_text(re.compile("Write a prompt"))
    page.locator("#order-errors a").click()
    expect(page.locator("#prompt-error")).to_be_in_viewport()
    page.locator("#prompt").fill("A boat")
    page.locator("#generate").click()
    expect(page.locator("#order-message")).to_have_text("Ordered: 1 clip is in line.")
    expect(page.locator("#prompt-error")).to_have_text("")
    assert page.locator("#prompt").get_attribute("aria-invalid") is None


def test_what_was_said_goes_with_the_next_edit(open_page, page):
    open_page("/")
    page.locator("#generate").click()
    expect(page.locator("#prompt-error")).to_have_text(re.compile("Write a prompt"))
    expect(page.locator("#order-errors")).to_contain_text("Nothing was ordered yet")
    page.locator("#prompt").press_sequentially("A boat")
    expect(page.locator("#prompt-error")).to_have_text("")
    expect(page.locator("#order-errors")).to_be_hidden()
    assert page.locator("#prompt").get_attribute("aria-invalid") is None
    page.locator("#generate").click()
    expect(page.locator("#order-message")).to_have_text("Ordered: 1 clip is in line.")
    page.locator("[name=duration]").press("ArrowRight")
    expect(page.locator("#order-message")).to_have_text("")


def test_what_was_ordered_stays_said_when_a_look_at_the_text_comes_after_it(open_page, page):
    """The look goes off some time after the last letter; the press may be answered by then."""
    open_page("/")
    page.locator("#prompt").fill("A boat")
    page.locator("#generate").click()
    said = page.locator("#order-message")
    expect(said).to_have_text("Ordered: 1 clip is in line.")
    with page.expect_response("**/preflight"):
        page.locator("#prompt").evaluate("box => box.dispatchEvent(new Event('input', {bubbles: true}))")
    page.wait_for_timeout(100)
    expect(said).to_have_text("Ordered: 1 clip is in line.")


def test_why_it_cannot_be_ordered_is_said_while_one_types(open_page, page):
    open_page("/")
    reasons = page.locator("#order-errors")
    expect(reasons).to_be_hidden()
    page.locator("[name=duration]").press("ArrowRight")
    expect(reasons).to_be_hidden()
    page.locator("#prompt").fill("x" * 2501)
    expect(reasons.get_by_role("listitem")).to_have_text(["The prompt is longer than 2500 characters."])
    expect(page.locator("#prompt")).to_have_attribute("aria-invalid", "true")
    page.locator("#prompt").fill("")
    expect(reasons.get_by_role("listitem")).to_have_text([re.compile("Write a prompt")])
    page.locator("summary", has_text="Negative prompt").click()
    page.locator("#negative_prompt").fill("x" * 2501)
    expect(reasons.get_by_role("listitem")).to_have_count(2)
    page.locator("#negative_prompt").fill("")
    page.locator("#prompt").fill("A boat")
    expect(reasons).to_be_hidden()


def test_a_draft_survives_a_reload_and_a_remix_does_not_touch_it(open_page, page, mia):
    clip = make_generation(mia, State.READY, prompt="A red kite", duration=9, poster_name="")
    open_page("/")
    page.locator("#prompt").press_sequentially("A draft")
    page.locator("[name=duration]").press("ArrowRight")
    page.reload()
    assert page.locator("#prompt").input_value() == "A draft"
    expect(page.locator("#generate")).to_have_text("Generate 6 s · €6.72")
    open_page(f"/?from={clip.pk}")
    assert page.locator("#prompt").input_value() == "A red kite"
    page.locator("#prompt").fill("A blue kite")
    page.reload()
    assert page.locator("#prompt").input_value() == "A blue kite"
    open_page("/")
    assert page.locator("#prompt").input_value() == "A draft"
    open_page(f"/?from={clip.pk}")
    assert page.locator("#prompt").input_value() == "A blue kite"
    page.get_by_role("button", name="Undo my changes").click()
    expect(page.locator("#prompt")).to_have_value("A red kite")
    expect(page.locator("#generate")).to_have_text("Generate 9 s · €10.08")
    page.reload()
    assert page.locator("#prompt").input_value() == "A red kite"
    expect(page.get_by_role("button", name="Undo my changes")).to_be_hidden()


@pytest.mark.parametrize("start", ["example", "blank"])
def test_what_is_typed_over_a_start_of_its_own_survives_a_reload(open_page, page, start):
    open_page("/")
    page.locator("#prompt").press_sequentially("A draft")
    open_page(f"/?{start}=yes")
    assert page.locator("#prompt").input_value() != "A draft"
    page.locator("#prompt").fill("")
    page.locator("#prompt").press_sequentially("Another")
    page.reload()
    assert page.locator("#prompt").input_value() == "Another"


def test_two_tabs_keep_two_drafts_and_a_new_one_begins_with_the_newest(open_page, page):
    open_page("/")
    other = page.context.new_page()
    other.goto(page.url)
    page.locator("#prompt").press_sequentially("First")
    other.locator("#prompt").press_sequentially("Second")
    for tab, text in ((page, "First"), (other, "Second")):
        tab.reload()
        assert tab.locator("#prompt").input_value() == text
    newest = page.context.new_page()
    newest.goto(page.url)
    assert newest.locator("#prompt").input_value() == "Second"


def test_the_sliders_have_their_stops_and_show_how_far_they_are(open_page, page):
    open_page("/")
    stops = page.locator(".stops li")
    assert stops.all_inner_texts() == [str(seconds) for seconds in range(3, 16)]
    ticks = [stop.bounding_box()["x"] for stop in stops.all()]
    slider = page.locator("#duration").bounding_box()
    for seconds in (3, 9, 15):
        page.locator("#duration").fill(str(seconds))
        reached = float(
            page.locator("#duration").evaluate(
                "slider => slider.parentElement.style.getPropertyValue('--at')"
            )
        )
        thumb = slider["x"] + 9 + reached * (slider["width"] - 18)
        assert ticks[seconds - 3] == pytest.approx(thumb, abs=1)
    assert page.locator("#duration").get_attribute("type") == "range"
    page.locator("#generate").click()
    expect(page.locator("#order-errors")).to_be_visible()
    assert page.locator("#duration").get_attribute("type") == "range"


def test_without_scripts_the_numbers_are_seen_and_nothing_shown_is_wrong(open_page, chromium, page):
    open_page("/")
    context = chromium.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    plain = context.new_page()
    plain.goto(page.url)
    for name, value in (("duration", "5"), ("cfg_scale", "0.5")):
        assert plain.locator(f"[name={name}]").get_attribute("type") == "number"
        assert plain.locator(f"[name={name}]").input_value() == value
    plain.locator("[name=duration]").fill("7")
    for text in ("€5.60", "1 clip, 5 s"):
        assert not plain.get_by_text(text).first.is_visible()
    plain.locator("#prompt").fill("A boat")
    plain.locator("#generate").click()
    expect(plain.locator("#messages")).to_have_text("Ordered: 1 clip is in line.")
    assert Generation.objects.get().duration == 7
    context.close()


@pytest.mark.parametrize("page_of_the_admin", [False, True])
def test_signing_out_forgets_ones_own_draft(open_page, page, mia, page_of_the_admin):
    mia.is_staff = mia.is_superuser = True
    mia.save()
    open_page(f"/?from={make_generation(mia, State.READY, poster_name='').pk}")
    page.locator("#prompt").fill("A secret remix")
    open_page("/")
    page.locator("#prompt").press_sequentially("A secret")
    page.evaluate("localStorage.setItem('draft-999', 'of somebody else')")
    assert sorted(page.evaluate(DRAFTS)) == sorted([f"draft-{mia.pk}", "draft-999"])
    if page_of_the_admin:
        open_page("/admin/")
    else:
        page.locator("summary[aria-label^='Account menu']").click()
    page.get_by_role("button", name=re.compile("sign out|log out", re.IGNORECASE)).click()
    page.wait_for_url(re.compile("log(in|out)/"))
    assert page.evaluate(DRAFTS) == ["draft-999"]
    assert page.evaluate(DRAFTS.replace("localStorage", "sessionStorage")) == []


def test_the_brand_is_named_to_visitors_on_the_smallest_phone(page, live_server):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{live_server.url}/accounts/login/")
    name = page.locator(".brand span").bounding_box()
    assert name["width"] > 100
    assert name["x"] + name["width"] < 320
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_tile_changes_by_itself_and_keeps_the_keyboard(open_page, page, mia):
    clip = make_generation(mia, State.RENDERING)
    open_page("/gallery/")
    tile(page, clip).get_by_role("link").focus()
    clip.move(State.SAVING, completed_at=clip.created_at)
    expect(tile(page, clip)).to_have_attribute("data-state", "saving")
    expect(tile(page, clip).get_by_role("link")).to_be_focused()


def test_a_tile_cancels_in_its_place(open_page, page, mia):
    clip = make_generation(mia)
    open_page("/gallery/")
    tile(page, clip).get_by_role("button", name="Cancel").click()
    expect(tile(page, clip)).to_have_attribute("data-state", "cancelled")
    expect(page.get_by_role("status").get_by_text("nothing spent")).to_be_visible()


def test_a_press_far_down_is_answered_where_one_is_and_keeps_the_keyboard(open_page, page, mia):
    clip = make_generation(mia)
    for _ in range(PAGE_SIZE - 1):
        make_generation(mia, State.READY, poster_name="")
    open_page("/gallery/")
    cancel = tile(page, clip).get_by_role("button", name="Cancel")
    cancel.focus()
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").get_by_text("pressing again is safe")).to_be_in_viewport()
    expect(cancel).to_be_focused()
    page.context.set_offline(False)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").get_by_text("nothing spent")).to_be_in_viewport()
    expect(tile(page, clip)).to_have_attribute("data-state", "cancelled")
    expect(tile(page, clip).get_by_role("link", name="Cancelled")).to_be_focused()
    assert page.evaluate("scrollY") > 0


def test_a_clip_ordered_elsewhere_appears_once(open_page, page, mia):
    open_page("/gallery/")
    expect(page.get_by_text("No clips yet.")).to_be_visible()
    clip = make_generation(mia)
    page.evaluate("htmx.trigger(document.body, 'live')")
    expect(tile(page, clip)).to_be_visible()
    expect(page.get_by_text("No clips yet.")).to_be_hidden()
    with page.expect_response(re.compile("/live/")):
        page.evaluate(ASK_FROM_THE_BEGINNING)
    expect(tile(page, clip)).to_have_count(1)


def test_news_while_an_answer_is_on_its_way_are_asked_for_again(open_page, page, mia):
    open_page("/gallery/")
    held = []
    page.route("**/live/**", lambda route: held.append(route))
    first = make_generation(mia, State.READY, poster_name="")
    with page.expect_request("**/live/**"):
        page.evaluate("htmx.trigger(document.body, 'live')")
    for _ in range(100):
        if held:
            break
        page.wait_for_timeout(20)
    answer = held[0].fetch()
    second = make_generation(mia, State.READY, poster_name="")
    page.evaluate("htmx.trigger(document.body, 'live')")
    held[0].fulfill(response=answer)
    page.unroute_all()
    expect(tile(page, first)).to_be_visible()
    expect(tile(page, second)).to_be_visible()


def test_a_hidden_tab_asks_seldom_and_at_once_when_it_is_seen(open_page, page, mia):
    make_generation(mia, State.RENDERING)
    page.add_init_script(
        "window.away = true; Object.defineProperty(document, 'hidden', {get: () => window.away});"
    )
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/live/" in request.url else None)
    open_page("/")
    page.wait_for_timeout(4500)
    assert len(asked) == 1
    with page.expect_request(re.compile("/live/")):
        page.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")


def test_elapsed_time_ticks_and_the_line_stops_at_the_end(open_page, page, mia):
    for seconds in (3, 3, 3):
        done = make_generation(mia, State.READY, poster_name="")
        done.change(completed_at=done.accepted_at + (done.completed_at - done.accepted_at) / 60 * seconds)
    clip = make_generation(mia, State.RENDERING)
    open_page("/gallery/")
    clock = tile(page, clip).locator(".clock")
    first = clock.inner_text()
    expect(clock).not_to_have_text(first)
    expect(tile(page, clip).locator("rect")).to_have_attribute("width", "100")


def test_older_clips_come_while_scrolling(open_page, page, mia):
    for _ in range(PAGE_SIZE + 3):
        make_generation(mia, State.READY, poster_name="")
    open_page("/gallery/")
    assert page.locator("article").count() == PAGE_SIZE
    page.get_by_role("link", name="Older clips").scroll_into_view_if_needed()
    expect(page.locator("article")).to_have_count(PAGE_SIZE + 3)
    expect(page.get_by_role("link", name="Older clips")).to_have_count(0)
    expect(page.locator("h2.day-head:visible")).to_have_count(1)


def test_a_clip_page_brings_in_the_player(open_page, page, mia):
    clip = make_generation(mia, State.SAVING)
    open_page(f"/gallery/{clip.pk}/")
    ready = make_ready(mia)
    clip.move(State.READY, video_name=ready.video_name, video_bytes=ready.video_bytes, video_sha256="f" * 64)
    expect(page.locator("video")).to_be_visible()
    expect(page.locator("#panel")).to_have_attribute("data-state", "ready")


def test_copying_the_prompt(open_page, page, mia):
    clip = make_generation(mia, prompt="A boat\nat dusk")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(f"/gallery/{clip.pk}/")
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "A boat\nat dusk"


def test_without_scripts_errors_keep_what_was_typed(chromium, live_server, mia, settings):
    context = chromium.new_context(java_script_enabled=False)
    client = Client()
    client.force_login(mia)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url)
    page.locator("summary", has_text="Negative prompt").click()
    page.locator("#negative_prompt").fill("fog\nrain")
    page.get_by_role("button", name="Generate").click()
    expect(page.locator("#prompt-error")).to_have_text(re.compile("Write a prompt"))
    expect(page.locator("#negative_prompt")).to_have_value("fog\nrain")
    page.locator("#prompt").fill("A boat")
    page.get_by_role("button", name="Generate").click()
    expect(page.locator("#messages")).to_have_text("Ordered: 1 clip is in line.")
    expect(page.locator("#prompt")).to_have_value("A boat")
    assert Generation.objects.get().negative_prompt == "fog\nrain"
    context.close()
