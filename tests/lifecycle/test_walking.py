"""A page of marked clips by price or stars: walked to or collected, it holds the same clips."""

from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generations.lifecycle import collections, liking, tags, walking
from generations.lifecycle.finding import SORTS, ClipFilter
from generations.models import Generation, State
from tests.factories import first_team, make_generation, make_user

pytestmark = pytest.mark.django_db
SIZE = 3


@pytest.fixture
def mia():
    return make_user()


@pytest.fixture
def narrowings(mia):
    """Four ways to look for two thirds of eighteen clips that differ in price and stars."""
    clips = [
        make_generation(
            mia, State.READY, duration=3 + n % 4, rating=n % 3, prompt="A boat" if n % 3 else "A fox"
        )
        for n in range(18)
    ]
    kept = [clip for clip in clips if clip.prompt == "A boat"]
    shelf = collections.make(first_team(), "Autumn", actor=mia)
    tags.add(first_team(), "sea", kept, actor=mia)
    collections.add(shelf, kept, actor=mia)
    liking.favour(mia, kept)
    return ({"tags": ("sea",)}, {"collection": shelf.pk}, {"favourite": True}, {"text": "boat"})


def pages(viewer, asked):
    """The ids on all pages, and how many queries each took."""
    mark, found, queries = "", [], []
    while True:
        with CaptureQueriesContext(connection) as captured:
            page = list(walking.page(asked, Generation.objects.all(), viewer, mark, SIZE))
        if not page:
            return found, queries
        found += [clip.pk for clip in page]
        queries.append(len(captured))
        mark = asked.mark(page[-1])


@pytest.mark.parametrize(("few", "far"), [(100, 0), (0, 100), (0, 4), (0, 0)])
def test_every_page_is_the_same_however_it_is_found(mia, narrowings, monkeypatch, few, far):
    monkeypatch.setattr(walking, "FEW", few)
    monkeypatch.setattr(walking, "FAR", far)
    for narrowing, sort in product(narrowings, SORTS):
        asked = ClipFilter(**narrowing, sort=sort)
        collected = [clip.pk for clip in asked.find(Generation.objects.all(), mia)]
        found, queries = pages(mia, asked)
        assert len(found) == 12
        assert found == collected
        assert max(queries) <= 4


def test_a_walk_is_taken_where_many_clips_have_it_and_ends_where_they_are_far(mia, narrowings, monkeypatch):
    asked = ClipFilter(tags=("sea",), sort="price")
    monkeypatch.setattr(walking, "FEW", 4)
    for far, is_walked in ((10, True), (2, False)):
        monkeypatch.setattr(walking, "FAR", far)
        with CaptureQueriesContext(connection) as captured:
            list(walking.page(asked, Generation.objects.all(), mia, "", SIZE))
        assert ("EXISTS" in captured[-1]["sql"], "EXISTS" in captured[-2]["sql"]) == (False, True)
        assert ("tagging" not in captured[-1]["sql"]) is is_walked


def test_what_else_is_asked_for_is_never_walked_past(mia, narrowings, monkeypatch):
    monkeypatch.setattr(walking, "FEW", 0)
    asked = ClipFilter(tags=("sea",), durations=(3,), sort="price")
    with CaptureQueriesContext(connection) as captured:
        found = list(walking.page(asked, Generation.objects.all(), mia, "", SIZE))
    assert len(captured) == 1
    assert {clip.duration for clip in found} == {3}
