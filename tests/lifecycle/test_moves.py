from itertools import product

import pytest
from django.db import IntegrityError, transaction

from generations.models import Failure, Generation, IllegalMove, Revision, State
from generations.models.states import MOVES
from tests.factories import make_generation
from tests.lifecycle.conftest import together

NEEDED = {
    State.RENDERING: {"task_id": "t-1"},
    State.SAVING: {"task_id": "t-1"},
    State.READY: {"task_id": "t-1", "video_name": "a.mp4", "video_bytes": 1, "video_sha256": "0" * 64},
    State.FAILED: {"failure": Failure.FAILED_THERE},
}
WAYS = [(a, b) for a, b in product(State, State)]


@pytest.mark.django_db
@pytest.mark.parametrize(("start", "end"), WAYS, ids=[f"{a}-{b}" for a, b in WAYS])
def test_only_the_table_s_ways_are_open(start: State, end: State):
    generation = make_generation(state=start)
    events = generation.events.count()
    if end in MOVES[start]:
        assert generation.move(end, agent="test", why="because", **NEEDED.get(end, {}))
        event = generation.events.last()
        assert (event.from_state, event.to_state, event.who, event.why) == (start, end, "test", "because")
        assert Generation.objects.get(pk=generation.pk).state == end
    else:
        with pytest.raises(IllegalMove):
            generation.move(end, **NEEDED.get(end, {}))
        assert generation.events.count() == events


@pytest.mark.django_db
def test_a_move_from_an_old_state_does_nothing():
    generation = make_generation()
    stale = Generation.objects.get(pk=generation.pk)
    assert generation.move(State.CANCELLED, actor=generation.owner)
    assert not stale.move(State.SUBMITTING)
    assert stale.state == State.QUEUED
    assert list(generation.events.values_list("to_state", flat=True)) == [State.QUEUED, State.CANCELLED]


@pytest.mark.django_db
def test_every_change_takes_a_higher_revision():
    first, second = make_generation(), make_generation()
    first.move(State.CANCELLED)
    second.change(vendor_status="ODD")
    assert first.revision < second.revision == Revision.current()


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_wins():
    generation = make_generation()
    copies = [Generation.objects.get(pk=generation.pk) for _ in range(6)]
    won = together(*(lambda one=copy: one.move(State.SUBMITTING) for copy in copies))
    assert sorted(won) == [False] * 5 + [True]
    assert generation.events.filter(to_state=State.SUBMITTING).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "broken",
    [
        {"state": State.RENDERING},
        {"state": State.SAVING},
        {"state": State.READY, "task_id": "t-1"},
        {"state": State.FAILED},
        {"state": "odd"},
        {"duration": 16},
        {"cfg_scale": 1.01},
        {"aspect_ratio": "4:3"},
        {"take": 5},
    ],
)
def test_the_database_refuses_rows_that_cannot_be(broken: dict):
    generation = make_generation()
    with pytest.raises(IntegrityError), transaction.atomic():
        Generation.objects.filter(pk=generation.pk).update(**broken)
