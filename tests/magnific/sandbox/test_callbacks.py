"""Signed callbacks on every change, retried until taken."""

import json
import time

from generations.magnific.signature import verify
from tests.magnific.sandbox.conftest import SECRET, Caller, wait_for


def test_every_change_is_called_back_with_a_signature(start, receiver):
    caller = Caller(start(seconds=0.4, webhook_secret=SECRET).base_url)
    task_id = caller.created(prompt="A quiet harbour", webhook_url=receiver.url)
    wait_for(lambda: len(receiver.deliveries) == 2)
    bodies = [json.loads(body) for _, body in receiver.deliveries]
    assert [body["status"] for body in bodies] == ["IN_PROGRESS", "COMPLETED"]
    assert {body["task_id"] for body in bodies} == {task_id}
    assert set(bodies[1]) == set(caller.get(task_id).json()["data"])
    assert bodies[1]["generated"][0].startswith(f"{caller.base_url}/files/kling_{task_id}.mp4?token=")
    ids = set()
    for headers, body in receiver.deliveries:
        signed = (headers["webhook-id"], headers["webhook-timestamp"], headers["webhook-signature"])
        assert verify([SECRET], *signed, body, time.time()) == "utf-8"
        ids.add(headers["webhook-id"])
    assert len(ids) == 2


def test_a_failure_is_called_back_with_its_reason(start, receiver):
    caller = Caller(start(webhook_secret=SECRET).base_url)
    caller.created(prompt="[fail]", webhook_url=receiver.url)
    wait_for(lambda: len(receiver.deliveries) == 2)
    bodies = {json.loads(body)["status"]: json.loads(body) for _, body in receiver.deliveries}
    assert bodies["FAILED"]["error_message"]


def test_a_callback_that_is_not_taken_comes_again_under_the_same_id(start, receiver):
    receiver.statuses = [500, 302, 404, 503]
    caller = Caller(start(webhook_secret=SECRET, callback_backoff=0.05).base_url)
    caller.created(prompt="[refuse]", webhook_url=receiver.url)
    wait_for(lambda: len(receiver.deliveries) == 6)
    wait_for(lambda: all(item["delivered_at"] for item in caller.overview()["callbacks"]))
    assert len({headers["webhook-id"] for headers, _ in receiver.deliveries}) == 2
    assert sum(item["attempts"] for item in caller.overview()["callbacks"]) == 6


def test_a_callback_is_given_up_after_its_attempts(start, receiver):
    receiver.statuses = [500] * 20
    settings = {"webhook_secret": SECRET, "callback_backoff": 0.01, "callback_attempts": 3}
    caller = Caller(start(**settings).base_url)
    caller.created(prompt="[refuse]", webhook_url=receiver.url)
    wait_for(lambda: len(receiver.deliveries) == 6)
    time.sleep(0.4)
    assert len(receiver.deliveries) == 6
    assert [item["delivered_at"] for item in caller.overview()["callbacks"]] == [None, None]


def test_without_a_secret_nothing_is_called_back(start, receiver):
    caller = Caller(start().base_url)
    caller.finished(caller.created(prompt="[refuse]", webhook_url=receiver.url))
    assert caller.overview()["callbacks"] == []


def test_an_address_where_nobody_listens_does_no_harm(start, receiver):
    caller = Caller(start(webhook_secret=SECRET, callback_backoff=30).base_url)
    for url in ("http://127.0.0.1:1/", "http://127.0.0.1:99999/", "http://..invalid../"):
        caller.create(prompt="[refuse]", webhook_url=url)
    caller.created(prompt="[refuse]", webhook_url=receiver.url)
    wait_for(lambda: len(receiver.deliveries) == 2)


def test_callbacks_that_were_due_while_it_was_stopped_are_sent_after_a_start(start, receiver, tmp_path):
    first = start(seconds=0.6, webhook_secret=SECRET)
    Caller(first.base_url).created(prompt="[refuse]", webhook_url=receiver.url)
    first.stop()
    time.sleep(0.7)
    assert receiver.deliveries == []
    start(webhook_secret=SECRET)
    wait_for(lambda: len(receiver.deliveries) == 2)
