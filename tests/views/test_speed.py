"""Pages cost the same however many clips there are. `script/bench gallery` measures; here it is counted."""

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.lifecycle import charge, collections, liking, review, tags
from generations.models import Charged, Revision, State
from generations.templatetags import drawing
from generations.views.gallery import PAGE_SIZE
from tests.factories import first_team, make_generation, make_user
from tests.views.test_live import ask, question

pytestmark = pytest.mark.django_db

FEW, MORE = PAGE_SIZE + 1, 10
"""More than a page in any case: the count of less needs no query."""
LISTS = (
    "",
    "q=paper",
    "q=pa",
    "state=ready",
    "state=running&state=failed",
    "ratio=16:9",
    "duration=5",
    "favourite=on",
    "rating=1",
    "review=waiting",
    "tag=keeper",
    "collection={collection}",
    "since={today}&until={today}",
    "sort=old",
    "sort=price",
    "sort=rating",
    "sort=length",
    "q=paper&tag=keeper&state=ready&owner={mia}",
)


@pytest.fixture
def mia():
    return make_user()


def make_clips(mia, count):
    """Clips in the states that tiles tell apart, each found by every list."""
    shelf = collections.make(first_team(), "Shelf", actor=mia)
    clips = [make_generation(mia, State.READY, rating=3.0) for _ in range(count)]
    liking.favour(mia, clips)
    review.hand_in(mia, clips)
    tags.add(first_team(), "keeper", clips, actor=mia)
    collections.add(shelf, clips, actor=mia)
    return shelf


def queries_of(client, address):
    client.get(address)  # What is cached is there from now on.
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in captured]


@pytest.mark.parametrize("whose", ["mine", "team"])
def test_lists_are_read_the_same_way_however_long_they_are(client, mia, whose):
    client.force_login(mia)
    shelf = make_clips(mia, FEW)
    facts = {"collection": shelf.pk, "today": timezone.localdate(), "mia": mia.pk}
    addresses = [f"/gallery/?whose={whose}&{asked.format(**facts)}" for asked in LISTS]
    few = {address: len(queries_of(client, address)) for address in addresses}
    make_clips(mia, MORE)
    many = {address: queries_of(client, address) for address in addresses}
    assert {address: len(queries) for address, queries in many.items()} == few
    assert not [line for queries in many.values() for sql in queries for line in scans(sql)]


def scans(sql):
    """The lines of SQLite's plan that go through all clips, or sort them: their number grows with the clips."""
    if connection.vendor != "sqlite" or not sql.startswith("SELECT"):
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql.replace('%', '%%')}")
        lines = [line for *_, line in cursor.fetchall()]
    return [line for line in lines if line.startswith("SCAN generations_generation")]


@pytest.mark.parametrize("page", ["/", "/gallery/?whose=team", "/gallery/?whose=mine"])
def test_what_an_open_page_asks_goes_through_no_clips(client, mia, page):
    client.force_login(mia)
    make_clips(mia, FEW)
    url = question(client.get(page))
    Revision.take()
    with CaptureQueriesContext(connection) as captured:
        assert ask(client, url).status_code == 204
    assert not [line for query in captured for line in scans(query["sql"])]


def test_an_open_page_that_is_up_to_date_costs_one_query_more_than_the_door(
    client, mia, django_assert_num_queries
):
    client.force_login(mia)
    url = question(client.get("/gallery/"))
    with django_assert_num_queries(3):
        assert ask(client, url).status_code == 204


def test_a_tile_is_drawn_once_until_its_clip_changes(client, mia):
    client.force_login(mia)
    clip = make_generation(mia, State.READY, prompt="A paper boat")
    drawing.forget()
    first = client.get("/gallery/").content.decode()
    kept = dict(drawing._kept)
    assert len(kept) == 1
    client.get("/gallery/")
    assert drawing._kept == kept
    clip.change(file_damage="missing")
    assert "File missing" not in first
    assert "File missing" in client.get("/gallery/").content.decode()


def test_a_failed_clip_is_drawn_once_until_it_is_known_what_it_cost(client, mia, settings):
    settings.REHEARSAL, settings.MAGNIFIC_API_KEY = False, "a-key"
    client.force_login(mia)
    clip = make_generation(mia, State.FAILED, charged=Charged.UNKNOWN)
    drawing.forget()
    assert "We do not know whether it was charged." in client.get("/gallery/").content.decode()
    assert len(drawing._kept) == 1
    charge.decide_charge(clip, Charged.NO, actor=mia, why="the statement")
    assert "Nothing was charged." in client.get("/gallery/").content.decode()


def test_a_tile_in_line_is_drawn_anew_when_it_moves_up(client, mia):
    client.force_login(mia)
    first = make_generation(mia)
    make_generation(mia)
    drawing.forget()
    assert "2nd in line" in client.get("/gallery/").content.decode()
    assert len(drawing._kept) == 2
    first.move(State.CANCELLED)
    page = client.get("/gallery/").content.decode()
    assert "2nd in line" not in page
    assert "Next in line" in page


def test_a_tile_with_a_clock_is_never_kept(client, mia):
    client.force_login(mia)
    drawing.forget()
    for state in (State.SUBMITTING, State.RENDERING, State.SAVING):
        make_generation(mia, state)
    client.get("/gallery/")
    assert not drawing._kept


def test_the_oldest_make_room_for_new_ones(client, mia, monkeypatch):
    monkeypatch.setattr(drawing, "MOST", 4)
    client.force_login(mia)
    make_clips(mia, 6)
    drawing.forget()
    client.get("/gallery/")
    assert 0 < len(drawing._kept) <= 4


def test_the_filter_is_drawn_once_for_all_who_ask_the_same(client, mia):
    pieces = caches["template_fragments"]
    pieces.clear()
    for user in (mia, make_user("bo")):
        client.force_login(user)
        client.get("/gallery/?whose=team&state=ready")
    (kept,) = pieces._cache.values()
    assert b"Search prompts" in kept
    assert b"csrf" not in kept
    client.get("/gallery/?whose=team&state=failed")
    assert len(pieces._cache) == 2


def test_what_cannot_be_read_stands_in_the_filter_of_who_asked_for_it_alone(client, mia):
    client.force_login(mia)
    pages = [client.get(f"/gallery/?since={day}").content.decode() for day in ("2026-01-01", "never", "")]
    assert ['value="never"' in page for page in pages] == [False, True, False]


def test_what_is_kept_of_a_tile_holds_nothing_of_who_saw_it_first(client, mia, settings):
    clip = make_generation(mia, State.READY)
    bo = make_user("bo")
    client.force_login(mia)
    client.get("/gallery/?whose=team")
    secret = client.cookies[settings.CSRF_COOKIE_NAME].value
    assert not [html for html in drawing._kept.values() if secret in html]
    client.force_login(bo)
    page = client.get("/gallery/?whose=team").content.decode()
    assert f"tile-{clip.pk}" in page
    assert drawing.TOKEN not in page


def test_clips_that_were_rehearsed_are_drawn_without_a_query_each(client, mia, settings):
    """They are of another account than the page's, once a key is set."""
    client.force_login(mia)
    make_clips(mia, FEW)
    settings.REHEARSAL, settings.MAGNIFIC_API_KEY = False, "a-key"
    few = queries_of(client, "/gallery/")
    settings.REHEARSAL = True
    make_clips(mia, MORE)
    settings.REHEARSAL = False
    many = queries_of(client, "/gallery/")
    assert len(many) == len(few)
