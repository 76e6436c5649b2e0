"""Who looks elsewhere is told that a clip of theirs has come: in the title, and by a notice where they want one."""

import re

import pytest
from playwright.sync_api import expect

from generations.models import Charged, State
from tests.factories import make_generation

pytestmark = pytest.mark.django_db(transaction=True)

AWAY = """
window.away = false;
window.shown = [];
Object.defineProperty(document, "hidden", {get: () => window.away});
document.hasFocus = () => !window.away;
window.Notification = class extends EventTarget {
    static permission = "default";
    static async requestPermission() { this.asked = true; return this.permission = "granted"; }
    constructor(text, options) { super(); window.shown.push({text, ...options}); window.notice = this; }
    close() {}
};
if (localStorage.getItem("test-granted")) window.Notification.permission = "granted";
"""
"""A window that is looked at or not as a test says, and notices that can be read: Chromium shows none unseen."""
LOOK = "away => { window.away = away; document.dispatchEvent(new Event('visibilitychange')); }"


@pytest.fixture
def page(page):
    page.context.add_init_script(AWAY)
    return page


def look_away(*tabs):
    for tab in tabs:
        tab.evaluate(LOOK, True)


def come(clip, poster="p.webp"):
    clip.move(State.SAVING, result_url="https://cdn.magnific.com/x", completed_at=clip.created_at)
    size = {"poster_name": poster, "poster_width": 640, "poster_height": 360}
    clip.move(State.READY, video_name="x.mp4", video_bytes=5, video_sha256="f" * 64, **size)


def ask(page):
    """Let a tab out of sight ask now, as it does every 20 s."""
    page.evaluate("localStorage.removeItem('live-asked-unseen'); htmx.trigger(document.body, 'live')")


def switch_on(page):
    page.locator("summary[aria-label^='Account menu']").click()
    switch = page.get_by_role("switch", name="Tell me when a clip is done")
    expect(switch).not_to_be_checked()
    assert not page.evaluate("Notification.asked ?? false")
    switch.click()
    expect(switch).to_be_checked()
    page.evaluate("localStorage.setItem('test-granted', 'yes')")
    page.keyboard.press("Escape")


def test_the_title_counts_until_the_tab_is_looked_at(open_page, page, mia):
    first, second, other = (make_generation(mia, State.RENDERING) for _ in range(3))
    open_page("/")
    title = page.title()
    come(first)
    expect(page.locator(f"#tile-{first.pk}")).to_have_attribute("data-state", "ready")
    assert page.title() == title
    look_away(page)
    come(second)
    ask(page)
    expect(page).to_have_title(f"(1) {title}")
    other.move(State.FAILED, failure="failed_there", charged=Charged.UNKNOWN)
    ask(page)
    expect(page).to_have_title(f"(2) {title}")
    second.change(preview_failures=1)
    with page.expect_response(re.compile("/live/")):
        page.evaluate(LOOK, False)
    expect(page).to_have_title(title)
    assert page.evaluate("window.shown") == []


def test_one_notice_a_clip_whatever_tabs_are_open_and_it_leads_there(open_page, page, mia):
    clip = make_generation(mia, State.RENDERING, prompt="A boat")
    make_generation(mia, State.RENDERING)
    open_page("/")
    switch_on(page)
    other = page.context.new_page()
    other.goto(page.url + "gallery/")
    look_away(page, other)
    come(clip)
    ask(page)
    expect(other).to_have_title(re.compile(r"^\(1\) "))
    ask(other)
    with other.expect_response(re.compile("/live/")):
        ask(other)
    told = page if page.evaluate("window.shown.length") else other  # Whichever was first.
    (notice,) = page.evaluate("window.shown") + other.evaluate("window.shown")
    assert (notice["text"], notice["icon"]) == ("Clip “A boat” is ready", f"/gallery/{clip.pk}/poster.webp")
    page.evaluate(LOOK, False)
    for tab in (page, other):
        expect(tab).to_have_title(re.compile(r"^[^(]"))
    told.evaluate("window.notice.dispatchEvent(new Event('click'))")
    told.wait_for_url(f"**{clip.get_absolute_url()}")
    other.close()


def test_who_looks_and_who_has_not_asked_for_it_gets_no_notice(open_page, page, mia):
    seen, unseen, waits = (make_generation(mia, State.RENDERING) for _ in range(3))
    open_page("/gallery/")
    switch_on(page)
    come(seen)
    expect(page.locator(f"#tile-{seen.pk}")).to_have_attribute("data-state", "ready")
    page.evaluate(
        "localStorage.setItem(Object.keys(localStorage).find((name) => /^notices-\\d/.test(name)), 'off')"
    )
    look_away(page)
    come(unseen)
    ask(page)
    expect(page).to_have_title(re.compile(r"^\(1\) "))
    assert page.evaluate("window.shown") == []
    waits.refresh_from_db()
    assert waits.state == State.RENDERING


def test_a_tab_out_of_sight_asks_once_in_a_while_and_only_while_something_runs(open_page, page, mia):
    clip = make_generation(mia, State.RENDERING)
    open_page("/")
    other = page.context.new_page()
    other.goto(page.url)
    look_away(page, other)
    asked = []
    page.context.on("request", lambda request: asked.append(request.url) if "/live/" in request.url else None)
    page.evaluate("localStorage.removeItem('live-asked-unseen')")
    page.wait_for_timeout(4500)
    assert len(asked) == 1
    come(clip)
    ask(page)
    expect(page.locator("#live[data-quick]")).to_have_count(0)
    asked.clear()
    ask(page)
    page.wait_for_timeout(300)
    assert asked == []
    other.close()
