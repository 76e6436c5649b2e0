"""What callbacks lead to: in any order, twice, late, and while the answer is still awaited."""

from urllib.parse import urlsplit

import pytest
from django.db import connections

from generations.lifecycle import callbacks, dispatch, submit
from generations.lifecycle.vendor import make_client
from generations.lifecycle.verdict import Verdict
from generations.models import Delivery, Failure, Generation, Outcome, State, Submission
from tests.deliveries import SECRET, deliver, signed, word
from tests.factories import make_generation, make_user
from tests.lifecycle.conftest import claim
from tests.lifecycle.doubts import make_doubt, outcome_of, run_until
from tests.magnific.scripted import ScriptedServer, read_request, respond

pytestmark = pytest.mark.django_db

UNSURE = Verdict(Outcome.UNSURE, "no word")
LINK = "https://cdn.magnific.com/a.mp4?token=x"


@pytest.fixture(autouse=True)
def on(settings):
    settings.MAGNIFIC_WEBHOOK_SECRETS = [SECRET]
    settings.PUBLIC_URL = "http://127.0.0.1:8000"


def hear(submission, *bodies):
    """Let these deliveries come, then let the dispatcher read what came."""
    for body in bodies:
        assert deliver(submission.callback_token, body) == 204
    callbacks.read_deliveries(submission.account)


# --- asking for them ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("public_url", "secrets", "asked"),
    [
        ("http://127.0.0.1:8000", [SECRET], True),
        ("", [SECRET], False),
        ("http://127.0.0.1:8000", [], False),
    ],
)
def test_callbacks_are_asked_for_only_with_an_address_and_a_secret(
    public_url, secrets, asked, settings, sandbox, holding
):
    settings.PUBLIC_URL, settings.MAGNIFIC_WEBHOOK_SECRETS = public_url, secrets
    submit.submit(make_generation(), holding, make_client())
    submission = Submission.objects.get()
    (task,) = sandbox.store.every()
    wanted = f"http://127.0.0.1:8000/callbacks/magnific/{submission.callback_token}/"
    assert task.request.get("webhook_url") == (wanted if asked else None)


def test_each_submission_has_a_token_of_its_own(sandbox, holding):
    for _ in range(3):
        submit.submit(make_generation(), holding, make_client())
    tokens = {urlsplit(task.request["webhook_url"]).path.split("/")[-2] for task in sandbox.store.every()}
    assert tokens == set(Submission.objects.values_list("callback_token", flat=True))
    assert all(len(token) >= 43 for token in tokens)


# --- proof for a doubt --------------------------------------------------------------------------


@pytest.mark.parametrize("ago", [1, 86400])
@pytest.mark.parametrize("status", ["CREATED", "IN_PROGRESS", "PROCESSING", "COMPLETED", "FAILED"])
def test_a_callback_settles_a_doubt_whenever_it_comes(status, ago):
    doubt = make_doubt(ago=ago)
    hear(doubt, word("t-1", status))
    assert outcome_of(doubt) == (Outcome.ACCEPTED, "t-1", State.RENDERING)
    generation = Generation.objects.get()
    assert (generation.is_provisional, generation.ask_now) == (False, True)
    assert generation.events.last().why == "accepted as t-1, says its callback"
    assert Delivery.objects.get().read_at


@pytest.mark.parametrize("outcome", [Outcome.RELEASED, Outcome.GIVEN_UP, Outcome.NOT_TAKEN, Outcome.REFUSED])
def test_it_overrules_whatever_was_thought_of_its_post(outcome):
    doubt = make_doubt()
    Submission.objects.update(outcome=outcome)
    doubt.generation.move(State.FAILED, failure=Failure.GAVE_UP)
    hear(doubt, word("t-1", "IN_PROGRESS"))
    assert outcome_of(doubt) == (Outcome.ACCEPTED, "t-1", State.RENDERING)


@pytest.mark.parametrize("state", [State.QUEUED, State.SUBMITTING])
def test_it_never_leads_to_a_second_post(state, holding):
    """Released and back in line, or on its way again: what waits is not sent, what is sent is kept."""
    old = make_doubt()
    Submission.objects.update(outcome=Outcome.RELEASED)
    Generation.objects.update(state=State.QUEUED)
    old.generation.refresh_from_db()
    if state == State.SUBMITTING:
        claim(old.generation, holding)
    hear(old, word("t-1", "IN_PROGRESS"))
    assert Generation.objects.filter(task_id="t-1", state=State.RENDERING).count() == 1
    assert not Generation.objects.filter(state=State.QUEUED).exists()
    assert Submission.objects.filter(generation=old.generation).count() == (
        2 if state == State.SUBMITTING else 1
    )


def test_while_the_post_is_open_it_is_only_kept(holding):
    submission = claim(make_generation(), holding)
    hear(submission, word("t-1", "CREATED"))
    assert outcome_of(submission) == (Outcome.OPEN, "", State.SUBMITTING)
    assert Delivery.objects.get().read_at is None
    submit.record(submission, UNSURE)
    callbacks.read_deliveries(submission.account)
    assert outcome_of(submission) == (Outcome.ACCEPTED, "t-1", State.RENDERING)


def test_one_that_overtakes_its_answer_changes_nothing(holding):
    submission = claim(make_generation(), holding)
    hear(submission, word("t-1", "CREATED"))
    submit.record(submission, Verdict(Outcome.ACCEPTED, http_status=200, task_id="t-1"))
    callbacks.read_deliveries(submission.account)
    assert outcome_of(submission) == (Outcome.ACCEPTED, "t-1", State.RENDERING)
    assert Generation.objects.count() == 1
    assert not Delivery.objects.filter(read_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_a_lost_answer_is_found_by_its_callback(account, settings, point_at):
    """The server makes the task, calls back in the middle of the POST, and drops the connection."""

    def call_back_and_vanish(connection, received):
        received.append(read_request(connection))
        deliver(Submission.objects.get().callback_token, word("t-1", "CREATED"))
        connections.close_all()

    got = respond(200, {"data": {"task_id": "t-1", "status": "IN_PROGRESS"}})
    listed = respond(200, {"data": [{"task_id": "t-1", "status": "IN_PROGRESS"}]})
    generation = make_generation()
    with ScriptedServer(respond(404, {"message": "none"}), call_back_and_vanish, got, listed) as server:
        point_at(server.url)
        run_until(lambda: Generation.objects.filter(task_id="t-1").exists(), account, settings)
        dispatch.run_slice(account.pk)
        posts = [one for one in server.received if one.line.startswith("POST")]
    generation.refresh_from_db()
    assert (generation.state, generation.task_id, generation.is_provisional) == (
        State.RENDERING,
        "t-1",
        False,
    )
    assert len(posts) == 1
    assert Submission.objects.get().outcome == Outcome.ACCEPTED


# --- what a body may say ------------------------------------------------------------------------


@pytest.fixture
def running(db):
    return make_generation(state=State.RENDERING, task_id="t-1", vendor_status="IN_PROGRESS")


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        (word("t-1", "CREATED"), False),
        (word("t-1", "IN_PROGRESS"), False),
        (word("t-1", "PROCESSING"), False),
        (word("t-1", "COMPLETED"), True),
        (word("t-1", "completed"), True),
        (word("t-1", "FAILED", reason="no"), True),
        (b'{"data": ' + word("t-1", "COMPLETED") + b"}", True),
        (word("t-1", "COMPLETED", padding="x" * 30_000), True),
        (b"<html>", True),
        (b'{"status": "COMPLETED"}', True),
    ],
)
def test_an_end_or_what_nobody_understands_is_a_reason_to_ask(body, asked, running):
    hear(running.submissions.get(), body)
    running.refresh_from_db()
    assert (running.ask_now, running.state, running.vendor_status) == (asked, State.RENDERING, "IN_PROGRESS")


def test_the_word_in_a_callback_is_never_taken_for_the_state(running, account, point_at, settings):
    """It says FAILED; a get-one with our own key says otherwise, and that is what counts."""
    hear(running.submissions.get(), word("t-1", "FAILED"))
    got = {"data": {"task_id": "t-1", "status": "COMPLETED", "generated": [LINK]}}
    with ScriptedServer(respond(200, got)) as server:
        point_at(server.url)
        run_until(lambda: server.received, account, settings)
        assert [one.line.split()[1].rpartition("/")[2] for one in server.received] == ["t-1"]
    running.refresh_from_db()
    assert (running.state, running.result_url) == (State.SAVING, LINK)


def test_doubled_and_reordered_ones_lead_to_one_question(running, account, point_at, settings):
    submission = running.submissions.get()
    words = [word("t-1", status) for status in ("COMPLETED", "CREATED", "COMPLETED", "IN_PROGRESS")]
    again = signed(words[0])
    for _ in range(3):
        deliver(submission.callback_token, words[0], again)
    hear(submission, *words)
    got = {"data": {"task_id": "t-1", "status": "COMPLETED", "generated": [LINK]}}
    with ScriptedServer(respond(200, got)) as server:
        point_at(server.url)
        run_until(lambda: server.received, account, settings)
        dispatch.run_slice(account.pk)
        assert server.connections == 1
    assert Generation.objects.get().state == State.SAVING


@pytest.mark.parametrize("state", [State.READY, State.SAVING])
def test_late_ones_for_what_is_here_or_on_its_way_ask_for_nothing(state, account):
    ready = make_generation(state=state)
    hear(ready.submissions.get(), word(ready.task_id, "FAILED"), word(ready.task_id, "COMPLETED"))
    ready.refresh_from_db()
    assert (ready.state, ready.failure, ready.ask_now) == (state, "", False)
    assert Generation.objects.count() == 1


@pytest.mark.parametrize("failure", Failure.values)
def test_a_result_that_turns_up_late_is_still_saved(failure, account, point_at, settings):
    failed = make_generation(state=State.FAILED, task_id="t-1", failure=failure)
    hear(failed.submissions.get(), word("t-1", "COMPLETED", generated=[LINK]))
    got = {"data": {"task_id": "t-1", "status": "COMPLETED", "generated": [LINK]}}
    with ScriptedServer(respond(200, got)) as server:
        point_at(server.url)
        run_until(lambda: server.received, account, settings)
    failed.refresh_from_db()
    assert (failed.state, failed.failure, failed.result_url) == (State.SAVING, "", LINK)


def test_a_second_task_of_one_submission_is_an_extra_clip(running):
    submission = running.submissions.get()
    hear(submission, word("t-2", "IN_PROGRESS"), word("t-2", "COMPLETED"))
    extra = Generation.objects.get(extra_of=running)
    assert (extra.task_id, extra.state, extra.ask_now) == ("t-2", State.RENDERING, True)
    running.refresh_from_db()
    assert (running.task_id, running.ask_now) == ("t-1", False)


def test_a_task_that_is_another_clip_s_is_not_moved(running):
    other = make_generation(make_user("jo"), State.RENDERING, task_id="t-2")
    hear(running.submissions.get(), word("t-2", "COMPLETED"))
    other.refresh_from_db()
    assert (other.state, other.task_id) == (State.RENDERING, "t-2")
    assert Generation.objects.count() == 2
    assert "another clip's" in running.events.last().why


def test_a_question_that_failed_is_asked_again(running, account, point_at, settings):
    """The callback comes once; Magnific's trouble with the first question must not lose it."""
    hear(running.submissions.get(), word("t-1", "COMPLETED"))
    with ScriptedServer(respond(429, {}, {"Retry-After": "0"})) as server:
        point_at(server.url)
        run_until(lambda: server.received, account, settings)
    running.refresh_from_db()
    assert (running.ask_now, running.state) == (True, State.RENDERING)
