"""What a person may decide, who loses a race, and that no decision hides a doubt for good."""

import pytest
from django_q.models import OrmQ

from generations.lifecycle import evidence, submit, unclear
from generations.lifecycle.attach import Proof, attach
from generations.lifecycle.unclear import Decided, NotAdoptable
from generations.lifecycle.verdict import Verdict
from generations.models import Charged, Failure, Generation, Outcome, State, StrangerTask, Submission
from tests.factories import make_admin, make_generation
from tests.lifecycle.conftest import claim, together
from tests.lifecycle.doubts import (
    make_accepted,
    make_doubt,
    outcome_of,
    read_before,
    read_list,
    seconds_ago,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db):
    return make_admin()


def test_what_waits_stands_beside_what_it_may_have_made(account):
    read_before(account)
    read_list(account, "too old")
    StrangerTask.objects.update(first_seen_at=seconds_ago(60))
    first, second = make_doubt(ago=20), make_doubt("jo", ago=10)
    read_list(account, "too old", "new")
    assert [
        (one.submission, [task.task_id for task in one.candidates]) for one in unclear.unclear(account)
    ] == [
        (first, ["new"]),
        (second, ["new"]),
    ]


def test_adopting_names_the_person_and_the_reason(account, admin):
    doubt = make_doubt()
    given = unclear.adopt(doubt, "new", actor=admin, why="it is the only boat")
    assert outcome_of(doubt) == (Outcome.ACCEPTED, "new", State.RENDERING)
    assert given == doubt.generation
    says, adopts = given.events.order_by("-id")[:2]
    assert (says.who, says.why) == ("ada", "adopted new: it is the only boat")
    assert (adopts.who, adopts.why) == ("ada", "accepted as new, says a person")
    assert [item.func() for item in OrmQ.objects.all()] == ["generations.tasks.dispatch"]


def test_queueing_again_names_the_person_and_sends_once_more(admin, holding):
    doubt = make_doubt()
    unclear.queue_again(doubt, actor=admin, why="the list never showed it")
    assert outcome_of(doubt) == (Outcome.RELEASED, "", State.QUEUED)
    generation = Generation.objects.get()
    assert generation.charged == Charged.NO
    last = generation.events.last()
    assert (last.who, last.why) == ("ada", "never received: the list never showed it")
    assert claim(generation, holding)


def test_giving_up_says_that_the_charge_is_unknown(admin):
    doubt = make_doubt()
    unclear.give_up(doubt, actor=admin, why="a week is enough")
    assert outcome_of(doubt) == (Outcome.GIVEN_UP, "", State.FAILED)
    generation = Generation.objects.get()
    assert (generation.failure, generation.charged) == (Failure.GAVE_UP, Charged.UNKNOWN)
    last = generation.events.last()
    assert (last.who, last.why) == ("ada", "given up: a week is enough")


DECISIONS = [
    lambda doubt, admin: unclear.adopt(doubt, "other", actor=admin, why="so"),
    lambda doubt, admin: unclear.queue_again(doubt, actor=admin, why="so"),
    lambda doubt, admin: unclear.give_up(doubt, actor=admin, why="so"),
]


@pytest.mark.parametrize("decide", DECISIONS)
def test_an_answer_that_came_first_stands(decide, admin):
    doubt = make_doubt()
    submit.record(doubt, Verdict(Outcome.ACCEPTED, http_status=200, task_id="new"))
    with pytest.raises(Decided):
        decide(doubt, admin)
    assert outcome_of(doubt) == (Outcome.ACCEPTED, "new", State.RENDERING)
    assert Generation.objects.count() == 1


@pytest.mark.parametrize("task_id", ["", "two words", "new\n", "é", "x" * 201, "../../etc"])
def test_what_cannot_be_an_id_is_not_adopted(task_id, admin):
    doubt = make_doubt()
    with pytest.raises(NotAdoptable):
        unclear.adopt(doubt, task_id, actor=admin, why="so")
    assert outcome_of(doubt) == (Outcome.UNSURE, "", State.UNSURE)


def test_another_clip_s_task_is_not_adopted(admin):
    """The doubt must stay visible: closing it would leave an unsure clip that nobody can settle."""
    make_accepted("theirs", ago=60)
    doubt = make_doubt()
    with pytest.raises(NotAdoptable):
        unclear.adopt(doubt, "theirs", actor=admin, why="so")
    assert outcome_of(doubt) == (Outcome.UNSURE, "", State.UNSURE)


def test_a_callback_overrules_a_person(account, admin):
    """She gave the first one the second one's task; each gets its own in the end."""
    first, second = make_doubt(), make_doubt("jo")
    unclear.adopt(first, "second's", actor=admin, why="looks like it")
    attach(second, "second's", "IN_PROGRESS", Proof.CALLBACK)
    assert outcome_of(second) == (Outcome.ACCEPTED, "second's", State.RENDERING)
    assert outcome_of(first) == (Outcome.UNSURE, "", State.UNSURE)
    attach(first, "first's", "IN_PROGRESS", Proof.CALLBACK)
    assert outcome_of(first) == (Outcome.ACCEPTED, "first's", State.RENDERING)


def test_who_insists_after_the_file_spoke_against_it_gets_it(account, admin):
    doubt = make_doubt()
    unclear.adopt(doubt, "new", actor=admin, why="looks like it")
    StrangerTask.objects.create(
        account=account,
        task_id="odd",
        first_seen_at=seconds_ago(9),
        last_seen_at=seconds_ago(9),
        is_old=True,
    )
    other = make_doubt("jo")
    unclear.adopt(other, "odd", actor=admin, why="they render squares today")
    assert dict(Generation.objects.values_list("task_id", "is_provisional")) == {"new": True, "odd": False}


@pytest.mark.parametrize("outcome", [Outcome.RELEASED, Outcome.GIVEN_UP])
def test_a_task_that_turns_up_after_the_decision_can_still_be_given(outcome, admin):
    doubt = make_doubt()
    Submission.objects.update(outcome=outcome)
    doubt.generation.move(State.FAILED, failure=Failure.GAVE_UP)
    unclear.adopt(doubt, "late", actor=admin, why="there it is")
    assert outcome_of(doubt) == (Outcome.ACCEPTED, "late", State.RENDERING)


@pytest.mark.parametrize(
    ("decide", "outcome", "clips"),
    list(zip(DECISIONS, [Outcome.ACCEPTED, Outcome.RELEASED, Outcome.GIVEN_UP], [2, 1, 1], strict=True)),
)
def test_a_doubt_beside_a_clip_that_runs_can_be_ended(decide, outcome, clips, admin):
    """It was sent twice, and the first one turned up: the second doubt must not stand there for ever."""
    doubt = make_doubt()
    Generation.objects.update(state=State.RENDERING, task_id="found")
    decide(doubt, admin)
    assert outcome_of(doubt)[::2] == (outcome, State.RENDERING)
    assert Generation.objects.count() == clips
    assert not unclear.unclear(doubt.account)


@pytest.mark.django_db(transaction=True)
def test_of_many_decisions_at_once_one_counts(account, admin):
    doubt = make_doubt()
    copies = [Submission.objects.get(pk=doubt.pk) for _ in range(6)]
    calls = [lambda one=one, decide=DECISIONS[n % 3]: decide(one, admin) for n, one in enumerate(copies)]
    results = together(*calls)
    assert sum(isinstance(result, Decided) for result in results) >= 3
    assert all(result is None or isinstance(result, Decided | Generation) for result in results), results
    ends = {
        Outcome.ACCEPTED: (State.RENDERING, State.CANCELLED),
        Outcome.RELEASED: (State.QUEUED,),
        Outcome.GIVEN_UP: (State.FAILED,),
    }
    outcome, _, state = outcome_of(doubt)
    assert state in ends[outcome]


@pytest.mark.django_db(transaction=True)
def test_an_answer_racing_a_release_is_never_lost(account, holding):
    """Whoever wins: the task is attached to exactly one clip, and nothing waits to be sent a second time."""
    submission = claim(make_generation(), holding)
    submit.record(submission, Verdict(Outcome.UNSURE, "no word"))
    copies = [Submission.objects.get(pk=submission.pk) for _ in range(3)]
    accepted = Verdict(Outcome.ACCEPTED, http_status=200, task_id="new")
    results = together(
        lambda: submit.record(copies[0], accepted),
        lambda: evidence.release(copies[1], why="so", agent="test"),
        lambda: attach_in_transaction(copies[2], "new"),
    )
    assert not [result for result in results if isinstance(result, Exception)]
    assert Generation.objects.filter(task_id="new").count() == 1
    assert not Generation.objects.filter(state=State.QUEUED).exists()


def attach_in_transaction(submission, task_id):
    with evidence.transaction.atomic():
        attach(submission, task_id, "IN_PROGRESS", Proof.CALLBACK)


def test_an_extra_clip_that_a_person_made_of_another_s_task_ends_when_that_is_known(admin):
    """The doubt it was made for was a second POST; the task belonged to somebody else's first one."""
    doubt, other = make_doubt(), make_doubt("jo")
    Generation.objects.filter(pk=doubt.generation_id).update(state=State.RENDERING, task_id="found")
    extra = unclear.adopt(doubt, "theirs", actor=admin, why="it must be ours")
    assert (extra.extra_of, extra.is_provisional) == (doubt.generation, True)
    attach(other, "theirs", "IN_PROGRESS", Proof.CALLBACK)
    extra.refresh_from_db()
    assert (extra.state, extra.task_id, extra.charged) == (State.FAILED, None, Charged.NO)
    assert outcome_of(other) == (Outcome.ACCEPTED, "theirs", State.RENDERING)
    assert outcome_of(doubt) == (Outcome.UNSURE, "", State.RENDERING)


@pytest.mark.parametrize(
    "decide",
    [
        lambda doubt, admin: unclear.queue_again(doubt, actor=admin, why="so"),
        lambda doubt, admin: unclear.give_up(doubt, actor=admin, why="so"),
        lambda doubt, admin: submit.record(doubt, Verdict(Outcome.NOT_TAKEN, "slow down")),
        lambda doubt, admin: submit.record(doubt, Verdict(Outcome.REFUSED, "no")),
    ],
)
def test_of_two_doubts_of_one_clip_the_last_decides(decide, admin):
    """Sent twice, and both in doubt since a guess was taken back: one word is not enough to send a third time."""
    first = make_doubt()
    second = Submission.objects.get(pk=first.pk)
    second.pk, second.callback_token = None, "another"
    second.save()
    decide(second, admin)
    assert Generation.objects.get().state == State.UNSURE
    assert outcome_of(first) == (Outcome.UNSURE, "", State.UNSURE)
    unclear.queue_again(first, actor=admin, why="neither")
    assert Generation.objects.get().state == State.QUEUED
