"""The page of the trash."""

from datetime import timedelta

import pytest
from django.utils import timezone

from generations.lifecycle import trash
from generations.models import Generation, Role, State
from generations.views.trash import PAGE_SIZE
from tests.factories import make_generation, make_user
from tests.views.pages import elements, htmx, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia(client):
    user = make_user()
    client.force_login(user)
    return user


def shown(page):
    return [tile["data-generation"] for tile in elements(page, "article")]


def trashed(user, *, days_ago=0, by=None, **fields):
    clip = make_generation(user, State.READY, **fields)
    trash.trash([clip], actor=by or user, at=timezone.now() - timedelta(days=days_ago))
    return clip


def test_it_lists_what_one_can_take_back_with_the_days_left(client, mia, settings):
    bo = make_user("bo")
    old, new = trashed(mia, days_ago=29.5), trashed(mia, days_ago=9.5)
    trashed(bo)
    page = client.get("/gallery/trash/")
    assert shown(page) == [str(new.pk), str(old.pk)]
    assert "2 clips" in text_of(page)
    assert "removed for good in 20 days" in text_of(page)
    assert "removed for good today" in text_of(page)
    assert f"for {settings.TRASH_DAYS} days" in text_of(page)


def test_a_lead_finds_what_was_shared_and_who_moved_it(client, mia):
    lead = make_user("lead", role=Role.LEAD)
    shared, hidden = trashed(mia, by=lead), trashed(mia, is_private=True)
    client.force_login(lead)
    page = client.get("/gallery/trash/")
    assert shown(page) == [str(shared.pk)]
    client.force_login(mia)
    page = client.get("/gallery/trash/")
    assert set(shown(page)) == {str(shared.pk), str(hidden.pk)}
    assert "moved here by lead" in text_of(page)


def test_what_was_removed_for_good_is_there_no_more(client, mia, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    clip = trashed(mia, days_ago=99)
    trash.purge()
    assert shown(client.get("/gallery/trash/")) == []
    answer = client.post("/gallery/act", {"action": "restore", "ids": [clip.pk]})
    assert "Nothing was taken out of the trash." in text_of(client.get(answer["Location"]))


def test_it_is_taken_out_one_by_one_by_choice_or_all(client, mia):
    clips = [trashed(mia) for _ in range(5)]
    back = {"action": "restore", "whose": "trash", "next": "/gallery/trash/"}
    page = client.post("/gallery/act", {**back, "ids": [clips[0].pk]}, headers=htmx())
    assert [gone["id"] for gone in elements(page, "article")] == [f"tile-{clips[0].pk}"]
    assert (
        client.post("/gallery/act", {**back, "ids": [clips[1].pk, clips[2].pk]})["Location"] == back["next"]
    )
    assert set(shown(client.get("/gallery/trash/"))) == {str(clip.pk) for clip in clips[3:]}
    client.post("/gallery/act", {**back, "all": "yes"})
    page = client.get("/gallery/trash/")
    assert "The trash is empty." in text_of(page)
    assert Generation.objects.filter(trashed_at=None).count() == 5


def test_it_goes_on_page_by_page_also_within_one_moment(client, mia):
    clips = [make_generation(mia, State.READY) for _ in range(PAGE_SIZE + 2)]
    trash.trash(clips, actor=mia)
    first = client.get("/gallery/trash/")
    (older,) = [link["href"] for link in elements(first, "a") if "before=" in link.get("href", "")]
    second = client.get(older)
    assert len(shown(first)) == PAGE_SIZE
    assert shown(first) + shown(second) == [str(clip.pk) for clip in reversed(clips)]
    assert not [link for link in elements(second, "a") if "before=" in link.get("href", "")]


DAY = "2026-01-01T00:00:00"


@pytest.mark.parametrize(
    "mark", ["x", "_", f"{DAY}_1", f"{DAY}Z_", "2026-13-01T00:00:00Z_1", f"{DAY}Z_{9**30}"]
)
def test_a_place_that_is_none_is_not_found(client, mia, mark):
    assert client.get("/gallery/trash/", {"before": mark}).status_code == 404
