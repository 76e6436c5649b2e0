"""A clip is talked about: at its moments, with a colleague who is called by name, and told of it by mail."""

import re

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Group
from django.test import Client
from playwright.sync_api import expect

from generations.lifecycle import comments, mailing, previews, review
from generations.models import Comment, Notice, State
from tests.browser.looks import LOOKS, assert_accessible, assert_fits
from tests.browser.test_player import until
from tests.factories import make_generation, make_user
from tests.media.conftest import encode

pytestmark = pytest.mark.django_db(transaction=True)

FRAMES, RATE = 48, 24
FRAME = "Math.floor(document.querySelector('[data-player] video').currentTime * 24 + 0.01)"


@pytest.fixture
def clip(mia, settings, tmp_path):
    """Two seconds of film."""
    settings.MEDIA_ROOT = tmp_path
    return make_film(mia, tmp_path, "A paper boat")


def make_film(owner, folder, prompt):
    film = encode(folder / f"{prompt}.mp4", size=(640, 360), shades=[40, 90] * (FRAMES // 2), rate=RATE)
    clip = make_generation(
        owner,
        State.READY,
        prompt=prompt,
        video_name=film.name,
        video_bytes=film.stat().st_size,
        video_frames=FRAMES,
        video_duration=FRAMES / RATE,
        preview_name="",
        proxy_name="",
    )
    previews.add_previews(clip)
    return clip


@pytest.fixture
def open_as(chromium, live_server):
    """Opens an address as somebody, in a browser of their own; complaints fail the test."""
    contexts, complaints = [], []

    def open_page(user, path, **options):
        client = Client()
        client.force_login(user)
        name = django_settings.SESSION_COOKIE_NAME
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, **options)
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(live_server.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def go_to_frame(page, frame):
    page.locator("[data-seek]").fill(str(frame))
    until(page, f"{FRAME} === {frame}")


def test_a_comment_at_a_moment_reaches_who_is_named_in_it(
    open_page, open_as, mia, clip, mailbox, live_server, settings
):
    bo = make_user("bo", first_name="Bo", last_name="Ek")
    make_user("boris")
    page = open_page(clip.get_absolute_url())
    theirs = open_as(bo, clip.get_absolute_url())
    box, moment = page.get_by_label("Your comment"), page.get_by_label("At", exact=True)
    go_to_frame(page, 25)
    expect(page.get_by_role("button", name="Comment at 0:01.04")).to_be_visible()

    # Names are offered while one types, and what is typed on is kept.
    box.press_sequentially("The boat jumps, @b")
    offered = page.locator(".people [role=option]")
    expect(offered).to_have_count(2)
    box.press_sequentially("o")
    expect(offered.first).to_have_attribute("aria-selected", "true")
    assert_accessible(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    box.press("Enter")
    expect(box).to_have_value("The boat jumps, @bo ")
    expect(offered).to_have_count(0)

    # What is refused stays as it was typed, said at its field.
    moment.fill("soon")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_text("Write a time such as 0:03.12")).to_be_visible()
    expect(moment).to_be_focused()
    expect(moment).to_have_attribute("aria-invalid", "true")
    expect(box).to_have_value("The boat jumps, @bo ")
    moment.fill("0:01.042")
    page.get_by_role("button", name="Comment at 0:01.04").click()
    thread = page.locator(".thread", has_text="The boat jumps")
    expect(thread.locator(".mention")).to_have_text("@bo")
    expect(box).to_have_value("")
    assert Comment.objects.get().moment_ms == 1042

    # A mark in the player, and the time itself, lead to the frame.
    go_to_frame(page, 3)
    mark = page.get_by_role("button", name="Comment at 0:01.04 by mia")
    mark.press("Enter")
    until(page, f"{FRAME} === 25")
    go_to_frame(page, 3)
    thread.get_by_role("link", name="0:01.04, show this moment").click()
    until(page, f"{FRAME} === 25")
    expect(page).to_have_url(re.compile(r"#comment-\d+$"))
    assert_accessible(page)
    assert_fits(page)

    # The other's open page learns of it with its own question, while they write something else.
    theirs.get_by_label("Your comment").fill("I am writing")
    theirs.evaluate("htmx.trigger(document.body, 'live')")
    expect(theirs.locator(".thread")).to_contain_text("The boat jumps")
    expect(theirs.get_by_role("link", name="Notices, 1 new")).to_be_visible()
    expect(theirs.get_by_label("Your comment")).to_have_value("I am writing")

    # The mail leads to the comment, and its moment.
    Notice.objects.update(mail_after="2026-01-01T00:00Z")
    settings.PUBLIC_URL = "https://studio.example.com"
    mailing.send_due()
    (mail,) = mailbox.mails
    assert (mail["To"], mail["Subject"]) == (
        "bo@example.com",
        "Kling 4K Studio: mia mentioned you at 0:01.04",
    )
    path = re.search(r"https://studio.example.com(/notices/\d+/)", mail.get_content()).group(1)
    theirs.goto(live_server.url + path)
    expect(theirs.locator(".comment[data-shown]")).to_contain_text("The boat jumps")
    until(theirs, f"{FRAME} === 25")
    expect(theirs.get_by_role("link", name="Notices", exact=True)).to_be_visible()

    # They answer and resolve; a page loaded since shows both.
    theirs.get_by_text("Answer", exact=True).first.click()
    theirs.get_by_label("Your answer").fill("Next take")
    theirs.locator(".answer").get_by_role("button", name="Answer").click()
    expect(theirs.locator(".answers")).to_contain_text("Next take")
    expect(theirs.get_by_label("Your answer")).to_be_hidden()
    theirs.get_by_role("button", name="Resolve").click()
    expect(theirs.get_by_text("1 settled")).to_be_visible()
    expect(theirs.locator(".seek-mark")).to_have_count(0)
    page.evaluate("htmx.trigger(document.body, 'live')")
    expect(page.locator(".settled")).to_contain_text("Resolved by bo")
    page.get_by_role("link", name="Notices, 1 new").click()
    expect(page.get_by_role("link", name="bo answered in a thread that you wrote in")).to_be_visible()


def test_two_near_each_other_share_a_mark_and_a_phone_has_room(open_as, mia, clip):
    bo = make_user("bo")
    for ms in (1000, 1050):
        comments.comment(clip, f"At {ms}", actor=bo, moment_ms=ms)
    page = open_as(mia, clip.get_absolute_url(), has_touch=True, is_mobile=True)
    mark = page.get_by_role("button", name="2 comments from 0:01.00 on, by bo")
    for shown in ("At 1000", "At 1050", "At 1000"):
        mark.press("Enter")
        expect(page.locator(".comment[data-shown]")).to_contain_text(shown)
    page.set_viewport_size({"width": 390, "height": 844})
    box = mark.bounding_box()
    assert min(box["width"], box["height"]) >= 44


def test_a_reviewer_talks_in_the_queue_without_giving_a_verdict(open_as, mia, clip, tmp_path):
    second = make_film(mia, tmp_path, "A kite")
    for one in (clip, second):
        review.hand_in(mia, [one])
    rita = make_user("rita", is_staff=True, role=None)
    rita.groups.add(Group.objects.get(name="Reviewers"))
    page = open_as(rita, "/admin/generations/clipinreview/queue/")
    shown = page.locator("[data-shown]")
    expect(page.locator("[data-ahead] [data-clip]")).to_have_count(1)
    page.keyboard.press("a")
    expect(shown.get_by_role("heading", name="A kite")).to_be_visible()
    page.evaluate("document.querySelector('[data-shown] video').pause()")
    box = shown.get_by_label("Your comment")
    box.press_sequentially("Again, @mia")
    expect(shown.locator(".people [role=option]")).to_have_count(1)
    box.press("Enter")
    box.press("Enter")
    shown.get_by_role("button", name="Comment at").click()
    expect(shown.locator(".thread")).to_contain_text("Again, @mia")
    second.refresh_from_db()
    assert second.verdict == "waiting"
    assert Comment.objects.get().generation == second
    for look in LOOKS:
        # Links of the admin change their colour slowly.
        page.emulate_media(color_scheme=look[0])
        page.wait_for_timeout(400)
        assert_accessible(page, [look])
    assert_fits(page)


def test_without_scripts_one_writes_as_well(open_as, mia, clip):
    page = open_as(mia, clip.get_absolute_url(), java_script_enabled=False)
    page.get_by_label("Your comment").fill("A jump")
    page.get_by_label("At", exact=True).fill("9:00")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_text("This clip is 2.00 s long.")).to_be_visible()
    expect(page.get_by_label("Your comment")).to_have_value("A jump")
    page.get_by_label("At", exact=True).fill("0:01.5")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".comment:target")).to_contain_text("A jump")
