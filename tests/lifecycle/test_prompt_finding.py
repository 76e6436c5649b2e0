"""Finding prompts: words, filters, orders and pages. The same on both databases."""

from datetime import timedelta
from importlib import import_module
from uuid import uuid4

import pytest
from django.apps import apps
from django.utils import timezone

from generations.lifecycle import prompt_finding, prompts
from generations.lifecycle.finding import NoMark
from generations.lifecycle.prompt_finding import SORTS, PromptFilter
from generations.lifecycle.prompt_liking import favour_prompt
from generations.models import Prompt, PromptWord
from tests.factories import make_library, make_prompt, make_user

SOME = "6f9b1c7e-0000-4000-8000-000000000000"
"""An id; the same in every process, for the names of tests have it."""

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia():
    return make_user()


def find(viewer, **asked):
    return list(PromptFilter(**asked).find(Prompt.objects.all(), viewer))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("boat", {0, 1}),
        ("BOA", {0, 1}),
        ("oat", set()),
        ("dusk boat", {0}),
        ("harb", {0}),
        ("slow", {0}),
        ("night", {1}),
        ("boat zurich", set()),
        ("ZÜRICH", {2}),
        ("colour", {2}),
        ("走る", {3}),
        ("100% _", {3}),
        ("1%0", set()),
        ("4k 100", {3}),
        ("!!!", set()),
        ("\0", set()),
        ("  ", {0, 1, 2, 3}),
    ],
)
def test_words_are_found_in_title_notes_tags_and_text(mia, typed, found):
    rows = [
        make_prompt(text="A paper boat at dusk", title="Harbour", notes="Keep it slow", by=mia),
        make_prompt(text="Many of them", title="Boats", tags=["night"], by=mia),
        make_prompt(text="Café in Zürich, {{ colour | amber }}", title="Cafe", by=mia),
        make_prompt(text="猫が走る", title="4K at 100 frames", by=mia),
    ]
    assert {rows.index(one) for one in find(mia, text=typed)} == found


@pytest.mark.parametrize("few", [0, 2, 200])
def test_rare_and_common_words_are_found_alike(mia, monkeypatch, few):
    """However many prompts count as few: what is looked up by the word only narrows it down."""
    monkeypatch.setattr(prompt_finding, "FEW", few)
    long = "incomprehensibilities"
    rows = [
        make_prompt(text=text, title="A", by=mia) for text in (f"sea {long}", f"seal {long}x", "sea", "lea")
    ]
    for typed, found in (
        ("sea", [2, 1, 0]),
        (long, [1, 0]),
        (f"{long}x", [1]),
        (f"lea {long}", []),
        ("l", [3]),
    ):
        assert find(mia, text=typed) == [rows[at] for at in found]


def test_the_longest_word_is_looked_for_first(mia):
    sql = str(PromptFilter(text="fox lighthouse boat").find(Prompt.objects.all(), mia).query)
    assert sql.index("lighthouse") < sql.index("boat") < sql.index("fox")


def test_a_prompt_is_found_by_its_new_words_alone(mia):
    prompt = make_prompt(text="A boat", title="Harbour", by=mia)
    prompts.describe(prompt, title="Quay", notes="", tags=["fog"], example=None)
    assert {str(word) for word in prompt.words.all()} == {"quay", "fog", "a", "boat"}
    assert [find(mia, text=word) for word in ("harbour", "quay", "fo")] == [[], [prompt], [prompt]]


def test_filters_hold_together(mia):
    bo, product = make_user("bo"), make_library("Product", by=mia)
    first = make_prompt(make_library("Looks", by=mia), tags=["night", "rain"], by=mia)
    second = make_prompt(product, tags=["night"], by=bo, title="Boat")
    gone = make_prompt(product, by=bo)
    prompts.archive(gone, actor=mia)
    favour_prompt(second, mia)
    for asked, found in (
        ({}, [second, first]),
        ({"library": product.pk}, [second]),
        ({"library": uuid4()}, []),
        ({"tags": ("night",)}, [second, first]),
        ({"tags": ("night", "rain")}, [first]),
        ({"author": bo.pk}, [second]),
        ({"favourite": True}, [second]),
        ({"archived": True}, [gone]),
        ({"text": "boat", "tags": ("night",), "author": bo.pk, "favourite": True}, [second]),
    ):
        assert find(mia, **asked) == found, asked
    assert find(bo, favourite=True) == []


@pytest.mark.parametrize("sort", SORTS)
def test_pages_follow_each_other_in_every_order(mia, sort):
    now = timezone.now()
    for n in range(11):
        one = make_prompt(title=f"Boat {n}", by=mia)
        Prompt.objects.filter(pk=one.pk).update(
            uses=n % 4, rating=(n % 3) * 5 / 3, clip_favourites=n % 2, changed_at=now - timedelta(days=n % 5)
        )
    asked = PromptFilter(sort=sort, text="boat")
    every = asked.find(Prompt.objects.all(), mia)
    order, rest, seen = list(every), every, []
    while page := list(rest[:3]):
        seen += page
        rest = asked.after(every, asked.mark(page[-1]))
    assert seen == order
    assert len(order) == 11
    values = [getattr(one, SORTS[sort]) for one in order]
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize("sort", ["new", "uses", "rating"])
@pytest.mark.parametrize(
    "mark",
    ["", "x", "1", "1_x", f"nan_{SOME}", f"1e400_{SOME}", f"2026-01-01_{SOME}", f"_{SOME}"],
)
def test_what_is_no_mark_is_refused(mia, sort, mark):
    asked = PromptFilter(sort=sort)
    with pytest.raises(NoMark):
        asked.after(asked.find(Prompt.objects.all(), mia), mark)


def test_words_of_prompts_from_before_are_written_down_at_migration(mia):
    prompt = make_prompt(text="A boat at sea", title="Harbour", by=mia)
    kept = {bytes(word.word) for word in prompt.words.all()}
    PromptWord.objects.all().delete()
    import_module("generations.migrations.0018_prompt_words").write_down(apps, None)
    assert {bytes(word.word) for word in prompt.words.all()} == kept
