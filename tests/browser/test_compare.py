"""Several clips in step, on real films that differ in speed and length."""

import re
import time

import pytest
from playwright.sync_api import expect

from generations.models import State
from tests.browser.looks import violations
from tests.factories import make_generation
from tests.media.conftest import encode

pytestmark = pytest.mark.django_db(transaction=True)

FILMS = (
    {"rate": 24, "frames": 120, "aspect_ratio": "16:9", "prompt": "A kite over a salt lake at dawn"},
    {"rate": 30, "frames": 120, "aspect_ratio": "16:9", "prompt": "A red kite over a salt lake at dusk"},
    {"rate": 24, "frames": 144, "aspect_ratio": "9:16", "prompt": "A kite over a salt lake at dawn"},
    {"rate": 24, "frames": 120, "aspect_ratio": "1:1", "prompt": "A kite"},
)
SIZES = {"16:9": (320, 180), "9:16": (180, 320), "1:1": (240, 240)}


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    """Four files: 24 and 30 frames a second, of 5, 4, 6 and 5 seconds."""
    folder = tmp_path_factory.mktemp("films")
    for number, film in enumerate(FILMS):
        shades = [40 + index % 120 for index in range(film["frames"])]
        encode(folder / f"{number}.mp4", size=SIZES[film["aspect_ratio"]], shades=shades, rate=film["rate"])
    return folder


@pytest.fixture
def clips(mia, settings, films):
    """A ready clip of each."""
    settings.MEDIA_ROOT = films
    made = []
    for number, film in enumerate(FILMS):
        rate, frames = film["rate"], film["frames"]
        path = films / f"{number}.mp4"
        made.append(
            make_generation(
                mia,
                State.READY,
                prompt=film["prompt"],
                aspect_ratio=film["aspect_ratio"],
                duration=frames // rate,
                video_name=path.name,
                video_bytes=path.stat().st_size,
                video_frames=frames,
                video_duration=frames / rate,
                poster_name="",
                preview_name="",
                strip_name="",
                proxy_name=path.name,
                proxy_bytes=path.stat().st_size // 2,
            )
        )
    return made


def address(clips, **more):
    said = "".join(f"&{name}={value}" for name, value in more.items())
    return f"/gallery/compare/?clips={','.join(str(clip.pk) for clip in clips)}{said}"


FRAME = 1 / 24
PLACES = "[...document.querySelectorAll('video')].map((video) => video.currentTime)"
SETTLED = """[...document.querySelectorAll("video")]
    .every((one) => one.paused && !one.seeking && one.readyState > 2)"""
DRIFT = """(seconds) => new Promise((resolve) => {
    const videos = [...document.querySelectorAll("video")], seen = [], begun = performance.now();
    const look = () => {
        seen.push(videos.map((video) => video.currentTime));
        if (performance.now() - begun > seconds * 1000) resolve(seen);
        else requestAnimationFrame(look);
    };
    look();
})"""

STUMBLE = """() => {
    const video = document.querySelectorAll("video")[1], play = video.play.bind(video);
    video.play = () => new Promise((resolve) => setTimeout(resolve, 170)).then(play);
    video.pause();
}"""
"""Makes the second clip four frames late, which is too little to set all of them anew."""


def until(page, condition):
    """Wait for a JavaScript expression; the page's own policy forbids to have it evaluated there in a loop."""
    deadline = time.monotonic() + 20
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, condition
        page.wait_for_timeout(50)


def frame(page):
    return page.locator("[data-frame]")


def own_frames(page, clips):
    """Which of its own frames each clip stands at, once all stand still."""
    page.wait_for_timeout(60)
    until(page, SETTLED)
    places = page.evaluate(PLACES)
    return [int(at * film["rate"]) for at, film in zip(places, FILMS[: len(clips)], strict=True)]


def drift_in_frames(page, offsets, seconds):
    """The most, in frames of the first, that two clips were apart while they played for so long."""
    seen = page.evaluate(DRIFT, seconds)
    ahead = [offset * FRAME for offset in offsets]
    assert seen[-1][0] - seen[0][0] > seconds / 6, "They do not play."
    moments = [[place - by for place, by in zip(places, ahead, strict=True)] for places in seen]
    return max(max(row) - min(row) for row in moments) / FRAME


def test_a_step_moves_every_clip_to_the_same_moment(open_page, clips):
    page = open_page(address(clips, offsets="0,0,-3,2"))
    assert own_frames(page, clips) == [0, 0, 0, 2]
    for _ in range(5):
        page.keyboard.press(".")
    expect(frame(page)).to_have_text("6")
    assert own_frames(page, clips) == [5, int(5.5 * 30 / 24), 2, 7]
    page.keyboard.press(",")
    assert own_frames(page, clips) == [4, int(4.5 * 30 / 24), 1, 6]
    page.keyboard.press("End")
    expect(frame(page)).to_have_text("147")
    assert own_frames(page, clips) == [119, 119, 143, 119]
    page.keyboard.press("Home")
    page.get_by_role("slider", name="Frame").fill("60")
    assert own_frames(page, clips) == [60, int(60.5 * 30 / 24), 57, 62]
    page.get_by_role("button", name="Clip 3 one frame more").click()
    assert own_frames(page, clips) == [60, int(60.5 * 30 / 24), 58, 62]


def test_they_play_in_step_and_come_back_into_step(open_page, clips):
    page = open_page(address(clips[:3], offsets="0,-3,4"))
    until(page, SETTLED)
    page.keyboard.press("Space")
    until(page, "document.querySelectorAll('video')[1].currentTime > 0.3")
    assert drift_in_frames(page, (0, -3, 4), 0.8) <= 2
    page.evaluate(STUMBLE)
    page.wait_for_timeout(1300)
    assert drift_in_frames(page, (0, -3, 4), 0.8) <= 2
    page.keyboard.press("k")
    shown = int(frame(page).inner_text()) - 1
    assert own_frames(page, clips[:3]) == [shown, int((shown - 2.5) * 30 / 24), shown + 4]


def test_past_its_end_a_clip_holds_its_last_frame_and_the_loop_begins_anew(open_page, clips):
    page = open_page(address(clips[1:3], frame=110, loop=0))
    page.keyboard.press("l")
    until(page, "document.querySelectorAll('video')[0].currentTime > 3.9")
    until(page, "document.querySelectorAll('video')[1].currentTime > 4.5")
    assert page.evaluate("document.querySelector('video').paused")
    expect(page.get_by_role("button", name="Play")).to_be_visible(timeout=10_000)
    expect(frame(page)).to_have_text("180")
    page.get_by_role("button", name="Loop").click()
    page.keyboard.press("End")
    page.keyboard.press(",")
    page.keyboard.press("l")
    until(page, "document.querySelectorAll('video')[1].currentTime < 1")
    page.keyboard.press("l")
    until(page, "document.querySelectorAll('video')[1].playbackRate > 1.7")
    page.keyboard.press("j")
    until(page, "document.querySelectorAll('video')[0].currentTime < 0.1")
    expect(frame(page)).to_have_text("1")


def test_the_address_says_it_all_and_a_reload_shows_the_same(open_page, clips):
    page = open_page(address(clips[:3]))
    page.get_by_label("Offset of clip 2").fill("-3")
    page.get_by_label("Offset of clip 2").blur()
    page.get_by_label("Speed").select_option("0.5")
    page.locator("main").focus()
    page.get_by_role("button", name="Loop").click()
    page.get_by_role("button", name=re.compile("^4K")).click()
    page.locator("main").focus()
    page.keyboard.press("2")
    for _ in range(7):
        page.keyboard.press(".")
    more = "&offsets=0,-3,0&frame=8&rate=0.5&loop=0&files=4k&solo=2"
    ids = ",".join(str(clip.pk) for clip in clips[:3])
    until(page, f"location.search === '?clips={ids}{more}'")
    removal = page.get_by_role("link", name="Remove clip 1").get_attribute("href")
    assert removal.endswith(
        f"?clips={ids.partition(',')[2]}&offsets=-3,0&frame=8&rate=0.5&loop=0&files=4k&solo=1"
    )
    page.reload()
    expect(frame(page)).to_have_text("8")
    expect(page.get_by_label("Offset of clip 2")).to_have_value("-3")
    expect(page.get_by_label("Speed")).to_have_value("0.5")
    expect(page.get_by_role("button", name="Loop")).to_have_attribute("aria-pressed", "false")
    assert [video.is_visible() for video in page.locator("video").all()] == [False, True, False]
    for video in page.locator("video").all():
        expect(video).to_have_attribute("src", re.compile(r"/video\.mp4$"))
    assert own_frames(page, clips[:3]) == [7, int(4.5 * 30 / 24), 7]
    page.keyboard.press("2")
    expect(page.locator("video").first).to_be_visible()


@pytest.mark.parametrize("size", [(1440, 900), (360, 740)])
def test_it_is_accessible_in_both_themes_and_fits(chromium, open_page, page, clips, size):
    open_page("/gallery/")
    phone = chromium.new_context(
        viewport={"width": size[0], "height": size[1]},
        has_touch=size[0] < 400,
        is_mobile=size[0] < 400,
        storage_state=page.context.storage_state(),
        reduced_motion="reduce",
    )
    shown = phone.new_page()
    shown.goto(page.url.replace("/gallery/", address(clips, offsets="0,5")))
    for theme in ("light", "dark"):
        shown.emulate_media(color_scheme=theme)
        assert [(theme, *one) for one in violations(shown)] == []
    assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tops = [video.bounding_box()["y"] for video in shown.locator("video").all()]
    assert len(set(tops)) == (4 if size[0] < 400 else len(set(tops)))
    if size[0] < 400:
        for target in shown.locator("main :is(button, select, input, .button):visible").all():
            assert target.bounding_box()["height"] >= 44, target.inner_html()
    phone.close()


def test_without_scripts_each_clip_has_the_browsers_own_controls(chromium, open_page, page, clips):
    open_page("/gallery/")
    context = chromium.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    plain = context.new_page()
    plain.goto(page.url.replace("/gallery/", address(clips[:2])))
    expect(plain.locator("video[controls]")).to_have_count(2)
    for hidden in (".transport", ".offset", ".compare-number"):
        expect(plain.locator(hidden).first).to_be_hidden()
    context.close()
