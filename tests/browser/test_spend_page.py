"""The Spend page in a browser: readable in both themes, on a desk and a phone, by keyboard, and axe is content."""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import assert_accessible, assert_fits
from tests.studio import Studio

PASSWORD = "a-lead-for-tests"
MONEY = """
from decimal import Decimal
from uuid import uuid4
from django.utils import timezone
from generations.models import *
from generations.models.booking import book

team = Team.objects.create(name="Accounts {number}", monthly_limit=50, daily_limit=15)
lead = User.objects.create_user("lead-{number}", "{number}@example.com", password="{password}")
Membership.objects.create(team=team, user=lead, role=Role.LEAD, monthly_limit=20)
account = Account.objects.create(name="Live", base_url="https://api.example.com", key_fingerprint="{number}")
today = timezone.localdate()
common = {{"team": team, "member": lead, "currency": "EUR", "actor": lead, "kind": Kind.CORRECT}}
LedgerEntry.objects.write(spent=Decimal("12.30"), reason="An invoice", day=today.replace(day=1), **common)
order = Order.objects.create(owner=lead, team=team, account=account, nonce=uuid4())
for take in (1, 2):
    clip = Generation.objects.create(
        order=order, take=take, number=Revision.take(), owner=lead, team=team, account=account,
        prompt=f"A lighthouse, take {{take}}",
        cfg_scale=0.5, aspect_ratio="16:9", duration=5, price=Decimal("5.60"), currency="EUR",
        state=State.FAILED, failure=Failure.NO_RESULT, charged=Charged.UNKNOWN,
    )
    book(Generation.objects.to_book(clip.pk))
"""


@pytest.fixture
def spend(page: Page, studio: Studio) -> Iterator[Page]:
    """The page of a new team with some money in its month and two clips in doubt, as its lead sees it.

    The browser may have nothing to complain of, the Content-Security-Policy included.
    """
    number = uuid4().hex[:8]
    studio.shell(MONEY.format(number=number, password=PASSWORD))
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{studio.base_url}/accounts/login/?next=/team/spend/")
    page.locator("[name=username]").fill(f"lead-{number}")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    expect(page.get_by_role("heading", name=f"Spend of Accounts {number}")).to_be_visible()
    yield page
    assert complaints == []


def test_it_is_accessible_and_fits(spend: Page) -> None:
    spend.get_by_text("The same figures as a table").click()
    expect(spend.get_by_role("table", name="Money by day")).to_be_visible()
    assert_accessible(spend)
    assert_fits(spend)


def test_a_screen_reader_hears_what_the_picture_shows(spend: Page) -> None:
    picture = spend.get_by_role("img", name="Money by day")
    expect(picture).to_have_accessible_description(
        re.compile(r"^€12\.30 spent and €11\.20 reserved on [12] days?, most on .* has every figure\.$")
    )


def test_the_bars_stand_where_their_figures_say(spend: Page) -> None:
    plot, first = spend.locator("svg.chart"), spend.locator(".chart-day").first
    line = spend.locator(".chart-line").first.bounding_box()
    bar = first.locator(".bar-spent").bounding_box()
    assert plot.bounding_box() and line and bar
    assert bar["y"] + bar["height"] == pytest.approx(line["y"], abs=1.5)
    assert bar["height"] > 50
    expect(spend.locator(".chart-limit-name")).to_have_text("daily limit €15.00")


def test_the_file_is_downloaded(spend: Page) -> None:
    with spend.expect_download() as download:
        spend.get_by_role("link", name="CSV").click()
    assert re.fullmatch(r"spend-accounts-\w{8}-\d{4}-\d\d\.csv", download.value.suggested_filename)
    lines = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    assert lines[0].startswith('"day","member","spent","reserved","currency","judged_clips"')
    assert re.search('"lead-.{8}","12.30","0.00","EUR"', lines[1])


def test_charges_are_decided_by_keyboard(spend: Page) -> None:
    expect(spend.get_by_role("heading", name="In doubt: 2 clips")).to_be_visible()
    spend.get_by_label("How do you know? About A lighthouse, take 1").fill("The dashboard shows it.")
    spend.keyboard.press("Tab")
    expect(spend.get_by_role("button", name="It was charged").first).to_be_focused()
    spend.keyboard.press("Enter")
    expect(spend.get_by_text("Noted: €5.60 was charged. It counts as spent now.")).to_be_visible()
    expect(spend.get_by_role("heading", name="In doubt: 1 clip")).to_be_visible()
    spend.get_by_role("button", name="Nothing was charged").click()
    expect(spend.get_by_label("How do you know?")).to_be_focused()  # The browser wants a reason first.
    spend.get_by_label("How do you know?").fill("Not on the bill.")
    spend.get_by_role("button", name="Nothing was charged").click()
    expect(spend.get_by_text("It is known of every clip whether it was charged.")).to_be_visible()
    expect(spend.get_by_text("€17.90 spent · €0.00 reserved").first).to_be_visible()
