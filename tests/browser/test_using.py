"""A prompt from the library on Create: filled in, ordered, seen on the clip, and taken back to the library."""

import pytest
from playwright.sync_api import expect

from generations.models import Generation
from tests.browser.looks import assert_accessible
from tests.factories import make_library, make_prompt

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "A {{ animal | fox }} by {{ place }}, {{ lens: wide, close }}"


def test_a_prompt_is_filled_in_ordered_and_kept_as_a_draft(open_page, mia):
    prompt = make_prompt(make_library(by=mia), TEXT, by=mia, title="Beasts")
    page = open_page(f"/prompts/{prompt.pk}/")
    page.get_by_role("link", name="Use", exact=True).click()
    final = page.locator("[data-final]")
    expect(final).to_have_text("A fox by {{ place }}, {{ lens: wide, close }}")
    page.get_by_label("place", exact=True).fill("the  sea")
    page.get_by_label("lens", exact=True).press("c")  # By key: what a script selects is no draft.
    expect(final).to_have_text("A fox by the sea, close")
    expect(page.locator("#prompt-count")).to_contain_text("23 / 2500")
    page.reload()
    expect(page.get_by_label("place", exact=True)).to_have_value("the  sea")
    expect(final).to_have_text("A fox by the sea, close")
    assert_accessible(page)

    page.get_by_label("place", exact=True).fill("")
    page.get_by_role("button", name="Generate").click()
    expect(page.locator("#var-place-error")).to_have_text("“place” is not filled in.")
    page.get_by_label("place", exact=True).fill("the sea")
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_text("Ordered: 1 clip is in line.")).to_be_visible()
    expect(page.get_by_label("place", exact=True)).to_have_value("the sea")
    clip = Generation.objects.get()
    assert (clip.prompt, clip.prompt_version) == ("A fox by the sea, close", prompt.live)

    page.get_by_role("button", name="Save to library").click()
    expect(page.get_by_role("heading", name="New prompt")).to_be_visible()
    expect(page.get_by_label("Prompt", exact=True)).to_have_value(TEXT)
    page.goto(page.url.split("/prompts/")[0] + clip.get_absolute_url())
    page.get_by_role("link", name="Beasts, version 1").click()
    expect(page.get_by_role("heading", name="Beasts")).to_be_visible()
