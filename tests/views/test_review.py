"""Review as members see it: on the clip's page and tile, in the gallery's filter, in the team's settings."""

import pytest

from generations.lifecycle import review
from generations.models import Generation, Role, State, Verdict
from tests.factories import first_team, make_admin, make_generation, make_order, make_user
from tests.views.pages import elements, text_of
from tests.views.test_filters import chips
from tests.views.test_gallery import shown
from tests.views.test_live import ask, question

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia(client):
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def clip(mia):
    return make_generation(mia, State.READY)


def judge(clip, verdict, note=""):
    clip.refresh_from_db()
    review.judge(make_admin(f"ada{clip.review_id}"), clip, verdict, note, clip.review_id)


def test_a_member_hands_in_sees_why_it_came_back_and_answers(client, mia, clip):
    page = client.post(f"/gallery/{clip.pk}/hand-in", follow=True)
    assert "Handed in. The verdict will stand here." in text_of(page)
    assert "Waiting for review handed in by mia" in text_of(page)
    assert not elements(page, "button", id="hand-in")
    judge(clip, Verdict.RETURNED, "The boat leaves the frame")
    page = client.get(f"/gallery/{clip.pk}/")
    assert "The boat leaves the frame" in text_of(page)
    assert elements(page, "textarea", id="answer")
    page = client.post(f"/gallery/{clip.pk}/hand-in", {"answer": "It comes back"}, follow=True)
    assert "It comes back" in text_of(page)
    assert "Before that" in text_of(page)
    page = client.post(f"/gallery/{clip.pk}/hand-in", follow=True)
    assert "Not handed in: this clip is waiting for review already." in text_of(page)


def test_an_answer_too_long_is_refused(client, clip):
    page = client.post(f"/gallery/{clip.pk}/hand-in", {"answer": "x" * 1001}, follow=True)
    assert "1,000 characters at most" in text_of(page)
    assert not Generation.objects.get().verdict


def test_an_open_page_hears_the_verdict(client, mia, clip):
    review.hand_in(mia, [clip])
    url = question(client.get(f"/gallery/{clip.pk}/"))
    judge(clip, Verdict.RETURNED, "Too dark")
    assert "Too dark" in text_of(ask(client, url))


def test_the_tile_says_verdict_and_note(client, mia, clip):
    review.hand_in(mia, [clip])
    judge(clip, Verdict.RETURNED, "Too dark")
    (tile,) = elements(client.get("/gallery/"), "p", **{"class": "tile-verdict tile-verdict--returned"})
    assert tile["title"] == "Too dark"


def test_the_gallery_is_filtered_by_verdict(client, mia, clip):
    make_generation(mia, State.READY)
    review.hand_in(mia, [clip])
    page = client.get("/gallery/?review=waiting&whose=mine")
    assert shown(page) == [str(clip.pk)]
    assert chips(page) == {"Waiting for review": "/gallery/?whose=mine"}
    assert shown(client.get("/gallery/?review=approved&whose=mine")) == []
    assert len(shown(client.get("/gallery/?review=nonsense&whose=mine"))) == 2


def test_several_are_handed_in_at_once(client, mia, clip):
    waiting = make_generation(mia, State.READY)
    review.hand_in(mia, [waiting])
    others = make_generation(make_user("bo"), State.READY)
    data = {"action": "hand-in", "ids": [clip.pk, waiting.pk, others.pk]}
    page = text_of(client.post("/gallery/act", data, follow=True))
    assert "1 clip handed in for review; 1 is not yours to hand in; 1 is waiting for review already." in page


def test_a_lead_sets_how_the_team_is_reviewed(client):
    client.force_login(make_user("lea", role=Role.LEAD))
    team = first_team()
    page = client.post(f"/team/{team.pk}/review", {"hands_in_all": "on"}, follow=True)
    assert "Saved. It counts for the next clip." in text_of(page)
    team.refresh_from_db()
    assert (team.hands_in_all, team.reviewed_inside) == (True, False)
    assert "checked" in elements(page, "input", name="hands_in_all")[0]


def test_the_owner_puts_the_other_takes_of_an_approved_one_away(client, mia):
    order = make_order(mia)
    states = (State.READY, State.READY, State.QUEUED, State.READY)
    takes = [make_generation(state=state, order=order, take=n) for n, state in enumerate(states, start=1)]
    url = f"/gallery/{takes[0].pk}/"
    review.hand_in(mia, [takes[0], takes[3]])
    assert not elements(client.get(url), "input", name="other")
    assert "is not approved any more" in text_of(client.post(f"{url}chosen", follow=True))
    judge(takes[0], Verdict.APPROVED)
    others = [one["value"] for one in elements(client.get(url), "input", name="other")]
    assert [value.partition(":")[0] for value in others] == [str(one.pk) for one in takes[1:]]
    judge(takes[3], Verdict.RETURNED, "Too dark")
    page = client.post(f"{url}chosen", {"other": others}, follow=True)
    assert "Take 2 moved to the trash; Take 3 cancelled before it was sent." in text_of(page)
    assert "Take 4 was left as it is: Meanwhile ada" in text_of(page)
    assert list(Generation.objects.filter(trashed_by=mia)) == [takes[1]]
    client.force_login(make_user("otto"))
    assert not elements(client.get(url), "input", name="other")
