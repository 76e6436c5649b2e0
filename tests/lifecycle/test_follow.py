import itertools
from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from generations.lifecycle import dispatch, follow, lease, sweeping
from generations.lifecycle.apply import apply
from generations.lifecycle.pace import Pace
from generations.lifecycle.vendor import make_client
from generations.magnific.errors import AccountBlocked, RateLimited
from generations.magnific.messages import Task, TaskStatus
from generations.models import Account, Charged, Failure, Generation, Lease, Revision, State
from tests.factories import make_generation, make_live_account, make_user
from tests.magnific.scripted import ScriptedServer, answer, read_request, respond

pytestmark = pytest.mark.django_db


def task(status, *links, reason="", raw=""):
    return Task("t-1", TaskStatus(status), raw or status, tuple(links), reason)


def rendering(**fields):
    return make_generation(state=State.RENDERING, task_id="t-1", **fields)


def marked(count):
    """Make so many that something gave reason to ask about, in the order in which they are asked."""
    for number in range(count):
        checked = timezone.now() - timedelta(hours=count - number)
        make_generation(state=State.RENDERING, task_id=f"t-{number}", ask_now=True, vendor_checked_at=checked)


def follow_once(server, account, holding, point_at):
    point_at(server.url)
    with server:
        follow.follow(account, make_client(), Pace(holding), lambda: True)
    return [received.line.split()[1].rpartition("/")[2] for received in server.received]


def test_a_finished_task_is_to_be_saved():
    generation = rendering()
    apply(generation, task("COMPLETED", "https://cdn.magnific.com/a.mp4"))
    generation.refresh_from_db()
    assert (generation.state, generation.result_url) == (State.SAVING, "https://cdn.magnific.com/a.mp4")
    assert generation.completed_at
    assert [item.func() for item in OrmQ.objects.all()] == ["generations.tasks.save"]


def test_a_failed_task_says_why_and_does_not_guess_about_money():
    generation = rendering()
    apply(generation, task("FAILED", reason="the model fell over"))
    generation.refresh_from_db()
    assert (generation.failure, generation.failure_reason) == (Failure.FAILED_THERE, "the model fell over")
    assert generation.charged == Charged.UNKNOWN


def test_a_change_over_there_is_one_line_of_history():
    generation = rendering(vendor_status="CREATED")
    for _ in range(3):
        apply(generation, task("IN_PROGRESS", raw="PROCESSING"))
    assert [event.why for event in generation.events.filter(why__contains="PROCESSING")] == [
        "Magnific says PROCESSING"
    ]


def test_a_state_that_we_know_is_told_in_plain_words():
    generation = rendering(vendor_status="CREATED")
    apply(generation, task("IN_PROGRESS"))
    generation.refresh_from_db()
    assert generation.events.latest("pk").why == "being made at Magnific"
    assert generation.vendor_status == "IN_PROGRESS"


def test_completed_without_a_link_is_asked_again_then_counts_as_refusal(settings):
    generation = rendering()
    apply(generation, task("COMPLETED"))
    generation.refresh_from_db()
    assert generation.state == State.RENDERING
    Generation.objects.update(
        empty_since=timezone.now() - timedelta(seconds=settings.EMPTY_RESULT_SECONDS + 1)
    )
    apply(generation, task("COMPLETED"))
    generation.refresh_from_db()
    assert (generation.state, generation.failure) == (State.FAILED, Failure.NO_RESULT)
    assert generation.charged == Charged.UNKNOWN


def test_a_link_that_comes_late_is_taken():
    generation = rendering(empty_since=timezone.now())
    apply(generation, task("COMPLETED", "https://cdn.magnific.com/a.mp4"))
    assert Generation.objects.get().state == State.SAVING


@pytest.mark.parametrize("state", [State.READY, State.CANCELLED, State.QUEUED])
def test_word_about_what_does_not_run_changes_nothing(state):
    generation = make_generation(state=state)
    apply(generation, task("COMPLETED", "https://cdn.magnific.com/a.mp4"))
    assert Generation.objects.get().state == state


def test_one_list_request_tells_the_state_of_all(account, holding, point_at):
    owner = make_user()
    for number in range(5):
        make_generation(owner, State.RENDERING, task_id=f"t-{number}", vendor_status="CREATED")
    listed = [{"task_id": f"t-{number}", "status": "IN_PROGRESS"} for number in range(5)]
    asked = follow_once(ScriptedServer(respond(200, {"data": listed})), account, holding, point_at)
    assert asked == ["kling-4k-t2v"]
    assert set(Generation.objects.values_list("vendor_status", flat=True)) == {"IN_PROGRESS"}


def test_what_ended_or_is_missing_is_asked_singly_and_not_at_once_again(account, holding, point_at):
    owner = make_user()
    for number in range(3):
        make_generation(owner, State.RENDERING, task_id=f"t-{number}")
    listed = [{"task_id": "t-0", "status": "IN_PROGRESS"}, {"task_id": "t-1", "status": "COMPLETED"}]
    done = {
        "data": {"task_id": "t-1", "status": "COMPLETED", "generated": ["https://cdn.magnific.com/a.mp4"]}
    }
    server = ScriptedServer(respond(200, {"data": listed}), respond(200, done), respond(404, {}))
    assert sorted(follow_once(server, account, holding, point_at)) == ["kling-4k-t2v", "t-1", "t-2"]
    assert Generation.objects.get(task_id="t-1").state == State.SAVING
    assert Generation.objects.get(task_id="t-2").state == State.RENDERING
    again = ScriptedServer(respond(200, {"data": listed}))
    assert follow_once(again, account, holding, point_at) == ["kling-4k-t2v"]


@pytest.mark.parametrize("trouble", [respond(429, {"message": "slow"}), respond(401, {"message": "no key"})])
def test_requests_that_ended_in_trouble_are_not_given_back(account, holding, point_at, trouble, settings):
    marked(3)
    pace = Pace(holding)
    assert pace.spend()
    before = Lease.objects.get()
    done = {"data": {"task_id": "t-0", "status": "FAILED"}}
    with ScriptedServer(respond(200, done), trouble) as server, pytest.raises((RateLimited, AccountBlocked)):
        point_at(server.url)
        follow.ask_marked(account, make_client(), pace, lambda: True)
    assert len(server.received) == 2
    after = Lease.objects.get()
    refill = (after.tokens_at - before.tokens_at).total_seconds() * settings.MAGNIFIC_REQUESTS_PER_MINUTE / 60
    assert before.tokens - 2 <= after.tokens <= before.tokens - 2 + refill
    assert follow.marked(account).count() == 2


def test_answers_are_applied_before_all_were_asked(account, holding, point_at, monkeypatch):
    """A finished clip must not wait until many others were asked about, where each takes its time."""
    monkeypatch.setattr(follow, "ASKING_SECONDS", 0.0)
    marked(2)
    seen = []

    def look():
        seen.append(sorted(Generation.objects.values_list("state", flat=True)))
        return True

    done = ({"data": {"task_id": f"t-{number}", "status": "FAILED"}} for number in range(2))
    with ScriptedServer(*(respond(200, body) for body in done)) as server:
        point_at(server.url)
        follow.ask_marked(account, make_client(), Pace(holding), look)
    assert seen == [[State.RENDERING] * 2, [State.FAILED, State.RENDERING]]
    assert not follow.marked(account).exists()


def test_what_ended_and_finds_no_budget_waits_for_no_other_list(account, holding, point_at):
    owner, pace = make_user(), Pace(holding)
    for number in range(2):
        checked = timezone.now() - timedelta(hours=2 - number)
        make_generation(owner, State.RENDERING, task_id=f"t-{number}", vendor_checked_at=checked)
    listed = respond(
        200, {"data": [{"task_id": f"t-{number}", "status": "COMPLETED"} for number in range(2)]}
    )
    done = {"status": "COMPLETED", "generated": ["https://cdn.magnific.com/a.mp4"]}
    first, second = (respond(200, {"data": done | {"task_id": f"t-{number}"}}) for number in range(2))
    leave = iter([True, False])
    with ScriptedServer(listed, first, second) as server:
        point_at(server.url)
        follow.follow(account, make_client(), pace, lambda: next(leave))
        assert [one.task_id for one in follow.marked(account)] == ["t-1"]
        assert follow.ask_marked(account, make_client(), pace, lambda: True)
    assert set(Generation.objects.values_list("state", flat=True)) == {State.SAVING}
    assert not follow.marked(account).exists()
    assert len(server.received) == 3


def test_an_empty_list_does_not_make_tasks_vanish(account, holding, point_at):
    rendering()
    server = ScriptedServer(respond(404, {"message": "Tasks not found"}))
    follow_once(server, account, holding, point_at)
    assert Generation.objects.get().state == State.RENDERING


@pytest.mark.parametrize("listed", [[], [{"task_id": "t-1", "status": "IN_PROGRESS"}]])
def test_no_end_after_a_day_ends_the_wait(listed, settings, account, holding, point_at):
    long_ago = timezone.now() - timedelta(seconds=settings.GIVE_UP_AFTER_SECONDS + 1)
    generation = rendering(accepted_at=long_ago)
    follow_once(ScriptedServer(respond(200, {"data": listed}), respond(404, {})), account, holding, point_at)
    generation.refresh_from_db()
    assert (generation.failure, generation.charged) == (Failure.GAVE_UP, Charged.UNKNOWN)


def test_a_weekend_off_loses_nothing(settings, account, holding, point_at):
    """Who was away asks first, and gives up only on what Magnific then says."""
    rendering(accepted_at=timezone.now() - timedelta(days=3))
    sweeping.sweep()
    link = "https://cdn.magnific.com/a.mp4"
    done = {"data": {"task_id": "t-1", "status": "COMPLETED", "generated": [link]}}
    follow_once(ScriptedServer(respond(200, {"data": []}), respond(200, done)), account, holding, point_at)
    assert Generation.objects.get().state == State.SAVING


def test_word_that_changes_nothing_wakes_no_page():
    generation = rendering(vendor_status="IN_PROGRESS")
    before = Revision.current()
    follow.apply(generation, task("IN_PROGRESS"))
    assert Revision.current() == before


def test_another_account_s_generations_are_left_alone(settings, sandbox):
    """What was queued in rehearsal is not sent when a key is set."""
    generation = make_generation()
    rehearsal = generation.account
    settings.REHEARSAL, settings.MAGNIFIC_API_KEY = False, "a-real-key"
    dispatch.run_slice(rehearsal.pk)
    dispatch.run_slice(Account.objects.current().pk)
    assert Generation.objects.get().state == State.QUEUED
    assert sandbox.store.every() == []


def test_a_paused_account_sends_nothing(sandbox, account):
    make_generation()
    account.pause("no_credit", "Magnific says that the key is wrong.")
    dispatch.run_slice(account.pk)
    assert sandbox.store.every() == []
    account.resume()
    assert account.paused_reason == ""


def test_a_slice_sends_no_more_than_may_run_at_once(account, point_at, settings):
    """Against a server whose tasks never end."""
    numbers = itertools.count()

    def accept(connection, received):
        received.append(read_request(connection))
        is_post = received[-1].line.startswith("POST")
        new = {"task_id": f"t-{next(numbers)}", "status": "CREATED"} if is_post else []
        connection.sendall(answer(200, {"data": new}))

    for _ in range(4):
        make_generation()
    with ScriptedServer(accept) as server:
        point_at(server.url)
        settings.MAGNIFIC_MAX_CONCURRENT, settings.SLICE_SECONDS = 2, 1.5
        dispatch.run_slice(account.pk)
    states = list(Generation.objects.values_list("state", flat=True))
    assert (states.count(State.QUEUED), states.count(State.RENDERING)) == (2, 2)
    assert next(numbers) == 2
    assert OrmQ.objects.exists()


def test_a_slice_ends_when_nothing_is_left_and_frees_the_lease(sandbox, account):
    dispatch.run_slice(account.pk)
    assert lease.acquire(account)
    assert not OrmQ.objects.exists()


def test_a_held_lease_keeps_a_second_dispatcher_out(sandbox, account, holding):
    make_generation()
    dispatch.run_slice(account.pk)
    assert sandbox.store.every() == []


@pytest.mark.parametrize(("status", "paused"), [(401, True), (429, False), (500, False)])
def test_trouble_with_the_list_slows_down_and_loses_nothing(status, paused, account, point_at, settings):
    rendering()
    settings.SLICE_SECONDS = 0.5
    with ScriptedServer(respond(status, {"message": "no"})) as server:
        point_at(server.url)
        settings.SLICE_SECONDS = 0.5
        dispatch.run_slice(account.pk)
        assert 1 <= server.connections <= 3
    account.refresh_from_db()
    assert account.is_paused == paused
    assert Generation.objects.get().state == State.RENDERING


def test_the_sweep_rings_for_what_waits():
    make_generation()
    make_generation(state=State.SAVING)
    make_generation(state=State.READY, preview_name="")
    sweeping.sweep()
    rung = sorted(item.func() for item in OrmQ.objects.all())
    assert rung == [f"generations.tasks.{name}" for name in ("dispatch", "make_previews", "save")]
    OrmQ.objects.exclude(payload__contains="never").delete()
    sweeping.sweep()
    assert [item.func() for item in OrmQ.objects.all()] == ["generations.tasks.dispatch"]


def test_the_sweep_leaves_other_accounts_alone():
    make_generation(account=make_live_account())
    sweeping.sweep()
    assert not OrmQ.objects.exists()
