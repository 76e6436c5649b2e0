"""Money as people meet it: a whole installation with a key, whose Magnific is the sandbox."""

import re
import threading
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from generations.magnific.sandbox.config import SandboxConfig
from generations.magnific.sandbox.server import running_sandbox
from tests.studio import Studio, running_studio

READY_MS = 60_000
PASSWORD = "one-for-all-of-these"
SESSIONS, AFFORDABLE = 10, 4

TEAM = """
from generations.models import Membership, Team, User
team = Team.objects.create(name="{team}", monthly_limit={limit})
for name in {names}:
    user = User(username=name, email=name + "@example.com")
    user.set_password("{password}")
    user.save()
    Membership.objects.create(team=team, user=user, role="lead" if name.startswith("lea") else "member")
"""
LIMIT = """
from generations.models import Membership, Revision
Membership.objects.filter(user__username="{name}").update(monthly_limit={limit})
Revision.take()
"""
STATES = """
from generations.models import Generation
print(*Generation.objects.filter(team__name="{team}").values_list("state", flat=True))
"""
LONG_NAME = """
from generations.models import Membership, Team, User
user = User.objects.get(username="{name}")
Membership.objects.create(team=Team.objects.create(name="A {team} for Northern Lights Trailers"), user=user)
"""
IN_LINE = """
from django.utils import timezone
from tests.factories import make_generation
from generations.models import State, User
mia = User.objects.get(username="{name}")
for state in (State.RENDERING, State.QUEUED):
    make_generation(mia, state, accepted_at=timezone.now())
"""
BOOKED = """
from generations.lifecycle.limits import budgets
from generations.models import Membership
print(budgets(Membership.objects.filter(team__name="{team}").first()).team_month.taken.together)
"""


@pytest.fixture(scope="module")
def paying(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """An application for which every clip is paid; tonight is twelve hours away."""
    folder = tmp_path_factory.mktemp("paying")
    config = SandboxConfig(data_dir=folder / "sandbox", port=0, seconds=1.0, megabytes=1.0)
    hour = str((datetime.now().hour + 12) % 24)
    with running_sandbox(config) as sandbox:
        magnific = {"MAGNIFIC_BASE_URL": sandbox.base_url, "MAGNIFIC_RESULT_HOSTS": sandbox.base_url}
        with running_studio(
            folder / "var", MAGNIFIC_API_KEY="a-key", TONIGHT_HOUR=hour, **magnific
        ) as studio:
            yield studio


def shell(studio: Studio, code: str, **values: Any) -> str:
    return studio.shell(code.format(**values)).strip()


def make_people(studio: Studio, *names: str, limit: str = "None") -> tuple[str, list[str]]:
    """Make a team with these people, a lead if the name begins so; return its name and theirs, all new."""
    tag = uuid.uuid4().hex[:6]
    people = [f"{name}-{tag}" for name in names]
    shell(studio, TEAM, team=f"Team {tag}", limit=limit, names=people, password=PASSWORD)
    return f"Team {tag}", people


def sign_in(page: Page, studio: Studio, name: str) -> Page:
    page.goto(f"{studio.base_url}/accounts/login/")
    page.locator("[name=username]").fill(name)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    expect(page.locator("#prompt")).to_be_visible()
    return page


def states(studio: Studio, team: str) -> list[str]:
    return shell(studio, STATES, team=team).split()


def write(page: Page, prompt: str, seconds: int = 3) -> None:
    page.locator("#prompt").fill(prompt)
    page.locator("[name=duration]").fill(str(seconds))


def look_for_news(page: Page) -> None:
    page.evaluate("htmx.trigger(document.body, 'live')")


@pytest.fixture
def other(chromium: Browser) -> Iterator[Page]:
    """A second person's browser."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


def raise_limit(page: Page, studio: Studio, lead: str, member: str, limit: str) -> None:
    """As the lead does it: on the team's page, at the member's name."""
    sign_in(page, studio, lead)
    page.get_by_role("link", name="Team", exact=True).first.click()
    page.get_by_role("link", name=f"Change {member}").click()
    page.locator("[name=monthly_limit]").fill(limit)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row").filter(has_text=member)).to_contain_text(f"of €{limit}.00")


def test_over_the_limit_one_sees_why_and_a_lead_raises_it(paying: Studio, page: Page, other: Page) -> None:
    team, (mia, lea) = make_people(paying, "mia", "lea")
    shell(paying, LIMIT, name=mia, limit=5)
    sign_in(page, paying, mia)
    button, reasons = page.locator("#generate"), page.locator("#order-errors")
    write(page, "A paper boat", seconds=5)
    expect(button).to_be_disabled()
    expect(button).to_have_attribute("aria-describedby", "order-errors")
    expect(reasons.get_by_role("listitem")).to_have_text(
        [
            "Your month has €5.00 left of €5.00: this costs €0.60 more. "
            f"{lea} can raise the limit on the team’s page."
        ]
    )
    write(page, "A paper boat", seconds=4)
    expect(button).to_be_enabled()
    expect(reasons).to_be_hidden()
    assert button.get_attribute("aria-describedby") is None
    expect(page.locator("#budget")).to_contain_text("After this order €0.52 free")
    page.locator("[name=takes][value='2']").check(force=True)
    expect(reasons).to_contain_text("this costs €3.96 more")

    page.locator("#prompt").press("Control+Enter")
    expect(reasons).to_be_focused()
    assert states(paying, team) == []

    raise_limit(other, paying, lea, mia, "20")
    button.click(force=True)
    expect(button).to_be_enabled()
    expect(reasons).to_be_hidden()
    button.click()
    expect(page.locator("#order-message")).to_have_text("Ordered: 2 clips are in line.")
    expect(page.locator("article[data-state=ready]")).to_have_count(2, timeout=READY_MS)
    expect(page.locator("#month")).to_contain_text("€8.96 spent")
    expect(page.locator("#budget")).to_contain_text("€11.04 free")


def member(studio: Studio, name: str) -> tuple[requests.Session, str]:
    """Sign somebody in over HTTP; return the session and its token against forgery."""
    session = requests.Session()
    url = f"{studio.base_url}/accounts/login/"
    session.get(url, timeout=10)
    session.post(
        url, {"username": name, "password": PASSWORD, "csrfmiddlewaretoken": _token(session)}, timeout=10
    )
    return session, _token(session)


def _token(session: requests.Session) -> str:
    return next(cookie.value or "" for cookie in session.cookies if "csrf" in cookie.name)


def test_ten_press_at_once_and_as_many_are_ordered_as_can_be_paid(paying: Studio) -> None:
    team, people = make_people(
        paying, *(f"m{number}" for number in range(SESSIONS)), limit=f"{AFFORDABLE} * 3.36 + 3.35"
    )
    sessions = [member(paying, name) for name in people]
    gate, answers = threading.Barrier(SESSIONS), [requests.Response()] * SESSIONS

    def press(number: int) -> None:
        session, token = sessions[number]
        form = {"prompt": f"A boat, number {number}", "duration": "3", "nonce": str(uuid.uuid4())}
        session.close()  # a kept connection may have been closed over there, and a POST is not sent twice
        gate.wait(30)
        answers[number] = session.post(
            f"{paying.base_url}/",
            {**form, "csrfmiddlewaretoken": token},
            allow_redirects=False,
            timeout=60,
        )

    threads = [threading.Thread(target=press, args=(number,), daemon=True) for number in range(SESSIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    refused = [answer for answer in answers if answer.status_code == 422]
    assert [answer.status_code for answer in answers].count(302) == AFFORDABLE
    assert len(refused) == SESSIONS - AFFORDABLE
    for answer in refused:
        assert "The team’s month has €3.35 left of €16.79: this costs €0.01 more." in answer.text
        assert "An admin can raise the limit" in answer.text
    assert len(states(paying, team)) == AFFORDABLE
    assert float(shell(paying, BOOKED, team=team)) == pytest.approx(AFFORDABLE * 3.36)


def test_what_a_colleague_has_made_is_offered_before_another_take(
    paying: Studio, page: Page, other: Page
) -> None:
    team, (mia, bo) = make_people(paying, "mia", "bo")
    sign_in(other, paying, bo)
    write(other, "A paper boat in the rain")
    other.locator("#generate").click()
    expect(other.locator("article").first).to_have_attribute("data-state", "ready", timeout=READY_MS)

    sign_in(page, paying, mia)
    write(page, "A paper boat in the rain")
    page.locator("#prompt").press("Control+Enter")
    earlier = page.locator("#earlier")
    expect(earlier).to_be_focused()
    expect(earlier).to_contain_text(re.compile(rf"Already made\s+Made today at \d\d:\d\d by {bo}, €3.36\."))
    page.locator("#prompt").press_sequentially("!")
    expect(earlier).to_have_count(0)
    page.locator("#prompt").press("Backspace")
    page.locator("#prompt").press("Control+Enter")
    expect(earlier).to_be_focused()
    page.keyboard.press("Tab")
    expect(earlier.get_by_role("link", name="Open it")).to_be_focused()
    page.keyboard.press("Tab")
    expect(earlier.get_by_role("button", name="Make another take · €3.36")).to_be_focused()
    assert len(states(paying, team)) == 1
    page.keyboard.press("Enter")
    expect(page.locator("#order-message")).to_have_text("Ordered: 1 clip is in line.")
    expect(earlier).to_have_count(0)
    assert len(states(paying, team)) == 2


def test_a_clip_for_tonight_waits_and_can_be_sent_now(paying: Studio, page: Page) -> None:
    team, (mia,) = make_people(paying, "mia")
    sign_in(page, paying, mia)
    write(page, "A paper boat at night")
    page.locator("[name=when][value=tonight]").check(force=True)
    page.reload()
    expect(page.locator("[name=when][value=tonight]")).to_be_checked()
    page.locator("#generate").click()
    expect(page.locator("#order-message")).to_have_text(re.compile(r"^Ordered: 1 clip will be sent .* at "))
    tile = page.locator("article")
    expect(tile).to_contain_text(
        re.compile(r"to be sent (today|tonight|tomorrow) at \d\d:00 · not sent yet, nothing spent")
    )
    expect(page.locator("[name=when][value=now]")).to_be_checked()
    page.reload()
    expect(page.locator("[name=when][value=now]")).to_be_checked()
    expect(page.locator("#month")).to_contain_text("€0.00 spent")
    expect(page.locator("#month")).to_contain_text("€3.36 reserved")
    assert states(paying, team) == ["queued"]
    tile.get_by_role("button", name="Send now").click()
    expect(tile).to_have_attribute("data-state", "ready", timeout=READY_MS)


def test_a_private_clip_is_seen_by_others_once_it_is_shared(paying: Studio, page: Page, other: Page) -> None:
    _, (mia, bo) = make_people(paying, "mia", "bo")
    sign_in(other, paying, bo)
    other.goto(f"{paying.base_url}/gallery/?whose=team")
    sign_in(page, paying, mia)
    write(page, "A paper boat of my own")
    page.get_by_label("Keep it private until I share it").check()
    page.locator("#generate").click()
    tile = page.locator("article")
    expect(tile).to_have_attribute("data-state", "ready", timeout=READY_MS)
    expect(tile.get_by_title("Private: the team sees it when you share it")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Keep it private until I share it")).to_be_checked()

    look_for_news(other)
    expect(other.locator("article")).to_have_count(0)
    address = page.locator(".tile-open").get_attribute("href")
    page.goto(f"{paying.base_url}{address}")
    strange = other.context.request.get(f"{paying.base_url}{address}")
    assert strange.status == 404
    page.get_by_role("button", name="Share with the team").click()
    expect(page.locator("#messages")).to_contain_text("sees it now.")
    look_for_news(other)
    expect(other.locator("article")).to_have_count(1)
    expect(other.locator("article").get_by_title(mia)).to_be_visible()
    page.get_by_role("button", name="Keep private").click()
    expect(page.get_by_role("button", name="Share with the team")).to_be_visible()
    look_for_news(other)
    expect(other.locator("article")).to_have_count(0)


def test_the_header_keeps_its_words_whole_beside_a_long_team_name(paying: Studio, page: Page) -> None:
    """With a month, something in line and two teams, on a desk, a tablet and a phone."""
    team, (mia,) = make_people(paying, "mia", limit="500")
    shell(paying, LONG_NAME, name=mia, team=team)
    sign_in(page, paying, mia)
    shell(paying, IN_LINE, name=mia)
    for width in (1440, 1024, 800, 390, 360):
        page.set_viewport_size({"width": width, "height": 800})
        page.reload()
        expect(page.locator("#load")).to_contain_text("running")
        for tab in page.locator(".tabs a").all():
            # On a phone an icon stands above the word.
            assert tab.bounding_box()["height"] <= (40 if width > 768 else 56), width
        assert page.locator(".brand svg").bounding_box()["width"] == 20, width
        assert page.evaluate("document.documentElement.scrollWidth") == width
