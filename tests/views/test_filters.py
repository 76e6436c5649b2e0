"""The gallery's filter: what is in force, what can be chosen, how many are found, and saved searches."""

from html import unescape

import pytest
from django.core.cache import cache

from generations.lifecycle import collections, liking, tags
from generations.models import SavedSearch, State
from generations.views import count
from generations.views.filter_bar import MENUS
from generations.views.gallery import PAGE_SIZE
from tests.factories import first_team, make_generation, make_stranger, make_team, make_user, membership_of
from tests.views.pages import elements, htmx, text_of
from tests.views.test_gallery import shown

pytestmark = pytest.mark.django_db

SEARCHED = {"HX-Request": "true", "HX-Target": "found"}


@pytest.fixture
def mia(client):
    user = make_user()
    client.force_login(user)
    return user


def links(response, **wanted):
    return [unescape(link["href"]) for link in elements(response, "a", **wanted)]


def chips(response):
    """What is in force, and where each leads that takes it out."""
    found = elements(response, "a", **{"class": "chip"})
    return {chip["aria-label"].removeprefix("Without "): unescape(chip["href"]) for chip in found}


def test_words_and_choices_find_and_stay_in_the_page(client, mia):
    boat = make_generation(mia, State.READY, prompt="A paper boat", aspect_ratio="9:16", duration=7)
    make_generation(mia, State.FAILED, prompt="Another boat", aspect_ratio="9:16", duration=7)
    make_generation(mia, State.READY, prompt="A kite", aspect_ratio="9:16", duration=7)
    address = "/gallery/?q=boat&state=ready&ratio=9%3A16&duration=7&sort=price&whose=mine"
    page = client.get(address)
    assert shown(page) == [str(boat.pk)]
    assert elements(page, "input", name="q")[0]["value"] == "boat"
    chosen = {field["value"] for field in elements(page, "input") if "checked" in field}
    assert {"ready", "9:16", "7", "price"} <= chosen
    assert chips(page) == {
        "Ready": address.replace("state=ready&", ""),
        "9:16": address.replace("ratio=9%3A16&", ""),
        "7 s": address.replace("duration=7&", ""),
    }
    assert "1 clip" in text_of(page)
    assert f"/gallery/{boat.pk}/?{address.split('?')[1]}" in links(page, **{"class": "tile-open"})
    assert address.replace("mine", "team") in links(page)
    assert "Today" not in text_of(page)


def test_what_is_in_force_is_named(client, mia):
    clip = make_generation(mia, State.READY)
    tag = tags.add(first_team(), "hero", [clip], actor=mia)
    kept = collections.make(first_team(), "Spring spot", actor=mia)
    collections.add(kept, [clip], actor=mia)
    liking.rate(clip, mia, 4)
    liking.favour(mia, [clip])
    query = {"owner": mia.pk, "tag": tag.name, "collection": str(kept.pk), "rating": "4", "favourite": "on"}
    page = client.get("/gallery/", query | {"since": "2020-01-05", "until": "2999-01-01", "whose": "team"})
    assert shown(page) == [str(clip.pk)]
    assert list(chips(page)) == [
        "By mia",
        "★★★★ and more",
        "#hero",
        "Spring spot",
        "From 5 Jan 2020",
        "Until 1 Jan 2999",
        "★ Favourites",
    ]


def test_what_belongs_to_others_has_no_name_here(client, mia):
    make_generation(mia, State.READY)
    stranger = make_stranger("olga")
    theirs = collections.make(membership_of(stranger).team, "Their spot", actor=stranger)
    page = client.get("/gallery/", {"owner": stranger.pk, "collection": str(theirs.pk), "whose": "team"})
    assert shown(page) == []
    assert list(chips(page)) == ["By nobody of this team", "No such collection"]
    for menu in ("owner", "collection", "tag"):
        options = client.get("/gallery/filters/", {"menu": menu}, headers=htmx())
        assert "olga" not in text_of(options)
        assert "Their spot" not in text_of(options)


def test_a_filter_that_finds_nothing_offers_the_way_out(client, mia):
    make_generation(make_user("bo"), State.READY)
    page = client.get("/gallery/?state=ready&whose=mine")
    assert "No clip fits this search." in text_of(page)
    assert {"/gallery/?whose=mine", "/gallery/?state=ready&whose=team"} <= set(links(page))
    assert "0 clips" in text_of(page)
    assert len(shown(client.get("/gallery/?state=ready&whose=team"))) == 1


def test_what_cannot_be_read_is_said_at_its_field_and_does_not_count(client, mia):
    make_generation(mia, State.READY)
    page = client.get("/gallery/?state=lost&q=&since=2026-02-02&until=2026-02-01")
    text = text_of(page)
    assert (
        "State: Select a valid choice. lost is not one of the available choices. It does not count." in text
    )
    assert "This is before the first day." in text
    assert page.status_code == 200
    assert len(shown(page)) == 1


def test_a_form_that_was_sent_without_scripts_gets_a_short_address(client, mia):
    answer = client.get("/gallery/?whose=mine&q=boat&since=&until=&rating=&sort=")
    assert (answer.status_code, answer["Location"]) == (302, "/gallery/?q=boat&whose=mine")


@pytest.mark.parametrize(
    ("field", "before", "header"),
    [
        ("q", "", "HX-Push-Url"),
        ("q", "?q=bo&whose=mine", "HX-Replace-Url"),
        ("state", "?q=bo&whose=mine", "HX-Push-Url"),
    ],
)
def test_a_search_answers_with_what_it_changes(client, mia, field, before, header):
    boat = make_generation(mia, State.READY, prompt="A boat")
    make_generation(mia, State.READY, prompt="A kite")
    headers = SEARCHED | {"HX-Trigger-Name": field, "HX-Current-URL": f"http://testserver/gallery/{before}"}
    answer = client.get("/gallery/?whose=mine&q=boat&since=&sort=", headers=headers)
    assert shown(answer) == [str(boat.pk)]
    assert answer[header] == "/gallery/?q=boat&whose=mine"
    assert elements(answer, "html") == []
    assert elements(answer, "form", id="filter") == []
    swapped = {found["id"] for tag in ("nav", "span", "div", "p") for found in elements(answer, tag)
               if found.get("hx-swap-oob") == "true"}  # fmt: skip
    assert swapped == {"whose", "count-number", "in-force", "sort-name", "error-since", "error-until"}


def test_every_menu_has_its_choices_and_a_page_without_scripts(client, mia):
    tags.add(first_team(), "hero", [make_generation(mia)], actor=mia)
    collections.make(first_team(), "Spring spot", actor=mia)
    make_user("bo")
    for menu, label in (("owner", "bo"), ("tag", "#hero"), ("collection", "Spring spot")):
        assert label in text_of(client.get("/gallery/filters/", {"menu": menu}, headers=htmx()))
    page = client.get("/gallery/filters/?tag=hero&whose=team")
    assert {field["name"] for field in elements(page, "input", type="checkbox")} >= {"tag", "favourite"}
    assert {*MENUS, "since", "until", "q", "whose"} <= {
        field.get("name") for field in elements(page, "input")
    }
    assert "checked" in elements(page, "input", name="tag", value="hero")[0]
    assert client.get("/gallery/filters/?menu=other").status_code == 404
    assert elements(client.get("/gallery/?tag=hero"), "input", type="hidden", name="tag", value="hero")
    assert "bo" not in text_of(client.get("/gallery/filters/?whose=mine")).split()


def test_few_are_counted_at_once_and_many_once_a_minute(client, mia, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(count, "QUICK", PAGE_SIZE + 1)
    for _ in range(PAGE_SIZE + 1):
        make_generation(mia, State.READY)
    assert "25 clips" in text_of(client.get("/gallery/"))
    make_generation(mia, State.READY)
    page = client.get("/gallery/")
    assert "25+ clips" in text_of(page)
    (more,) = elements(page, "span", id="count-number")
    assert "26 clips" in text_of(client.get(unescape(more["hx-get"]), headers=htmx()))
    make_generation(mia, State.READY)
    page = client.get("/gallery/")
    assert "26 clips" in text_of(page)
    (whole,) = elements(page, "span", id="count-number")
    assert ("hx-get" in whole, whole["data-found"], "data-found" in more) == (False, "26", False)
    cache.clear()
    assert "25+ clips" in text_of(client.get("/gallery/"))


def test_a_search_is_saved_found_replaced_and_deleted(client, mia):
    def saved():
        return client.get("/gallery/filters/", {"menu": "saved"}, headers=htmx())

    assert "No saved searches yet." in text_of(saved())
    for query in ("state=ready&whose=team&before=77&evil=1", "sort=price&q=boat"):
        answer = client.post("/gallery/searches/", {"name": " Boats  at sea ", "query": query}, follow=True)
        assert "Saved as “Boats at sea”." in text_of(answer)
    search = SavedSearch.objects.get()
    assert (search.user, search.query) == (mia, "q=boat&sort=price&whose=mine")
    assert "/gallery/?q=boat&sort=price&whose=mine" in links(saved())
    make_user("bo")
    answer = client.post(f"/gallery/searches/{search.pk}/delete", {"query": "q=x&whose=mine"})
    assert answer["Location"] == "/gallery/?q=x&whose=mine"
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize(
    ("name", "query", "says"),
    [
        ("", "q=boat", "Give the search a name."),
        ("x" * 61, "q=boat", "A name has 60 characters at most."),
        ("a\u202eb", "q=boat", "signs in it that nobody can see"),
        ("All", "whose=team", "There is nothing to save yet"),
        ("Long", "q=" + "猫" * 200, "too long to be saved"),
    ],
)
def test_what_cannot_be_saved_says_why(client, mia, name, query, says):
    answer = client.post("/gallery/searches/", {"name": name, "query": query}, follow=True)
    assert says in text_of(answer)
    assert answer.status_code == 200
    assert not SavedSearch.objects.exists()


def test_saved_searches_are_of_the_chosen_team(client, mia):
    SavedSearch.objects.create(user=mia, team=make_team(), name="Elsewhere", query="q=x")
    assert "Elsewhere" not in text_of(client.get("/gallery/filters/?menu=saved", headers=htmx()))


def test_a_filter_costs_two_queries_more_at_most(client, mia, django_assert_max_num_queries):
    kept = collections.make(first_team(), "Spring spot", actor=mia)
    clips = [make_generation(mia, State.READY) for _ in range(PAGE_SIZE + 2)]
    collections.add(kept, clips, actor=mia)
    query = {"owner": mia.pk, "collection": str(kept.pk), "q": "boat", "state": "ready", "whose": "team"}
    with django_assert_max_num_queries(18):
        assert len(shown(client.get("/gallery/", query))) == PAGE_SIZE
