"""Trouble with an account: how it pauses, what people decide, what ends by itself."""

import pytest
from django.core import mail
from django_q.models import OrmQ

from generations.lifecycle import account as accounts
from generations.lifecycle import alarm, dispatch, evidence
from generations.models import AccountEvent, Generation, Lease, State, StrangerTask
from tests.factories import make_admin, make_generation, make_user
from tests.lifecycle.doubts import read_before, read_list, run_until
from tests.magnific.scripted import ScriptedServer, respond

pytestmark = pytest.mark.django_db

EMPTY = respond(404, {"message": "Tasks not found"})
LISTED = respond(200, {"data": [{"task_id": "other", "status": "IN_PROGRESS"}]})
REMAINING = {"rate-limit-remaining": "0", "rate-limit-reset": "30"}


@pytest.fixture
def admin(db):
    return make_admin()


def run(server, account, point_at, settings, expected=0):
    """Let the dispatcher work until so many requests were made, and a little longer; return their methods."""
    with server:
        point_at(server.url)
        run_until(lambda: len(server.received) >= expected, account, settings)
        dispatch.run_slice(account.pk)
        account.refresh_from_db()
    return [received.line.split(" ")[0] for received in server.received]


def test_resuming_names_the_person_and_wakes_the_dispatcher(account, admin):
    account.pause("no_credit", "The account is out of credit.")
    assert accounts.resume(account, actor=admin, why="paid the bill")
    account.refresh_from_db()
    assert not account.is_paused
    event = AccountEvent.objects.get()
    assert (event.actor, event.what, event.why) == (admin, "resumed after: no_credit", "paid the bill")
    assert [item.func() for item in OrmQ.objects.all()] == ["generations.tasks.dispatch"]
    assert not accounts.resume(account, actor=admin, why="again")


DECISIONS = [
    lambda account, admin: accounts.resume(account, actor=admin, why="ours"),
    lambda account, admin: accounts.put_strangers_aside(account, actor=admin, why="an old copy"),
    lambda account, admin: accounts.mark_shared(account, True, actor=admin, why="the other office"),
    lambda account, admin: accounts.mark_shared(account, False, actor=admin, why="nobody else"),
]


@pytest.mark.parametrize("decide", DECISIONS)
def test_each_word_about_strangers_ends_the_pause_for_good(decide, account, admin):
    read_before(account)
    read_list(account, "whose")
    account.refresh_from_db()
    assert account.paused_kind == evidence.STRANGERS
    decide(account, admin)
    read_list(account, "whose", times=3)
    account.refresh_from_db()
    assert not account.is_paused
    assert OrmQ.objects.exists()
    assert AccountEvent.objects.first().actor == admin


@pytest.mark.parametrize("decide", DECISIONS[1:])
def test_a_word_about_strangers_does_not_end_another_trouble(decide, account, admin):
    account.pause("no_credit", "The account is out of credit.")
    decide(account, admin)
    account.refresh_from_db()
    assert account.paused_kind == "no_credit"


def test_a_shared_key_becomes_ours_again(account, admin):
    read_before(account)
    make_generation(state=State.RENDERING, task_id="ours")
    read_list(account, "ours", "whose")
    accounts.mark_shared(account, False, actor=admin, why="they have their own now")
    read_list(account, "ours", "whose")
    account.refresh_from_db()
    assert not account.is_shared
    assert StrangerTask.objects.get().is_old


def test_a_new_stranger_after_the_word_pauses_again(account, admin):
    read_before(account)
    read_list(account, "whose")
    accounts.resume(account, actor=admin, why="known")
    read_list(account, "whose", "who else")
    account.refresh_from_db()
    assert account.paused_kind == evidence.STRANGERS


# --- what the dispatcher does about it ----------------------------------------------------------


def test_a_key_that_works_again_resumes_by_itself(account, point_at, settings):
    make_generation()
    refused = run(ScriptedServer(respond(401, {"message": "no"})), account, point_at, settings, 1)
    assert account.paused_kind == "unauthorized"
    assert refused == ["GET"]
    assert Generation.objects.get().state == State.QUEUED
    Lease.objects.update(quiet_until=None, next_list_at=None)
    done = {"data": {"task_id": "t-1", "status": "CREATED"}}
    requests = run(ScriptedServer(EMPTY, respond(200, done), EMPTY), account, point_at, settings, 2)
    assert not account.is_paused
    assert requests[:2] == ["GET", "POST"]
    assert [event.what for event in account.events.all()] == [
        "resumed: the key works again",
        "paused: unauthorized",
    ]


@pytest.mark.parametrize("kind", ["no_credit", "plan_limit", "forbidden", "misrouted", "unexpected"])
def test_other_trouble_waits_for_a_person_and_asks_for_nothing(kind, account, point_at, settings):
    make_generation()
    account.pause(kind, "A person has to look.")
    assert run(ScriptedServer(EMPTY), account, point_at, settings) == []
    assert account.paused_kind == kind


def test_what_runs_is_followed_while_the_account_is_paused(account, point_at, settings):
    make_generation(state=State.RENDERING, task_id="t-1")
    make_generation(make_user("jo"))
    account.pause("no_credit", "The account is out of credit.")
    listed = {"data": [{"task_id": "t-1", "status": "IN_PROGRESS", "generated": []}]}
    requests = run(ScriptedServer(respond(200, listed)), account, point_at, settings, 1)
    assert set(requests) == {"GET"}
    assert Generation.objects.get(task_id="t-1").vendor_status == "IN_PROGRESS"


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param([respond(429, {}, {"Retry-After": "30"})], ["GET"], id="429 to the list"),
        pytest.param(
            [LISTED, respond(429, {}, {"Retry-After": "30"})], ["GET", "POST"], id="429 to the POST"
        ),
        pytest.param([LISTED, respond(429, {})], ["GET", "POST"], id="429 that names no time"),
        pytest.param([respond(200, {"data": []}, REMAINING)], ["GET"], id="none left, says the list"),
        pytest.param(
            [LISTED, respond(200, {"data": {"task_id": "t-1", "status": "CREATED"}}, REMAINING)],
            ["GET", "POST"],
            id="none left, says the POST",
        ),
        pytest.param(
            [LISTED, respond(400, {"message": "no"}, {"rate-limit-remaining": "0"})],
            ["GET", "POST"],
            id="none left, says a refusal, and not for how long",
        ),
    ],
)
def test_quiet_is_kept_by_all_requests_of_the_account(answers, expected, account, point_at, settings):
    """A second slice, which may be another process on another machine, keeps it too."""
    make_generation()
    make_generation(make_user("jo"), State.RENDERING, task_id="other")
    make_generation(make_user("al"))
    assert run(ScriptedServer(*answers), account, point_at, settings, len(expected)) == expected
    Generation.objects.filter(task_id="other").update(ask_now=True)
    assert run(ScriptedServer(respond(500)), account, point_at, settings) == []
    assert not account.is_paused


# --- mails ---------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_admins_get_one_mail_for_one_trouble(account):
    make_admin("ada")
    make_admin("bob", is_active=False)
    make_admin("cyd", email="")
    make_user("mia")
    for _ in range(3):
        alarm.pause(account, "no_credit", "The account is out of credit.")
        account.resume()
    assert [message.to for message in mail.outbox] == [["ada@example.com"]]
    alarm.pause(account, "plan_limit", "The account's plan is used up.")
    assert len(mail.outbox) == 2
    assert account.events.count() == 4


@pytest.mark.django_db(transaction=True)
def test_admins_are_told_once_that_the_key_is_shared(account):
    make_admin("ada")
    alarm.mark_shared(account)
    alarm.mark_shared(account)
    assert [message.subject for message in mail.outbox] == ["Kling 4K Studio: somebody else uses our key"]
    assert "cannot settle" in mail.outbox[0].body


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_is_away_stops_nothing(account, settings, caplog):
    make_admin("ada")
    make_admin("bob")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with ScriptedServer(EMPTY) as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(server.url.rpartition(":")[2])
    alarm.pause(account, "no_credit", "The account is out of credit.")
    account.refresh_from_db()
    assert account.is_paused
    assert caplog.text.count("The mail server does not take the mail") == 1
