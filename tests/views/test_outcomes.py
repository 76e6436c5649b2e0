"""What a page hears of one's own clips, whichever page it is."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from generations.models import Charged, Generation, State
from generations.views import outcomes
from tests.factories import make_generation, make_user
from tests.views.test_live import ask, question

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia(client):
    user = make_user()
    client.force_login(user)
    return user


def told(answer):
    """The clips that an answer tells of, by id."""
    found = json.loads(answer.get("HX-Trigger", "{}")).get("outcomes", {"clips": []})["clips"]
    return {clip["id"]: clip for clip in found}


def come(clip):
    clip.move(State.SAVING, result_url="https://cdn.magnific.com/x", completed_at=clip.created_at)
    clip.move(State.READY, video_name="x.mp4", video_bytes=5, video_sha256="f" * 64)


@pytest.mark.parametrize("page", ["/", "/gallery/", "/gallery/?whose=team", "clip"])
def test_one_s_own_clip_that_comes_or_fails_is_told_on_every_page(client, mia, page):
    other = make_generation(mia, State.READY)
    comes = make_generation(mia, State.RENDERING, prompt="A “red” kite → 凧", is_private=True)
    fails = make_generation(mia, State.RENDERING)
    url = question(client.get(other.get_absolute_url() if page == "clip" else page))
    come(comes)
    fails.move(State.FAILED, failure="failed_there", charged=Charged.UNKNOWN)
    answer = told(ask(client, url))
    assert answer == {
        str(comes.pk): {
            "id": str(comes.pk),
            "title": "A “red” kite → 凧",
            "state": "ready",
            "url": f"/gallery/{comes.pk}/",
            "poster": f"/gallery/{comes.pk}/poster.webp",
            "is_pictured": False,
        },
        str(fails.pk): {
            "id": str(fails.pk),
            "title": fails.title,
            "state": "failed",
            "url": f"/gallery/{fails.pk}/",
            "poster": "",
            "is_pictured": False,
        },
    }


def test_what_runs_what_is_another_s_and_what_ended_long_ago_is_not_told(client, mia):
    url = question(client.get("/gallery/?whose=team"))
    make_generation(mia, State.RENDERING)
    make_generation(make_user("bo"), State.READY)
    old = make_generation(mia, State.READY)
    long_ago = timezone.now() - timedelta(seconds=outcomes.NEWS_SECONDS + 1)
    Generation.objects.filter(pk=old.pk).update(state_at=long_ago)
    trashed = make_generation(mia, State.READY)
    Generation.objects.filter(pk=trashed.pk).update(trashed_at=timezone.now())
    assert told(ask(client, url)) == {}


def test_it_is_told_once_to_a_page_and_again_when_its_poster_is_there(client, mia):
    clip = make_generation(mia, State.READY, poster_name="")
    Generation.objects.filter(pk=clip.pk).update(born_revision=0)
    url = question(client.get("/gallery/"))
    clip.change(poster_name="x/poster.webp", poster_width=640, poster_height=360)
    answer = ask(client, url)
    assert told(answer)[str(clip.pk)]["is_pictured"]
    assert told(ask(client, question(answer))) == {}
