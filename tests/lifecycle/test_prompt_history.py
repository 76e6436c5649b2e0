"""One's own history of prompts: each text once, the newest first, searched by words, read from one index."""

from uuid import uuid4

import pytest
from django.db import connection

from generations.access.prompts import ordered_prompts
from generations.lifecycle import prompt_history
from generations.lifecycle.order import place_order
from generations.lifecycle.retry import retry
from generations.lifecycle.wish import Wish
from generations.models import Generation, OrderedPrompt, State
from tests.factories import (
    first_team,
    make_generation,
    make_member,
    make_membership,
    make_stranger,
    make_team,
)

pytestmark = pytest.mark.django_db
WISH = {"negative_prompt": "", "cfg_scale": 0.5, "aspect_ratio": "16:9", "duration": 5}


@pytest.fixture
def mia():
    return make_member()


def order(membership, text, takes=1, **settings):
    return place_order(membership, Wish(prompt=text, **{**WISH, **settings}), takes=takes, nonce=uuid4())


def texts(membership, words="", **asked):
    return [row.text for row in prompt_history.find(ordered_prompts(membership), words, **asked)]


def test_each_text_is_there_once_the_newest_first(mia):
    order(mia, "A fox", takes=4)
    order(mia, "A boat")
    order(mia, "A  fox\n", duration=9)
    assert texts(mia) == ["A  fox\n", "A boat"]
    assert ordered_prompts(mia)[0].clip == Generation.objects.latest("number")


def test_a_history_is_one_persons_in_one_team(mia):
    other = make_membership(mia.user, make_team("North"))
    order(mia, "A fox")
    order(make_member("bo"), "A boat")
    order(other, "A kite")
    assert (texts(mia), texts(other)) == (["A fox"], ["A kite"])


def test_what_is_tried_again_comes_first_again(mia):
    old = make_generation(mia.user, State.FAILED, prompt="A fox", charged="no")
    order(mia, "A boat")
    retry(old, actor=mia.user)
    assert texts(mia) == ["A fox", "A boat"]


@pytest.mark.parametrize(
    ("words", "found"),
    [("fox", 1), ("FÓ", 1), ("ox", 0), ("dusk a", 1), ("dusk boat", 0), ("", 2), ("!", 0), ("harb", 1)],
)
def test_it_is_searched_by_the_beginnings_of_words(mia, words, found):
    order(mia, "A fox at dusk")
    order(mia, "Harbour, a boat")
    assert len(texts(mia, words)) == found


def test_pages_go_on_after_a_number(mia):
    for number in range(5):
        order(mia, f"Take {number}")
    last = ordered_prompts(mia).order_by("-number")[1].number
    assert texts(mia, before=last) == ["Take 2", "Take 1", "Take 0"]


def test_remembering_is_one_query(mia, django_assert_num_queries):
    clip = order(mia, "A fox").generations.get()
    with django_assert_num_queries(1):
        prompt_history.remember(clip)
    assert OrderedPrompt.objects.count() == 1


def test_a_page_is_read_from_the_index_and_sorted_by_it(mia):
    """However many there are: the plan names the index, and nothing is sorted."""
    fill(mia, 3000)
    page = prompt_history.find(ordered_prompts(mia), "", before=2000)[:25]
    plan = page.explain()
    if connection.vendor == "sqlite":
        assert "USING INDEX ordered_prompt_newest" in plan and "TEMP B-TREE" not in plan
    else:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE generations_orderedprompt")
        plan = page.explain()
        assert "ordered_prompt_newest" in plan and "Sort" not in plan


def fill(membership, count):
    """Rows of many texts, also of somebody else in another team, without an order each."""
    clip = make_generation(membership.user)
    stranger = make_stranger()
    OrderedPrompt.objects.bulk_create(
        OrderedPrompt(
            user_id=membership.user_id if number % 2 else stranger.pk,
            team_id=membership.team_id if number % 2 else first_team().pk,
            key=prompt_history.key_of(str(number)),
            clip=clip,
            number=number,
            text=f"Take {number}",
        )
        for number in range(count)
    )
