"""The player and the moving tiles, on real films."""

import re
import time

import av
import pytest
from playwright.sync_api import expect

from generations.lifecycle import previews
from generations.models import State
from tests.factories import make_generation
from tests.media.conftest import encode

pytestmark = pytest.mark.django_db(transaction=True)

FRAMES, SECONDS = 72, 3


@pytest.fixture
def clip(mia, settings, tmp_path, monkeypatch):
    """A film of three seconds that gets lighter frame by frame, with all that is made of it."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(previews, "PROXY_OVER_BYTES", 1)
    film = encode(
        tmp_path / "film.mp4", size=(1280, 720), shades=list(range(40, 40 + 2 * FRAMES, 2)), rate=24
    )
    clip = make_generation(
        mia,
        State.READY,
        duration=SECONDS,
        video_name=film.name,
        video_bytes=film.stat().st_size,
        video_frames=FRAMES,
        video_duration=float(SECONDS),
        preview_name="",
        proxy_name="",
    )
    previews.add_previews(clip)
    previews.add_proxy(clip)
    return clip


@pytest.fixture
def player(open_page, clip):
    page = open_page(clip.get_absolute_url())
    until(page, "document.querySelector('video').readyState > 0")
    return page


def until(page, condition):
    """Wait for a JavaScript expression; the page's own policy forbids to have it evaluated there in a loop."""
    deadline = time.monotonic() + 20
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, condition
        page.wait_for_timeout(50)


def frame(page):
    return page.locator("[data-frame]")


def test_frames_are_stepped_with_keys_and_buttons(player):
    expect(frame(player)).to_have_text("1")
    for key, shown in (
        (".", "2"),
        (".", "3"),
        (",", "2"),
        ("End", str(FRAMES)),
        (".", str(FRAMES)),
        ("Home", "1"),
    ):
        player.keyboard.press(key)
        expect(frame(player)).to_have_text(shown)
    player.get_by_role("button", name="One frame on").click()
    expect(frame(player)).to_have_text("2")
    player.get_by_role("button", name="One frame back").click()
    expect(frame(player)).to_have_text("1")


def test_each_step_shows_another_picture(player):
    def light():
        return player.evaluate(
            """() => {
                const canvas = new OffscreenCanvas(1, 1), context = canvas.getContext("2d");
                context.drawImage(document.querySelector("video"), 0, 0, 1, 1);
                return context.getImageData(0, 0, 1, 1).data[1];
            }"""
        )

    lights = []
    for number in range(2, 8):
        player.keyboard.press(".")
        expect(frame(player)).to_have_text(str(number))
        until(player, "!document.querySelector('video').seeking")
        player.wait_for_timeout(60)
        lights.append(light())
    assert lights == sorted(set(lights))


def test_keys_play_stop_speed_up_and_run_back(player):
    video = player.locator("video")
    player.keyboard.press("Space")
    expect(player.get_by_role("button", name="Pause")).to_be_visible()
    player.keyboard.press("k")
    expect(player.get_by_role("button", name="Play")).to_be_visible()
    player.keyboard.press("l")
    player.keyboard.press("l")
    expect(video).to_have_js_property("playbackRate", 2)
    expect(player.locator("[data-rate]")).to_have_value("2")
    player.keyboard.press("k")
    player.keyboard.press("End")
    player.keyboard.press("j")
    until(player, f"document.querySelector('video').currentTime < {SECONDS} - 0.4")
    player.keyboard.press("k")
    assert video.evaluate("video => video.paused")


def test_the_seek_bar_counts_frames_and_shows_thumbnails(player):
    bar = player.get_by_role("slider", name="Frame")
    bar.fill("36")
    expect(frame(player)).to_have_text("37")
    expect(bar).to_have_attribute("aria-valuetext", re.compile(r"^frame 37 of 72, 0:01\.5"))
    box = bar.bounding_box()
    player.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] / 2)
    thumbnail = player.locator("[data-strip]")
    expect(thumbnail).to_be_visible()
    expect(thumbnail).to_have_attribute("data-time", re.compile(r"^0:02\.[67]"))
    assert re.search(r"-\d+px", thumbnail.evaluate("one => one.style.backgroundPosition"))


def test_the_original_replaces_the_proxy_at_the_same_frame(player, clip):
    video = player.locator("video")
    expect(video).to_have_attribute("src", re.compile(r"/proxy\.mp4$"))
    player.locator("[data-seek]").fill("24")
    player.get_by_role("button", name=re.compile("^4K")).click()
    expect(video).to_have_attribute("src", re.compile(r"/video\.mp4$"))
    until(player, "document.querySelector('video').readyState > 0")
    expect(frame(player)).to_have_text("25")
    expect(player.get_by_role("button", name=re.compile("^4K"))).to_have_attribute("aria-pressed", "true")
    expect(player.get_by_role("button", name=re.compile("^Proxy"))).to_have_attribute("aria-pressed", "false")


def test_without_scripts_the_browsers_own_controls_play_it(chromium, open_page, page, clip):
    open_page(clip.get_absolute_url())
    context = chromium.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    plain = context.new_page()
    plain.goto(page.url)
    expect(plain.locator("video[controls]")).to_be_visible()
    expect(plain.locator(".transport")).to_be_hidden()
    context.close()


def test_a_tile_moves_while_the_pointer_rests_on_it(open_page, clip):
    page = open_page("/gallery/")
    asked = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    moving = page.locator(".tile video")
    expect(moving).to_have_count(0)
    page.locator(".tile").hover()
    expect(moving).to_have_count(1)
    assert moving.evaluate("video => video.muted")
    page.mouse.move(2, 2)
    expect(moving).to_have_count(0)
    assert [name for name in asked if name.endswith(".mp4")] == ["preview.mp4"]


def test_a_tile_moves_while_the_keyboard_is_on_it(open_page, clip):
    page = open_page("/gallery/")
    page.get_by_role("link", name="New clip").focus()
    page.keyboard.press("Tab")
    while not page.evaluate("document.activeElement.matches('[data-preview]')"):
        page.keyboard.press("Tab")
    expect(page.locator(".tile video")).to_have_count(1)
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".tile video")).to_have_count(0)


def test_nothing_moves_for_who_wants_it_calm(open_page, clip):
    page = open_page("/gallery/")
    page.emulate_media(reduced_motion="reduce")
    page.locator(".tile").hover()
    page.wait_for_timeout(600)
    expect(page.locator(".tile video")).to_have_count(0)


def test_space_plays_and_stops_what_the_keyboard_is_on_also_where_nothing_moves_by_itself(open_page, clip):
    page = open_page("/gallery/")
    page.emulate_media(reduced_motion="reduce")
    page.keyboard.press("ArrowRight")
    moving = page.locator(".tile video")
    page.wait_for_timeout(300)
    expect(moving).to_have_count(0)
    page.keyboard.press("Space")
    expect(moving).to_have_count(1)
    page.keyboard.press("Space")
    expect(moving).to_have_count(0)
    assert page.evaluate("scrollY") == 0


def test_what_is_made_of_a_clip_fits_it(clip, settings):
    with av.open(str(settings.MEDIA_ROOT / clip.proxy_name)) as proxy:
        assert proxy.streams.video[0].frames == FRAMES
