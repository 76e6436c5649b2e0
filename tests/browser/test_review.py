"""A reviewer who is no admin works through clips by keyboard, on real films; two of them at once."""

import os
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Group
from django.test import Client
from playwright.sync_api import expect

from generations.lifecycle import comments, previews, review
from generations.models import Generation, Review, State
from tests.browser.looks import assert_accessible, assert_fits
from tests.browser.test_player import until
from tests.factories import make_generation, make_order, make_user
from tests.media.conftest import encode

pytestmark = pytest.mark.django_db(transaction=True)

SHOTS = os.environ.get("SHOTS")
"""A folder for pictures to look at."""
FRAMES, RATE = 24, 24
QUEUE = "/admin/generations/clipinreview/queue/"
SOON_MS = 500
"""From a verdict to the next picture."""
PICTURE = """() => new Promise((done) => {
    const begun = performance.now();
    const before = document.querySelector("[data-shown] [data-clip]").dataset.clip;
    const look = () => {
        const clip = document.querySelector("[data-shown] [data-clip]");
        const is_next = clip && clip.dataset.clip !== before;
        if (is_next && clip.querySelector("video").readyState >= 2) done(performance.now() - begun);
        else requestAnimationFrame(look);
    };
    document.querySelector("[data-shown] [value=approved]").click();
    look();
})"""


@pytest.fixture
def clips(mia, settings, tmp_path):
    """Five films that were handed in, each of another shade."""
    settings.MEDIA_ROOT = tmp_path
    return [handed_in(mia, tmp_path, number) for number in range(5)]


@pytest.fixture
def ten_clips(mia, clips, tmp_path):
    """Five more."""
    return clips + [handed_in(mia, tmp_path, number) for number in range(5, 10)]


def handed_in(mia, folder, number, **fields):
    film = encode(folder / f"{number}.mp4", size=(640, 360), shades=[40 + 20 * number] * FRAMES, rate=RATE)
    clip = make_generation(
        mia,
        State.READY,
        prompt=f"A paper boat, take {number}",
        video_name=film.name,
        video_bytes=film.stat().st_size,
        video_frames=FRAMES,
        video_duration=FRAMES / RATE,
        preview_name="",
        proxy_name="",
        **fields,
    )
    previews.add_previews(clip)
    review.hand_in(mia, [clip])
    return clip


@pytest.fixture
def as_reviewer(chromium, live_server):
    """Opens the queue as a reviewer of no team, in a browser of their own; complaints fail the test."""
    contexts, complaints = [], []

    def open_queue(username):
        user = make_user(username, is_staff=True, role=None)
        user.groups.add(Group.objects.get(name="Reviewers"))
        client = Client()
        client.force_login(user)
        name = django_settings.SESSION_COOKIE_NAME
        context = chromium.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda told: keep(told, complaints))
        page.goto(live_server.url + QUEUE)
        return page

    yield open_queue
    for context in contexts:
        context.close()
    assert complaints == []


def keep(told, complaints):
    """Note what a browser complains about; that a verdict came too late (409) is what a test asks for."""
    if told.type == "error" and "status of 409" not in told.text:
        complaints.append(told.text)


def shoot(page, name):
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png")


def shows(page, number):
    expect(page.locator("[data-shown] h1")).to_have_text(f"A paper boat, take {number}")


def is_loaded(page):
    """The next one is here, hidden, with its first picture."""
    page.wait_for_selector("[data-ahead] [data-clip]", state="attached")
    until(page, "document.querySelector('[data-ahead] video')?.readyState >= 2")


def test_ten_clips_by_keyboard(as_reviewer, ten_clips):
    page = as_reviewer("rae")
    shows(page, 0)
    is_loaded(page)
    assert page.evaluate(PICTURE) < SOON_MS
    shows(page, 1)
    expect(page.locator("[data-said]")).to_contain_text("Approved A paper boat, take 0.")
    page.keyboard.press(".")
    assert page.evaluate("document.querySelector('[data-shown] video').paused")
    page.keyboard.press("r")
    page.keyboard.press("Enter")
    expect(page.locator("[data-shown] [data-wrong]")).to_contain_text("Say what should be better")
    page.keyboard.type("Too dark: an a and an s are letters here")
    shoot(page, "review-note")
    is_loaded(page)
    page.keyboard.press("Enter")
    shows(page, 2)
    is_loaded(page)
    page.keyboard.press("s")
    for number in range(3, 9):
        shows(page, number)
        is_loaded(page)
        page.keyboard.press("a")
    shows(page, 9)
    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="Nothing waits for you")).to_be_focused()
    page.get_by_role("button", name="Look again").press("Enter")
    shows(page, 2)
    page.wait_for_load_state()  # The keys are heard from then on.
    page.keyboard.press("a")
    expect(page.locator("[data-said]")).to_contain_text("Approved A paper boat, take 2.")
    verdicts = Generation.objects.order_by("number").values_list("verdict", flat=True)
    assert list(verdicts) == ["approved", "returned", *["approved"] * 8]
    assert Review.objects.get(verdict="returned").note == "Too dark: an a and an s are letters here"


def test_two_at_once_never_see_the_same_clip_and_are_told_what_changed(as_reviewer, clips):
    rae = as_reviewer("rae")
    shows(rae, 0)
    is_loaded(rae)
    ben = as_reviewer("ben")
    shows(ben, 2)
    is_loaded(ben)
    seen = Generation.objects.get(pk=clips[0].pk).review_id
    review.judge(make_user("lea", is_staff=True), clips[0], "returned", "Too dark", seen)
    rae.keyboard.press("a")
    shows(rae, 1)
    expect(rae.locator("[data-said]")).to_contain_text("Meanwhile lea returned this clip: “Too dark”")
    ben.keyboard.press("a")
    shows(ben, 3)
    expect(ben.locator("[data-said]")).to_contain_text("Approved")
    is_loaded(rae)
    rae.keyboard.press("a")
    shows(rae, 4)
    assert Generation.objects.get(pk=clips[0].pk).verdict == "returned"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_queue_and_the_list_are_accessible_and_fit(as_reviewer, clips, theme):
    page = as_reviewer("rae")
    page.emulate_media(color_scheme=theme)
    for name, address in (("queue", page.url), ("list", page.url.replace("queue/", ""))):
        page.goto(address)
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(300)
            shoot(page, f"review-{name}-{theme}-{width}")
        if name == "queue":
            assert_fits(page)
            assert_accessible(page)


APART = """() => new Promise((done) => {
    const films = [...document.querySelectorAll("[data-takes] video")];
    let apart = 0, looks = 0;
    const look = () => {
        const times = films.map(({ currentTime }) => currentTime);
        apart = Math.max(apart, Math.max(...times) - Math.min(...times));
        if ((looks += 1) < 20) setTimeout(look, 20);
        else done(apart);
    };
    look();
})"""
"""Seconds that films which play together were apart at most."""


def test_takes_play_together_and_one_is_chosen_by_its_number(as_reviewer, mia, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    order = make_order(mia)
    for number in (1, 2, 3):
        handed_in(mia, tmp_path, number, order=order, take=number)
    make_generation(order=order, take=4, prompt="A paper boat, take 4")
    page = as_reviewer("rae")
    page.keyboard.press("t")
    page.wait_for_url("**/takes/")
    until(page, "document.querySelector('[data-takes]').dataset.playing === ''")
    until(page, "[...document.querySelectorAll('[data-takes] video')].every((film) => !film.paused)")
    assert page.evaluate(APART) < 0.2
    look_at(page, "takes-light")
    page.keyboard.press("2")
    expect(page.locator("#offer-head")).to_have_text("Take 2 is chosen. And the others?")
    look_at(page, "takes-offer-dark")
    page.get_by_role("checkbox", name="Take 3").uncheck()
    page.get_by_role("button", name="Return the others").click()
    expect(page.locator(".messagelist")).to_contain_text(
        "Take 1 returned with your note; Take 4 cancelled before it was sent."
    )
    expect(page.locator(".takes-left")).to_have_text("Take 3 waits for a verdict")


def test_a_clip_loaded_ahead_shows_what_was_said_of_its_other_takes_meanwhile(
    as_reviewer, mia, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    order = make_order(mia)
    for number in (1, 2):
        handed_in(mia, tmp_path, number, order=order, take=number)
    page = as_reviewer("rae")
    is_loaded(page)
    page.keyboard.press("a")
    shows(page, 2)
    expect(page.locator("[data-shown] .review-takes")).to_have_text("Take 1 · Approved")


def test_comments_have_marks_and_come_by_themselves_beside_a_note_that_is_typed(as_reviewer, mia, clips):
    comments.comment(clips[0], "A jump", actor=mia, moment_ms=500)
    comments.comment(clips[1], "Too slow", actor=mia, moment_ms=250)
    page = as_reviewer("rae")
    is_loaded(page)
    mark = page.locator("[data-shown] .seek-mark")
    expect(mark).to_have_count(1)
    mark.click()
    until(page, "Math.abs(document.querySelector('[data-shown] video').currentTime - 0.52) < 0.05")
    expect(page.locator("[data-shown] [data-comment][data-shown]")).to_contain_text("A jump")
    page.keyboard.press("r")
    page.keyboard.type("Too da")
    comments.comment(clips[0], "And a flash", actor=mia, moment_ms=900)
    page.evaluate("htmx.trigger(document.body, 'live')")
    expect(mark).to_have_count(2)
    expect(page.locator("#news")).to_contain_text("A new comment.")
    page.keyboard.type("rk")
    expect(page.locator("[data-shown] .review-form textarea")).to_have_value("Too dark")
    shoot(page, "review-marks")
    comments.comment(clips[1], "Said while it waited", actor=mia)
    page.keyboard.press("Enter")
    shows(page, 1)
    expect(mark).to_have_attribute("aria-label", "Comment at 0:00.25 by mia")
    expect(page.locator("[data-shown] .threads")).to_contain_text("Said while it waited")
    mark.click()
    until(page, "Math.abs(document.querySelector('[data-shown] video').currentTime - 0.27) < 0.05")


def look_at(page, name):
    assert_fits(page)
    assert_accessible(page, [(name.rpartition("-")[2], 390)])
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        shoot(page, f"{name}-{width}")
