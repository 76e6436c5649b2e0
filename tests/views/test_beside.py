"""The clips before and after one, in the view of the gallery that it was opened from."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generations.lifecycle import liking, trash
from generations.models import State
from generations.views import beside
from tests.factories import make_admin, make_generation, make_membership, make_team, make_user
from tests.views.pages import elements, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia(client):
    user = make_user()
    client.force_login(user)
    return user


def steps(client, clip, query=""):
    """Where the two links lead, and what is said between them."""
    page = client.get(f"/gallery/{clip.pk}/{query}")
    hrefs = [next((link["href"] for link in elements(page, "a", rel=rel)), None) for rel in ("prev", "next")]
    words = text_of(page)
    return *hrefs, words[words.index("Back to the gallery") :].split(" ", 4)[4]


def url(clip, query):
    return f"/gallery/{clip.pk}/?{query}"


def test_without_a_filter_ones_own_stand_newest_first(client, mia):
    first, second, third = (make_generation(mia, State.READY) for _ in range(3))
    make_generation(make_user("bo"), State.READY)
    assert steps(client, third)[:2] == (None, url(second, "whose=mine"))
    before, after, said = steps(client, second)
    assert (before, after) == (url(third, "whose=mine"), url(first, "whose=mine"))
    assert said.startswith("2 of 3")
    assert steps(client, first)[:2] == (url(second, "whose=mine"), None)


def test_a_colleagues_clip_stands_among_the_teams(client, mia):
    bo = make_user("bo")
    theirs, mine, hidden = make_generation(bo), make_generation(mia), make_generation(bo, is_private=True)
    assert steps(client, theirs)[:2] == (url(mine, "whose=team"), None)
    assert hidden.pk not in steps(client, mine, "?whose=team")


def test_the_filter_and_the_order_of_the_gallery_are_kept(client, mia):
    make_generation(mia, prompt="A kite", duration=7)
    long, short, middle = (make_generation(mia, prompt="A boat", duration=n) for n in (9, 3, 5))
    query = "q=boat&sort=length&whose=mine"
    before, after, said = steps(client, middle, f"?{query}")
    assert (before, after) == (url(long, query), url(short, query))
    assert said.startswith("2 of 3")
    page = client.get(url(middle, query))
    assert elements(page, "a", href=f"/gallery/?{query}")


def test_every_order_can_be_walked_from_end_to_end(client, mia):
    clips = [
        make_generation(mia, duration=duration, price=price)
        for duration, price in ((5, "5.60"), (3, "3.36"), (5, "5.60"), (9, "10.08"))
    ]
    liking.rate(clips[1], mia, 4)
    for sort in ("new", "old", "price", "rating", "length"):
        page = client.get(f"/gallery/?sort={sort}&whose=mine")
        shown = [article["data-generation"] for article in elements(page, "article")]
        walked, address = [], f"/gallery/{shown[0]}/?sort={sort}&whose=mine"
        while address:
            walked.append(address.split("/")[2])
            address = next((a["href"] for a in elements(client.get(address), "a", rel="next")), None)
        assert walked == shown, sort


def test_what_cannot_be_read_in_the_address_does_not_count(client, mia):
    clip, other = make_generation(mia), make_generation(mia)
    query = "?owner=x&since=never&sort=odd&before=1_2&whose=odd"
    assert steps(client, clip, query)[0] == url(other, "whose=mine")


def test_a_clip_that_the_filter_leaves_out_still_has_neighbours_but_no_number(client, mia):
    boat, kite, other = (make_generation(mia, prompt=text) for text in ("A boat", "A kite", "A boat"))
    before, after, said = steps(client, kite, "?q=boat&whose=mine")
    assert (before, after) == (url(other, "q=boat&whose=mine"), url(boat, "q=boat&whose=mine"))
    assert " of " not in said[:12]


def test_from_the_trash_one_goes_on(client, mia):
    one, two, three = (make_generation(mia, State.READY) for _ in range(3))
    trash.trash([two], actor=mia)
    assert steps(client, two)[:2] == (url(three, "whose=mine"), url(one, "whose=mine"))
    assert steps(client, three)[1] == url(one, "whose=mine")


def test_a_clip_of_another_team_than_the_chosen_one_stands_alone(client, mia):
    north = make_team()
    make_membership(mia, north)
    here, there = make_generation(mia), make_generation(mia, team=north)
    for clip, other in ((here, there), (there, here)):
        make_generation(mia, team=clip.team)
        client.post("/team/choose", {"team": clip.team_id})
        assert steps(client, clip)[0]
        assert steps(client, other)[:2] == (None, None)
    client.force_login(make_admin(role=None))
    assert steps(client, here)[:2] == (None, None)


def test_far_down_nobody_counts(client, mia, monkeypatch):
    monkeypatch.setattr(beside, "FAR", 2)
    clips = [make_generation(mia) for _ in range(4)]
    assert steps(client, clips[2])[2].startswith("2 of 4")
    assert " of " not in steps(client, clips[1])[2][:12]


def test_the_number_of_queries_does_not_grow_with_the_gallery(client, mia):
    clips = [make_generation(mia, State.READY) for _ in range(3)]
    query = "?q=boat&state=ready&sort=rating&whose=team"

    def count():
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/gallery/{clips[1].pk}/{query}")
        return len(asked)

    count()
    few = count()
    for _ in range(20):
        liking.rate(make_generation(mia, State.READY), mia, 3)
    assert count() == few
