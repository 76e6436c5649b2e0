"""Every end that a POST can have, over real sockets; and answers that come when nobody waits any more."""

import os
import socket
import ssl

import pytest

from generations.lifecycle import receipts, submit, sweeping
from generations.lifecycle.vendor import make_client
from generations.lifecycle.verdict import LOST, Verdict
from generations.magnific.client import Client
from generations.models import Charged, Failure, Generation, Lease, Outcome, State, Submission
from tests.factories import make_generation, make_user
from tests.lifecycle.conftest import claim
from tests.lifecycle.doubts import make_doubt, outcome_of, seconds_ago
from tests.magnific.scripted import (
    CERTIFICATE,
    ScriptedServer,
    answer,
    drip,
    listen,
    read_request,
    reset,
    reset_unread,
    respond,
    say,
)

pytestmark = pytest.mark.django_db

TASK = {"data": {"task_id": "task-1", "status": "CREATED", "generated": []}}
PARAMS = {"invalid_params": [{"name": "prompt", "reason": "too rude"}]}
DEADLINE = 0.5
ACCEPTED = Verdict(Outcome.ACCEPTED, http_status=200, task_id="task-1", vendor_status="CREATED")
UNSURE = Verdict(Outcome.UNSURE, "Magnific answered 500 without a task id.", http_status=500)
NOT_TAKEN = Verdict(Outcome.NOT_TAKEN, "Magnific asks us to slow down.", http_status=429)
REFUSED = Verdict(Outcome.REFUSED, "Magnific refused this request.", http_status=400)


def post(server, holding, **client):
    """Submit one generation to the server; return it and its submission, read anew."""
    generation = make_generation()
    client = {
        "base_url": server.url,
        "api_key": "k",
        "post_deadline": DEADLINE,
        "connect_timeout": 2,
    } | client
    with server:
        submit.submit(generation, holding, Client(**client))
    return Generation.objects.get(pk=generation.pk), Submission.objects.get(generation=generation)


def reset_after_reading(connection, received):
    received.append(read_request(connection))
    reset(connection)


def garbage_in_tls(connection: ssl.SSLSocket, received):
    received.append(read_request(connection))
    with socket.socket(fileno=os.dup(connection.fileno())) as bare:
        bare.sendall(b"this is not a TLS record at all")


NOT_SENT = (State.QUEUED, Outcome.NOT_TAKEN, Charged.NO)
IN_DOUBT = (State.UNSURE, Outcome.UNSURE, Charged.UNKNOWN)
TAKEN = (State.RENDERING, Outcome.ACCEPTED, Charged.UNKNOWN)
REFUSED_FOR_GOOD = (State.FAILED, Outcome.REFUSED, Charged.NO)


def ended(generation, submission):
    assert submission.sender_reported
    return State(generation.state), Outcome(submission.outcome), Charged(generation.charged)


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(reset_unread, id="reset before the request was read"),
        pytest.param(reset_after_reading, id="reset after the request was read"),
        pytest.param(say(b""), id="closed without an answer"),
        pytest.param(say(b"", then="hang"), id="silence"),
        pytest.param(say(b"HTTP/1.1 2"), id="status line cut"),
        pytest.param(say(b"SSH-2.0-OpenSSH\r\n"), id="not HTTP"),
        pytest.param(say(answer(200, b"{", length=50), then="reset"), id="reset in the body"),
        pytest.param(drip(b"HTTP/1.1 200 OK\r\nX: ", b"x"), id="headers drip"),
        pytest.param(drip(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", b" "), id="body drips"),
        pytest.param(respond(200, b"<html>fine</html>"), id="200 with HTML"),
        pytest.param(respond(200, {}), id="200 without data"),
        pytest.param(respond(200, {"data": {"status": "CREATED"}}), id="200 without an id"),
        pytest.param(respond(200, {"data": {"task_id": 7}}), id="200 with an id that is none"),
        pytest.param(respond(201, b""), id="201 and nothing"),
        pytest.param(respond(204), id="204"),
        pytest.param(respond(408, {}), id="408"),
        pytest.param(respond(499, {}), id="499"),
        pytest.param(respond(600, {}), id="600"),
        *(
            pytest.param(respond(status, b"<html>"), id=f"{status}")
            for status in (500, 501, 502, 503, 504, 520)
        ),
        pytest.param(respond(500, {"message": "oops"}, {"Retry-After": "5"}), id="500 with Retry-After"),
    ],
)
def test_what_is_not_certain_is_unsure(behaviour, holding):
    assert ended(*post(ScriptedServer(behaviour), holding)) == IN_DOUBT


def test_a_tls_fault_after_the_body_is_unsure(holding):
    server = ScriptedServer(garbage_in_tls, tls=True)
    assert ended(*post(server, holding, ca_file=str(CERTIFICATE))) == IN_DOUBT
    assert b"paper boat" in server.received[0].body


@pytest.mark.parametrize(
    ("server", "client"),
    [
        pytest.param(ScriptedServer(respond(200, TASK), tls=True), {}, id="certificate nobody trusts"),
        pytest.param(ScriptedServer(listen), {"base_url": "https"}, id="handshake that never comes"),
    ],
)
def test_nothing_was_sent_before_the_first_byte(server, client, holding):
    if client:
        client = {"base_url": server.url.replace("http:", "https:"), "connect_timeout": 0.3}
    generation, submission = post(server, holding, **client)
    assert ended(generation, submission) == NOT_SENT
    assert all(b"paper boat" not in received.body for received in server.received)


def test_a_refused_connection_was_not_sent(holding):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    generation = make_generation()
    submit.submit(generation, holding, Client(base_url=url, api_key="k"))
    assert ended(Generation.objects.get(), Submission.objects.get()) == NOT_SENT


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        *((status, b"", "misrouted") for status in (300, 301, 302, 303, 304, 307, 308)),
        (401, {"message": "Invalid API key"}, "unauthorized"),
        (402, {"message": "no credit"}, "no_credit"),
        (403, {"message": "API plan usage limit"}, "plan_limit"),
        (403, {"problem": {"message": "suspended"}}, "forbidden"),
        (403, b"<html>", "forbidden"),
        (404, {"message": "Not found"}, "misrouted"),
        (405, b"", "misrouted"),
        *((status, {}, "unexpected") for status in (406, 409, 410, 411, 413, 415, 418, 426, 431, 451)),
        (429, {"message": "You have reached your plan limit"}, "plan_limit"),
    ],
)
def test_trouble_with_the_account_keeps_the_order_and_pauses(status, body, kind, holding, account):
    elsewhere = {"Location": "http://127.0.0.1:9/"} if status < 400 else {}
    generation, submission = post(ScriptedServer(respond(status, body, elsewhere)), holding)
    assert ended(generation, submission) == NOT_SENT
    account.refresh_from_db()
    assert (account.paused_kind, submission.http_status) == (kind, status)
    assert account.events.get().what == f"paused: {kind}"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, {"message": "no"}),
        (400, b"<html>"),
        (422, {"message": "no"}),
        (403, PARAMS),
        (409, {"problem": PARAMS}),
    ],
)
def test_a_clear_refusal_is_final_and_pauses_nothing(status, body, holding, account):
    generation, submission = post(ScriptedServer(respond(status, body)), holding)
    assert ended(generation, submission) == REFUSED_FOR_GOOD
    assert generation.failure == Failure.REFUSED
    account.refresh_from_db()
    assert not account.is_paused


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(respond(200, TASK), id="as documented"),
        pytest.param(respond(200, TASK["data"]), id="without data"),
        pytest.param(respond(500, TASK), id="a 500 that names a task"),
        pytest.param(respond(429, TASK), id="a 429 that names a task"),
        pytest.param(say(answer(200, TASK, length=999)), id="cut behind the id"),
    ],
)
def test_whatever_names_a_task_is_accepted(behaviour, holding):
    generation, submission = post(ScriptedServer(behaviour), holding)
    assert ended(generation, submission) == TAKEN
    assert generation.task_id == submission.task_id == "task-1"


def test_an_id_that_is_another_clip_s_leaves_a_doubt_that_a_person_can_end(holding):
    """The answer is no proof of anything: neither that a task was made, nor that none was."""
    other = make_generation(make_user("jo"), State.RENDERING, task_id="task-1")
    generation, submission = post(ScriptedServer(respond(200, TASK)), holding)
    assert ended(generation, submission) == IN_DOUBT
    assert submission.task_id == ""
    assert "task-1" in submission.problem
    other.refresh_from_db()
    assert (other.state, other.task_id) == (State.RENDERING, "task-1")


def test_an_id_that_this_clip_has_already_changes_nothing(holding):
    generation = make_generation()
    submission = claim(generation, holding)
    submit.record(submission, ACCEPTED)
    submit.record(submission, ACCEPTED)
    assert outcome_of(submission) == (Outcome.ACCEPTED, "task-1", State.RENDERING)
    assert Generation.objects.count() == 1
    assert generation.events.filter(to_state=State.RENDERING).count() == 1


# --- answers that come late --------------------------------------------------------------------


def follow_up(generation, holding):
    """Send it again, as after a release."""
    generation.refresh_from_db()
    return claim(generation, holding)


@pytest.mark.parametrize("late", [UNSURE, NOT_TAKEN, REFUSED, LOST])
def test_a_late_answer_does_not_undo_a_task_that_is_known(late, holding):
    submission = claim(make_generation(), holding)
    submit.record(submission, ACCEPTED)
    submit.record(submission, late)
    assert outcome_of(submission) == (Outcome.ACCEPTED, "task-1", State.RENDERING)


@pytest.mark.parametrize(
    ("late", "outcome"),
    [(UNSURE, Outcome.RELEASED), (NOT_TAKEN, Outcome.NOT_TAKEN), (REFUSED, Outcome.REFUSED)],
)
@pytest.mark.parametrize("state", [State.QUEUED, State.SUBMITTING, State.RENDERING])
def test_a_late_answer_decides_nothing_about_the_next_post(late, outcome, state, holding):
    """Released, then sent again: only what the second POST comes to moves the generation now."""
    old = make_doubt()
    Submission.objects.update(outcome=Outcome.RELEASED)
    Generation.objects.update(state=State.QUEUED)
    if state != State.QUEUED:
        new = follow_up(old.generation, holding)
    if state == State.RENDERING:
        submit.record(new, ACCEPTED)
    submit.record(old, late)
    assert outcome_of(old) == (outcome, "", state)
    assert Generation.objects.count() == 1


def test_a_late_refusal_settles_what_waited(holding):
    doubt = make_doubt()
    submit.record(doubt, REFUSED)
    assert outcome_of(doubt) == (Outcome.REFUSED, "", State.FAILED)
    assert Generation.objects.get().charged == Charged.NO


def test_a_late_not_taken_puts_it_back_into_the_line(holding):
    doubt = make_doubt()
    submit.record(doubt, NOT_TAKEN)
    assert outcome_of(doubt) == (Outcome.NOT_TAKEN, "", State.QUEUED)


def test_a_late_task_stops_what_waits_to_be_sent_again(holding):
    doubt = make_doubt()
    Submission.objects.update(outcome=Outcome.RELEASED)
    Generation.objects.update(state=State.QUEUED)
    submit.record(doubt, ACCEPTED)
    assert outcome_of(doubt) == (Outcome.ACCEPTED, "task-1", State.RENDERING)
    assert Generation.objects.get().task_id == "task-1"


def test_a_late_task_while_it_is_sent_again_leaves_two_clips(holding):
    old = make_doubt()
    Submission.objects.update(outcome=Outcome.RELEASED)
    Generation.objects.update(state=State.QUEUED)
    new = follow_up(old.generation, holding)
    submit.record(old, ACCEPTED)
    assert outcome_of(new) == (Outcome.OPEN, "", State.RENDERING)
    submit.record(new, Verdict(Outcome.ACCEPTED, http_status=200, task_id="task-2"))
    assert outcome_of(new) == (Outcome.ACCEPTED, "task-2", State.RENDERING)
    assert Generation.objects.get(pk=old.generation_id).task_id == "task-1"
    assert Generation.objects.get(extra_of=old.generation_id).task_id == "task-2"


def test_a_second_post_in_doubt_beside_a_found_task_can_still_be_settled(holding):
    """Its generation renders by then; the doubt itself stays visible and does not stop the rest for ever."""
    old = make_doubt()
    Submission.objects.update(outcome=Outcome.RELEASED)
    Generation.objects.update(state=State.QUEUED)
    new = follow_up(old.generation, holding)
    submit.record(old, ACCEPTED)
    submit.record(new, UNSURE)
    assert outcome_of(new) == (Outcome.UNSURE, "", State.RENDERING)


def test_a_task_of_what_was_given_up_is_taken(holding):
    doubt = make_doubt()
    Submission.objects.update(outcome=Outcome.GIVEN_UP)
    doubt.generation.move(State.FAILED, failure=Failure.GAVE_UP)
    submit.record(doubt, ACCEPTED)
    assert outcome_of(doubt) == (Outcome.ACCEPTED, "task-1", State.RENDERING)
    assert Generation.objects.get().failure == ""


def test_a_task_of_what_was_cancelled_after_its_release_is_kept_beside_it(holding):
    doubt = make_doubt()
    Submission.objects.update(outcome=Outcome.RELEASED)
    Generation.objects.update(state=State.CANCELLED)
    submit.record(doubt, ACCEPTED)
    assert outcome_of(doubt) == (Outcome.ACCEPTED, "task-1", State.CANCELLED)
    assert Generation.objects.get(extra_of=doubt.generation).state == State.RENDERING


# --- senders that end or freeze -----------------------------------------------------------------


def test_a_lost_answer_is_known_to_be_unreported_until_its_sender_speaks(holding):
    submission = claim(make_generation(), holding)
    Submission.objects.update(claimed_at=seconds_ago(3600))
    submit.close_abandoned(submission.account)
    submission.refresh_from_db()
    assert outcome_of(submission) == (Outcome.UNSURE, "", State.UNSURE)
    assert not submission.sender_reported
    submit.record(submission, UNSURE)
    submission.refresh_from_db()
    assert submission.sender_reported


def test_a_claim_in_the_future_counts_as_old(holding):
    """The clock was set back: this must not stop the account for as long as it was set back."""
    submission = claim(make_generation(), holding)
    Submission.objects.update(claimed_at=seconds_ago(-86400))
    submit.close_abandoned(submission.account)
    assert outcome_of(submission) == (Outcome.UNSURE, "", State.UNSURE)


def test_a_disk_that_takes_no_receipt_does_not_keep_the_answer(holding, settings, tmp_path):
    """A file stands where the folder belongs: as little can be written as on a full disk."""
    settings.RECEIPTS_DIR = tmp_path / "receipts"
    submission = claim(make_generation(), holding)
    settings.RECEIPTS_DIR.write_text("in the way")
    try:
        submit.record(submission, ACCEPTED)
    finally:
        settings.RECEIPTS_DIR.unlink()
    assert outcome_of(submission) == (Outcome.ACCEPTED, "task-1", State.RENDERING)


def test_a_receipt_makes_a_guess_certain(holding):
    """The list had found the task first; the answer that the sender could not store says the same."""
    submission = claim(make_generation(), holding)
    receipts.fill(submission.callback_token, ACCEPTED)
    Generation.objects.update(state=State.RENDERING, task_id="task-1", is_provisional=True)
    Submission.objects.update(outcome=Outcome.ACCEPTED, task_id="task-1", answered_at=seconds_ago(1))
    sweeping.sweep()
    assert not Generation.objects.get().is_provisional
    assert list(receipts.left_over()) == []


def test_a_frozen_sender_may_not_begin_after_its_lease(holding, point_at, settings):
    """What it claimed is given back, unsent, once it wakes."""
    server = ScriptedServer(respond(200, TASK))
    settings.CLAIM_TO_SEND_SECONDS = -1
    with server:
        point_at(server.url)
        generation = make_generation()
        Lease.objects.update(expires_at=seconds_ago(-3600))
        submit.submit(generation, holding, make_client())
    assert server.received == []
    assert Generation.objects.get().state == State.QUEUED
