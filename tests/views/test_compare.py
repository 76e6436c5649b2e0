"""The page of several clips in step: what it takes, what it says of them, and what its address means."""

import time
from uuid import uuid4

import pytest
from django.http import QueryDict

from generations.models import State
from generations.views.comparison import columns
from generations.views.look import Look, NotComparable
from generations.views.word_diff import Run, word_diff
from tests.factories import make_generation, make_stranger, make_user
from tests.views.pages import elements, text_of

pytestmark = pytest.mark.django_db

WIDE, HIGH, SQUARE = 16 / 9, 9 / 16, 1.0


@pytest.fixture
def mia(client):
    user = make_user()
    client.force_login(user)
    return user


def ready(mia, **fields):
    return make_generation(mia, State.READY, **fields)


def compare(client, *clips, **more):
    ids = ",".join(str(getattr(clip, "pk", clip)) for clip in clips)
    return client.get("/gallery/compare/", {"clips": ids, **more})


def test_each_clip_plays_and_what_differs_is_marked(client, mia):
    first = ready(mia, prompt="A kite over <salt>, slow", duration=5)
    second = ready(make_user("bo"), prompt="A red kite over <sand>, slow", duration=6, cfg_scale=0.9)
    page = compare(client, first, second)
    assert [video["src"] for video in elements(page, "video")] == [
        f"/gallery/{clip.pk}/proxy.mp4" for clip in (first, second)
    ]
    html, words = page.content.decode(), text_of(page)
    for marked in (
        "<mark>5 s</mark>",
        "<mark>6 s</mark>",
        "<mark>0.5 Balanced</mark>",
        "<mark>0.9 Strict</mark>",
    ):
        assert marked in html
    assert "<mark>16:9</mark>" not in html
    assert "A <ins>red</ins> kite over &lt;<del>salt</del><ins>sand</ins>&gt;, slow" in html
    assert "They differ in prompt, length and guidance." in words
    assert "Negative prompt , the same as clip 1" in words
    assert "by bo" in words
    assert "€5.60, rehearsal" in words
    assert elements(page, "a", href=second.get_absolute_url())
    assert elements(page, "a", href="/gallery/", aria_current="true")


def test_takes_of_one_wish_say_so(client, mia):
    assert "only the takes differ" in text_of(compare(client, ready(mia), ready(mia)))


def test_a_clip_is_put_first_or_removed_by_a_link_that_keeps_the_rest(client, mia):
    a, b, c = (ready(mia) for _ in range(3))
    page = compare(client, a, b, c, offsets="0,-3,2", rate="0.5", solo="3")
    start = "/gallery/compare/?clips="
    hrefs = [link["href"] for link in elements(page, "a") if link["href"].startswith(start)]
    assert f"{start}{a.pk},{c.pk}&offsets=0,2&rate=0.5&solo=2" in hrefs
    assert f"{start}{b.pk},{a.pk},{c.pk}&offsets=-3,0,2&rate=0.5&solo=3" in hrefs
    assert f"{start}{a.pk},{b.pk}&offsets=0,-3&rate=0.5" in hrefs
    two = compare(client, a, b)
    removals = [link["href"] for link in elements(two, "a", title="Leaves one clip: its own page")]
    assert removals == [b.get_absolute_url(), a.get_absolute_url()]


def test_the_original_plays_where_it_is_asked_for_and_where_nothing_else_is(client, mia):
    light, small = ready(mia), ready(mia, proxy_name="", proxy_bytes=None)
    page = compare(client, light, small)
    assert [video["src"].rpartition("/")[2] for video in elements(page, "video")] == [
        "proxy.mp4",
        "video.mp4",
    ]
    (proxy,) = elements(page, "button", data_file="proxy")
    assert proxy["aria-pressed"] == "true"
    assert "1.6 MB" in text_of(page)
    page = compare(client, light, small, files="4k")
    assert [video["src"].rpartition("/")[2] for video in elements(page, "video")] == ["video.mp4"] * 2
    assert not elements(compare(client, small, ready(mia, proxy_name="")), "button", data_file="proxy")


def test_the_controls_stand_as_the_address_says(client, mia):
    page = compare(client, ready(mia), ready(mia), offsets="0,-3", frame=7, rate="0.25", loop=0, solo=2)
    assert [one["value"] for one in elements(page, "input", type="number")] == ["0", "-3"]
    assert elements(page, "option", value="0.25", selected=None)
    assert elements(page, "button", data_do="loop", aria_pressed="false")
    assert elements(page, "div", data_still="7", data_solo="2")
    assert elements(page, "input", type="range", max="122")
    assert ["hidden" in figure for figure in elements(page, "figure")] == [True, False]


@pytest.mark.parametrize(
    ("count", "why"), [(0, "Two clips are needed"), (1, "Two clips are needed"), (5, "5 clips are too many")]
)
def test_too_few_and_too_many_are_told(client, mia, count, why):
    page = compare(client, *(uuid4() for _ in range(count)))
    assert page.status_code == 422
    assert why in text_of(page)
    assert elements(page, "a", class_="button") or elements(page, "a", href="/gallery/")


def test_the_same_twice_is_told(client, mia):
    clip = ready(mia)
    page = compare(client, clip, clip)
    assert (page.status_code, "with itself" in text_of(page)) == (422, True)


@pytest.mark.parametrize("other", ["unknown", "stranger", "nonsense"])
def test_what_is_not_theirs_is_not_there_and_the_others_are_offered(client, mia, other):
    a, b = ready(mia), ready(mia)
    made = {
        "unknown": uuid4,
        "stranger": lambda: make_generation(make_stranger(), State.READY).pk,
        "nonsense": lambda: "x",
    }
    page = compare(client, a, made[other](), b)
    assert page.status_code == 404
    assert elements(page, "a", href="/gallery/")
    offered = elements(page, "a", href=f"/gallery/compare/?clips={a.pk},{b.pk}")
    assert bool(offered) == (other != "nonsense")


@pytest.mark.parametrize(
    "fields", [{"state": State.RENDERING}, {"state": State.READY, "file_damage": "missing"}]
)
def test_what_cannot_be_played_is_named(client, mia, fields):
    clip = make_generation(mia, **fields)
    page = compare(client, ready(mia), clip)
    assert page.status_code == 422
    assert elements(page, "ul")
    assert elements(page, "a", href=clip.get_absolute_url())


def test_four_clips_ask_no_more_than_two(
    client, mia, django_assert_max_num_queries, django_assert_num_queries
):
    clips = [ready(mia) for _ in range(4)]
    compare(client, *clips[:2])
    with django_assert_max_num_queries(12) as few:
        compare(client, *clips[:2])
    with django_assert_num_queries(len(few)):
        compare(client, *clips)


def test_an_address_is_read_and_written_alike():
    a, b = uuid4(), uuid4()
    said = f"clips={a},{b}&offsets=0,-3&frame=12&rate=1.5&loop=0&files=4k&solo=2"
    assert Look.read(QueryDict(said)).url() == f"/gallery/compare/?{said}"
    boxes = Look.read(QueryDict(f"clips={a}&clips={b}"))
    assert boxes.url() == f"/gallery/compare/?clips={a},{b}"


@pytest.mark.parametrize(
    "wrong",
    ["offsets=x,²", "frame=-4", "frame=1e9", "rate=99", "rate=<b>", "files=8k", "solo=7x", "offsets=,,,,,"],
)
def test_what_makes_no_sense_is_as_if_it_were_not_there(wrong):
    clips = f"clips={uuid4()},{uuid4()}"
    assert Look.read(QueryDict(f"{clips}&{wrong}")).url() == f"/gallery/compare/?{clips}"


def test_numbers_stay_within_bounds():
    look = Look.read(QueryDict(f"clips={uuid4()},{uuid4()}&offsets=99999,-99999&solo=9"))
    assert sorted(look.offsets.values()) == [-999, 999]
    assert look.solo == 2
    with pytest.raises(NotComparable):
        Look.read(QueryDict("clips=,"))


@pytest.mark.parametrize(
    ("ratios", "wanted"),
    [
        ([WIDE, WIDE], 2),
        ([HIGH, WIDE], 2),
        ([WIDE] * 3, 2),
        ([WIDE] * 4, 2),
        ([HIGH] * 3, 3),
        ([HIGH] * 4, 4),
        ([SQUARE] * 3, 3),
    ],
)
def test_the_pictures_share_the_room_so_that_they_are_large(ratios, wanted):
    assert columns(ratios) == wanted


def test_words_are_compared_as_people_read_them():
    assert word_diff("A kite, slow", "A  red kite,\nslow") == [
        Run("same", "A  "),
        Run("added", "red"),
        Run("same", " kite,"),
        Run("added", "\n"),
        Run("same", "slow"),
    ]
    assert word_diff("雨の夜", "雨の朝")[1:] == [Run("removed", "夜"), Run("added", "朝")]
    assert word_diff("", "") == []
    assert word_diff("gone", "") == [Run("removed", "gone")]


def test_the_longest_prompts_are_compared_in_no_time():
    began = time.monotonic()
    word_diff("a b " * 625, "b a a " * 416)
    assert time.monotonic() - began < 1
