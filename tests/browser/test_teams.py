"""Teams as people live them: invited, at work, apart from the other team, and leaving."""

import re
import uuid
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import assert_accessible, assert_fits
from tests.browser.test_main_job import READY_MS, generate_button, tile_of, write_order
from tests.studio import Studio

PASSWORD = "correct horse battery"
FOUND = """
from generations.lifecycle import team as verbs
from generations.models import Role, Team, User
def person(name):
    return User.objects.create_user(name, email=name + "@example.com", password="{password}")
verbs.found(Team(name="North {mark}"), person("ilse{mark}"), actor=User.objects.get(username="admin"))
north = Team.objects.get(name="North {mark}")
verbs.join(north, person("vera{mark}"), Role.VIEWER, actor=User.objects.get(username="admin"))
print(north.pk)
"""


class North(NamedTuple):
    """A team of the running application: `lead` and `viewer` are user names."""

    pk: str
    name: str
    lead: str
    viewer: str
    mark: str


Visitor = Callable[[], Page]


@pytest.fixture
def north(studio: Studio) -> North:
    mark = uuid.uuid4().hex[:6]
    pk = studio.shell(FOUND.format(mark=mark, password=PASSWORD)).strip()
    return North(pk, f"North {mark}", f"ilse{mark}", f"vera{mark}", mark)


@pytest.fixture
def visitor(page: Page) -> Iterator[Visitor]:
    """Gives a page in a browser of somebody else's; what a page refuses under its policy fails the test."""
    contexts, refused = [], []

    def open_page() -> Page:
        context = page.context.browser.new_context(viewport={"width": 1440, "height": 900})
        contexts.append(context)
        new = context.new_page()
        new.on("pageerror", lambda error: refused.append(str(error)))
        new.on(
            "console",
            lambda message: "Content Security Policy" in message.text and refused.append(message.text),
        )
        return new

    yield open_page
    for context in contexts:
        context.close()
    assert refused == []


def sign_in(page: Page, studio: Studio, name: str) -> Page:
    page.goto(f"{studio.base_url}/accounts/login/")
    page.locator("[name=username]").fill(name)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: urlsplit(url).path != "/accounts/login/")
    return page


def invite(page: Page, studio: Studio, email: str) -> str:
    """Invite an address on the team's page; return the link that is shown."""
    page.goto(f"{studio.base_url}/team/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Invite", exact=True).click()
    return page.locator("#link-text").inner_text()


def join(page: Page, link: str, name: str) -> Page:
    """Make an account with an invitation's link."""
    page.goto(link)
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password confirmation").fill(PASSWORD)
    page.get_by_role("button", name="Create my account").click()
    expect(page.get_by_text(f"Welcome, {name}.")).to_be_visible()
    return page


def order(page: Page, studio: Studio, prompt: str) -> str:
    """Order a clip, wait until it is here, return its address."""
    write_order(page, studio, prompt)
    generate_button(page).click()
    tile = tile_of(page, prompt)
    expect(tile).to_have_attribute("data-state", "ready", timeout=READY_MS)
    expect(tile.locator("img")).to_be_visible(timeout=READY_MS)  # Its poster is made after that.
    return f"{studio.base_url}/gallery/{tile.get_attribute('data-generation')}/"


def test_two_teams_cannot_see_each_other(studio: Studio, page: Page, north: North, visitor: Visitor) -> None:
    lead = sign_in(visitor(), studio, north.lead)
    link = invite(lead, studio, f"nina{north.mark}@example.com")
    nina = join(visitor(), link, f"nina{north.mark}")
    prompt = f"A violet lighthouse {north.mark}"
    clip = order(nina, studio, prompt)
    expect(lead.request.get(clip)).to_be_ok()

    studio.login(page)
    since = {"since": "0", "load": "9-9", "day": "2026-01-01"}
    for path in ("", "video.mp4", "download", "poster.webp"):
        assert page.request.get(f"{clip}{path}").status == 404
        assert nina.request.get(f"{clip}{path}").status == 200
    assert page.request.get(f"{studio.base_url}/team/{north.pk}/").status == 404
    for where in ("/", "/gallery/", "/gallery/?whose=team", "/team/"):
        assert north.mark not in page.request.get(f"{studio.base_url}{where}").text()
    for shown in ("create", "gallery", "team"):
        live = page.request.get(f"{studio.base_url}/live/", params=since | {"page": shown})
        assert north.mark not in live.text()
    pk = clip.rstrip("/").rsplit("/", 1)[1]
    live = page.request.get(f"{studio.base_url}/live/", params=since | {"page": "clip", "clip": pk})
    assert north.mark not in live.text()
    page.goto(f"{studio.base_url}/?from={pk}")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Create")


def test_a_viewer_watches_and_does_not_order(studio: Studio, north: North, visitor: Visitor) -> None:
    lead = sign_in(visitor(), studio, north.lead)
    prompt = f"A violet lighthouse {north.mark}"
    clip = order(lead, studio, prompt)
    vera = sign_in(visitor(), studio, north.viewer)
    vera.goto(clip)
    expect(vera.locator("video")).to_be_visible()
    vera.goto(f"{studio.base_url}/gallery/?whose=team")
    expect(vera.locator("[data-generation]")).to_have_count(1)
    vera.goto(f"{studio.base_url}/")
    vera.locator("[name=prompt]").fill("Something of my own")
    expect(generate_button(vera)).to_be_disabled()
    reason = f"You watch in {north.name}. {north.lead} can make you a member, who may order."
    expect(vera.get_by_text(reason)).to_be_visible()
    vera.goto(f"{studio.base_url}/gallery/")
    expect(vera.locator("[data-generation]")).to_have_count(1)
    vera.get_by_role("link", name="Mine", exact=True).click()
    expect(vera.get_by_text("No clips of yours.")).to_be_visible()
    expect(vera.locator("[data-generation]")).to_have_count(0)


def test_leaving_hands_the_clips_over(studio: Studio, north: North, visitor: Visitor) -> None:
    lead = sign_in(visitor(), studio, north.lead)
    name = f"nina{north.mark}"
    nina = join(visitor(), invite(lead, studio, f"{name}@example.com"), name)
    clip = order(nina, studio, f"A violet lighthouse {north.mark}")
    nina.goto(f"{studio.base_url}/team/")
    nina.get_by_role("link", name="Leave the team …").click()
    expect(nina.get_by_label("Who takes over 1 clip")).to_have_value(re.compile(r"\d+"))
    nina.get_by_role("button", name=f"Leave {north.name}").click()
    expect(nina.get_by_text(f"1 clip went to {north.lead}.")).to_be_visible()
    expect(nina.get_by_role("heading", name="You are in no team")).to_be_visible()
    assert nina.request.get(clip).status == 404
    lead.goto(f"{studio.base_url}/gallery/")
    expect(lead.locator("[data-generation]")).to_have_count(1)
    lead.goto(clip)
    expect(lead.get_by_text(f"handed over from {name} to {north.lead}")).to_be_visible()
    lead.goto(f"{studio.base_url}/team/")
    expect(lead.locator("#history").get_by_text(f"left, 1 clip went to {north.lead}")).to_be_visible()


def test_who_has_an_account_joins_by_one_press_and_switches(
    studio: Studio, page: Page, north: North, visitor: Visitor
) -> None:
    """The demo account joins North, works there, and comes back to its first team."""
    lead = sign_in(visitor(), studio, north.lead)
    studio.login(page)
    mine = page.locator(".menu-who span")
    link = invite(lead, studio, mine.text_content() or "")
    page.goto(link)
    page.get_by_role("button", name=f"Join {north.name}").click()
    expect(page.get_by_text(f"Welcome to {north.name}.")).to_be_visible()
    switcher = page.locator(".teams > summary")
    expect(switcher).to_have_text(north.name)
    page.goto(f"{studio.base_url}/gallery/?whose=team")
    switcher.click()
    page.get_by_role("button", name=re.compile("^Studio")).click()
    expect(switcher).to_have_text("Studio")
    expect(page).to_have_url(f"{studio.base_url}/gallery/?whose=team")


def test_the_pages_of_a_team_are_accessible_and_fit(studio: Studio, north: North, visitor: Visitor) -> None:
    lead = sign_in(visitor(), studio, north.lead)
    invite(lead, studio, f"nina{north.mark}@example.com")
    assert_accessible(lead)
    lead.locator(".reveal > summary").click()
    lead.get_by_label("Why").fill("colours are off")
    lead.get_by_role("button", name="Pause sending", exact=True).click()
    expect(lead.get_by_text("colours are off").first).to_be_visible()
    assert_accessible(lead)
    lead.get_by_role("link", name=f"Change {north.viewer}").click()
    assert_accessible(lead)
    lead.goto(f"{studio.base_url}/team/{north.pk}/leave")
    assert_accessible(lead)
    lead.goto(f"{studio.base_url}/team/")
    assert_accessible(lead)
    assert_fits(lead)
