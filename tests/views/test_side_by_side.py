"""Two versions of a prompt, ordered with one press: never one alone, never twice, each clip with its version."""

from decimal import Decimal
from uuid import uuid4

import pytest

from generations.lifecycle import prompts
from generations.models import Generation, Membership, Order, OrderedPrompt, Prompt, State
from tests.factories import make_draft, make_generation, make_library, make_prompt, make_stranger, make_user
from tests.views.pages import elements, htmx, text_of

pytestmark = pytest.mark.django_db
ONE, TWO = (
    "A {{ animal | fox }} by {{ place }}",
    "A slow {{ animal }} by {{ place }}, {{ lens: wide, close }}",
)


@pytest.fixture
def mia(client):
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def prompt(mia):
    made = make_prompt(make_library(by=mia), ONE, by=mia, title="Beasts", duration=7)
    prompts.save_version(made, make_draft(TWO, duration=9), actor=mia)
    return Prompt.objects.get(pk=made.pk)


@pytest.fixture
def versions(prompt):
    return list(prompt.versions.order_by("number"))


def address(prompt):
    return f"/?prompt={prompt.pk}&version=1&beside=2"


def said(versions, **values):
    one, two = versions
    return {
        "prompt": one.text,
        "beside": two.text,
        "prompt_version": one.pk,
        "beside_version": two.pk,
        "nonce": str(uuid4()),
        "var-place": "the sea",
        "var-lens": "wide",
        "duration": "7",
    } | values


def test_the_versions_lead_to_a_form_with_both_texts_and_each_gap_once(client, prompt, versions):
    tab = client.get(f"/prompts/{prompt.pk}/?tab=versions")
    (link,) = [a["href"] for a in elements(tab, "a") if "beside=" in a["href"]]
    assert link == address(prompt)
    page = client.get(link)
    assert "Prompt Beasts, versions 1 and 2" in text_of(page)
    html = page.content.decode()
    assert f"{ONE}</textarea>" in html and f"{TWO}</textarea>" in html
    gaps = [label["for"] for label in elements(page, "label") if label.get("for", "").startswith("var-")]
    assert gaps == ["var-animal", "var-place", "var-lens"]
    assert elements(page, "input", name="duration")[0]["value"] == "7"
    assert [e["value"] for e in elements(page, "input", name="takes")] == ["1", "2"]
    assert elements(page, "form", id="order")[0]["data-texts"] == "2"
    assert elements(page, "input", name="beside_version")[0]["value"] == str(versions[1].pk)


def test_one_press_orders_both_and_leads_to_compare(client, prompt, versions):
    answer = client.post(address(prompt), said(versions))
    assert answer["Location"] == address(prompt)
    one, two = Generation.objects.order_by("take")
    assert (one.prompt, one.prompt_version) == ("A fox by the sea", versions[0])
    assert (two.prompt, two.prompt_version) == ("A slow fox by the sea, wide", versions[1])
    assert (one.duration, two.duration, one.order) == (7, 7, two.order)
    assert Prompt.objects.get().uses == 2
    page = client.get(answer["Location"])
    assert "Ordered: 2 clips are in line. Compare them once they are ready." in text_of(page)
    assert elements(page, "a", href=f"/gallery/compare/?clips={one.pk},{two.pk}")
    assert elements(page, "input", name="var-place")[0]["value"] == "the sea"


def test_two_takes_of_each_are_four_clips(client, prompt, versions):
    client.post(address(prompt), said(versions, takes="2"))
    made = Generation.objects.order_by("take")
    assert [clip.prompt_version for clip in made] == [versions[0]] * 2 + [versions[1]] * 2
    page = client.post(address(prompt), said(versions, takes="3", place="x"))
    assert page.status_code == 422
    assert "have up to 2 takes each: an order has 4 clips at most." in text_of(page)


def test_a_double_click_is_one_order_and_another_text_is_refused(client, prompt, versions):
    once = said(versions)
    for _ in range(2):
        assert client.post(address(prompt), once).status_code == 302
    assert (Order.objects.count(), Generation.objects.count()) == (1, 2)
    page = client.post(address(prompt), once | {"beside": "Another", "another": "on"})
    assert page.status_code == 422
    assert "already sent with other content" in text_of(page)
    assert (
        client.post("/", {"prompt": "A fox by the sea", "duration": "7", "nonce": once["nonce"]}).status_code
        == 422
    )
    assert Generation.objects.count() == 2


def test_both_fit_the_limit_or_none_is_ordered(client, live, mia, prompt, versions):
    both = Decimal("1.12") * 7 * 2
    Membership.objects.filter(user=mia).update(monthly_limit=both - Decimal("0.01"))
    page = client.post(address(prompt), said(versions))
    assert page.status_code == 422
    assert "this costs €0.01 more" in text_of(page)
    assert not Order.objects.exists()
    Membership.objects.filter(user=mia).update(monthly_limit=both)
    page = client.get(address(prompt))
    assert "2 × 7 s · €15.68" in text_of(page)
    assert client.post(address(prompt), said(versions)).status_code == 302
    assert Generation.objects.count() == 2


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"beside": " "}, "beside", "Write the second prompt too"),
        ({"beside": "A {{ boat"}, "beside", "is not closed"),
        ({"beside": "A fox by {{ place }}"}, "beside", "Both texts are the same once they are filled in."),
        ({"beside": "{{ place: a, b }}"}, "beside", "“place” is one of: a, b."),
        ({"beside": "x" * 2501}, "beside", "The second prompt is 2501 characters long, 1 more"),
        ({"var-lens": ""}, "var-lens", "“lens” is not filled in."),
        ({"var-place": ""}, "var-place", "“place” is not filled in."),
    ],
)
def test_what_is_wrong_with_either_is_said_at_its_field(client, prompt, versions, values, field, words):
    page = client.post(address(prompt), said(versions, **values), headers=htmx())
    assert page.status_code == 422
    assert words in " ".join(page.context["form"][field].errors)
    assert not Generation.objects.exists()


def test_either_text_that_was_made_lately_is_offered_first(client, mia, prompt, versions):
    client.post(address(prompt), said(versions))
    other = {"prompt": "Something else", "var-animal": "fox"}
    page = client.post(address(prompt), said(versions, **other))
    assert page.status_code == 422
    assert "Already on its way" in text_of(page)
    assert client.post(address(prompt), said(versions, **other, another="on")).status_code == 302


def test_a_version_that_is_not_to_be_seen_is_refused(client, mia, prompt, versions):
    theirs = make_prompt(make_library("Own", "private", by=make_stranger()), "Hidden")
    page = client.post(address(prompt), said(versions, beside_version=theirs.live_id))
    assert page.status_code == 422
    assert "no longer yours to see; nothing was ordered" in text_of(page)
    assert elements(page, "input", name="beside_version")[0]["value"] == ""


@pytest.mark.parametrize(
    "query", ["beside=9", "beside=x", "beside=-1", "beside=" + "9" * 30, "version=²&beside=2"]
)
def test_a_version_that_is_not_there_is_not_found(client, prompt, query):
    assert client.get(f"/?prompt={prompt.pk}&{query}").status_code == 404


def test_clips_that_come_are_compared_and_counted_for_their_versions(client, mia, prompt, versions):
    clips = [make_generation(mia, State.READY, prompt_version=one, prompt=one.text) for one in versions]
    page = client.get(f"/gallery/compare/?clips={clips[0].pk},{clips[1].pk}")
    assert "They differ in prompt." in text_of(page)


def test_the_same_text_is_not_offered_side_by_side(client, mia, prompt):
    prompts.save_version(prompt, make_draft(TWO, duration=12), actor=mia)
    page = client.get(f"/prompts/{prompt.pk}/?tab=versions&a=2&b=3")
    assert not [a for a in elements(page, "a") if "beside=" in a["href"]]


def test_advice_is_given_about_both_texts_and_both_are_remembered(client, mia, prompt, versions):
    other = {"beside": "A fox by the sea, loud music plays"}
    page = client.post(address(prompt), said(versions, **other))
    assert page.status_code == 422
    assert "sound cannot be ordered" in text_of(page)
    (known,) = elements(page, "button", name="passed_over")
    again = said(versions, passed_over=known["value"], **other)
    assert client.post(address(prompt), again).status_code == 302
    assert OrderedPrompt.objects.filter(user=mia).count() == 2
