"""A library goes to another team as a file, and two versions of a prompt are ordered side by side."""

import json
import re

import pytest
from playwright.sync_api import expect

from generations.lifecycle import prompts
from generations.models import Generation, Library, Membership, Role, State
from tests.browser.looks import violations
from tests.browser.test_prompts import become
from tests.factories import make_draft, make_generation, make_library, make_prompt, make_team, make_user

pytestmark = pytest.mark.django_db(transaction=True)
ONE = "A {{ boat | fishing boat }} leaves the harbour, {{ light: dawn, dusk }}"
TWO = "A {{ boat }} slowly leaves the harbour, {{ light }}, fog"


@pytest.fixture
def lead(mia):
    Membership.objects.filter(user=mia).update(role=Role.LEAD)
    return mia


@pytest.fixture
def harbour(lead):
    prompt = make_prompt(make_library("House looks", by=lead), ONE, title="Harbour", tags=["sea"], by=lead)
    prompts.save_version(prompt, make_draft(TWO), actor=lead, note="Slower, with fog")
    prompt.refresh_from_db()
    return prompt


def accessible(page, name):
    assert [(name, *one) for one in violations(page)] == []


def choose(page, content, name="looks.json"):
    content = content if isinstance(content, bytes) else content.encode()
    page.get_by_label("File").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Show what it would do").click()


def test_a_library_goes_to_another_team_and_back_nothing_is_left_to_do(open_page, live_server, lead, harbour):
    page = open_page("/prompts/libraries/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export JSON of House looks").click()
    file = download.value.path().read_bytes()
    assert download.value.suggested_filename.startswith("house-looks-")
    assert len(json.loads(file)["prompts"][0]["versions"]) == 2

    south = make_team("South")
    bo = make_user("bo", team=south, role=Role.LEAD)
    theirs = make_library("Ours now", by=bo, team=south)
    become(page, live_server, bo)
    page.goto(f"{live_server.url}/prompts/libraries/")
    page.get_by_role("link", name="Import into Ours now").click()
    choose(page, "title,text\nHarbour,\n")
    expect(page.get_by_role("alert")).to_contain_text("Line 2, text: Write a prompt")
    accessible(page, "a bad file")
    choose(page, file)
    expect(page.get_by_role("heading", name="Import looks.json")).to_be_visible()
    expect(page.locator(".steps")).to_contain_text("2 versions, number 2 is live")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # No colour on its way to another.
        accessible(page, theme)
    page.get_by_role("button", name="Import all of it").dblclick()
    # The answer that arrives may be the second press's, which is told that the first one did it.
    expect(page.get_by_text(re.compile("Imported: 1 new|has been imported already")).first).to_be_visible()
    page.get_by_role("link", name="Harbour").click()
    page.get_by_role("link", name="Versions").click()
    expect(page.locator(".history").first).to_contain_text("mia, imported by bo")
    assert theirs.prompts.get().live.text == TWO

    page.goto(f"{live_server.url}/prompts/libraries/{theirs.pk}/import")
    choose(page, file)
    expect(page.get_by_text("Nothing to import:")).to_be_visible()
    assert Library.objects.get(pk=theirs.pk).prompts.count() == 1


def test_two_versions_are_ordered_side_by_side(open_page, lead, harbour, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    page = open_page(f"/prompts/{harbour.pk}/?tab=versions")
    page.get_by_role("link", name="Order both side by side").click()
    expect(page.locator(".pair textarea")).to_have_count(2)
    page.get_by_label("light").select_option("dusk")
    page.get_by_label("boat").fill("ferry")
    expect(page.locator("[data-final=prompt]")).to_have_text("A ferry leaves the harbour, dusk")
    expect(page.locator("[data-final=beside]")).to_have_text("A ferry slowly leaves the harbour, dusk, fog")
    expect(page.locator("#beside-count")).to_contain_text("44 /")
    button = page.locator("#generate")
    expect(button).to_contain_text("2 × 5 s · €11.20")
    page.locator(".segments").get_by_text("2", exact=True).click()
    expect(button).to_contain_text("4 × 5 s · €22.40")
    page.locator(".segments").get_by_text("1", exact=True).click()
    accessible(page, "the form")
    page.reload()
    expect(page.get_by_label("boat")).to_have_value("ferry")
    button.dblclick()
    expect(page.locator("#order-message")).to_contain_text("Ordered: 2 clips are in line.")
    expect(page.locator("#tiles > *")).to_have_count(2)
    one, two = Generation.objects.order_by("take")
    assert [one.prompt_version.number, two.prompt_version.number] == [1, 2]
    accessible(page, "ordered")
    page.get_by_role("link", name="Compare them").click()
    expect(page.get_by_role("heading", name="These cannot be compared")).to_be_visible()

    clips = [
        make_generation(lead, State.READY, prompt_version=clip.prompt_version, prompt=clip.prompt, files=True)
        for clip in (one, two)
    ]
    page.goto(page.url.partition("?")[0] + f"?clips={clips[0].pk},{clips[1].pk}")
    expect(page.get_by_text("They differ in prompt.")).to_be_visible()


@pytest.mark.parametrize("size", [(1440, 900), (360, 740)])
def test_the_pages_fit(chromium, open_page, page, lead, harbour, size):
    open_page("/prompts/")
    is_phone = size[0] < 400
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]},
        has_touch=is_phone,
        is_mobile=is_phone,
        storage_state=page.context.storage_state(),
    )
    shown = context.new_page()
    base = page.url.replace("/prompts/", "")
    library = harbour.library_id
    for path in (
        "/prompts/libraries/",
        f"/prompts/libraries/{library}/import",
        f"/?prompt={harbour.pk}&version=1&beside=2",
        f"/prompts/{harbour.pk}/?tab=versions",
    ):
        shown.goto(base + path)
        accessible(shown, path)
        assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        if is_phone:
            for target in shown.locator("main :is(button, .button, summary):visible").all():
                assert target.bounding_box()["height"] >= 44, (path, target.inner_html())
    shown.goto(f"{base}/prompts/libraries/{library}/import")
    rows = "".join(f"{'A rather long title of a prompt ' * 3}{n},A boat\n" for n in range(40))
    choose(shown, f"title,text\nHarbour,A ferry\n{rows}", "a-file-with-a-rather-long-name-that-goes-on.csv")
    expect(shown.locator(".steps")).to_have_count(2)
    accessible(shown, "preview")
    assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()
