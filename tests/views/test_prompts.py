"""The prompts as cards: what a card says, the filter in the address, pages, and the libraries they are in."""

from uuid import uuid4

import pytest
from django.urls import reverse

from generations.lifecycle import liking, prompts
from generations.models import Library, Membership, Owner, Prompt, Role, State
from tests.factories import (
    make_admin,
    make_generation,
    make_library,
    make_prompt,
    make_stranger,
    make_team,
    make_user,
)
from tests.views.pages import elements, htmx, text_of

pytestmark = pytest.mark.django_db
URL = "/prompts/"


@pytest.fixture
def mia(client):
    user = make_user()
    client.force_login(user)
    return user


def titles(page):
    return [link["href"] for link in elements(page, "a", **{"class": "card-open"})]


def paths(*rows):
    return [f"{URL}{row.pk}/" for row in rows]


def test_a_card_shows_the_live_text_as_text_and_what_came_of_it(client, mia):
    prompt = make_prompt(
        text="<b>A</b> {{ animal | fox }} {% now %} at dusk", title="Dusk & <dawn>", tags=["night"]
    )
    clip = make_generation(mia, State.READY, prompt_version=prompt.live)
    Prompt.objects.update(uses=3)
    liking.rate(clip, mia, 4)
    page = client.get(URL)
    html = page.content.decode()
    assert '&lt;b&gt;A&lt;/b&gt; <span class="variable">animal</span> {% now %} at dusk' in html
    assert "Dusk &amp; &lt;dawn&gt;" in html
    assert elements(page, "img", src=f"/gallery/{clip.pk}/poster.webp")
    assert elements(page, "a", data_preview=f"/gallery/{clip.pk}/preview.mp4")
    assert "mia 3 uses rated 4.0" in text_of(page)
    assert elements(page, "a", **{"class": "tag"})[0]["href"] == "/prompts/?tag=night"


def test_the_example_goes_before_the_best_and_nobody_sees_a_hidden_one(client, mia):
    bo = make_user("bo")
    prompt = make_prompt(by=mia)
    best = make_generation(bo, State.READY, prompt_version=prompt.live)
    other = make_generation(bo, State.READY, prompt_version=prompt.live)
    liking.rate(best, bo, 5)
    for example, is_private, shown in ((None, False, best), (other, False, other), (other, True, best)):
        Prompt.objects.update(example=example)
        type(other).objects.filter(pk=other.pk).update(is_private=is_private)
        assert [img["src"] for img in elements(client.get(URL), "img")] == [
            f"/gallery/{shown.pk}/poster.webp"
        ]
    type(best).objects.update(is_private=True)
    assert "No clip yet" in text_of(client.get(URL))


def test_each_reads_what_is_theirs(client, mia):
    ours = make_prompt(make_library("Looks", by=mia))
    for_all = make_prompt(make_library("Basics", Owner.EVERYONE, by=mia))
    own = make_prompt(make_library("Mine", Owner.PRIVATE, by=mia))
    assert titles(client.get(URL)) == paths(own, for_all, ours)
    client.force_login(make_user("vera", role=Role.VIEWER))
    page = client.get(URL)
    assert titles(page) == paths(for_all, ours)
    assert not elements(page, "a", href="/prompts/new")
    client.force_login(make_stranger())
    assert titles(client.get(URL)) == paths(for_all)
    assert titles(client.get(URL, {"library": ours.library_id, "author": mia.pk})) == []
    client.force_login(make_admin(role=None))
    assert titles(client.get(URL)) == paths(own, for_all, ours)


def test_the_filter_is_in_the_address_and_each_link_changes_one_thing(client, mia):
    bo, library = make_user("bo"), make_library("Looks", by=mia)
    first = make_prompt(library, tags=["night", "rain"], title="Harbour")
    second = make_prompt(library, tags=["night"], title="Market", by=bo)
    client.post(f"{URL}{first.pk}/favourite", {"favourite": "yes"})
    for query, found in (
        ("q=harb", [first]),
        ("q=nig+mark", [second]),
        ("tag=night&tag=rain", [first]),
        (f"author={bo.pk}", [second]),
        ("favourite=on", [first]),
        (f"library={library.pk}&sort=uses", None),
        (f"library={uuid4()}", []),
        ("sort=none&author=x&library=x", [second, first]),
    ):
        page = client.get(f"{URL}?{query}")
        assert found is None or titles(page) == paths(*found), query
    page = client.get(f"{URL}?q=har&tag=night&sort=rating")
    assert elements(page, "a", href="/prompts/?q=har&tag=night&tag=rain&sort=rating")
    assert elements(page, "a", href="/prompts/?q=har&sort=rating", aria_current="true")
    assert elements(page, "a", href=f"/prompts/?q=har&library={library.pk}&tag=night&sort=rating")
    assert elements(page, "input", name="sort", value="rating")
    assert "Nothing fits" in text_of(client.get(f"{URL}?q=zzz"))


def test_pages_of_24_as_links_and_as_fragments(client, mia):
    library = make_library(by=mia)
    rows = [make_prompt(library, title=f"Kite {n}") for n in range(50)][::-1]
    page, seen = client.get(f"{URL}?q=kite"), []
    for size in (24, 24, 2):
        assert len(titles(page)) == size
        seen += titles(page)
        links = [one for one in elements(page, "a") if "before=" in one.get("href", "")]
        if links:
            assert titles(client.get(links[0]["hx-get"], headers=htmx())) == titles(
                client.get(links[0]["href"])
            )
            page = client.get(links[0]["href"])
    assert (seen, links) == (paths(*rows), [])
    assert client.get(URL, {"before": "x"}).status_code == 404


def test_an_empty_page_names_the_next_step(client, mia):
    Membership.objects.update(role=Role.VIEWER)
    assert "Make a library" in text_of(client.get(URL))
    make_library(by=mia)
    assert "what members add to “Looks” appears by itself" in text_of(client.get(URL))
    Membership.objects.update(role=Role.MEMBER)
    assert "Add a prompt" in text_of(client.get(URL))


def test_the_number_of_queries_does_not_grow(
    client, mia, django_assert_max_num_queries, django_assert_num_queries
):
    def fill(count):
        for n in range(count):
            author = make_user(f"author{Prompt.objects.count()}")
            library = make_library(f"Library {Library.objects.count()}", by=author)
            prompt = make_prompt(library, by=author, tags=[f"tag {n}", "night"])
            make_generation(author, State.READY, prompt_version=prompt.live)

    fill(2)
    client.get(URL)
    with django_assert_max_num_queries(15) as few:
        client.get(URL)
    fill(20)
    with django_assert_num_queries(len(few)):
        client.get(URL)


def make(client, name, whose):
    return client.post(f"{URL}libraries/", {"name": name, "whose": whose})


def test_a_library_is_made_renamed_and_deleted_when_it_is_empty(client, mia):
    Membership.objects.update(role=Role.LEAD)
    team = Membership.objects.get(user=mia).team
    answer = make(client, "  House   looks ", f"team-{team.pk}")
    library = Library.objects.get()
    assert answer["Location"] == f"/prompts/new?library={library.pk}"
    assert (library.name, library.kind, library.team, library.created_by) == (
        "House looks",
        Owner.TEAM,
        team,
        mia,
    )
    again = make(client, "house looks", f"team-{team.pk}")
    assert again.status_code == 422
    assert "There is a library called “house looks” already." in text_of(again)
    assert client.post(f"{URL}libraries/{library.pk}/", {"name": ""}).status_code == 422
    client.post(f"{URL}libraries/{library.pk}/", {"name": "Looks"})
    prompt = make_prompt(Library.objects.get())
    refused = client.post(f"{URL}libraries/{library.pk}/delete", follow=True)
    assert "There is a prompt in it" in text_of(refused)
    assert "Looks" in text_of(refused)
    prompts.move(prompt, make_library("Other", by=mia), actor=mia)
    client.post(f"{URL}libraries/{library.pk}/delete")
    assert [one.name for one in Library.objects.all()] == ["Other"]


def test_whose_a_library_can_be(client, mia):
    other = make_team()
    for whose in ("everyone", f"team-{other.pk}", "nobody", ""):
        assert make(client, "Looks", whose).status_code == 422
    assert make(client, "Looks", "private").status_code == 302
    assert Library.objects.get().user == mia
    client.force_login(make_admin(role=None))
    assert make(client, "Looks", "everyone").status_code == 302
    assert make(client, "Looks", f"team-{other.pk}").status_code == 302
    assert "Whose it is: everyone" in text_of(
        client.get(reverse("prompt-library", args=[Library.objects.get(kind=Owner.EVERYONE).pk]))
    )
