"""A library as a team lives with it: made, filled, a version suggested and accepted, compared, the pin moved."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from generations.models import Membership, Prompt, Role, State
from tests.browser.looks import violations
from tests.factories import make_draft, make_generation, make_library, make_prompt, make_user

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "A {{ boat | fishing boat }} leaves the harbour, {{ light: dawn, dusk }}"


@pytest.fixture
def lead(mia):
    Membership.objects.filter(user=mia).update(role=Role.LEAD)
    return mia


def become(page, live_server, user):
    """Go on as somebody else in the same browser."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])


def test_from_an_empty_page_to_an_accepted_suggestion_and_back(open_page, live_server, lead):
    page = open_page("/prompts/")
    page.get_by_role("link", name="Make a library").click()
    page.get_by_label("Name").fill("House looks")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_label("Library", exact=True)).to_contain_text("House looks")
    page.get_by_label("Title").fill("Harbour")
    page.get_by_label("Prompt", exact=True).fill(TEXT.replace("dusk }}", "dusk"))
    page.get_by_role("button", name="Add the prompt").click()
    expect(page.locator("#text-error")).to_contain_text("{{ is not closed (at character 49")
    page.get_by_label("Prompt", exact=True).fill(TEXT)
    page.get_by_role("button", name="Add the prompt").click()
    expect(page.locator(".prompt-text .variable")).to_have_count(2)
    address = page.url

    become(page, live_server, make_user("bo"))
    page.reload()
    page.get_by_role("link", name="Suggest a version").click()
    page.get_by_label("Prompt", exact=True).fill(TEXT.replace("leaves", "slowly leaves"))
    page.get_by_label("What is different").fill("Slower")
    page.get_by_role("button", name="Suggest").click()
    expect(page.get_by_text("Who manages the library decides.")).to_be_visible()

    become(page, live_server, lead)
    page.goto(address)
    page.get_by_role("link", name="Suggestions 1 waiting").click()
    expect(page.locator("ins")).to_have_text("slowly")
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_text("Say why")).to_be_visible()
    page.get_by_label("A word on it").fill("Better")
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Accepted by mia as version 2")).to_be_visible()

    page.get_by_role("link", name="Versions").click()
    page.get_by_label("From", exact=True).select_option("2")
    page.get_by_label("to", exact=True).select_option("1")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("del")).to_have_text("slowly")
    page.get_by_role("button", name="Make live").click()
    expect(page.get_by_text("mia made version 1 live, instead of 2")).to_be_visible()
    assert Prompt.objects.get().live.number == 1


def test_cards_come_as_one_scrolls_and_a_star_stays_pressed(open_page, lead):
    library = make_library(by=lead)
    for n in range(30):
        make_prompt(library, title=f"Kite {n}")
    page = open_page("/prompts/?q=kite")
    expect(page.locator(".card")).to_have_count(24)
    star = page.get_by_role("button", name="Favourite: Kite 29")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    page.mouse.wheel(0, 5000)
    expect(page.locator(".card")).to_have_count(30)
    page.get_by_role("link", name="Favourites").click()
    expect(page.locator(".card")).to_have_count(1)
    assert "favourite=on" in page.url


@pytest.mark.parametrize("size", [(1440, 900), (360, 740)])
def test_the_pages_are_accessible_in_both_themes_and_fit(
    chromium, open_page, page, lead, size, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    prompt = make_prompt(
        make_library("House looks", by=lead), TEXT, tags=["night", "a-rather-long-tag"], notes="Slow"
    )
    make_generation(lead, State.READY, prompt_version=prompt.live, files=True)
    make_library("Mine", by=lead)
    draft = make_draft("A boat", duration=8)
    for name in ("bo", "cy"):
        prompt.suggestions.create(of=prompt.live, author=make_user(name), note="Shorter", **vars(draft))
    open_page("/prompts/")
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]},
        has_touch=size[0] < 400,
        is_mobile=size[0] < 400,
        storage_state=page.context.storage_state(),
        reduced_motion="reduce",
    )
    shown = context.new_page()
    here = f"/prompts/{prompt.pk}/"
    tabs = [f"{here}?tab={tab}" for tab in ("versions", "suggestions", "results")]
    for path in ("/prompts/", here, *tabs, f"{here}edit", "/prompts/libraries/"):
        shown.goto(page.url.replace("/prompts/", path))
        if path == "/prompts/" and size[0] < 400:
            shown.locator(".side > summary").click()
        for theme in ("light", "dark"):
            shown.emulate_media(color_scheme=theme)
            assert [(path, theme, *one) for one in violations(shown)] == []
        assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        if size[0] < 400:
            for target in shown.locator(
                "main :is(button, select, .button, summary, .sorts a, .side a):visible"
            ).all():
                assert target.bounding_box()["height"] >= 44, (path, target.inner_html())
    context.close()
