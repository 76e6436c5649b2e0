import json
import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone

from generations.lifecycle import receipts, submit, sweeping, verdict
from generations.lifecycle.sender import Sender, this_process
from generations.lifecycle.vendor import make_client
from generations.lifecycle.verdict import Verdict
from generations.models import Charged, Failure, Generation, Lease, Outcome, State, Submission
from tests.factories import make_generation, make_user
from tests.lifecycle.conftest import claim, together
from tests.magnific.scripted import ScriptedServer, answer, listen, read_request, respond

pytestmark = pytest.mark.django_db

TASK = {"data": {"task_id": "task-1", "status": "CREATED", "generated": []}}
ACCEPTED = Verdict(Outcome.ACCEPTED, http_status=200, task_id="task-1", vendor_status="CREATED")


NOT_TAKEN = Verdict(Outcome.NOT_TAKEN, "Magnific asks us to slow down.", http_status=429)


def send(server, holding, point_at):
    point_at(server.url)
    generation = make_generation()
    with server:
        said = submit.submit(generation, holding, make_client())
    return Generation.objects.get(pk=generation.pk), said


def test_an_accepted_post_is_rendering(sandbox, holding):
    generation = make_generation()
    submit.submit(generation, holding, make_client())
    task = sandbox.store.every()[0]
    generation.refresh_from_db()
    assert (generation.state, generation.task_id) == (State.RENDERING, task.task_id)
    assert generation.charged == Charged.UNKNOWN
    submission = Submission.objects.get()
    assert (submission.outcome, submission.task_id, submission.fence) == (
        "accepted",
        task.task_id,
        holding.fence,
    )
    assert (submission.pid, submission.pid_started) == (this_process().pid, this_process().pid_started)
    sent = {"prompt": generation.prompt, "negative_prompt": generation.negative_prompt, "cfg_scale": 0.5}
    assert task.request == sent | {"aspect_ratio": "16:9", "duration": 5}


@pytest.mark.parametrize(
    ("behaviour", "state", "outcome"),
    [
        (respond(400, {"message": "no"}), "failed", "refused"),
        (respond(401, {"message": "no key"}), "queued", "not_taken"),
        (respond(402, {"message": "no credit"}), "queued", "not_taken"),
        (respond(429, {"message": "slow"}, {"Retry-After": "7"}), "queued", "not_taken"),
        (respond(302, b"", {"Location": "/x"}), "queued", "not_taken"),
        (respond(500, b"<html>"), "unsure", "unsure"),
        (respond(408, {}), "unsure", "unsure"),
        (respond(200, {"data": {}}), "unsure", "unsure"),
        (respond(200, b'{"data": {"task_id": "ta', length=99), "unsure", "unsure"),
    ],
)  # fmt: skip
def test_each_answer_leads_where_it_must(behaviour, state, outcome, holding, point_at):
    generation, _ = send(ScriptedServer(behaviour), holding, point_at)
    assert (generation.state, Submission.objects.get().outcome) == (state, outcome)
    assert generation.charged == (Charged.UNKNOWN if state == "unsure" else Charged.NO)


def test_a_refusal_says_why(holding, point_at):
    body = {"problem": {"message": "no", "invalid_params": [{"name": "prompt", "reason": "too rude"}]}}
    generation, _ = send(ScriptedServer(respond(400, body)), holding, point_at)
    assert (generation.failure, generation.failure_reason) == (Failure.REFUSED, "prompt: too rude")


def test_trouble_with_the_account_pauses_it(holding, point_at, account):
    send(ScriptedServer(respond(402, {"message": "no credit"})), holding, point_at)
    account.refresh_from_db()
    assert account.is_paused
    assert account.paused_reason


def test_a_rate_limit_says_how_long(holding, point_at):
    _, said = send(ScriptedServer(respond(429, {}, {"Retry-After": "7"})), holding, point_at)
    assert said.wait == 7


def test_nobody_there_means_nothing_was_sent(holding, point_at):
    server = ScriptedServer(listen)
    with server:
        url = server.url
    point_at(url)
    generation = make_generation()
    submit.submit(generation, holding, make_client())
    generation.refresh_from_db()
    assert (generation.state, generation.charged) == (State.QUEUED, Charged.NO)
    assert Submission.objects.get().outcome == Outcome.NOT_TAKEN


def test_a_sender_that_slept_after_its_claim_sends_nothing(holding, point_at, settings):
    settings.CLAIM_TO_SEND_SECONDS = -1
    server = ScriptedServer(listen)
    generation, _ = send(server, holding, point_at)
    assert generation.state == State.QUEUED
    assert b"".join(received.body for received in server.received) == b""


@pytest.mark.django_db(transaction=True)
def test_two_workers_racing_send_one_post(sandbox, holding):
    generation = make_generation()
    copies = [Generation.objects.get(pk=generation.pk) for _ in range(4)]
    together(*(lambda one=copy: submit.submit(one, holding, make_client()) for copy in copies))
    assert len(sandbox.store.every()) == 1
    assert Submission.objects.count() == 1


def test_a_claim_needs_the_lease(holding):
    generation = make_generation()
    Lease.objects.update(fence=holding.fence + 1)
    assert claim(generation, holding) is None
    assert Generation.objects.get().state == State.QUEUED


def test_a_claim_needs_the_lease_for_the_whole_post(holding):
    generation = make_generation()
    Lease.objects.update(expires_at=timezone.now() + timedelta(seconds=59.9))
    assert claim(generation, holding) is None
    Lease.objects.update(expires_at=timezone.now() + timedelta(seconds=65))
    assert claim(generation, holding) is not None


@pytest.mark.django_db(transaction=True)
def test_an_answer_after_the_lease_was_lost_still_attaches_its_task(holding, point_at, settings):
    """The server answers only when the sweep has given up on the sender: the whole thing over HTTP."""
    arrived, go_on = threading.Event(), threading.Event()

    def slow(connection, received):
        received.append(read_request(connection))
        arrived.set()
        go_on.wait(20)
        connection.sendall(answer(200, TASK))

    generation = make_generation()
    with ScriptedServer(slow) as server:
        point_at(server.url)

        def give_up_meanwhile():
            arrived.wait(20)
            Lease.objects.update(fence=holding.fence + 1)
            Submission.objects.update(claimed_at=timezone.now() - timedelta(days=1))
            sweeping.sweep()
            state = Generation.objects.get().state
            go_on.set()
            return state

        sender = make_client()
        _, meanwhile = together(lambda: submit.submit(generation, holding, sender), give_up_meanwhile)
    assert meanwhile == State.UNSURE
    generation.refresh_from_db()
    assert (generation.state, generation.task_id) == (State.RENDERING, "task-1")
    assert Submission.objects.get().outcome == Outcome.ACCEPTED


@pytest.mark.parametrize("state", [State.UNSURE, State.FAILED])
def test_a_late_task_is_attached(state, holding):
    generation = make_generation()
    submission = claim(generation, holding)
    generation.move(state, failure=Failure.GAVE_UP if state == State.FAILED else "")
    submit.record(submission, ACCEPTED)
    generation.refresh_from_db()
    assert (generation.state, generation.task_id, generation.failure) == (State.RENDERING, "task-1", "")


@pytest.mark.parametrize(("answer", "state"), [(NOT_TAKEN, State.SUBMITTING), (ACCEPTED, State.RENDERING)])
def test_an_old_answer_does_not_decide_about_a_newer_post(answer, state, holding):
    """A sender freezes with its answer; the sweep reads its receipt, the clip is sent anew, it wakes up."""
    generation = make_generation()
    old = claim(generation, holding)
    submit.record(old, NOT_TAKEN)
    newer = claim(Generation.objects.get(), holding)
    submit.record(old, answer)
    assert Generation.objects.get().state == state
    assert Submission.objects.get(pk=newer.pk).outcome == Outcome.OPEN


def test_a_task_that_turns_up_while_queued_again_is_taken_and_not_sent_again(holding):
    generation = make_generation()
    submission = claim(generation, holding)
    submit.record(submission, NOT_TAKEN)
    submit.record(submission, ACCEPTED)
    generation.refresh_from_db()
    assert (generation.state, generation.task_id) == (State.RENDERING, "task-1")


def test_without_a_receipt_nothing_is_claimed_or_sent(sandbox, holding, settings):
    settings.RECEIPTS_DIR.write_text("a file where the folder belongs")
    with pytest.raises(OSError, match="exists"):
        submit.submit(make_generation(), holding, make_client())
    assert Generation.objects.get().state == State.QUEUED
    assert sandbox.store.every() == []


def test_an_answer_without_a_receipt_still_reaches_the_database(holding, settings):
    submission = claim(make_generation(), holding)
    settings.RECEIPTS_DIR.write_text("a file where the folder belongs")
    submit.record(submission, ACCEPTED)
    assert Generation.objects.get().task_id == "task-1"


def test_a_second_task_becomes_an_extra_clip(holding, caplog):
    generation = make_generation()
    submission = claim(generation, holding)
    Generation.objects.update(state=State.RENDERING, task_id="task-0")
    submit.record(submission, ACCEPTED)
    extra = Generation.objects.get(extra_of=generation)
    assert (extra.state, extra.task_id, extra.prompt) == (State.RENDERING, "task-1", generation.prompt)
    assert Generation.objects.get(pk=generation.pk).task_id == "task-0"
    assert Submission.objects.get().task_id == "task-1"
    assert "task-1" in generation.events.last().why
    assert "task-1" in caplog.text


def test_an_id_that_is_another_clip_s_leaves_this_one_unsure(holding):
    other = make_generation(state=State.RENDERING, task_id="task-1")
    generation = make_generation(make_user("jo"))
    submit.record(claim(generation, holding), ACCEPTED)
    assert Generation.objects.get(pk=generation.pk).state == State.UNSURE
    assert Generation.objects.get(pk=other.pk).state == State.RENDERING


def test_the_sweep_does_not_overrule_an_answer(holding):
    submission = claim(make_generation(), holding)
    submit.record(submission, ACCEPTED)
    submit.close_abandoned(submission.account)
    assert Submission.objects.get().outcome == Outcome.ACCEPTED


def test_a_dead_sender_leaves_an_unsure_generation(holding):
    submission = claim(make_generation(), holding)
    sweeping.sweep()
    assert Generation.objects.get().state == State.SUBMITTING
    Submission.objects.update(pid_started=submission.pid_started + 1)
    sweeping.sweep()
    assert Generation.objects.get().state == State.UNSURE
    assert Submission.objects.get().problem == verdict.LOST.problem


def test_a_process_elsewhere_is_never_called_dead():
    here = this_process()
    assert not here.has_ended
    assert Sender(here.host, here.boot_id, here.pid, here.pid_started + 1).has_ended
    assert Sender(here.host, "another boot", here.pid, here.pid_started).has_ended
    assert not Sender("elsewhere", "another boot", 1, 1).has_ended
    assert Sender.parse(str(here)) == here
    assert Sender.parse("nonsense") is None


def test_a_database_that_refuses_is_asked_again(holding, monkeypatch):
    """Only a patch can make the database refuse just here, and then take it."""
    submission, real, refusals = claim(make_generation(), holding), submit._store, [2]

    def stubborn(*args, **kwargs):
        if refusals[0]:
            refusals[0] -= 1
            raise OperationalError("the disk is on fire")
        real(*args, **kwargs)

    monkeypatch.setattr(submit, "_store", stubborn)
    monkeypatch.setattr(submit, "time", SimpleNamespace(sleep=lambda seconds: None))
    submit.record(submission, ACCEPTED)
    assert Generation.objects.get().state == State.RENDERING
    assert list(receipts.left_over()) == []


def test_a_receipt_outlives_the_sender(holding):
    submission = claim(make_generation(), holding)
    receipts.fill(submission.callback_token, ACCEPTED)
    Submission.objects.update(pid_started=submission.pid_started + 1)
    sweeping.sweep()
    generation = Generation.objects.get()
    assert (generation.state, generation.task_id) == (State.RENDERING, "task-1")
    assert list(receipts.left_over()) == []


def test_a_receipt_nobody_can_read_is_kept(settings, caplog):
    settings.RECEIPTS_DIR.mkdir()
    broken = settings.RECEIPTS_DIR / "7.json"
    broken.write_text("{")
    sweeping.sweep()
    assert broken.exists()
    assert "7.json" in caplog.text


@pytest.mark.parametrize("cut", [10, 60, 90])
def test_a_receipt_that_a_crash_has_cut_is_kept_for_a_person(holding, settings, caplog, cut):
    submission = claim(make_generation(), holding)
    receipts.fill(submission.callback_token, ACCEPTED)
    (path,) = settings.RECEIPTS_DIR.glob("*.json")
    whole = path.read_bytes()
    path.write_bytes(whole[:cut] + b" " * (len(whole) - cut - 10) + whole[-10:])
    assert list(receipts.left_over()) == []
    assert path.name in caplog.text


def test_a_receipt_of_an_earlier_version_is_read(settings):
    settings.RECEIPTS_DIR.mkdir()
    (settings.RECEIPTS_DIR / "t1.json").write_text(json.dumps(ACCEPTED.as_json()))
    (settings.RECEIPTS_DIR / "t2.json").write_text("null")
    assert list(receipts.left_over()) == [("t1", ACCEPTED), ("t2", None)]


def test_prepared_receipts_hold_no_answer_until_they_are_filled():
    receipts.prepare("t1", "t2")
    receipts.fill("t2", ACCEPTED)
    assert list(receipts.left_over()) == [("t1", None), ("t2", ACCEPTED)]
    receipts.discard("t1", "t2")
    assert list(receipts.left_over()) == []


# --- several POSTs a look ------------------------------------------------------------------------


def prepared(count):
    """So many queued generations with their prepared receipts."""
    line = [(make_generation(), f"token-{number}") for number in range(count)]
    receipts.prepare(*(token for _, token in line))
    return line


def accepted(number):
    return respond(200, {"data": {"task_id": f"task-{number}", "status": "CREATED"}})


def states(line):
    return [Generation.objects.get(pk=generation.pk).state for generation, _ in line]


def test_several_go_one_after_the_other(holding, point_at):
    line = prepared(3)
    with ScriptedServer(*(accepted(number) for number in range(3))) as server:
        point_at(server.url)
        answers = list(submit.submit_all(line, holding, make_client(), lambda: True))
    assert [answer.task_id for answer in answers] == ["task-0", "task-1", "task-2"]
    assert [Generation.objects.get(pk=one.pk).task_id for one, _ in line] == ["task-0", "task-1", "task-2"]
    assert set(Submission.objects.values_list("outcome", flat=True)) == {Outcome.ACCEPTED}
    assert list(receipts.left_over()) == []


@pytest.mark.parametrize(
    ("behaviour", "state"),
    [
        (respond(500, {}), State.UNSURE),
        (respond(400, {"message": "no"}), State.FAILED),
        (respond(429, {"message": "slow"}), State.QUEUED),
        (respond(200, {"data": {"status": "CREATED"}}), State.UNSURE),
    ],
)
def test_none_follows_one_that_was_not_simply_accepted(holding, point_at, behaviour, state):
    line = prepared(3)
    with ScriptedServer(accepted(0), behaviour) as server:
        point_at(server.url)
        assert len(list(submit.submit_all(line, holding, make_client(), lambda: True))) == 2
    assert states(line) == [State.RENDERING, state, State.QUEUED]
    assert Submission.objects.count() == 2
    assert list(receipts.left_over()) == []


def test_none_is_claimed_when_it_is_time_to_stop(holding, point_at):
    line, go_on = prepared(3), iter([True, False])
    with ScriptedServer(accepted(0), accepted(1)) as server:
        point_at(server.url)
        assert len(list(submit.submit_all(line, holding, make_client(), lambda: next(go_on)))) == 2
    assert states(line) == [State.RENDERING, State.RENDERING, State.QUEUED]
    assert list(receipts.left_over()) == []


def test_one_that_was_cancelled_meanwhile_ends_the_row(holding, point_at):
    line = prepared(3)
    Generation.objects.filter(pk=line[1][0].pk).update(state=State.CANCELLED)
    with ScriptedServer(accepted(0)) as server:
        point_at(server.url)
        assert len(list(submit.submit_all(line, holding, make_client(), lambda: True))) == 1
    assert states(line) == [State.RENDERING, State.CANCELLED, State.QUEUED]


def test_a_paused_account_has_nothing_claimed(holding, account):
    account.pause("no_credit", "The account is out of credit.")
    assert claim(make_generation(), holding) is None
    account.resume()
    assert claim(Generation.objects.get(), holding)


def test_an_answer_that_the_database_refuses_claims_nothing(holding, monkeypatch):
    """Only a patch can make the database refuse just here."""
    first, second = claim(make_generation(), holding), make_generation()
    monkeypatch.setattr(submit, "STORE_TRIES", 1)

    def refused(revision):
        submit.claim(second, holding, "token-2", revision)
        raise OperationalError("the disk is on fire")

    with pytest.raises(OperationalError), transaction.atomic():
        submit.record(first, ACCEPTED, refused)
    assert Generation.objects.get(pk=second.pk).state == State.QUEUED
    assert Generation.objects.get(pk=first.generation_id).state == State.SUBMITTING
    assert list(receipts.left_over()) == [(first.callback_token, ACCEPTED)]


def test_nothing_follows_an_answer_that_names_another_clip_s_task(holding, point_at):
    """It looks like a plain acceptance, and leaves a doubt."""
    make_generation(state=State.RENDERING, task_id="task-0")
    line = prepared(2)
    with ScriptedServer(accepted(0)) as server:
        point_at(server.url)
        assert len(list(submit.submit_all(line, holding, make_client(), lambda: True))) == 1
    assert states(line) == [State.UNSURE, State.QUEUED]
    assert list(receipts.left_over()) == []


def test_a_claim_that_failed_with_its_transaction_is_left_to_the_next_look(holding, point_at, monkeypatch):
    """Only a patch can make the database fail just after both; the answer is written at the second try."""
    line, real = prepared(2), submit.claim

    def failing(generation, holding, token, revision=None):
        claimed = real(generation, holding, token, revision)
        if revision:
            raise OperationalError("the disk is on fire")
        return claimed

    monkeypatch.setattr(submit, "claim", failing)
    monkeypatch.setattr(submit, "STORE_PAUSE_SECONDS", 0.0)
    with ScriptedServer(accepted(0)) as server:
        point_at(server.url)
        assert len(list(submit.submit_all(line, holding, make_client(), lambda: True))) == 1
    assert states(line) == [State.RENDERING, State.QUEUED]
    assert Submission.objects.count() == 1
    assert list(receipts.left_over()) == []
