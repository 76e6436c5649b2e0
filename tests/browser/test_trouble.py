"""Pages speak when a press came to nothing and when a clip came by itself, and are silent otherwise."""

import re

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from generations.models import Charged, Generation, State
from tests.factories import PASSWORD, make_generation

pytestmark = pytest.mark.django_db(transaction=True)

TOLD = {
    "offline": "No answer from the studio. Nothing is lost, and pressing again is safe: nothing is paid twice.",
    "broken": "Something broke on our side. Nothing is lost, and pressing again is safe: nothing is paid twice.",
    "stale": "This page has gone stale: nothing was done, and no money moved. Reload it, then press again: what "
    "you typed stays.",
}


def make_trouble(page, kind):
    if kind == "offline":
        page.context.set_offline(True)
    elif kind == "broken":
        page.route("**/*", lambda route: route.fulfill(status=500, body=""))
    else:
        page.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)


def look(page):
    """Let the page ask for news at once."""
    page.evaluate("htmx.trigger(document.body, 'live')")


def end_trouble(page):
    page.context.set_offline(False)
    page.unroute_all()


@pytest.mark.parametrize(
    ("kind", "state", "button"),
    [(kind, State.QUEUED, "Cancel") for kind in TOLD] + [("offline", State.FAILED, "Retry as new")],
)
def test_a_press_in_a_tile_that_comes_to_nothing_is_told(open_page, page, mia, kind, state, button):
    make_generation(mia, state, charged=Charged.NO)
    open_page("/gallery/")
    make_trouble(page, kind)
    page.get_by_role("button", name=button).click()
    said = page.get_by_role("status").get_by_text(TOLD[kind])
    expect(said).to_be_visible()
    assert Generation.objects.filter(state=state).count() == 1
    end_trouble(page)
    page.reload()
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("status").get_by_text(re.compile("nothing spent|as a new clip"))).to_be_visible()
    expect(said).to_have_count(0)


def test_what_was_said_of_an_order_goes_with_the_next_press(open_page, page):
    open_page("/")
    page.locator("#prompt").fill("A boat")
    page.locator("#generate").click()
    expect(page.locator("#order-message")).to_have_text("Ordered: 1 clip is in line.")
    make_trouble(page, "offline")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#messages")).to_have_text(TOLD["offline"])
    expect(page.locator("#order-message")).to_have_text("")
    end_trouble(page)
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#messages")).to_have_text("Cancelled before it was sent, nothing spent.")


def test_a_stale_page_reloads_with_what_was_typed_and_then_orders(open_page, page):
    """Signing in anew in another tab changes the token that this page's form holds."""
    page.set_viewport_size({"width": 390, "height": 844})
    open_page("/")
    page.locator("#prompt").press_sequentially("A boat")
    make_trouble(page, "stale")
    page.locator("#generate").click()
    expect(page.get_by_role("button", name="Reload")).to_be_visible()
    assert page.get_by_role("button", name="Reload").bounding_box()["width"] > 60
    page.get_by_role("button", name="Reload").click()
    expect(page.get_by_role("button", name="Reload")).to_have_count(0)
    expect(page.locator("#prompt")).to_have_value("A boat")
    page.locator("#generate").click()
    expect(page.locator("#order-message")).to_have_text("Ordered: 1 clip is in line.")
    assert Generation.objects.get().prompt == "A boat"


def test_who_is_signed_out_meanwhile_comes_back_to_what_was_typed(open_page, page, mia):
    clip = make_generation(mia, State.READY, poster_name="")
    open_page(f"/?from={clip.pk}")
    page.locator("#prompt").fill("A blue boat")
    Session.objects.all().delete()
    look(page)
    expect(page.get_by_text("what you typed is kept")).to_be_visible()
    page.locator("[name=username]").fill(mia.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    expect(page.locator("#prompt")).to_have_value("A blue boat")


@pytest.mark.parametrize("kind", ["offline", "broken"])
def test_the_poller_complains_about_nothing(open_page, page, mia, kind):
    clip = make_generation(mia, State.RENDERING)
    open_page("/gallery/")
    make_trouble(page, kind)
    with page.expect_event("console", lambda message: message.type == "error"):
        look(page)
    expect(page.locator("#messages")).to_have_text("")
    end_trouble(page)
    clip.move(State.SAVING, completed_at=clip.created_at)
    expect(page.locator("article")).to_have_attribute("data-state", "saving")


def test_a_message_covers_no_button_on_a_phone(open_page, page, mia):
    page.set_viewport_size({"width": 390, "height": 844})
    make_generation(mia)
    open_page("/")
    make_trouble(page, "offline")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#messages")).to_have_text(TOLD["offline"])
    message = page.locator(".message").bounding_box()
    assert message["y"] + message["height"] <= page.locator("#generate").bounding_box()["y"]


@pytest.mark.parametrize("path", ["/", "/gallery/", "/gallery/{}/"])
def test_a_clip_that_comes_is_announced_once(open_page, page, mia, path):
    clip = make_generation(mia, State.RENDERING, prompt="A boat")
    open_page(path.format(clip.pk))
    shown = page.locator(f"[data-generation='{clip.pk}']")
    news = page.get_by_role("log")
    clip.move(State.SAVING, completed_at=clip.created_at)
    look(page)
    expect(shown).to_have_attribute("data-state", "saving")
    expect(news).to_have_text("")
    clip.move(State.READY, video_name="x.mp4", video_bytes=5, video_sha256="f" * 64)
    look(page)
    expect(news).to_have_text("Clip “A boat” is ready.")
    with page.expect_response(lambda answer: "/live/" in answer.url and answer.status == 200):
        clip.change(preview_failures=1)
        look(page)
    expect(news).to_have_text("Clip “A boat” is ready.")


def test_a_clip_that_fails_is_announced(open_page, page, mia):
    clip = make_generation(mia, State.RENDERING, prompt="A <b>bold</b> boat")
    open_page("/gallery/")
    clip.move(State.FAILED, failure="failed_there", charged=Charged.UNKNOWN)
    look(page)
    expect(page.get_by_role("log")).to_have_text("Clip “A <b>bold</b> boat” failed.")
