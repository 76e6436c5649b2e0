"""Advice on Create: shown while somebody writes, asked once when they order, with and without scripts."""

from uuid import uuid4

import pytest

from generations.models import Generation, Owner
from tests.factories import first_team, make_library, make_prompt, make_user
from tests.views.pages import elements, htmx, text_of

pytestmark = pytest.mark.django_db
MUSIC = "A boat at dusk, soft music"


@pytest.fixture
def mia(client):
    user = make_user()
    client.force_login(user)
    return user


def send(client, path="/", *, headers=None, **values):
    return client.post(path, {"prompt": MUSIC, "nonce": str(uuid4()), **values}, headers=headers)


def keys_in(response):
    (button,) = elements(response, "button", name="passed_over")
    return button["value"]


@pytest.mark.parametrize("headers", [{}, htmx()])
def test_an_order_against_advice_comes_back_once_with_everything_typed(client, mia, headers):
    page = send(client, headers=headers, duration="7", takes="4")
    assert page.status_code == 422
    assert not Generation.objects.exists()
    assert "Nothing was ordered yet." in text_of(page)
    assert elements(page, "p", id="prompt-advice")
    assert f"{MUSIC}</textarea>" in page.content.decode()
    assert page.content.decode().count("“music”: sound cannot be ordered") == 2, (
        "in the card and at the field"
    )
    assert "prompt-advice" in elements(page, "textarea", name="prompt")[0]["aria-describedby"]
    assert "autofocus" in elements(page, "div", data_advice=None)[0]
    done = send(client, headers=headers, duration="7", takes="4", passed_over=keys_in(page))
    assert done.status_code == (200 if headers else 302)
    assert Generation.objects.count() == 4


def test_what_was_passed_over_is_not_asked_again(client, mia):
    page = send(client, headers=htmx())
    done = send(client, headers=htmx(), passed_over=keys_in(page))
    (hidden,) = elements(done, "input", name="passed_over")
    assert not elements(done, "button", name="passed_over")
    assert hidden["value"] == keys_in(page)
    again = send(client, prompt=f"{MUSIC} and rain", passed_over=hidden["value"])
    assert again.status_code == 302
    start = client.get("/")
    assert elements(start, "input", name="passed_over")[0]["value"] == hidden["value"]
    assert not elements(start, "button", name="passed_over")


def test_other_advice_is_asked_anew(client, mia):
    keys = keys_in(send(client))
    page = send(client, negative_prompt="boat", passed_over=keys)
    assert page.status_code == 422
    assert "“boat” is wanted in the prompt and excluded" in text_of(page)
    assert "“music”" not in text_of(page)
    assert "open" in elements(page, "details", **{"class": "box negative"})[0]
    both = [keys, keys_in(page)]
    assert send(client, negative_prompt="boat", passed_over=both).status_code == 302


@pytest.mark.parametrize("passed", ["", "x", "0" * 12, "\x00", " ".join(["0" * 12] * 500)])
def test_no_other_word_passes_it_over(client, mia, passed):
    assert send(client, passed_over=passed).status_code == 422
    assert not Generation.objects.exists()


def test_an_error_is_never_passed_over(client, mia):
    keys = keys_in(send(client))
    long = MUSIC + "x" * 2500
    page = send(client, prompt=long, passed_over=keys)
    assert (page.status_code, Generation.objects.count()) == (422, 0)
    assert "more than the 2500 that Magnific takes" in text_of(page)
    page = send(client, prompt="{{ place }} with music", passed_over=keys)
    assert (page.status_code, Generation.objects.count()) == (422, 0)
    assert "“place” is not filled in." in text_of(page)


def test_the_final_text_is_looked_at(client, mia):
    """Not the names of variables, but what they are filled with."""
    prompt = make_prompt(
        make_library("Looks", Owner.TEAM, by=mia), "A {{ voice }}, {{ light | dawn }}", by=mia
    )
    address = f"/?prompt={prompt.pk}"
    assert not elements(client.get(address), "div", data_advice=None)
    said = {"prompt": "A {{ voice }}, {{ light | dawn }}", "prompt_version": prompt.live_id}
    page = send(client, address, **said, **{"var-voice": "fox", "var-light": "a song"})
    assert "“song”" in text_of(page)
    assert send(client, address, **said, **{"var-voice": "fox"}).status_code == 302
    assert Generation.objects.get().prompt == "A fox, dawn"


def test_the_teams_words_are_said(client, mia):
    team = first_team()
    team.avoided_words = "Ferrari\nred  car"
    team.save()
    page = send(client, prompt="A ferrari, a Red Car")
    assert "“Ferrari”, “red car” are on your team’s list" in text_of(page)
    team.avoided_words = ""
    team.save()
    assert send(client, prompt="A ferrari, a Red Car").status_code == 302


def test_what_was_made_before_is_asked_after_the_advice_and_keeps_it(client, mia):
    keys = keys_in(send(client))
    send(client, passed_over=keys)
    assert send(client).status_code == 422
    page = send(client, passed_over=keys)
    assert elements(page, "button", name="another")
    assert [hidden["value"] for hidden in elements(page, "input", name="passed_over")] == [keys]
    assert send(client, passed_over=keys, another="yes").status_code == 302


def look(client, **values):
    return client.post("/preflight", {"prompt": MUSIC, **values}, headers=htmx())


def test_it_is_shown_live_and_only_when_it_changes(client, mia):
    page = look(client)
    assert "“music”" in text_of(page)
    assert "Nothing was ordered yet" not in text_of(page)
    assert look(client, shows=keys_in(page)).status_code == 204
    gone = look(client, prompt="A boat", shows=keys_in(page))
    assert (gone.status_code, text_of(gone)) == (200, "")
    assert look(client, prompt="A boat").status_code == 204
    assert look(client, passed_over=keys_in(page)).status_code == 204
    assert not Generation.objects.exists()


def test_beside_the_fields_it_stays_true_once_it_was_asked(client, mia):
    page = look(client, asked="yes", negative_prompt="boat", shows="x")
    assert "Nothing was ordered yet" in text_of(page)
    (note,) = elements(page, "p", id="negative_prompt-advice")
    assert note["hx-swap-oob"] == "innerHTML"
    assert text_of(page).count("“boat” is wanted") == 2


@pytest.mark.parametrize("values", [{"duration": "x"}, {"prompt": ""}, {"prompt": "{{"}, {"takes": "9"}])
def test_what_is_half_written_is_no_fault(client, mia, values):
    assert look(client, **values).status_code in (200, 204)


def test_a_look_costs_no_more_than_the_door(client, mia, django_assert_num_queries):
    with django_assert_num_queries(3):
        look(client)
