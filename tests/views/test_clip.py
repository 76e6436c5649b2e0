"""The clip page and its two verbs."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from generations.models import Charged, Failure, Generation, Role, State
from tests.factories import make_admin, make_generation, make_live_account, make_stranger, make_user
from tests.views.pages import elements, htmx, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia(client):
    user = make_user()
    client.force_login(user)
    return user


def test_a_ready_clip_plays_downloads_and_tells_all(client, mia):
    clip = make_generation(mia, State.READY, prompt="A kite\nover <salt>", negative_prompt="", cfg_scale=0.2)
    page = client.get(f"/gallery/{clip.pk}/")
    (video,) = elements(page, "video")
    assert video["src"] == f"/gallery/{clip.pk}/proxy.mp4"
    originals = elements(page, "button", data_file=f"/gallery/{clip.pk}/video.mp4")
    assert [original["aria-pressed"] for original in originals] == ["false"]
    assert video["poster"] == f"/gallery/{clip.pk}/poster.webp"
    assert elements(page, "a", href=f"/gallery/{clip.pk}/download")
    assert elements(page, "a", href=f"/?from={clip.pk}")
    assert "A kite\nover &lt;salt&gt;" in page.content.decode()
    words = text_of(page)
    for fact in (
        "16:9 · 5 s",
        "0.2 Creative",
        "€5.60",
        "3840 × 2160 · h264",
        "5.00 s · 120 frames",
        "1.0 MB",
    ):
        assert fact in words
    assert clip.task_id in words
    assert clip.video_sha256 in words


def test_the_history_is_told_in_order_with_times(client, mia):
    clip = make_generation(mia, State.READY)
    clip.note("Magnific says PROCESSING")
    page = client.get(f"/gallery/{clip.pk}/")
    times = [time["datetime"] for time in elements(page, "time")]
    assert len(times) == 1 + clip.events.count()
    words = text_of(page)
    steps = (
        "ordered by mia",
        "sent",
        "accepted as",
        "finished at Magnific",
        "saved",
        "Magnific says PROCESSING",
    )
    places = [words.index(step, words.index("History")) for step in steps]
    assert places == sorted(places)


def test_a_prompt_that_turns_the_writing_round_turns_nothing_beside_it(client, mia):
    """Right-to-left override, left open; a word that is written from the right stays as it is."""
    clip = make_generation(mia, State.READY, prompt="\u202eA kite\u2067 over ملح")
    assert clip.title == "A kite over ملح"
    for path in (f"/gallery/{clip.pk}/", "/gallery/", f"/gallery/{clip.pk}/retry", f"/?from={clip.pk}"):
        page = client.get(path, follow=True)
        assert page.content.decode().count("\u202e") == page.content.decode().count(
            "\u202eA kite\u2067 over ملح<"
        )
    (head,) = elements(client.get(f"/gallery/{clip.pk}/"), "h1")
    assert head["dir"] == "auto"


def put_at(clip, *moments):
    """Move the events of a clip to these times."""
    for event, at in zip(clip.events.all(), moments, strict=True):
        clip.events.filter(pk=event.pk).update(at=at)


def test_the_history_names_each_day_that_is_not_today(client, mia, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    clip, now = make_generation(mia, State.RENDERING), timezone.localtime()
    old = datetime(2024, 2, 28, 22, 30, tzinfo=UTC)
    put_at(clip, old, old + timedelta(hours=1), now)
    words = text_of(client.get(f"/gallery/{clip.pk}/"))
    told = words[words.index("History") :]
    assert (
        "Wednesday 28 February 2024 23:30:00 ordered by mia Thursday 29 February 2024 00:30:00 sent" in told
    )
    assert f"Today {now:%H:%M:%S} accepted" in told


def test_a_history_of_today_has_times_only(client, mia):
    clip, now = make_generation(mia, State.SUBMITTING), timezone.localtime()
    put_at(clip, now, now)
    told = text_of(client.get(f"/gallery/{clip.pk}/"))
    assert f"History {now:%H:%M:%S} ordered by mia {now:%H:%M:%S} sent" in told


@pytest.mark.parametrize("state", [state for state in State if state != State.READY])
def test_before_it_is_ready_there_is_its_state_and_no_player(client, mia, state):
    clip = make_generation(mia, state)
    page = client.get(f"/gallery/{clip.pk}/")
    assert elements(page, "video") == []
    assert elements(page, "div", id="panel")[0]["data-state"] == state
    assert bool(elements(page, "form", action=f"/gallery/{clip.pk}/cancel")) == (state == State.QUEUED)


def test_a_warning_about_the_file_is_shown(client, mia):
    clip = make_generation(mia, State.READY, video_warning="Kept as it came: odd.")
    assert "Kept as it came: odd." in text_of(client.get(f"/gallery/{clip.pk}/"))


def test_a_poster_that_is_not_made_yet_is_not_asked_for(client, mia):
    clip = make_generation(mia, State.READY, poster_name="")
    for url in (f"/gallery/{clip.pk}/", "/gallery/"):
        assert "poster.webp" not in client.get(url).content.decode()


def test_cancelling_spends_nothing_and_says_so(client, mia):
    clip = make_generation(mia)
    response = client.post(f"/gallery/{clip.pk}/cancel", follow=True)
    assert Generation.objects.get().state == State.CANCELLED
    assert "Cancelled before it was sent, nothing spent" in text_of(response)


def test_cancelling_from_a_tile_answers_with_the_message_and_looks_for_news(client, mia):
    clip = make_generation(mia)
    response = client.post(f"/gallery/{clip.pk}/cancel", headers=htmx())
    assert "live" in json.loads(response["HX-Trigger"])
    assert elements(response, "div", id="messages")[0]["hx-swap-oob"] == "innerHTML"
    assert "Cancelled before it was sent" in text_of(response)


def test_cancelling_too_late_says_so(client, mia):
    clip = make_generation(mia, State.RENDERING)
    response = client.post(f"/gallery/{clip.pk}/cancel", follow=True)
    assert "already on its way" in text_of(response)
    assert Generation.objects.get().state == State.RENDERING


def test_an_admin_may_cancel_another_persons(client, mia):
    clip, admin = make_generation(mia), make_admin()
    client.force_login(admin)
    client.post(f"/gallery/{clip.pk}/cancel")
    assert Generation.objects.get().events.last().actor == admin


def test_retrying_what_was_not_charged_makes_a_new_clip_at_once(client, mia):
    clip = make_generation(mia, State.FAILED, failure=Failure.REFUSED, charged=Charged.NO)
    page = client.get(f"/gallery/{clip.pk}/")
    assert "Retry as new · €5.60" in text_of(page)
    response = client.post(f"/gallery/{clip.pk}/retry", follow=True)
    again = Generation.objects.get(retry_of=clip)
    assert response.redirect_chain == [(f"/gallery/{again.pk}/", 302)]
    assert "Ordered again, as a new clip." in text_of(response)


def test_retrying_what_may_have_been_charged_asks_first(client, mia):
    clip = make_generation(mia, State.FAILED, charged=Charged.UNKNOWN, account=make_live_account())
    url = f"/gallery/{clip.pk}/retry"
    assert elements(client.get(f"/gallery/{clip.pk}/"), "a", href=url)
    response = client.post(url, follow=True)
    assert response.redirect_chain == [(url, 302)]
    assert "may pay for the same clip a second time" in text_of(response)
    assert Generation.objects.count() == 1
    assert client.post(url, headers=htmx())["HX-Redirect"] == url
    client.post(url, {"confirmed": "yes"})
    assert Generation.objects.filter(retry_of=clip).count() == 1


def test_what_runs_cannot_be_retried(client, mia):
    clip = make_generation(mia, State.RENDERING)
    assert "cannot be tried again" in text_of(client.post(f"/gallery/{clip.pk}/retry", follow=True))
    assert client.get(f"/gallery/{clip.pk}/retry")["Location"] == f"/gallery/{clip.pk}/"
    assert Generation.objects.count() == 1


@pytest.mark.parametrize("verb", ["cancel", "retry"])
def test_a_stranger_can_do_nothing(client, mia, verb):
    clip = make_generation(make_stranger(), State.QUEUED)
    assert client.post(f"/gallery/{clip.pk}/{verb}").status_code == 404
    assert client.post(f"/gallery/{uuid4()}/{verb}").status_code == 404
    assert Generation.objects.get().state == State.QUEUED


def test_everybody_reads_whose_clip_it_is(client, mia):
    clip = make_generation(mia, State.READY)
    assert "Owner you Team Studio" in text_of(client.get(f"/gallery/{clip.pk}/"))
    client.force_login(make_admin())
    assert "Owner mia Team Studio" in text_of(client.get(f"/gallery/{clip.pk}/"))


def test_an_owner_shares_a_private_clip_and_takes_it_back(client, mia):
    clip = make_generation(mia, State.READY, is_private=True)
    page = client.get(f"/gallery/{clip.pk}/")
    assert "only you and the admins see this clip" in text_of(page)
    said = client.post(f"/gallery/{clip.pk}/share", follow=True)
    assert "Everybody in Studio sees it now." in text_of(said)
    assert "shared with the team by mia" in text_of(said)
    assert elements(said, "input", name="private", value="yes")
    said = client.post(f"/gallery/{clip.pk}/share", {"private": "yes"}, follow=True)
    assert "Only you and the admins see it now." in text_of(said)
    assert "kept private by mia" in text_of(said)
    clip.refresh_from_db()
    assert clip.is_private


def test_sharing_twice_is_written_down_once(client, mia):
    clip = make_generation(mia, State.READY, is_private=True)
    for _ in range(2):
        client.post(f"/gallery/{clip.pk}/share")
    assert clip.events.filter(why="shared with the team").count() == 1


@pytest.mark.parametrize("state", [State.QUEUED, State.FAILED, State.CANCELLED, State.READY])
def test_a_colleague_may_remix_but_not_cancel_retry_or_hide(client, mia, state):
    clip = make_generation(mia, state, charged=Charged.NO)
    client.force_login(make_user("bo"))
    for url in (f"/gallery/{clip.pk}/", "/gallery/?whose=team"):
        page = client.get(url)
        for verb in ("cancel", "retry", "share"):
            assert f"{clip.pk}/{verb}" not in page.content.decode()
        assert bool(elements(page, "a", href=f"/?from={clip.pk}")) == (
            state != State.QUEUED and (state != State.READY or "whose" not in url)
        )


def test_a_lead_may_cancel_and_retry_but_not_hide(client, mia):
    clip = make_generation(mia)
    client.force_login(make_user("lea", role=Role.LEAD))
    page = client.get(f"/gallery/{clip.pk}/")
    assert elements(page, "form", action=f"/gallery/{clip.pk}/cancel")
    assert not elements(page, "form", action=f"/gallery/{clip.pk}/share")


def test_a_viewer_only_watches(client, mia):
    for state in (State.READY, State.FAILED):
        clip = make_generation(mia, state)
        client.force_login(make_user(f"vi-{state}", role=Role.VIEWER))
        page = client.get(f"/gallery/{clip.pk}/")
        assert page.status_code == 200
        assert not elements(page, "a", href=f"/?from={clip.pk}")
