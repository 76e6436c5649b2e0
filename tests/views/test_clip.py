"""The clip page and its two verbs."""

import json
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.utils import timezone

from generations.lifecycle import trash
from generations.models import Charged, Failure, Generation, Role, State
from tests.factories import (
    make_admin,
    make_generation,
    make_live_account,
    make_order,
    make_stranger,
    make_user,
)
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


def test_a_clip_is_remixed_whole_by_its_prompt_or_longer(client, mia):
    clip = make_generation(mia, State.READY, prompt="A kite", duration=9, aspect_ratio="1:1", cfg_scale=0.9)
    page = client.get(f"/gallery/{clip.pk}/")
    assert "Longer take · 10 s · €11.20" in text_of(page)
    for query, duration, ratio in (
        ("", "9", "1:1"),
        ("&only=prompt", "5", "16:9"),
        ("&longer=yes", "10", "1:1"),
    ):
        assert elements(page, "a", href=f"/?from={clip.pk}{query}")
        form = client.get(f"/?from={clip.pk}{query}")
        assert "A kite</textarea>" in form.content.decode()
        assert elements(form, "input", name="duration")[0]["value"] == duration
        (chosen,) = [one for one in elements(form, "input", name="aspect_ratio") if "checked" in one]
        assert chosen["value"] == ratio
        (order,) = elements(form, "form", id="order")
        assert order["action"] == order["hx-post"] == f"/?from={clip.pk}{query}"


def test_each_way_to_start_has_a_draft_of_its_own(client, mia):
    clip = make_generation(mia, State.READY)
    queries = ("", "&only=prompt", "&longer=yes")
    pages = [client.get(f"/?from={clip.pk}{query}") for query in queries]
    assert len({elements(page, "form", id="order")[0]["data-source"] for page in pages}) == len(queries)


def test_nothing_is_longer_than_the_longest(client, mia):
    clip = make_generation(mia, State.READY, duration=15)
    assert "Longer take" not in text_of(client.get(f"/gallery/{clip.pk}/"))
    form = client.get(f"/?from={clip.pk}&longer=yes")
    assert elements(form, "input", name="duration")[0]["value"] == "15"


def test_the_settings_are_one_line_of_json_in_the_apis_words(client, mia):
    clip = make_generation(mia, State.READY, prompt='A "kite"\nüber <Salz>', negative_prompt="", duration=7)
    page = client.get(f"/gallery/{clip.pk}/").content.decode()
    line = unescape(page.partition('id="settings-text"')[2].partition(">")[2].partition("</p>")[0])
    assert "\n" not in line
    assert json.loads(line) == {
        "prompt": 'A "kite"\nüber <Salz>',
        "negative_prompt": "",
        "cfg_scale": 0.5,
        "aspect_ratio": "16:9",
        "duration": 7,
    }


def test_the_takes_of_an_order_stand_beside_each_other(client, mia):
    order = make_order(mia)
    ready = [make_generation(mia, State.READY, order=order, take=take) for take in (1, 2)]
    running = make_generation(mia, State.RENDERING, order=order, take=3)
    gone = make_generation(mia, State.READY, order=order, take=4)
    trash.trash([gone], actor=mia)
    page = client.get(f"/gallery/{ready[1].pk}/?q=boat&whose=team")
    links = [link for link in elements(page, "a") if link.get("class", "").startswith("take ")]
    assert [link["href"] for link in links] == [
        f"/gallery/{one.pk}/?q=boat&whose=team" for one in (*ready, running)
    ]
    assert [link.get("aria-current") for link in links] == [None, "page", None]
    assert elements(page, "a", href=f"/gallery/compare/?clips={ready[0].pk},{ready[1].pk}")
    alone = client.get(f"/gallery/{make_generation(mia, State.READY).pk}/")
    assert not elements(alone, "h2", id="takes-head")


def test_another_persons_private_take_is_not_shown(client, mia):
    order = make_order(mia)
    clips = [make_generation(mia, order=order, take=take, is_private=take == 2) for take in (1, 2)]
    client.force_login(make_user("bo"))
    assert str(clips[1].pk) not in client.get(f"/gallery/{clips[0].pk}/").content.decode()


def test_a_retry_and_what_was_retried_lead_to_each_other(client, mia):
    old = make_generation(mia, State.FAILED, charged=Charged.NO)
    client.post(f"/gallery/{old.pk}/retry")
    new = Generation.objects.get(retry_of=old)
    assert elements(client.get(f"/gallery/{old.pk}/"), "a", href=f"/gallery/{new.pk}/")
    assert elements(client.get(f"/gallery/{new.pk}/"), "a", href=f"/gallery/{old.pk}/")


def test_a_clip_goes_to_the_trash_and_comes_back(client, mia):
    clip = make_generation(mia, State.READY)
    where = f"/gallery/{clip.pk}/?q=boat&whose=mine"
    said = client.post(f"/gallery/{clip.pk}/trash", headers={"Referer": f"http://testserver{where}"})
    assert said["Location"] == where
    page = client.get(where)
    assert "In the trash. You moved it there on" in text_of(page)
    assert f"Its files are removed on {date_in(30)}" in text_of(page)
    assert elements(page, "video")
    assert elements(page, "a", href=f"/gallery/{clip.pk}/download")
    assert not elements(page, "form", action=f"/gallery/{clip.pk}/trash")
    assert not elements(page, "form", action=f"/gallery/{clip.pk}/share")
    assert elements(page, "form", action=f"/gallery/{clip.pk}/restore")
    client.force_login(make_user("bo"))
    assert "mia moved it there" in text_of(client.get(where))
    assert not elements(client.get(where), "form", action=f"/gallery/{clip.pk}/restore")
    client.force_login(mia)
    page = client.post(f"/gallery/{clip.pk}/restore", follow=True)
    assert "Taken out of the trash." in text_of(page)
    assert elements(page, "form", action=f"/gallery/{clip.pk}/trash")


@pytest.mark.parametrize("state", [State.FAILED, State.CANCELLED])
def test_what_never_had_a_file_says_only_until_when_it_comes_back(client, mia, state):
    clip = make_generation(mia, state)
    page = client.post(f"/gallery/{clip.pk}/trash", follow=True)
    assert f"It can be taken back until {date_in(30)}" in text_of(page)
    assert "Its files" not in text_of(page)
    assert not elements(page, "form", action=f"/gallery/{clip.pk}/retry")


def test_what_is_on_its_way_stays(client, mia):
    clip = make_generation(mia, State.RENDERING)
    assert not elements(client.get(f"/gallery/{clip.pk}/"), "form", action=f"/gallery/{clip.pk}/trash")
    assert "still on its way" in text_of(client.post(f"/gallery/{clip.pk}/trash", follow=True))
    assert not Generation.objects.get().is_trashed


def test_of_a_purged_clip_prompt_and_history_stay(client, mia, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    clip = make_generation(mia, State.READY, files=True)
    trash.trash([clip], actor=mia)
    Generation.objects.update(trashed_at=timezone.now() - timedelta(days=31))
    assert trash.purge() == 1
    page = client.get(f"/gallery/{clip.pk}/")
    assert f"Its files were removed for good on {date_in(0)}" in text_of(page)
    assert not elements(page, "video")
    assert not elements(page, "a", href=f"/gallery/{clip.pk}/download")
    assert clip.prompt in text_of(page)
    assert "moved to the trash by mia" in text_of(page)
    assert elements(page, "a", href=f"/?from={clip.pk}")
    for name in ("video.mp4", "download", "poster.webp", "preview.mp4", "strip.webp", "proxy.mp4"):
        assert client.get(f"/gallery/{clip.pk}/{name}").status_code == 404
    page = client.post(f"/gallery/{clip.pk}/restore", follow=True)
    assert "there is nothing left to take back" in text_of(page)
    assert Generation.objects.get().is_trashed


def date_in(days):
    on = timezone.localtime() + timedelta(days=days)
    return f"{on.day} {on:%B %Y}"
