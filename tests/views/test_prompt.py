"""The page of one prompt: its tabs, and what is done with it there."""

import pytest

from generations.lifecycle import liking, prompts, suggestions
from generations.models import Membership, Owner, Pin, Prompt, Role, State
from tests.factories import make_draft, make_generation, make_library, make_prompt, make_user
from tests.views.pages import elements, htmx, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client):
    user = make_user("lea", role=Role.LEAD)
    client.force_login(user)
    return user


@pytest.fixture
def prompt(lead):
    return make_prompt(
        make_library(by=lead),
        "A {{ animal | fox }} by {{ place }}, {{ lens: 35 mm, 85 mm }} <i>",
        notes="Keep <it> slow",
        tags=["night"],
        note="First",
    )


def url(prompt, more=""):
    return f"/prompts/{prompt.pk}/{more}"


def fresh(prompt):
    return Prompt.objects.get(pk=prompt.pk)


def test_the_content_shows_the_text_as_text_and_its_variables(client, prompt):
    page = client.get(url(prompt))
    html, words = page.content.decode(), text_of(page)
    assert '<span class="variable">{{ animal | fox }}</span> by' in html
    assert "&lt;i&gt;" in html
    assert "animal fox by default place to be filled in lens one of 35 mm, 85 mm" in words
    assert "Keep &lt;it&gt; slow" in html
    assert elements(page, "a", href=f"/?prompt={prompt.pk}")
    assert elements(page, "a", href=url(prompt, "edit"))


def test_who_may_do_what_is_what_the_page_offers(client, prompt):
    verbs = {"Edit", "Suggest a version", "Use", "Make live: version 1", "Move there", "Archive it"}
    prompts.save_version(prompt, make_draft("A kite"), actor=prompt.created_by)
    make_library("Mine", Owner.EVERYONE)
    for name, role, offered in (
        ("vera", Role.VIEWER, set()),
        ("mo", Role.MEMBER, {"Suggest a version", "Use"}),
        ("lu", Role.LEAD, {"Edit", "Use", "Make live: version 1", "Move there", "Archive it"}),
    ):
        client.force_login(make_user(name, role=role))
        words = text_of(client.get(url(prompt))) + " | " + text_of(client.get(url(prompt, "?tab=versions")))
        words = words.replace(" : version", ": version")
        assert {verb for verb in verbs if f" {verb} " in words} == offered, name


def test_any_two_versions_are_compared_and_the_pin_moves(client, lead, prompt):
    text = prompt.live.text
    prompts.save_version(prompt, make_draft(text.replace("by", "near"), duration=8), actor=lead, note="Near")
    prompts.save_version(prompt, make_draft("A kite", negative_prompt=""), actor=lead, live=False)
    page = client.get(url(prompt, "?tab=versions&a=1&b=2")).content.decode()
    assert "From version 1 to version 2" in page
    assert "<del>by</del> <ins>near</ins>" in page
    assert "<del>5 s</del> <ins>8 s</ins>" in page
    assert "From version 2 to version 3" in text_of(client.get(url(prompt, "?tab=versions&a=x&b=9")))
    assert "From version 3 to version 1" in text_of(client.get(url(prompt, "?tab=versions&a=3&b=1")))
    client.post(url(prompt, "live"), {"version": 1})
    assert fresh(prompt).live.number == 1
    assert "lea made version 1 live, instead of 2" in text_of(client.get(url(prompt, "?tab=versions")))
    for number in ("", "9", "x", "٣", "9" * 30):
        assert client.post(url(prompt, "live"), {"version": number}).status_code == 404
    assert Pin.objects.count() == 3


def test_who_suggested_can_withdraw(client, lead, prompt):
    bo = make_user("bo")
    suggestion = suggestions.suggest(prompt, make_draft("A cat"), of=prompt.live, actor=bo)
    tab = f"/prompts/{prompt.pk}/?tab=suggestions"
    address = f"/prompts/{prompt.pk}/suggestions/{suggestion.pk}/withdraw"
    assert not elements(client.get(tab), "form", action=address)
    client.force_login(bo)
    assert elements(client.get(tab), "form", action=address)
    client.post(address)
    page = text_of(client.get(tab))
    assert "Withdrawn. It stays here" in page and "Withdrawn by bo" in page
    client.post(address)
    assert "bo has withdrawn it already. Nothing was changed." in text_of(client.get(tab))


def test_a_suggestion_is_decided_once_by_who_manages(client, lead, prompt):
    bo = make_user("bo")
    first = suggestions.suggest(prompt, make_draft("A <cat>"), of=prompt.live, actor=bo, note="Cats")
    second = suggestions.suggest(prompt, make_draft("A dog"), of=prompt.live, actor=bo)
    page = client.get(url(prompt, "?tab=suggestions"))
    assert "Suggestions 2 waiting" in text_of(page)
    assert "<cat>" not in page.content.decode()
    assert "cat" in page.content.decode()
    decide = [url(prompt, f"suggestions/{one.pk}/decide") for one in (first, second)]
    refused = client.post(decide[0], {"decision": "decline"})
    assert refused.status_code == 422
    assert "Say why: who suggested it sees this." in text_of(refused)
    assert client.post(decide[0], {"decision": "maybe"}).status_code == 422
    client.post(decide[0], {"decision": "decline", "why": "No cats"})
    told = client.post(decide[0], {"decision": "accept"}, follow=True)
    assert "lea has declined it already. Nothing was changed." in text_of(told)
    client.post(decide[1], {"decision": "accept", "why": "Good"})
    assert (fresh(prompt).live.text, fresh(prompt).live.accepted_by) == ("A dog", lead)
    client.force_login(bo)
    words = text_of(client.get(url(prompt, "?tab=suggestions")))
    assert "Declined by lea: from bo, “Cats”" in words
    assert "No cats" in words
    assert "Accepted by lea as version 2" in words


def test_results_are_told_version_by_version(client, lead, prompt):
    assert "No clips yet." in text_of(client.get(url(prompt, "?tab=results")))
    bo = make_user("bo")
    clip = make_generation(bo, State.READY, prompt_version=prompt.live)
    hidden = make_generation(bo, State.READY, prompt_version=prompt.live, is_private=True)
    liking.rate(clip, bo, 4)
    prompts.save_version(prompt, make_draft("A kite"), actor=lead)
    page = client.get(url(prompt, "?tab=results"))
    assert "Version 1 First Clips 1 Ready 1 Mean rating 4.0 Favourites 0 Price nothing" in text_of(page)
    assert elements(page, "a", href=f"/gallery/{clip.pk}/")
    assert not elements(page, "a", href=f"/gallery/{hidden.pk}/")


def test_it_is_moved_copied_archived_and_put_back(client, lead, prompt):
    other = make_library("Product", by=lead)
    answer = client.post(url(prompt, "copy"), {"library": other.pk})
    copied = Prompt.objects.exclude(pk=prompt.pk).get()
    assert (answer["Location"], copied.library, copied.created_by) == (url(copied), other, lead)
    client.post(url(prompt, "move"), {"library": other.pk})
    assert fresh(prompt).library == other
    assert client.post(url(prompt, "move"), {"library": "x"}).status_code == 404
    client.post(url(prompt, "archive"), {"archived": "yes"})
    assert "Put it back" in text_of(client.get(url(prompt)))
    assert not elements(client.get("/prompts/"), "a", href=url(prompt))
    assert elements(client.get("/prompts/?archived=on"), "a", href=url(prompt))
    client.post(url(prompt, "archive"), {"archived": "no"})
    assert elements(client.get("/prompts/"), "a", href=url(prompt))


def test_a_star_answers_with_itself(client, prompt):
    answer = client.post(url(prompt, "favourite"), {"favourite": "yes"}, headers=htmx())
    assert elements(answer, "button", aria_pressed="true", value="no")
    assert fresh(prompt).favourites_count == 1
    client.post(url(prompt, "favourite"), {"favourite": "no"})
    assert elements(client.get(url(prompt)), "button", aria_pressed="false", value="yes")


@pytest.mark.parametrize("tab", ["content", "versions", "suggestions", "results"])
def test_the_number_of_queries_does_not_grow(
    client, lead, prompt, tab, django_assert_num_queries, django_assert_max_num_queries
):
    def fill(count):
        for n in range(count):
            person = make_user(f"{tab}{n}{count}")
            make_library(f"Library {n} {count}", by=lead)
            version = prompts.save_version(prompt, make_draft(f"Kite {n} {count}"), actor=person)
            make_generation(person, State.READY, prompt_version=version)
            suggestion = suggestions.suggest(prompt, make_draft("A cat"), of=version, actor=person)
            if n % 2:
                suggestions.decline(suggestion, actor=lead, why="No")

    fill(2)
    client.get(url(prompt))
    with django_assert_max_num_queries(16) as few:
        client.get(url(prompt, f"?tab={tab}"))
    fill(8)
    with django_assert_num_queries(len(few)):
        client.get(url(prompt, f"?tab={tab}"))


def test_a_person_without_a_team_reads_what_is_everyones(client):
    prompt = make_prompt(make_library("Basics", Owner.EVERYONE))
    Membership.objects.all().delete()
    client.force_login(make_user("nobody", role=None))
    page = client.get(url(prompt))
    assert page.status_code == 200
    assert not elements(page, "a", href=f"/?prompt={prompt.pk}")
