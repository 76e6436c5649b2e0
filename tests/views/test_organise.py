"""Doing one thing to several clips: who may, what is said, what changes."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generations.lifecycle import collections, finding, liking, tags, trash
from generations.models import Collection, CollectionItem, Favourite, Generation, Role, State, Tag
from tests.factories import first_team, make_generation, make_stranger, make_user
from tests.views.pages import elements, htmx, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia(client):
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def clips(mia):
    return [make_generation(mia, State.READY) for _ in range(3)]


@pytest.fixture
def act(client):
    def send(action, clips=(), *, headers=None, **data):
        data |= {"action": action, "ids": [clip.pk for clip in clips]}
        return client.post("/gallery/act", data, headers=headers or {})

    return send


def said(client, answer):
    """The message on the page that a plain press leads to."""
    assert answer.status_code == 302
    return text_of(client.get(answer["Location"]))


def in_trash():
    return set(Generation.objects.filter(trashed_at__isnull=False).values_list("pk", flat=True))


def test_favourites_are_set_and_taken_back(client, mia, clips, act):
    assert "3 clips are among your favourites now." in said(client, act("favourite", clips))
    assert liking.favourites_of(mia, clips) == {clip.pk for clip in clips}
    assert "1 clip is not among your favourites any more." in said(client, act("unfavourite", clips[:1]))
    assert Favourite.objects.count() == 2


def test_a_star_shows_on_its_tile_for_who_set_it(client, mia, clips):
    liking.favour(mia, clips[:1])
    liking.favour(make_user("bo"), clips)
    stars = elements(client.get("/gallery/"), "button", data_act="favourite")
    assert [star["aria-pressed"] for star in stars] == ["false", "false", "true"]
    assert [star["value"] for star in stars] == ["favourite", "favourite", "unfavourite"]


def test_stars_of_a_page_cost_one_query(client, mia, clips):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            client.get("/gallery/")
        return len(caught), sum("favourite" in query["sql"] for query in caught)

    queries()
    before = queries()
    for _ in range(8):
        make_generation(mia, State.READY)
    assert queries() == before
    assert before[1] == 1


def test_a_press_on_a_star_answers_with_nothing_more(mia, clips, act):
    answer = act("favourite", clips[:1], headers=htmx(), quiet="yes")
    assert (answer.status_code, answer.content) == (204, b"")
    assert Favourite.objects.count() == 1


def test_tags_are_put_on_and_taken_off(client, mia, clips, act):
    assert "3 clips are tagged “night” now." in said(client, act("tag", clips, tag="#Night"))
    assert Tag.objects.get().taggings.count() == 3
    assert "The tag “night” is off 3 clips." in said(client, act("untag", clips, tag="night"))
    assert not Tag.objects.exists()
    assert "Write a word." in said(client, act("tag", clips, tag=" "))


def test_clips_go_into_a_collection_by_id_or_name_and_out_of_it(client, mia, clips, act):
    assert "2 clips are in “Harbour {x}” now." in said(client, act("collect", clips[:2], name="Harbour  {x}"))
    harbour = Collection.objects.get()
    said(client, act("collect", clips, collection=harbour.pk))
    said(client, act("collect", clips, name="HARBOUR {x}"))
    assert harbour.items.count() == 3
    out = act("uncollect", clips[:1], filter=f"collection={harbour.pk}")
    assert "1 clip is not in “Harbour {x}” any more." in said(client, out)
    assert harbour.items.count() == 2
    assert "Choose a collection" in said(client, act("collect", clips))


def test_what_is_not_theirs_or_still_runs_stays_and_that_is_said(client, mia, clips, act):
    bo = make_user("bo")
    others = [make_generation(bo, State.READY) for _ in range(2)]
    running = make_generation(mia, State.RENDERING)
    page = said(client, act("trash", [*clips, *others, running]))
    assert "3 clips moved to the trash; 2 are not yours to move; 1 is still on the way" in page
    assert in_trash() == {clip.pk for clip in clips}
    page = said(client, act("trash", [clips[0], others[0]]))
    assert "Nothing moved to the trash; 1 is not yours to move; 1 is in the trash." in page


def test_one_that_is_not_to_be_seen_stops_all(mia, clips, act):
    hidden = make_generation(make_user("bo"), State.READY, is_private=True)
    strange = make_generation(make_stranger(), State.READY)
    for other in (hidden, strange, Generation(pk=uuid.uuid4())):
        for action in ("favourite", "trash", "tag", "collect", "share"):
            assert act(action, [*clips, other], tag="night", name="One").status_code == 404
    assert not in_trash()
    assert not Favourite.objects.exists()
    assert not Collection.objects.exists()


def test_undo_takes_back_what_one_press_moved_and_no_more(client, mia, clips, act):
    earlier, *rest = clips
    trash.trash([earlier], actor=mia)
    page = client.get(act("trash", rest)["Location"])
    (moment,) = elements(page, "input", name="at")
    assert "Undo" in text_of(page)
    assert "2 clips are out of the trash again." in said(client, act("restore", at=moment["value"]))
    assert in_trash() == {earlier.pk}
    bo = make_user("bo")
    client.force_login(bo)
    at = Generation.objects.get(pk=earlier.pk).trashed_at.isoformat()
    assert "Nothing was taken out of the trash." in said(client, act("restore", at=at))
    assert in_trash() == {earlier.pk}


def test_a_moment_only_takes_back(client, mia, clips, act):
    assert "only what went to the trash" in said(client, act("trash", at="2026-01-01T00:00Z")).lower()


def test_only_ones_own_is_shared_or_kept_private(client, mia, clips, act):
    other = make_generation(make_user("bo"), State.READY)
    page = said(client, act("keep-private", [*clips, other]))
    assert "3 clips are private now" in page
    assert "1 is not yours to keep private" in page
    assert Generation.objects.filter(is_private=True).count() == 3
    before = Generation.objects.get(pk=clips[0].pk).revision
    assert "1 clip is shared with the team now." in said(client, act("share", clips[:1]))
    clip = Generation.objects.get(pk=clips[0].pk)
    assert clip.born_revision == clip.revision > before
    assert clip.events.filter(why="shared with the team", actor=mia).exists()


def test_who_watches_marks_for_themselves_and_changes_nothing(client, clips, act):
    client.force_login(make_user("vi", role=Role.VIEWER))
    page = client.get("/gallery/?whose=team").content.decode()
    assert 'value="collect"' not in page
    assert act("favourite", clips).status_code == 302
    one = collections.make(first_team(), "One", actor=clips[0].owner)
    for action in ("tag", "untag", "collect", "uncollect"):
        assert act(action, clips, tag="night", collection=one.pk).status_code == 403
    assert "3 are not yours to move" in said(client, act("trash", clips))


def test_without_reloading_the_tiles_go_and_the_stars_come(client, mia, clips, act):
    stars = act("favourite", clips[:2], headers=htmx())
    assert [form["id"] for form in elements(stars, "form")] == [f"star-{clip.pk}" for clip in clips[1::-1]]
    assert "live" in stars["HX-Trigger"]
    gone = act("trash", clips[:1], headers=htmx())
    assert elements(gone, "article", hx_swap_oob="delete") == [
        {"id": f"tile-{clips[0].pk}", "hx-swap-oob": "delete"}
    ]
    assert "Undo" in text_of(gone)
    wrong = act("tag", clips, headers=htmx(), tag="")
    assert wrong.status_code == 422
    assert "Write a word." in text_of(wrong)


def test_taking_out_drops_the_tile_only_where_the_collection_is_looked_at(mia, clips, act):
    one = collections.make(first_team(), "One", actor=mia)
    collections.add(one, clips, actor=mia)
    away = act("uncollect", clips[:1], headers=htmx(), collection=one.pk)
    assert not elements(away, "article")
    here = act("uncollect", clips[1:2], headers=htmx(), filter=f"collection={one.pk}")
    assert len(elements(here, "article")) == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"action": "favourite"}, "No clip is chosen"),
        ({"action": "shred", "all": "yes"}, "Nothing is done with clips by this name"),
        ({"action": "favourite", "ids": ["7"]}, "One of these is no clip"),
        ({"action": "collect", "all": "yes", "collection": "x"}, "There is no such collection"),
        ({"action": "favourite", "ids": [str(uuid.uuid4()) for _ in range(1001)]}, "1000 clips at most"),
    ],
)
def test_what_cannot_be_read_is_said(client, mia, data, sentence):
    assert sentence in said(client, client.post("/gallery/act", data))


def test_a_thousand_are_named_one_by_one(client, mia, clips, act):
    ids = [clip.pk for clip in clips] * 333
    answer = client.post("/gallery/act", {"action": "favourite", "ids": ids})
    assert "3 clips" in said(client, answer)


def test_it_goes_back_to_where_it_came_from_and_nowhere_else(mia, clips, act):
    assert act("favourite", clips, next="/gallery/?q=fog")["Location"] == "/gallery/?q=fog"
    assert act("favourite", clips, next="https://elsewhere.example/")["Location"] == "/gallery/"


def test_an_open_page_is_loaded_anew_when_more_changes_at_once_than_it_can_draw(
    client, mia, act, monkeypatch
):
    monkeypatch.setattr("generations.views.live.MOST", 2)
    monkeypatch.setattr("generations.views.live.MOST_GONE", 3)
    clips = [make_generation(mia, State.READY) for _ in range(4)]

    def ask():
        (live,) = elements(page, "div", id="live")
        return client.get(live["hx-get"], headers=htmx())

    page = client.get("/gallery/")
    act("keep-private", clips[:1])
    assert "HX-Refresh" not in ask()
    act("share", clips[:1])
    act("keep-private", clips)
    assert ask()["HX-Refresh"] == "true"
    page = client.get("/gallery/")
    act("trash", clips[:3])
    assert "HX-Refresh" not in ask()
    act("trash", clips[3:])
    assert ask()["HX-Refresh"] == "true"


# All that match


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(finding.in_batches, "__defaults__", (2,))


def test_all_that_match_and_no_others(client, mia, act, small_batches):
    bo = make_user("bo")
    fog = [make_generation(mia, State.READY, prompt=f"Fog {number}") for number in range(5)]
    sun = make_generation(mia, State.READY, prompt="Sun")
    his = make_generation(bo, State.READY, prompt="Fog over the pass")
    hidden = make_generation(bo, State.READY, prompt="Fog at night", is_private=True)
    everything = {"all": "yes", "filter": "q=fog", "whose": "team"}
    assert "6 clips are tagged “grey” now." in said(client, act("tag", tag="grey", **everything))
    assert "6 clips are among your favourites now." in said(client, act("favourite", **everything))
    tagged = set(Tag.objects.get().taggings.values_list("generation__pk", flat=True))
    assert tagged == {clip.pk for clip in [*fog, his]}
    page = client.get(act("trash", **everything)["Location"])
    assert "5 clips moved to the trash; 1 is not yours to move." in text_of(page)
    assert in_trash() == {clip.pk for clip in fog}
    assert len(set(Generation.objects.filter(pk__in=in_trash()).values_list("trashed_at"))) == 1
    (moment,) = elements(page, "input", name="at")
    said(client, act("restore", at=moment["value"]))
    assert in_trash() == set()
    assert {sun.pk, hidden.pk}.isdisjoint(tagged)


def test_all_of_the_favourites_of_a_tag_may_lose_both(client, mia, clips, act, small_batches):
    tags.add(first_team(), "night", clips, actor=mia)
    liking.favour(mia, clips)
    asked = {"all": "yes", "whose": "mine", "filter": "tag=night&favourite=on&sort=price"}
    said(client, act("unfavourite", **asked))
    assert not Favourite.objects.exists()
    liking.favour(mia, clips)
    assert "off 3 clips" in said(client, act("untag", tag="night", **asked))
    assert not Tag.objects.exists()


def test_all_over_htmx_loads_the_page_again_with_the_message(client, mia, clips, act):
    answer = act("favourite", headers=htmx(), all="yes", whose="mine", next="/gallery/")
    assert answer["HX-Redirect"] == "/gallery/"
    assert "3 clips are among your favourites now." in text_of(client.get("/gallery/"))


def test_all_takes_no_more_queries_at_once_than_a_batch_needs(client, mia, act, small_batches):
    one = collections.make(first_team(), "One", actor=mia)

    def queries(clips):
        for _ in range(clips):
            make_generation(mia, State.READY)
        with CaptureQueriesContext(connection) as caught:
            act("collect", all="yes", whose="mine", collection=one.pk)
        return len(caught)

    few, more, most = queries(2), queries(2), queries(2)
    assert most - more == more - few
    assert CollectionItem.objects.count() == 6
