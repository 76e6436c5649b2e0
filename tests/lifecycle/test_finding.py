"""Finding clips: words, filters, orders and pages. The same on both databases."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.lifecycle import collections, liking, tags
from generations.lifecycle.finding import SORTS, ClipFilter, NoMark
from generations.models import Generation, State
from generations.plain_text import plain_words
from tests.factories import first_team, make_generation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia():
    return make_user()


def find(viewer, **asked):
    return list(ClipFilter(**asked).find(Generation.objects.all(), viewer))


def prompts(viewer, **asked):
    return [clip.prompt for clip in find(viewer, **asked)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A Paper-boat, at DUSK!", "a paper boat at dusk"),
        ("Café  Zürich ＡＢＣ ﬁn", "cafe zurich abc fin"),
        ("STRASSE Straße", "strasse strasse"),
        ("猫が走る", "猫 が 走 る"),
        ("x" * 3 + " 4K 16:9 #1", "xxx 4k 16 9 1"),
        ("  \n\t…", ""),
        ("ß" * 2500, "s" * 100),
    ],
)
def test_words_have_one_form(text, words):
    assert plain_words(text) == words


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("boat", {0, 1}),
        ("BOA", {0, 1}),
        ("dusk boat", {0}),
        ("boat lighthouse", set()),
        ("zurich", {2}),
        ("ZÜRICH café", {2}),
        ("走る", {3}),
        ("4k", {2}),
        ("e", {4}),
        ("l'été", {4}),
        ("boat OR lighthouse", set()),
        ('"boat" * -dusk ^ : ( \\ & | ! \'', {0}),
        ("!!!", set()),
        ("\0", set()),
        ("  ", {0, 1, 2, 3, 4}),
    ],
)
def test_the_same_words_find_the_same_clips(mia, typed, found):
    texts = [
        "A paper boat crosses a gutter at dusk",
        "Boats, many of them",
        "Café in Zürich, 4K",
        "猫が走る",
        "L’été: et puis rien",
    ]
    clips = [make_generation(mia, prompt=text) for text in texts]
    assert {clips.index(clip) for clip in find(mia, text=typed)} == found


def test_the_index_follows_the_rows(mia):
    clip = make_generation(mia, prompt="A boat")
    other = make_generation(mia, prompt="A boat too")
    Generation.objects.filter(pk=clip.pk).update(search_text="kite", number=-5)
    assert find(mia, text="boat") == [other]
    assert [one.pk for one in find(mia, text="kite")] == [clip.pk]


def test_filters_hold_together(mia):
    bo, today = make_user("bo"), timezone.localdate()
    square = make_generation(mia, State.READY, aspect_ratio="1:1", duration=8)
    wide, failed = make_generation(bo, State.READY), make_generation(bo, State.FAILED)
    kept = collections.make(first_team(), "Harbour", actor=bo)
    collections.add(kept, [square, wide], actor=bo)
    for name in ("night", "rain"):
        tags.add(first_team(), name, [square], actor=bo)
    tags.add(first_team(), "night", [wide], actor=bo)
    liking.favour(mia, [wide])
    liking.rate(square, mia, 5)
    liking.rate(square, bo, 2)
    for asked, found in (
        ({}, [failed, wide, square]),
        ({"states": ("ready",)}, [wide, square]),
        ({"states": ("ready", "failed"), "owner": bo.pk}, [failed, wide]),
        ({"ratios": ("1:1", "9:16")}, [square]),
        ({"durations": (8, 9)}, [square]),
        ({"favourite": True}, [wide]),
        ({"rating": 3}, [square]),
        ({"rating": 4}, []),
        ({"tags": ("night",)}, [wide, square]),
        ({"tags": ("night", "rain")}, [square]),
        ({"collection": kept.pk}, [wide, square]),
        ({"collection": uuid4()}, []),
        ({"since": today, "until": today}, [failed, wide, square]),
        ({"until": today - timedelta(days=1)}, []),
        ({"since": today + timedelta(days=1)}, []),
        ({"text": "boat", "tags": ("night",), "favourite": True, "since": today}, [wide]),
    ):
        assert find(mia, **asked) == found, asked
    assert find(bo, favourite=True) == []


def test_days_are_those_of_our_time_zone(mia):
    clip, on = make_generation(mia), date(2026, 3, 29)
    midnight = timezone.make_aware(datetime(2026, 3, 29))
    for moment, is_of_the_day in (
        (midnight, True),
        (midnight - timedelta(seconds=1), False),
        (midnight.astimezone(UTC) + timedelta(hours=22, minutes=59), True),  # The day has 23 hours.
        (midnight.astimezone(UTC) + timedelta(hours=23), False),
    ):
        Generation.objects.filter(pk=clip.pk).update(created_at=moment)
        assert bool(find(mia, since=on, until=on)) == is_of_the_day


@pytest.mark.parametrize("text", ["", "boat"])
@pytest.mark.parametrize("sort", SORTS)
def test_pages_follow_each_other_in_every_order(mia, sort, text):
    for n in range(20):
        clip = make_generation(mia, duration=3 + n % 3, price=f"{n % 4}.30", prompt=f"Boat {n}")
        Generation.objects.filter(pk=clip.pk).update(rating=(n % 3) * 5 / 3)
    asked = ClipFilter(sort=sort, text=text)
    every = asked.find(Generation.objects.all(), mia)
    order, rest, seen = list(every), every, []
    while page := list(rest[:3]):
        seen += page
        rest = asked.after(every, asked.mark(page[-1]))
    assert seen == order
    assert len(order) == 20
    for place, clip in enumerate(order):
        assert list(asked.before(every, asked.mark(clip))[:2]) == order[max(0, place - 2) : place][::-1]
    keys = {"price": "price", "rating": "rating", "length": "duration"}
    if sort in keys:
        values = [getattr(clip, keys[sort]) for clip in order]
        assert values == sorted(values, reverse=True)
    else:
        assert [clip.prompt for clip in order] == [f"Boat {n}" for n in range(20)][
            :: -1 if sort == "new" else 1
        ]


@pytest.mark.parametrize("mark", ["", "x", "1_2", "nan", str(2**63), "1.5", "٣_x"])
def test_what_is_no_mark_is_refused(mia, mark):
    asked = ClipFilter()
    with pytest.raises(NoMark):
        asked.after(asked.find(Generation.objects.all(), mia), mark)


@pytest.mark.parametrize("mark", ["1", "1_2_3", "nan_1", "inf_1", "1e400_1"])
def test_what_is_no_mark_of_a_price_is_refused(mia, mark):
    asked = ClipFilter(sort="price")
    with pytest.raises(NoMark):
        asked.after(asked.find(Generation.objects.all(), mia), mark)


def test_sqlite_walks_its_index_in_order_and_sorts_nothing(mia):
    if connection.vendor != "sqlite":
        assert connection.vendor == "postgresql"
        return
    with CaptureQueriesContext(connection) as caught:
        list(ClipFilter(text="boat").find(Generation.objects.filter(team=1), mia)[:25])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {caught.captured_queries[0]['sql']}")
        plan = " ".join(str(row[3]) for row in cursor.fetchall())
    assert "VIRTUAL TABLE INDEX" in plan
    assert "TEMP B-TREE" not in plan
