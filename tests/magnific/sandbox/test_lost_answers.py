"""Answers that are lost or spoilt, before and after the task exists, and accounts in trouble."""

import json
import socket
import time

import pytest

from generations.magnific.client import Client
from generations.magnific.errors import AccountBlocked, Doubtful, RateLimited, Unavailable
from generations.magnific.messages import VideoRequest
from generations.magnific.sandbox.contract import PATH
from generations.magnific.sandbox.faults import EFFECTS
from tests.magnific.sandbox.conftest import Caller, wait_for

STATUSES = {"error": 500, "html_error": 500, "bad_gateway": 502, "timeout": 408}
ANSWERED = {**STATUSES, "no_id": 200, "drip": 200, "gzip": 200}
"""The effects that have a status; the others are silence."""
SLOW_EFFECTS = ("hang", "drip")
DEADLINE = 0.8
EVEN_SLOWER = 20
"""Seconds until a bomb is packed and refused on a busy machine."""


@pytest.fixture
def caller(start) -> Caller:
    quick = {"bomb_megabytes": 5, "drip_seconds": 0.05, "retry_after": 1.5, "seconds": 1000.0}
    return Caller(start(**quick).base_url)


def request(prompt: str = "A quiet harbour") -> VideoRequest:
    return VideoRequest(prompt, "", 0.5, "16:9", 3)


def client(caller: Caller, effect: str = "") -> Client:
    deadline = DEADLINE if effect in SLOW_EFFECTS else EVEN_SLOWER
    return Client(
        base_url=caller.base_url,
        api_key="key-one",
        post_deadline=deadline,
        get_deadline=deadline,
        get_attempts=1,
    )


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("effect", EFFECTS)
def test_a_creation_in_doubt(caller, effect, moment):
    fault = f"{effect}_{moment}"
    caller.set_faults(**{fault: {"times": 1}})
    with pytest.raises(Doubtful) as doubt:
        client(caller, effect).create(request())
    assert doubt.value.http_status == ANSWERED.get(effect)
    overview = caller.overview()
    assert overview["faults"] == {fault: 1}
    told = [(task["answer_lost"], task["faults"]) for task in overview["tasks"]]
    assert told == ([(True, [fault])] if moment == "after" else [])
    client(caller).create(request())
    assert [task["answer_lost"] for task in caller.overview()["tasks"]][len(told) :] == [False]


@pytest.mark.parametrize("effect", EFFECTS)
def test_a_reading_that_fails(caller, effect):
    task_id = caller.created(prompt="A quiet harbour")
    reader = client(caller, effect)
    for read in (lambda: reader.get(task_id), reader.list):
        caller.set_faults(**{f"{effect}_read": {"times": 1}})
        with pytest.raises(Unavailable) as trouble:
            read()
        assert trouble.value.http_status == ANSWERED.get(effect)
        assert read()


def test_some_errors_are_pages(caller):
    caller.set_faults(html_error_read={"times": 1}, bad_gateway_read={"times": 1})
    for answer in (caller.list(), caller.list()):
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.text.startswith("<!doctype html>")


def last_word(caller: Caller) -> bytes:
    """Send a creation by hand; return what comes until the connection ends."""
    host, port = caller.base_url.removeprefix("http://").split(":")
    body = json.dumps({"prompt": "A quiet harbour"}).encode()
    head = f"POST {PATH} HTTP/1.1\r\nhost: x\r\nx-magnific-api-key: k\r\ncontent-length: {len(body)}\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(head.encode() + body)
        return connection.recv(65_536)


def test_closed_is_not_reset(caller):
    caller.set_faults(lose_answer_after=1)
    assert last_word(caller) == b""
    caller.set_faults(reset_after=1)
    with pytest.raises(ConnectionResetError):
        last_word(caller)


def test_a_silence_ends_some_day(start):
    caller = Caller(start(hang_seconds=0.3).base_url)
    caller.set_faults(hang_after=1)
    started = time.monotonic()
    assert last_word(caller) == b""
    assert 0.3 <= time.monotonic() - started < 5


@pytest.mark.parametrize("word", ["lose-answer", "lose-answer-after", "500-after", "no-id-after"])
def test_a_word_loses_the_answer_of_every_task_it_made(caller, word):
    for _ in range(2):
        with pytest.raises(Doubtful):
            client(caller).create(request(f"A quiet harbour [{word}]"))
    assert [task["answer_lost"] for task in caller.overview()["tasks"]] == [True, True]


def test_a_word_that_prevents_the_task_lets_the_next_attempt_through(caller):
    prompt = "A quiet harbour [500-before]"
    for made in (1, 2):
        with pytest.raises(Doubtful):
            client(caller).create(request(prompt))
        assert client(caller).create(request(prompt)).task.task_id
        assert len(caller.overview()["tasks"]) == made
    assert caller.overview()["faults"] == {"error_before": 2}


def test_a_word_in_a_reading_strikes_once(caller):
    task_id = caller.created(prompt="A quiet harbour [error-read]")
    assert [caller.get(task_id).status_code for _ in range(3)] == [500, 200, 200]


@pytest.mark.parametrize(
    ("fault", "kind", "status"),
    [
        ("no_credit", "no_credit", 402),
        ("plan_limit", "plan_limit", 403),
        ("plan_limit_429", "plan_limit", 429),
        ("unauthorized", "unauthorized", 401),
        ("suspended", "forbidden", 403),
    ],
)
def test_account_trouble(caller, fault, kind, status):
    caller.set_faults(**{fault: 1})
    with pytest.raises(AccountBlocked) as blocked:
        client(caller).create(request())
    assert (blocked.value.kind, blocked.value.http_status) == (kind, status)
    assert caller.list().status_code == (status if fault in ("unauthorized", "suspended") else 404)
    assert caller.overview()["tasks"] == []
    caller.set_faults()
    assert client(caller).create(request())


def test_trouble_ends_when_its_time_is_over(caller):
    caller.set_faults(no_credit={"seconds": 1})
    started = time.monotonic()
    assert caller.create(prompt="A harbour").status_code == 402
    wait_for(lambda: caller.create(prompt="A harbour").status_code == 200)
    assert time.monotonic() - started > 0.9


def test_a_burst_of_429_says_how_long(caller):
    caller.set_faults(rate_limit={"times": 1})
    for call in (lambda: client(caller).create(request()), client(caller).list):
        with pytest.raises(RateLimited) as limited:
            call()
        assert limited.value.retry_after in (1, 2)
    wait_for(lambda: caller.list().status_code == 404)
    assert client(caller).create(request())
    assert caller.overview()["faults"] == {"rate_limit": 1}


def test_bodies_without_data_are_bare(caller):
    caller.set_faults(bare_body=1)
    created = caller.create(prompt="A quiet harbour").json()
    assert created["status"] == "CREATED"
    assert caller.get(created["task_id"]).json() == created
    assert caller.list().json() == [{"task_id": created["task_id"], "status": "CREATED"}]
    assert client(caller).create(request()).task.task_id == client(caller).list().tasks[0].task_id
