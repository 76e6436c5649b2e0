"""How often Magnific is asked: for what runs, for what is slow, and for what it has forgotten."""

from datetime import timedelta

import pytest

from generations.lifecycle import dispatch, line
from generations.lifecycle.follow import follow
from generations.lifecycle.interval import list_interval
from generations.lifecycle.pace import Pace
from generations.lifecycle.vendor import make_client
from generations.models import Charged, Failure, Generation, Lease, State
from tests.factories import make_generation, make_user
from tests.lifecycle.doubts import make_accepted, make_doubt, run_until, seconds_ago
from tests.magnific.scripted import ScriptedServer, respond

pytestmark = pytest.mark.django_db

HOUR = 3600


def accepted(task_id, *, ago, **fields):
    return make_accepted(task_id, ago=ago, accepted_at=seconds_ago(ago), **fields)


def asked(server, account, holding, point_at):
    """Follow once; return the ids asked for singly."""
    with server:
        point_at(server.url)
        follow(account, make_client(), Pace(holding), lambda: True)
    paths = [received.line.split()[1].rpartition("/")[2] for received in server.received]
    return [path for path in paths if path != "kling-4k-t2v"]


def test_what_is_young_is_listed_at_the_shortest_interval(account, settings):
    accepted("t-1", ago=30)
    assert list_interval(account) == settings.LIST_INTERVAL_SECONDS


def test_with_callbacks_the_list_only_finds_what_they_lost(account, settings):
    accepted("t-1", ago=30)
    settings.PUBLIC_URL, settings.MAGNIFIC_WEBHOOK_SECRETS = "http://127.0.0.1:8000", ["s"]
    assert list_interval(account) == 15 * settings.LIST_INTERVAL_SECONDS


def test_a_clip_that_waits_for_tonight_makes_nobody_else_wait(account, settings):
    """Lists are read less often only where requests are needed for sending."""
    settings.MAGNIFIC_REQUESTS_PER_MINUTE = 10
    accepted("t-1", ago=30)
    make_generation(make_user(), due_at=seconds_ago(-8 * HOUR))
    assert list_interval(account) == settings.LIST_INTERVAL_SECONDS
    Generation.objects.update(due_at=None)
    assert list_interval(account) > settings.LIST_INTERVAL_SECONDS


def test_a_doubt_is_looked_at_often_whatever_else_runs(account, settings):
    settings.PUBLIC_URL, settings.MAGNIFIC_WEBHOOK_SECRETS = "http://127.0.0.1:8000", ["s"]
    accepted("t-1", ago=10 * HOUR)
    make_doubt()
    assert list_interval(account) == settings.LIST_INTERVAL_SECONDS


@pytest.mark.parametrize("state", [State.RENDERING, State.SAVING])
def test_slow_tasks_are_listed_ever_more_rarely(state, account):
    """Also one that is done and whose link does not come."""
    generation = accepted("t-1", ago=HOUR, state=state, result_url="")
    intervals = []
    for hours in (1, 2, 6, 12, 23):
        Generation.objects.filter(pk=generation.pk).update(accepted_at=seconds_ago(hours * HOUR))
        intervals.append(list_interval(account))
    assert intervals == pytest.approx([60, 120, 360, 720, 1380], rel=0.01)


def test_one_that_is_too_young_to_be_done_is_left_alone(account, settings):
    for number in range(4):
        make_accepted(f"done-{number}", ago=900, state=State.READY, accepted_at=seconds_ago(400))
    accepted("t-1", ago=10)
    assert list_interval(account) == 8 * settings.LIST_INTERVAL_SECONDS


@pytest.mark.parametrize(
    ("age", "since", "due"),
    [(60, 29, False), (60, 31, True), (HOUR, 59, False), (HOUR, 61, True), (12 * HOUR, 719, False)],
)
def test_what_the_list_does_not_show_is_asked_for_by_its_age(
    age, since, due, account, holding, point_at, settings
):
    """Beside a young one, for which the list is read all the time."""
    accepted("young", ago=30)
    accepted("lost", ago=age, vendor_checked_at=seconds_ago(since))
    server = ScriptedServer(
        respond(200, {"data": [{"task_id": "young", "status": "CREATED"}]}), respond(404, {})
    )
    settings.LIST_INTERVAL_SECONDS = 2
    with server:
        point_at(server.url)
        settings.LIST_INTERVAL_SECONDS = 2
        follow(account, make_client(), Pace(holding), lambda: True)
    assert (len(server.received) == 2) == due


def test_a_task_that_magnific_cannot_tell_about_does_not_hide_the_others(account, holding, point_at):
    """Its get-one fails for ever: it ends the round, and comes last in the next."""
    accepted("poison", ago=60)
    accepted("fine", ago=60, vendor_checked_at=seconds_ago(50))
    listed = respond(200, {"data": [{"task_id": name, "status": "COMPLETED"} for name in ("poison", "fine")]})
    first = asked(ScriptedServer(listed, respond(500)), account, holding, point_at)
    assert set(first) == {"poison"}
    done = {"data": {"task_id": "fine", "status": "FAILED"}}
    assert asked(ScriptedServer(listed, respond(200, done)), account, holding, point_at) == ["fine"]
    assert Generation.objects.get(task_id="fine").state == State.FAILED
    assert Generation.objects.get(task_id="poison").state == State.RENDERING


def test_a_list_that_was_read_before_a_freeze_is_thrown_away(account, holding, point_at):
    """Meanwhile another dispatcher took over; this one does not know how old its list is."""
    accepted("t-1", ago=60)
    Lease.objects.update(fence=holding.fence + 1)
    listed = {
        "data": [{"task_id": "t-1", "status": "COMPLETED", "generated": ["https://cdn.magnific.com/a"]}]
    }
    assert asked(ScriptedServer(respond(200, listed)), account, holding, point_at) == []
    assert Generation.objects.get().state == State.RENDERING


# --- the end of patience ------------------------------------------------------------------------


def test_after_a_day_the_wait_ends_and_nobody_guesses_about_money(account, settings, holding, point_at):
    slow = accepted("slow", ago=settings.GIVE_UP_AFTER_SECONDS + 1)
    young = accepted("young", ago=settings.GIVE_UP_AFTER_SECONDS - 60)
    listed = [{"task_id": name, "status": "IN_PROGRESS"} for name in ("slow", "young")]
    asked(ScriptedServer(respond(200, {"data": listed})), account, holding, point_at)
    slow.refresh_from_db()
    young.refresh_from_db()
    assert (slow.state, slow.failure, slow.charged) == (State.FAILED, Failure.GAVE_UP, Charged.UNKNOWN)
    assert slow.get_charged_display() == "We do not know whether it was charged"
    assert young.state == State.RENDERING


@pytest.mark.parametrize("failure", [Failure.GAVE_UP, Failure.NO_RESULT, Failure.FAILED_THERE])
def test_what_was_given_up_and_is_done_after_all_is_saved(failure, account, holding, point_at):
    old = accepted(
        "old", ago=90_000, state=State.FAILED, failure=failure, vendor_checked_at=seconds_ago(9000)
    )
    listed = {"data": [{"task_id": "old", "status": "COMPLETED"}]}
    link = "https://cdn.magnific.com/a.mp4"
    got = {"data": {"task_id": "old", "status": "COMPLETED", "generated": [link]}}
    server = ScriptedServer(respond(200, listed), respond(200, got))
    assert asked(server, account, holding, point_at) == ["old"]
    old.refresh_from_db()
    assert (old.state, old.result_url, old.failure) == (State.SAVING, link, "")


def test_and_if_it_has_no_link_it_is_asked_about_once_an_hour(account, holding, point_at):
    accepted(
        "old", ago=90_000, state=State.FAILED, failure=Failure.GAVE_UP, vendor_checked_at=seconds_ago(9000)
    )
    listed = respond(200, {"data": [{"task_id": "old", "status": "COMPLETED"}]})
    got = respond(200, {"data": {"task_id": "old", "status": "COMPLETED", "generated": []}})
    assert asked(ScriptedServer(listed, got), account, holding, point_at) == ["old"]
    assert asked(ScriptedServer(listed, got), account, holding, point_at) == []


def test_dead_tasks_do_not_keep_the_others_waiting_for_a_day(account, settings):
    for number in range(settings.MAGNIFIC_MAX_CONCURRENT):
        accepted(f"t-{number}", ago=HOUR - 60)
    assert line.running(account) == settings.MAGNIFIC_MAX_CONCURRENT
    Generation.objects.update(accepted_at=seconds_ago(HOUR + 60))
    assert line.running(account) == 0


# --- the look before a POST ---------------------------------------------------------------------


def test_a_new_order_does_not_wait_for_the_list_of_a_slow_one(sandbox, account, settings):
    """The next list is held for many minutes; the look that a POST needs is taken at once."""
    accepted("slow", ago=20 * HOUR)
    Lease.objects.get_or_create(account=account)
    Lease.objects.update(listed_at=seconds_ago(300), next_list_at=seconds_ago(-900))
    make_generation(make_user())
    run_until(sandbox.store.every, account, settings, seconds=10)
    assert len(sandbox.store.every()) == 1


def test_while_there_is_no_room_nobody_looks(account, point_at, settings):
    settings.MAGNIFIC_MAX_CONCURRENT = 1
    accepted("t-1", ago=30)
    make_generation(make_user())
    Lease.objects.get_or_create(account=account)
    Lease.objects.update(listed_at=seconds_ago(300), next_list_at=seconds_ago(-900))
    with ScriptedServer(respond(500)) as server:
        point_at(server.url)
        settings.SLICE_SECONDS = 0.3
        dispatch.run_slice(account.pk)
        assert server.connections == 0


def test_times_beyond_their_own_maximum_count_as_past(account, sandbox, settings):
    """A clock was set back by a day: nothing may stand still for a day."""
    accepted("t-1", ago=60, vendor_checked_at=seconds_ago(-86_400))
    make_generation(make_user())
    Lease.objects.get_or_create(account=account)
    day = seconds_ago(-86_400)
    Lease.objects.update(
        listed_at=day, next_list_at=day, next_post_at=day, quiet_until=day, tokens_at=day, tokens=5
    )
    run_until(sandbox.store.every, account, settings, seconds=10)
    assert len(sandbox.store.every()) == 1
    lease = Lease.objects.get()
    assert lease.listed_at < day - timedelta(hours=23)


def test_a_list_that_lags_costs_no_question_about_what_was_just_accepted(account, holding, point_at):
    accepted("new", ago=1)
    server = ScriptedServer(respond(404, {"message": "Tasks not found"}))
    assert asked(server, account, holding, point_at) == []


def test_what_has_ended_is_asked_about_soon_even_if_it_was_asked_about_before(account, holding, point_at):
    generation = accepted("t-1", ago=60, vendor_checked_at=seconds_ago(4))
    listed = respond(200, {"data": [{"task_id": "t-1", "status": "COMPLETED"}]})
    got = respond(200, {"data": {"task_id": "t-1", "status": "COMPLETED", "generated": []}})
    assert asked(ScriptedServer(listed, got), account, holding, point_at) == ["t-1"]
    Generation.objects.filter(pk=generation.pk).update(vendor_checked_at=seconds_ago(4))
    assert asked(ScriptedServer(listed, got), account, holding, point_at) == [], "it is done but empty"
    Generation.objects.filter(pk=generation.pk).update(vendor_checked_at=seconds_ago(11))
    assert asked(ScriptedServer(listed, got), account, holding, point_at) == ["t-1"]
