"""What is written without the ORM is what the ORM reads, on both databases."""

import uuid

import pytest
from django.utils import timezone

from generations.models import Event, Generation, State, StrangerTask, Submission, plain
from tests.factories import make_generation, make_user

pytestmark = pytest.mark.django_db


def test_every_kind_of_value_comes_back_as_it_was_written():
    generation, now, mia = make_generation(), timezone.now(), make_user("bo")
    changes = {
        "state": State.CANCELLED,
        "state_at": now,
        "task_id": None,
        "ask_now": True,
        "video_duration": 2.5,
        "price": "1.10",
        "revision": 2**40,
        "trashed_by": mia,
        "trashed_at": now,
        "failure_reason": '100 % of it\'s said; -- "quoted"',
    }
    assert plain.update(Generation, changes, pk=generation.pk, state=State.QUEUED) == 1
    found = Generation.objects.get(pk=generation.pk)
    assert {name: getattr(found, name) for name in changes} == changes | {"price": found.price}
    assert str(found.price) == "1.10"
    assert plain.update(Generation, changes, pk=generation.pk, state=State.QUEUED) == 0


def test_a_condition_must_hold_too():
    generation = make_generation()
    fits = plain.Condition("take = %s", (1,))
    assert (
        plain.update(
            Generation, {"ask_now": True}, fits & plain.Condition("take > %s", (1,)), pk=generation.pk
        )
        == 0
    )
    assert plain.update(Generation, {"ask_now": True}, fits, pk=generation.pk) == 1


def test_rows_are_made_with_their_defaults_and_learn_their_keys():
    generation, before = make_generation(), timezone.now()
    events = [Event(generation=generation, to_state=State.QUEUED, why=why) for why in ("one", "two")]
    plain.insert(*events)
    assert [event.why for event in Event.objects.filter(pk__in=[one.pk for one in events])] == ["one", "two"]
    assert all(event.at >= before and not event._state.adding for event in events)
    submission = Submission(generation=generation, account=generation.account, fence=1, host="here", pid=1)
    plain.insert(submission)
    assert Submission.objects.get(callback_token=submission.callback_token) == submission


def test_rows_are_found_and_removed_by_values():
    account = make_generation().account
    named = {"account": account.pk, "task_id": str(uuid.uuid4())}
    assert not plain.exists(StrangerTask, **named)
    now = timezone.now()
    StrangerTask.objects.create(
        account=account, task_id=named["task_id"], first_seen_at=now, last_seen_at=now
    )
    StrangerTask.objects.create(account=account, task_id="another", first_seen_at=now, last_seen_at=now)
    assert plain.exists(StrangerTask, **named)
    plain.delete(StrangerTask, **named)
    assert [one.task_id for one in StrangerTask.objects.all()] == ["another"]
