"""What an open page learns when it asks again."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from generations.lifecycle import liking, trash
from generations.lifecycle.cancel import cancel
from generations.lifecycle.share import keep_private, share
from generations.models import Generation, Membership, Revision, State
from generations.views import live
from tests.factories import (
    make_admin,
    make_generation,
    make_membership,
    make_order,
    make_stranger,
    make_team,
    make_user,
)
from tests.views.pages import elements, htmx, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia(client):
    user = make_user()
    client.force_login(user)
    return user


def question(response):
    """The address that a page, or an answer, asks next."""
    (poller,) = elements(response, "div", id="live")
    return unescape(poller["hx-get"])


def interval(response):
    return re.search(r"every (\d+)s", elements(response, "div", id="live")[0]["hx-trigger"])[1]


def ask(client, url, **headers):
    return client.get(url, headers=htmx(**headers))


def states(response):
    return {tile["data-generation"]: tile["data-state"] for tile in elements(response, "article")}


@pytest.mark.parametrize("page", ["/", "/gallery/"])
def test_nothing_new_is_204(client, mia, page):
    make_generation(mia, State.RENDERING)
    assert ask(client, question(client.get(page))).status_code == 204


def test_what_others_do_is_no_news(client, mia):
    make_generation(mia, State.READY)
    other = make_generation(make_stranger(), State.SAVING)
    url = question(client.get("/"))
    other.change(received_bytes=5)
    assert ask(client, url).status_code == 204


@pytest.mark.parametrize("page", ["/", "/gallery/"])
def test_a_changed_tile_comes_out_of_band_with_the_next_question(client, mia, page):
    clip, quiet = make_generation(mia, State.RENDERING), make_generation(mia, State.READY)
    url = question(client.get(page))
    clip.move(State.SAVING, result_url="https://cdn.magnific.com/x", completed_at=clip.created_at)
    answer = ask(client, url)
    assert states(answer) == {str(clip.pk): "saving"}
    assert elements(answer, "article")[0]["hx-swap-oob"] == "true"
    assert str(quiet.pk) not in answer.content.decode()
    assert ask(client, question(answer)).status_code == 204


@pytest.mark.parametrize("page", ["/", "/gallery/"])
def test_a_new_one_comes_in_front_of_the_others(client, mia, page):
    url = question(client.get(page))
    older, newer = make_generation(mia), make_generation(mia)
    answer = ask(client, url)
    assert list(states(answer)) == [str(older.pk), str(newer.pk)]
    places = [piece["hx-swap-oob"] for piece in elements(answer, "div", data_new=None)]
    assert places == ["afterbegin:[data-tiles]"] * 2
    assert not any("hx-swap-oob" in tile for tile in elements(answer, "article"))
    assert elements(client.get(page), "div", data_tiles=None)


def test_a_colleagues_clips_come_to_the_team_and_not_to_mine(client, mia):
    bo = make_user("bo")
    mine, team = (question(client.get(url)) for url in ("/gallery/", "/gallery/?whose=team"))
    clip, private = make_generation(bo), make_generation(bo, is_private=True)
    answer = ask(client, team)
    assert states(answer) == {str(clip.pk): "queued"}
    assert "by bo" in text_of(answer)
    assert "Cancel" not in text_of(answer)
    assert str(private.pk) not in answer.content.decode()
    assert states(ask(client, mine)) == {}


def test_a_clip_that_is_kept_private_leaves_the_teams_page(client, mia):
    bo = make_user("bo")
    clip = make_generation(bo, State.READY)
    url, page = question(client.get("/gallery/?whose=team")), question(client.get(f"/gallery/{clip.pk}/"))
    keep_private(clip, actor=bo)
    answer = ask(client, url)
    assert elements(answer, "article", id=f"tile-{clip.pk}")[0]["hx-swap-oob"] == "delete"
    assert "0 clips" in text_of(answer)
    assert ask(client, question(answer)).status_code == 204
    assert ask(client, page)["HX-Refresh"] == "true"


def test_what_was_never_shared_is_not_spoken_of(client, mia):
    bo = make_user("bo")
    private = make_generation(bo, State.RENDERING, is_private=True)
    url = question(client.get("/gallery/?whose=team"))
    private.move(State.FAILED, failure="failed_there")
    assert str(private.pk) not in ask(client, url).content.decode()


@pytest.mark.parametrize("is_of_today", [True, False])
def test_what_is_shared_comes_to_the_team_in_front_if_it_is_of_today(client, mia, is_of_today):
    bo = make_user("bo")
    clip = make_generation(bo, State.READY, is_private=True)
    if not is_of_today:
        Generation.objects.update(created_at=timezone.now() - timedelta(days=2))
    url = question(client.get("/gallery/?whose=team"))
    share(clip, actor=bo)
    assert bool(states(ask(client, url))) == is_of_today


def test_a_page_of_another_team_is_drawn_anew(client, mia):
    make_membership(mia, make_team("North"))
    url = question(client.get("/"))
    make_generation(mia)
    client.post("/team/choose", {"team": Membership.objects.get(team__name="Studio").team_id})
    assert ask(client, url)["HX-Refresh"] == "true"


def test_those_that_wait_move_up(client, mia):
    first = make_generation(mia, prompt="first")
    make_generation(mia, prompt="second")
    page = client.get("/")
    assert "2nd in line" in text_of(page)
    cancel(first, actor=mia)
    answer = ask(client, question(page))
    assert set(states(answer).values()) == {"queued", "cancelled"}
    assert text_of(answer).count("Next in line") == 1
    assert text_of(answer).count("2nd in line") == 1  # the place of the next order


def test_ones_own_place_follows_the_line(client, mia):
    otto = make_stranger()
    page = client.get("/")
    assert "next in line" in text_of(page)
    for _ in range(3):
        make_generation(otto)
    answer = ask(client, question(page))
    assert elements(answer, "span", id="place")[0]["hx-swap-oob"] == "true"
    assert "2nd in line" in text_of(answer)


def test_the_load_of_everybody_is_kept_up_to_date(client, mia):
    url = question(client.get("/gallery/"))
    make_generation(make_stranger(), State.RENDERING)
    answer = ask(client, url)
    assert elements(answer, "span", id="load")[0]["hx-swap-oob"] == "true"
    assert "1 running" in text_of(answer)
    assert states(answer) == {}


def test_what_only_waits_is_not_said_to_run(client, mia):
    make_generation(mia, State.QUEUED)
    (load,) = elements(page := client.get("/"), "span", id="load")
    assert load
    assert "1 in line" in text_of(page)
    assert "running" not in text_of(page)


def test_what_waits_for_tonight_or_for_its_team_is_not_said_to_be_in_line(client, mia):
    """The number beside the load is that of the places in line."""
    make_generation(mia, due_at=timezone.now() + timedelta(hours=8))
    make_generation(make_user("bo", team=make_team("North", paused_at=timezone.now())))
    make_generation(mia)
    page = text_of(client.get("/"))
    assert "1 in line" in page
    assert "Your place 2nd in line" in page


def test_it_asks_often_only_while_something_of_ones_own_may_change(client, mia):
    make_generation(make_stranger(), State.RENDERING)
    page = client.get("/")
    assert interval(page) == "60"
    clip = make_generation(mia)
    answer = ask(client, question(page))
    assert interval(answer) == "2"
    cancel(clip, actor=mia)
    assert interval(ask(client, question(answer))) == "60"


def test_the_gallerys_day_is_counted_anew(client, mia):
    url = question(client.get("/gallery/"))
    make_generation(mia)
    answer = ask(client, url)
    assert [span for span in elements(answer, "span") if span.get("id", "").startswith("total-")]
    assert "1 clip " in text_of(answer)


def test_a_gallery_of_yesterday_is_drawn_anew(client, mia):
    today = timezone.localdate()
    yesterday = today - timedelta(days=1)
    url = question(client.get("/gallery/")).replace(today.isoformat(), yesterday.isoformat())
    make_generation(mia)
    assert ask(client, url)["HX-Refresh"] == "true"


def test_more_than_fits_comes_with_the_next_answer(client, mia, monkeypatch):
    monkeypatch.setattr(live, "MOST", 3)
    url = question(client.get("/"))
    made = [make_generation(mia) for _ in range(7)]
    seen = set()
    for _ in range(10):
        answer = ask(client, url)
        if answer.status_code == 204:
            break
        seen |= set(states(answer))
        assert len(states(answer)) <= 3
        url = question(answer)
    assert seen == {str(clip.pk) for clip in made}


def test_a_clip_page_gets_the_player_when_the_clip_is_ready_and_keeps_it(client, mia):
    clip = make_generation(mia, State.SAVING)
    page = client.get(f"/gallery/{clip.pk}/")
    assert interval(page) == "2"
    clip.change(received_bytes=1_000_000, expected_bytes=4_000_000)
    saving = ask(client, question(page))
    assert "1.0 of 4.0 MB" in text_of(saving)
    clip.move(State.READY, video_bytes=5, video_name="x.mp4", video_sha256="f" * 64)
    ready = ask(client, question(saving))
    assert elements(ready, "video")
    assert elements(ready, "div", id="stage")[0]["hx-swap-oob"] == "true"
    assert interval(ready) == "60"
    clip.change(poster_name="x.webp")
    later = ask(client, question(ready))
    assert elements(later, "div", id="panel")
    assert not elements(later, "div", id="stage")


def test_a_clip_page_follows_the_other_takes_and_the_stars(client, mia):
    order = make_order(mia)
    one, two = (make_generation(mia, State.RENDERING, order=order, take=take) for take in (1, 2))
    page = client.get(f"/gallery/{one.pk}/?whose=team")
    two.move(State.FAILED, failure="failed_there")
    answer = ask(
        client, question(page), **{"HX-Current-URL": f"http://testserver/gallery/{one.pk}/?whose=team"}
    )
    assert elements(answer, "a", href=f"/gallery/{two.pk}/?whose=team", aria_label="Take 2, failed")
    liking.rate(one, make_user("bo"), 5)
    answer = ask(client, question(answer))
    assert [part["id"] for part in elements(answer, "span", id="mean")] == ["mean", "mean"]
    assert "5.0" in text_of(answer)


def test_the_player_leaves_a_clip_page_whose_file_is_removed(client, mia):
    clip = make_generation(mia, State.READY)
    page = client.get(f"/gallery/{clip.pk}/")
    trash.trash([clip], actor=mia)
    answer = ask(client, question(page))
    assert elements(answer, "form", action=f"/gallery/{clip.pk}/restore")
    assert not elements(answer, "div", id="stage")
    Generation.objects.get().change(purged_at=timezone.now())
    answer = ask(client, question(answer))
    assert elements(answer, "div", id="stage")
    assert not elements(answer, "video")


def test_an_admin_follows_another_persons_clip(client, mia):
    clip = make_generation(mia, State.RENDERING)
    client.force_login(make_admin())
    page = client.get(f"/gallery/{clip.pk}/")
    assert interval(page) == "2"
    clip.move(State.FAILED, failure="failed_there")
    assert elements(ask(client, question(page)), "div", id="panel")[0]["data-state"] == "failed"


def test_a_strangers_clip_tells_nothing(client, mia):
    other = make_generation(make_stranger(), State.RENDERING)
    own = make_generation(mia, State.RENDERING)
    url = question(client.get(f"/gallery/{own.pk}/")).replace(str(own.pk), str(other.pk))
    other.move(State.SAVING)
    answer = ask(client, url)
    assert str(other.pk) not in re.sub(r'hx-get="[^"]*"', "", answer.content.decode())


@pytest.mark.parametrize(
    "query",
    [
        "",
        "since=x&page=create&load=0-0&day=2026-01-01",
        "since=0&page=attic&load=0-0&day=2026-01-01",
        "since=0&page=create&load=0&day=2026-01-01",
        "since=0&page=create&load=0-0&day=x",
        "since=0&page=clip&load=0-0&day=2026-01-01",
        "since=0&page=clip&load=0-0&day=2026-01-01&clip=x",
    ],
)
def test_an_invented_question_is_400(client, mia, query):
    assert ask(client, f"/live/?{query}").status_code == 400


@pytest.mark.parametrize("since", [-5, 10**30])
def test_a_number_beyond_all_changes_is_no_trouble(client, mia, since):
    make_generation(mia, State.READY)
    answer = ask(client, f"/live/?since={since}&page=create&load=0-0&day=2026-01-01")
    assert answer.status_code in (200, 204)


def test_a_visitor_is_sent_to_sign_in_with_the_page_they_had(client):
    answer = client.get("/live/?since=0", headers=htmx(**{"HX-Current-URL": "http://testserver/gallery/"}))
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2Fgallery%2F&signed_out=yes"


def test_up_to_date_costs_three_queries(client, mia, django_assert_num_queries):
    make_generation(mia, State.RENDERING)
    url = question(client.get("/"))
    assert Revision.current()
    with django_assert_num_queries(3):
        assert ask(client, url).status_code == 204


def test_an_answer_costs_as_many_queries_for_many_as_for_few(
    client, mia, django_assert_max_num_queries, django_assert_num_queries
):
    url = question(client.get("/gallery/"))
    for state in (State.QUEUED, State.RENDERING, State.READY):
        make_generation(mia, state)
    ask(client, url)
    with django_assert_max_num_queries(20) as few:
        ask(client, url)
    for state in State:
        make_generation(mia, state)
    with django_assert_num_queries(len(few)):
        answer = ask(client, url)
    assert len(states(answer)) == Generation.objects.count()


def coming(answer):
    """Where the clips belong that come to the page."""
    pieces = elements(answer, "div", data_new=None)
    return [piece["hx-swap-oob"] for piece in pieces]


def test_under_a_filter_only_what_fits_comes(client, mia):
    url = question(client.get("/gallery/?q=boat"))
    boat, kite = make_generation(mia, prompt="A boat"), make_generation(mia, prompt="A kite")
    answer = ask(client, url)
    assert str(kite.pk) not in answer.content.decode()
    assert states(answer) == {str(boat.pk): "queued"}
    assert coming(answer) == ["beforeend:[data-tiles]"]
    assert "filter=q%3Dboat" in question(answer)
    assert "1 clip" in text_of(answer)


def test_what_begins_to_fit_comes_to_its_place(client, mia):
    oldest = make_generation(mia, State.READY)
    running, late = make_generation(mia, State.SAVING), make_generation(mia, State.SAVING)
    newest = make_generation(mia, State.READY)
    url = question(client.get("/gallery/?state=ready"))
    for clip in (running, late):
        clip.change(
            **{field: getattr(newest, field) for field in ("video_name", "video_bytes", "video_sha256")}
        )
        assert clip.move(State.READY)
    answer = ask(client, url)
    assert list(states(answer)) == [str(running.pk), str(late.pk)]
    assert coming(answer) == [f"beforebegin:#tile-{oldest.pk}", f"beforebegin:#tile-{running.pk}"]
    assert "4 clips" in text_of(answer)


def test_what_fits_no_more_says_in_its_place_what_became_of_it(client, mia):
    clip = make_generation(mia, State.QUEUED)
    url = question(client.get("/gallery/?state=running"))
    assert cancel(clip, actor=mia)
    answer = ask(client, url)
    assert states(answer) == {str(clip.pk): "cancelled"}
    assert coming(answer) == []


@pytest.mark.parametrize("query", ["sort=old", "sort=price", "before=9000000000"])
def test_nothing_new_comes_to_another_order_or_page(client, mia, query):
    shown = make_generation(mia, State.SAVING)
    url = question(client.get(f"/gallery/?{query}"))
    new = make_generation(mia)
    shown.change(received_bytes=5)
    answer = ask(client, url)
    assert states(answer) == {str(shown.pk): "saving"}
    assert coming(answer) == []
    assert str(new.pk) not in answer.content.decode()
