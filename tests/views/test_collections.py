"""A team's collections: the page, their names, and choosing one before ordering."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generations.lifecycle import collections, tags, trash
from generations.models import Collection, Generation, Order, Role, State
from generations.views.collection_cards import PAGE_SIZE
from tests.factories import first_team, make_generation, make_stranger, make_team, make_user
from tests.views.pages import elements, htmx, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia(client):
    user = make_user()
    client.force_login(user)
    return user


def make(name, actor, clips=(), team=None):
    collection = collections.make(team or first_team(), name, actor=actor)
    collections.add(collection, clips, actor=actor)
    return collection


def test_they_are_listed_with_how_many_one_sees_and_what_came_last(client, mia):
    bo = make_user("bo")
    clips = [make_generation(mia, State.READY) for _ in range(5)]
    hidden = make_generation(bo, State.READY, is_private=True)
    harbour, fog = make("harbour", mia, [*clips, hidden]), make("Fog", bo)
    make("Theirs", make_stranger(), team=make_team("Else"))
    trash.trash(clips[:1], actor=mia)
    page = client.get("/gallery/collections/")
    assert "Fog 0 clips" in text_of(page)
    assert "harbour 4 clips" in text_of(page)
    assert "Theirs" not in text_of(page)
    assert [image["src"] for image in elements(page, "img")] == [
        f"/gallery/{clip.pk}/poster.webp" for clip in clips[4:1:-1]
    ]
    for collection in (harbour, fog):
        assert elements(page, "a", href=f"/gallery/?collection={collection.pk}&whose=team")


def test_many_cost_as_many_queries_as_few(client, mia):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            client.get("/gallery/collections/")
        return len(caught)

    make("0", mia, [make_generation(mia, State.READY)])
    queries()
    few = queries()
    for number in range(1, 9):
        make(str(number), mia, [make_generation(mia, State.READY)])
    assert queries() == few


def named(page):
    ids = [row["id"].removeprefix("collection-") for row in elements(page, "li") if "id" in row]
    return [Collection.objects.get(pk=pk).name for pk in ids]


def test_they_go_on_page_by_page_by_name(client, mia):
    names = [f"{'aB'[number % 2]}{number:03}" for number in range(PAGE_SIZE + 2)]
    for name in names:
        make(name, mia)
    first = client.get("/gallery/collections/")
    (more,) = [link["href"] for link in elements(first, "a") if "after=" in link.get("href", "")]
    second = client.get(more)
    assert len(named(first)) == PAGE_SIZE
    assert named(first) + named(second) == sorted(names, key=str.lower)
    assert not [link for link in elements(second, "a") if "after=" in link.get("href", "")]
    assert "No collections yet." not in text_of(client.get("/gallery/collections/", {"after": "zz\0"}))


def test_a_name_that_is_refused_is_shown_with_its_collection_however_far_down(client, mia):
    for number in range(PAGE_SIZE + 1):
        make(f"{number:03}", mia)
    last = make("last", mia)
    page = client.post(f"/gallery/collections/{last.pk}/rename", {"name": "000"})
    assert page.status_code == 422
    assert named(page) == ["last"]
    assert elements(page, "input", id=f"name-{last.pk}")[0]["value"] == "000"


def test_a_new_one_needs_a_name_that_is_free(client, mia):
    def send(name):
        return client.post("/gallery/collections/", {"name": name}, follow=True)

    assert "“Harbour at night” is made." in text_of(send("  Harbour   at night "))
    assert "There is “Harbour at night” already." in text_of(send("HARBOUR at night"))
    assert Collection.objects.count() == 1
    refused = {"": "Give the collection a name.", "x" * 81: "80 characters", "a\x07": "nobody can see"}
    for wrong, sentence in refused.items():
        answer = send(wrong)
        assert answer.status_code == 422
        assert sentence in text_of(answer)


def test_who_made_it_or_leads_renames_and_deletes_it(client, mia):
    clip = make_generation(mia, State.READY)
    mine, his = make("Mine", mia, [clip]), make("His", make_user("bo"))
    page = client.get("/gallery/collections/")
    forms = [form["action"] for form in elements(page, "form") if str(mine.pk) in form["action"]]
    assert forms == [f"/gallery/collections/{mine.pk}/{verb}" for verb in ("rename", "delete")]
    assert not [form for form in elements(page, "form") if str(his.pk) in form["action"]]

    taken = client.post(f"/gallery/collections/{mine.pk}/rename", {"name": "HIS"})
    assert taken.status_code == 422
    assert "There is a collection called “HIS” already." in text_of(taken)
    said = client.post(f"/gallery/collections/{mine.pk}/rename", {"name": "Fog"}, follow=True)
    assert "It is called “Fog” now." in text_of(said)
    said = client.post(f"/gallery/collections/{mine.pk}/delete", follow=True)
    assert "“Fog” is no collection any more." in text_of(said)
    assert Generation.objects.get() == clip
    assert client.post(f"/gallery/collections/{his.pk}/delete").status_code == 403
    client.force_login(make_user("lead", role=Role.LEAD))
    assert client.post(f"/gallery/collections/{his.pk}/delete").status_code == 302
    assert not Collection.objects.exists()


def test_who_watches_sees_them_and_makes_none(client, mia):
    make("Harbour", mia)
    client.force_login(make_user("vi", role=Role.VIEWER))
    page = client.get("/gallery/collections/")
    assert "Harbour" in text_of(page)
    assert not elements(page, "input", id="new-name")


def test_fields_get_the_names_of_the_team_alone(client, mia):
    make("Harbour", mia)
    make("Theirs", make_stranger(), team=make_team("Else"))
    tags.add(first_team(), "night", [make_generation(mia)], actor=mia)
    for of, name in (("collections", "Harbour"), ("tags", "night")):
        options = elements(client.get(f"/gallery/names?of={of}"), "option")
        assert options == [{"value": name}]
    assert client.get("/gallery/names?of=people").status_code == 404


# Before ordering


def order(client, **fields):
    data = {"prompt": "A kite", "nonce": uuid.uuid4(), "another": "on", **fields}
    return client.post("/", data, headers=htmx())


def test_an_order_goes_into_the_collection_that_was_chosen(client, mia):
    harbour = make("Harbour", mia)
    assert order(client, collection=harbour.pk, takes="2").status_code == 200
    assert harbour.items.count() == 2
    (option,) = elements(client.get("/"), "option", value=str(harbour.pk))
    assert "selected" in option


def test_a_new_one_is_made_with_the_order_and_once(client, mia):
    for _ in range(2):
        order(client, collection="new", collection_name="Fog")
    assert Collection.objects.get().items.count() == 2
    answer = order(client, collection="new")
    assert answer.status_code == 422
    assert "Give the new collection a name" in text_of(answer)


def test_one_that_is_gone_or_another_teams_is_refused(client, mia):
    theirs = make("Theirs", make_stranger(), team=make_team("Else"))
    for pk in (theirs.pk, uuid.uuid4(), "nonsense"):
        answer = order(client, collection=pk)
        assert answer.status_code == 422
        assert "The chosen collection is gone; nothing was ordered." in text_of(answer)
    assert not Order.objects.exists()


def test_a_refused_order_leaves_no_collection_behind(client):
    client.force_login(make_user("vi", role=Role.VIEWER))
    assert order(client, collection="new", collection_name="Fog").status_code == 422
    assert not Collection.objects.exists()
