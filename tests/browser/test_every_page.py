"""Every page there is, as the table of access lists them: axe is content in both themes, nothing sticks out.

A new address is in that table, and so is looked at here without more ado.
"""

import re

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from generations.models import Membership, State, User
from tests.access.data import data_for
from tests.access.table import PEOPLE, TABLE
from tests.access.world import make_world, place
from tests.browser.looks import assert_accessible, assert_fits
from tests.factories import first_team, make_generation, make_live_account, make_user

pytestmark = pytest.mark.django_db(transaction=True)

AS_SEEN_BY = ("owner", "lead", "admin", "anonymous")
"""Who opens a page: the first of these who may."""
LIKE_ANOTHER = re.compile("private|theirs|none|HEAD")
"""Objects whose page looks as that of another one."""
NAMES = sorted({name for method, name, _ in TABLE if method == "GET"})


@pytest.fixture
def world(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return make_world()


@pytest.fixture
def tab(chromium, live_server):
    """Gives a page as somebody sees it, each in a browser of their own."""
    contexts = {}

    def open_as(who):
        if who not in contexts:
            context = contexts[who] = chromium.new_context(reduced_motion="reduce")
            if who != "anonymous":
                name, session = settings.SESSION_COOKIE_NAME, client_of(who).cookies
                context.add_cookies([{"name": name, "value": session[name].value, "url": live_server.url}])
            context.new_page()
        return contexts[who].pages[0]

    yield open_as
    for context in contexts.values():
        context.close()


def client_of(who):
    client = Client()
    if who != "anonymous":
        client.force_login(User.objects.get(username=who))
    return client


def is_page(answer):
    return answer.get("Content-Type", "").startswith("text/html") and b"<html" in b"".join(answer)


def pages_of(world, name):
    """(person, address with query) for each object that an address shows a page of."""
    for (method, found, kind), row in TABLE.items():
        if LIKE_ANOTHER.search(kind):
            continue
        who = next((who for who in AS_SEEN_BY if row[PEOPLE.index(who)] == 200), None)
        if found == name and method == "GET" and who:
            answer = client_of(who).get(
                reverse(name, kwargs=place(world, name, kind)), data_for(world, name, kind)
            )
            if is_page(answer):
                yield who, answer.wsgi_request.get_full_path()


@pytest.mark.parametrize("part", range(2))
def test_every_page_is_accessible_and_fits(world, tab, live_server, part):
    seen = []
    for name in NAMES[part::2]:
        for who, path in pages_of(world, name):
            page = tab(who)
            page.goto(live_server.url + path)
            assert_fits(page)
            assert_accessible(page)
            seen.append(name)
    assert len(set(seen)) > 5


def test_what_opens_and_what_goes_wrong_is_accessible_and_fits(world, tab, live_server):
    Membership.objects.create(user=User.objects.get(username="owner"), team=world["theirs"])
    page = tab("owner")
    page.goto(f"{live_server.url}/gallery/")
    for summary in ("Account menu", "Team:"):
        page.locator(f"summary[aria-label^='{summary}']").click()
        assert_accessible(page)
        assert_fits(page)
        page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    refused = (
        "/gallery/00000000-0000-0000-0000-000000000000/",
        "/team/spend/",
        f"{world['shared'].get_absolute_url()}cancel",
    )
    for path in refused:
        page.goto(live_server.url + path)
        assert_accessible(page)
        assert_fits(page)
    for template in ("400.html", "403_csrf.html", "500.html"):
        text = render_to_string(template)
        page.route("**/broken", lambda route: route.fulfill(body=text, content_type="text/html"))  # noqa: B023
        page.goto(f"{live_server.url}/broken")
        assert_accessible(page)
        page.unroute_all()


@pytest.mark.parametrize("is_live", [False, True])
def test_empty_pages_and_refused_orders_are_accessible_and_fit(tab, live_server, settings, is_live):
    make_user("owner")
    make_user("nobody", role=None)
    if is_live:
        settings.REHEARSAL, settings.MAGNIFIC_API_KEY = False, "a-key"
        settings.MAGNIFIC_BASE_URL = "https://api.magnific.com"
        make_live_account(paused_kind="no_credit", paused_at=timezone.now())
        team = first_team()
        team.monthly_limit = 5
        team.save()
    page = tab("owner")
    for path in ("/", "/gallery/", "/gallery/?whose=team", "/?example=yes"):
        page.goto(live_server.url + path)
        assert_accessible(page)
        assert_fits(page)
    page.goto(live_server.url)
    page.locator("summary", has_text="Negative prompt").click()
    page.locator("#prompt").fill("x" * 2501)
    page.locator("#prompt").press("Control+Enter")
    expect(page.locator("#order-errors")).to_be_focused()
    assert_accessible(page)
    assert_fits(page)
    page = tab("nobody")
    page.goto(live_server.url)
    assert_accessible(page)


def test_clips_in_every_state_are_accessible_and_fit(tab, live_server):
    owner = make_user("owner")
    wide = {"prompt": "Donaudampfschifffahrtsgesellschaft" * 70, "poster_name": ""}
    clips = [make_generation(owner, state, aspect_ratio="9:16", poster_name="") for state in State]
    clips = [make_generation(owner, state, **wide) for state in State if state != State.FAILED]
    clips.append(make_generation(owner, State.FAILED, failure_reason="x" * 400, **wide))
    running = next(clip for clip in clips if clip.state == State.RENDERING)
    page = tab("owner")
    own = [clip.get_absolute_url() for clip in (running, clips[-1])]
    for path in ("/", f"/?from={clips[-1].pk}", "/gallery/", "/gallery/?whose=team", *own):
        page.goto(live_server.url + path)
        assert_accessible(page)
        assert_fits(page)
