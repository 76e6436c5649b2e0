"""Favourites, stars, tags and collections."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from generations.lifecycle import collections, liking, tags
from generations.models import Collection, Favourite, Generation, Rating, State, Tag
from tests.factories import first_team, make_generation, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia():
    return make_user()


@pytest.fixture
def clips(mia):
    return [make_generation(mia, State.READY) for _ in range(3)]


def test_a_favourite_is_one_persons_and_there_once(mia, clips):
    bo = make_user("bo")
    assert liking.favour(mia, clips[:2]) == 2
    assert liking.favour(mia, clips) == 1
    assert liking.favour(bo, clips[:1]) == 1
    assert liking.unfavour(mia, clips[:1]) == 1
    assert liking.unfavour(mia, clips[:1]) == 0
    assert liking.favourites_of(mia, clips) == {clips[1].pk, clips[2].pk}
    assert Favourite.objects.count() == 3


def test_stars_are_each_persons_and_their_mean_the_clips(mia, clips):
    clip, bo = clips[0], make_user("bo")
    before = clip.revision
    assert liking.rate(clip, mia, 5) == 5
    assert liking.rate(clip, bo, 2) == 3.5
    assert liking.rate(clip, bo, 4) == 4.5
    assert liking.rate(clip, mia, 0) == 4
    clip.refresh_from_db()
    assert clip.rating == 4
    assert clip.revision > before
    assert liking.rate(clip, bo, 0) == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.create(generation=clip, user=mia, stars=6)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("Night", "night"), ("  #Night   Market ", "night market"), ("a,b", "a b"), ("STRASSE", "strasse")],
)
def test_a_tag_has_one_form(typed, kept):
    assert tags.tag_name(typed) == kept


@pytest.mark.parametrize("typed", ["", "  ", "#", ",", "x" * 41])
def test_what_is_no_tag_is_refused(typed):
    with pytest.raises(tags.NoTag):
        tags.tag_name(typed)


def test_a_tag_is_there_while_a_clip_has_it(mia, clips):
    tag = tags.add(first_team(), "Night", clips, actor=mia)
    assert tags.add(first_team(), "night", clips[:1], actor=mia) == tag
    assert tags.remove(tag, clips[:2]) == 2
    assert Tag.objects.get() == tag
    assert tags.remove(tag, clips) == 1
    assert not Tag.objects.exists()


def test_a_collection_has_its_name_once_in_a_team(mia, clips):
    one = collections.make(first_team(), "Harbour", actor=mia)
    assert collections.make(first_team(), "harbour", actor=mia) == one
    assert collections.make(make_team(), "Harbour", actor=mia) != one
    other = collections.make(first_team(), "Fog", actor=mia)
    with pytest.raises(collections.NameTaken):
        collections.rename(other, "HARBOUR")
    collections.rename(one, "HARBOUR")
    assert Collection.objects.get(pk=one.pk).name == "HARBOUR"


def test_a_clip_is_in_several_and_in_each_once(mia, clips):
    one, other = (collections.make(first_team(), name, actor=mia) for name in ("One", "Other"))
    assert collections.add(one, clips, actor=mia) == 3
    assert collections.add(one, clips, actor=mia) == 0
    assert collections.add(other, clips[:1], actor=mia) == 1
    assert collections.remove(one, clips[:2]) == 2
    collections.delete(other)
    assert Generation.objects.count() == 3


def test_many_cost_as_many_queries_as_few(mia, clips):
    def cost(some):
        with CaptureQueriesContext(connection) as caught:
            liking.favour(mia, some)
            tags.add(first_team(), "night", some, actor=mia)
            collections.add(collections.make(first_team(), "One", actor=mia), some, actor=mia)
        return len(caught)

    cost(clips)
    few, many = cost(clips[:1]), cost([make_generation(mia) for _ in range(40)])
    assert many == few
