"""The card of an order and the team's gallery in a browser: accessible in every state, with and without scripts."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from generations.lifecycle.share import keep_private, share
from generations.models import Generation, Membership, Pause, Role, State, Team
from tests.browser.looks import assert_accessible, assert_fits
from tests.browser.test_pages import tile
from tests.factories import make_generation, make_live_account, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def live(settings, tmp_path):
    """A key is set, and the team's month has €10.00."""
    settings.REHEARSAL, settings.MAGNIFIC_API_KEY = False, "a-key"
    settings.MAGNIFIC_BASE_URL, settings.MEDIA_ROOT = "https://api.magnific.com", tmp_path
    Team.objects.update(monthly_limit=10)
    return make_live_account()


def look_for_news(page):
    page.evaluate("htmx.trigger(document.body, 'live')")


def test_every_state_of_the_card_is_accessible_and_fits(open_page, page, mia, live):
    bo = make_user("bo", role=Role.LEAD)
    make_generation(bo, State.READY, account=live, prompt="A boat", files=True, price="4.50")
    make_generation(mia, State.READY, account=live, files=True, is_private=True, price="0.10")
    make_generation(bo, State.RENDERING, account=live, price="4.00")
    open_page("/")
    page.locator("#prompt").fill("A boat")
    assert_blocked_and_accessible(page)
    Team.objects.update(monthly_limit=100)
    open_page("/")
    page.locator("#generate").click()
    expect(page.locator("#earlier")).to_be_focused()
    check(page)
    Team.objects.update(paused_at=timezone.now(), paused_kind=Pause.LEAD, paused_by=bo, paused_reason="lunch")
    for path in ("/", "/gallery/", "/gallery/?whose=team", Generation.objects.first().get_absolute_url()):
        open_page(path)
        check(page)
    page.locator("summary[aria-label^='Account menu']").click()
    check(page)
    Membership.objects.filter(user=mia).update(role=Role.VIEWER)
    open_page("/")
    assert_blocked_and_accessible(page)


def assert_blocked_and_accessible(page):
    expect(page.locator("#generate")).to_be_disabled()
    assert_accessible(page)


def check(page):
    assert_fits(page)
    assert_accessible(page)


def test_the_draft_keeps_what_is_private_and_forgets_tonight_in_another_tab(open_page, page):
    open_page("/")
    page.locator("#prompt").fill("A boat")
    page.get_by_label("Keep it private until I share it").check()
    page.locator("[name=when][value=tonight]").check(force=True)
    page.reload()
    expect(page.get_by_label("Keep it private until I share it")).to_be_checked()
    expect(page.locator("[name=when][value=tonight]")).to_be_checked()
    another = page.context.new_page()
    another.goto(page.url)
    expect(another.get_by_label("Keep it private until I share it")).to_be_checked()
    expect(another.locator("[name=when][value=now]")).to_be_checked()


def test_without_scripts_a_limit_refuses_and_another_take_is_a_press(open_page, chromium, page, mia, live):
    make_generation(mia, State.READY, account=live, prompt="A boat", poster_name="", price="1.00")
    open_page("/")
    context = chromium.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    plain = context.new_page()
    plain.goto(page.url)
    plain.locator("#prompt").fill("A boat")
    plain.locator("[name=takes][value='2']").check(force=True)
    plain.locator("[name=takes][value='2']").press("Enter")
    expect(plain.locator("#earlier")).to_contain_text("Already made")
    assert Generation.objects.count() == 1
    plain.get_by_role("button", name="Make another take").click()
    expect(plain.locator("#order-errors")).to_contain_text("this costs €2.20 more")
    plain.locator("[name=takes][value='1']").check(force=True)
    plain.locator("#generate").click(force=True)
    plain.get_by_role("button", name="Make another take").click()
    expect(plain.locator("#messages")).to_have_text("Ordered: 1 clip is in line.")
    assert Generation.objects.count() == 2
    context.close()


def test_enter_in_the_form_never_makes_another_take(open_page, chromium, page, mia):
    """The first button of a form is what Enter presses: it has to be Generate."""
    make_generation(mia, State.READY, prompt="A boat", poster_name="")
    open_page("/")
    context = chromium.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    plain = context.new_page()
    plain.goto(page.url)
    plain.locator("#prompt").fill("A boat")
    for _ in range(2):
        plain.locator("[name=duration]").press("Enter")
        expect(plain.locator("#earlier")).to_be_visible()
    assert Generation.objects.count() == 1
    context.close()


def test_the_month_and_the_budget_follow_what_colleagues_do(open_page, page, live):
    Team.objects.update(monthly_limit=12)
    open_page("/")
    expect(page.locator("#generate")).to_be_enabled()
    make_generation(make_user("bo"), account=live, price="8.00", is_private=True)
    look_for_news(page)
    expect(page.locator("#month")).to_contain_text("€8.00 reserved")
    expect(page.locator("#generate")).to_be_disabled()
    expect(page.locator("#order-errors")).to_contain_text("this costs €1.60 more")
    Generation.objects.get().move(State.CANCELLED)
    look_for_news(page)
    expect(page.locator("#generate")).to_be_enabled()
    expect(page.locator("#order-errors")).to_be_hidden()


def test_what_is_shared_appears_and_loses_its_lock_and_what_is_kept_private_goes(open_page, page, mia):
    bo = make_user("bo")
    theirs = make_generation(bo, State.READY, poster_name="", is_private=True)
    mine = make_generation(mia, State.READY, poster_name="", is_private=True)
    open_page("/gallery/?whose=team")
    expect(page.locator("article")).to_have_count(0)
    expect(page.get_by_text(re.compile("has no clips yet"))).to_be_visible()
    share(theirs, actor=bo)
    look_for_news(page)
    expect(tile(page, theirs).get_by_title("bo")).to_be_visible()
    expect(page.locator(".day-total:visible")).to_contain_text("1 clip")
    keep_private(theirs, actor=bo)
    look_for_news(page)
    expect(page.locator("article")).to_have_count(0)
    open_page("/gallery/")
    expect(tile(page, mine).get_by_text("Private")).to_have_count(1)
    share(mine, actor=mia)
    look_for_news(page)
    expect(tile(page, mine).get_by_text("Private")).to_have_count(0)
    expect(page.locator("article")).to_have_count(1)
