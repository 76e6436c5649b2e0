"""Ordering from the library: gaps, the version that clips remember, and saving to the library."""

from uuid import uuid4

import pytest

from generations.lifecycle.prompts import Around, edit
from generations.models import Generation, Owner, State
from tests.factories import (
    make_draft,
    make_generation,
    make_library,
    make_member,
    make_prompt,
    make_stranger,
    make_user,
)
from tests.views.pages import elements, htmx, text_of

pytestmark = pytest.mark.django_db
NO_PROMPT = "00000000-0000-4000-8000-000000000000"
TEXT = "A {{ animal | fox }} by {{ place }}, {{ lens: wide, close }}, again {{ place }}"


@pytest.fixture
def mia(client):
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def prompt(mia):
    library = make_library("Looks", Owner.TEAM, by=mia)
    return make_prompt(library, TEXT, by=mia, title="Beasts", duration=7, aspect_ratio="1:1", cfg_scale=0.7)


def send(client, prompt, *, headers=None, text=TEXT, **values):
    said = {"prompt": text, "nonce": str(uuid4()), "prompt_version": prompt.live_id}
    return client.post(f"/?prompt={prompt.pk}", said | values, headers=headers)


FILLED = {"var-place": " the\nsea ", "var-lens": "close"}


def test_the_form_begins_with_the_live_version(client, prompt):
    page = client.get(f"/?prompt={prompt.pk}")
    html = page.content.decode()
    assert TEXT in html
    assert "Prompt Beasts, version 1" in text_of(page)
    assert elements(page, "input", name="prompt_version")[0]["value"] == str(prompt.live_id)
    assert elements(page, "input", name="duration")[0]["value"] == "7"
    assert "checked" in elements(page, "input", name="aspect_ratio", value="1:1")[0]
    (animal,) = elements(page, "input", name="var-animal")
    (place,) = elements(page, "input", name="var-place")
    assert (animal["placeholder"], "required" in animal) == ("fox", False)
    assert ("placeholder" in place, "required" in place) == (False, True)
    assert elements(page, "select", name="var-lens")
    assert [e["value"] for e in elements(page, "option") if e["value"] in ("wide", "close")] == [
        "wide",
        "close",
    ]
    assert [label["for"] for label in elements(page, "label") if label.get("for", "").startswith("var-")] == [
        "var-animal",
        "var-place",
        "var-lens",
    ]


def test_another_version_is_asked_for_by_its_number(client, mia, prompt):
    around = Around(title="Beasts", notes="", tags=(), example=None)
    second = edit(prompt, make_draft("Only text"), of=1, actor=mia, note="", live=True, around=around)
    assert "Only text</textarea>" in client.get(f"/?prompt={prompt.pk}").content.decode()
    page = client.get(f"/?prompt={prompt.pk}&version=1")
    assert f"{TEXT}</textarea>" in page.content.decode()
    assert elements(page, "input", name="prompt_version")[0]["value"] != str(second.pk)


@pytest.mark.parametrize(
    "query", ["prompt=x", "prompt={}&version=9", "prompt={}&version=x", f"prompt={NO_PROMPT}"]
)
def test_what_is_not_there_is_not_found(client, prompt, query):
    assert client.get("/?" + query.format(prompt.pk)).status_code == 404


def test_the_gaps_are_filled_and_the_clips_remember_their_version(client, prompt):
    answer = send(client, prompt, takes="2", **FILLED)
    assert (answer.status_code, answer["Location"]) == (302, f"/?prompt={prompt.pk}&version=1")
    made = Generation.objects.all()
    assert {clip.prompt for clip in made} == {"A fox by the sea, close, again the sea"}
    assert {clip.prompt_version for clip in made} == {prompt.live}
    prompt.refresh_from_db()
    assert prompt.uses == 2
    again = client.get(answer["Location"])
    assert elements(again, "input", name="var-place")[0]["value"] == "the sea"
    # What is ordered next from an empty address has nothing to do with the prompt.
    plain = client.get("/")
    assert elements(plain, "input", name="prompt_version")[0]["value"] == ""
    assert "A fox by the sea, close, again the sea</textarea>" in plain.content.decode()


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({}, "var-place", "“place” is not filled in."),
        ({"var-place": "x", "var-lens": "tele"}, "var-lens", "“lens” is one of: wide, close."),
        ({"text": "A {{ boat"}, "prompt", "{{ is not closed (at character 3, “{{ boat”)."),
        ({"text": "A boat }}"}, "prompt", "}} closes nothing"),
        (
            {"text": "{{ a }}" + "x" * 2400, "var-a": "🦊" * 101},
            "prompt",
            "The prompt is 2501 characters long, 1 more than the 2500 that Magnific takes.",
        ),
        ({"text": "{{ a }}", "var-a": "\x00"}, "prompt", "The prompt contains a NUL character"),
        ({"text": "{{ a | }}" + "x" * 5000}, "prompt", "9 more than the 5000 that can be filled in."),
        ({"text": "{{ a | }}"}, "prompt", "Write a prompt"),
    ],
)
def test_what_cannot_be_filled_is_said_at_its_field(client, prompt, values, field, said):
    page = send(client, prompt, **values)
    assert page.status_code == 422
    assert len(elements(page, "p", id=f"{field}-error")) == 1
    shown = page.context["form"][field].errors
    assert said in " ".join(shown)
    assert not Generation.objects.exists()


def test_braces_that_were_typed_by_hand_are_gaps_too(client, mia):
    page = client.post("/", {"prompt": "A {{ boat }}", "nonce": str(uuid4())}, headers=htmx())
    assert page.status_code == 422
    assert elements(page, "input", name="var-boat")
    answer = client.post("/", {"prompt": "A {{ boat }}", "nonce": str(uuid4()), "var-boat": "{{ 7 }}"})
    assert answer.status_code == 302
    assert Generation.objects.get().prompt == "A {{ 7 }}"


def test_2500_code_points_fit_however_long_the_text_with_its_variables_is(client, prompt):
    text = "{{ a | " + "y" * 2500 + " }}" + "x" * 2399
    assert send(client, prompt, text=text, **{"var-a": "🦊" * 101}).status_code == 302


def test_a_version_that_is_not_to_be_seen_is_refused_once(client, mia):
    theirs = make_prompt(make_library("Own", Owner.PRIVATE, by=make_stranger()), "Hidden")
    said = {"prompt": "A boat", "prompt_version": theirs.live_id, "nonce": str(uuid4())}
    page = client.post(f"/?prompt={theirs.pk}", said)
    assert page.status_code == 422
    assert "no longer yours to see; nothing was ordered" in text_of(page)
    assert elements(page, "input", name="prompt_version")[0]["value"] == ""
    assert "Hidden" not in page.content.decode()


def test_nothing_in_a_prompt_is_run_or_drawn(client, mia):
    found = make_prompt(make_library(by=mia), "{{ a | <b>{% now %} }} <script>", by=mia)
    html = client.get(f"/?prompt={found.pk}").content.decode()
    assert 'placeholder="&lt;b&gt;{% now %}"' in html
    assert "<script>\n" not in html and "&lt;script&gt;" in html


def test_the_clip_says_where_its_text_comes_from_to_who_may_see_it(client, mia, prompt):
    clip = make_generation(mia, State.READY, prompt_version=prompt.live)
    page = client.get(clip.get_absolute_url())
    assert "Prompt Beasts, version 1" in text_of(page)
    (link,) = elements(page, "a", id="origin")
    assert client.get(link["href"]).status_code == 200
    private = make_prompt(make_library("Own", Owner.PRIVATE, by=mia), "Mine", title="Secret recipe")
    clip.prompt_version = private.live
    clip.save()
    client.force_login(make_member("bo").user)
    assert "Secret recipe" not in client.get(clip.get_absolute_url()).content.decode()


def test_a_draft_goes_to_the_library_with_its_settings(client, mia, prompt):
    said = {
        "draft": "yes",
        "prompt": "A {{ boat",
        "duration": "9",
        "aspect_ratio": "9:16",
        "cfg_scale": "0.3",
    }
    page = client.post("/prompts/new", said)
    assert page.status_code == 200
    assert "A {{ boat</textarea>" in page.content.decode()
    assert elements(page, "input", name="duration")[0]["value"] == "9"
    assert "checked" in elements(page, "input", name="aspect_ratio", value="9:16")[0]
    assert not elements(page, "input", aria_invalid="true")


def test_a_clip_and_create_lead_to_the_library(client, mia):
    clip = make_generation(mia, State.READY)
    assert elements(client.get(clip.get_absolute_url()), "a", href=f"/prompts/new?from={clip.pk}")
    page = client.get("/")
    assert elements(page, "a", href="/prompts/")
    assert elements(page, "button", formaction="/prompts/new")
