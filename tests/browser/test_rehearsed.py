"""A clip that waits in rehearsal, ordered for real from its tile while the page keeps itself up to date."""

import pytest
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import expect

from generations.models import Account, Generation
from tests.factories import make_generation, make_live_account, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_question_stays_open_while_news_arrive_and_is_answered_once(page, live_server, settings):
    settings.REHEARSAL, settings.MAGNIFIC_API_KEY = False, "a-key"
    settings.MAGNIFIC_BASE_URL = "https://api.magnific.com"
    cache.clear()
    mia, live = make_user(), make_live_account()
    clip = make_generation(mia, account=Account.objects.create(name="Rehearsal", is_rehearsal=True))
    client = Client()
    client.force_login(mia)
    name = settings.SESSION_COOKIE_NAME
    session = client.cookies[name].value
    page.context.add_cookies([{"name": name, "value": session, "url": live_server.url}])
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)

    page.goto(f"{live_server.url}/gallery/")
    tile = page.locator(f"[data-generation='{clip.pk}']")
    tile.get_by_text("Order it for real …").click()
    make_generation(mia, account=live, prompt="Something new")
    page.evaluate("document.body.dispatchEvent(new CustomEvent('live'))")
    expect(page.locator("[data-generation]").filter(has_text="Something new")).to_have_count(1)
    tile.get_by_role("button", name="Order for €5.60").click()
    expect(page.get_by_text("Ordered for real, as a new clip.")).to_be_visible()
    expect(tile).to_have_attribute("data-state", "cancelled")
    assert Generation.objects.filter(account=live, retry_of=clip).count() == 1
    assert complaints == []
