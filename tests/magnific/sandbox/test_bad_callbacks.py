"""Callbacks doubled, late, lost, out of order and oddly signed."""

import json
import time

import pytest

from generations.magnific.signature import BadSignature, StaleTimestamp, verify
from tests.magnific.sandbox.conftest import Caller, Receiver, wait_for

SECRET = "00112233445566778899aabbccddeeff"
"""Hex, base64 and UTF-8 all at once."""


def check(delivery: tuple[dict[str, str], bytes], secret: str = SECRET) -> str:
    headers, body = delivery
    signed = (headers[f"webhook-{part}"] for part in ("id", "timestamp", "signature"))
    return verify([secret], *signed, body, time.time())


def statuses(receiver: Receiver) -> list[str]:
    return [json.loads(body)["status"] for _, body in receiver.deliveries]


@pytest.fixture
def caller(start) -> Caller:
    settings = {"seconds": 0.2, "late_seconds": 1.0, "callback_backoff": 0.05, "webhook_secret": SECRET}
    return Caller(start(**settings).base_url)


def create(caller: Caller, receiver: Receiver, prompt: str = "[refuse]") -> str:
    return caller.created(prompt=prompt, webhook_url=receiver.url)


@pytest.mark.parametrize(
    ("fault", "reading"),
    [("whsec_callback", "whsec_ utf-8"), ("base64_callback", "base64"), ("hex_callback", "hex")],
)
def test_the_secret_can_be_read_otherwise(caller, receiver, fault, reading):
    caller.set_faults(**{fault: 1})
    create(caller, receiver)
    wait_for(lambda: len(receiver.deliveries) == 2)
    assert [check(delivery) for delivery in receiver.deliveries] == [reading] * 2


def test_a_secret_that_is_not_in_an_encoding_refuses_its_fault(start):
    with pytest.raises(ValueError, match="hex_callback"):
        start(webhook_secret="not hex at all", faults="hex_callback=0.5")


def test_a_secret_may_bear_its_prefix(start, receiver):
    caller = Caller(start(webhook_secret=f"whsec_{SECRET}", faults="hex_callback").base_url)
    create(caller, receiver)
    wait_for(lambda: len(receiver.deliveries) == 2)
    assert {check(delivery) for delivery in receiver.deliveries} == {"hex"}


def test_a_forged_one_is_followed_by_a_right_one_if_it_is_refused(caller, receiver):
    receiver.statuses = [401]
    caller.set_faults(forged_callback={"times": 1})
    create(caller, receiver)
    wait_for(lambda: len(receiver.deliveries) == 3)
    forged, *right = receiver.deliveries
    with pytest.raises(BadSignature):
        check(forged)
    assert [check(delivery) for delivery in right] == ["utf-8"] * 2


def test_a_stale_one_is_well_signed(caller, receiver):
    caller.set_faults(stale_callback={"times": 1})
    create(caller, receiver)
    wait_for(lambda: len(receiver.deliveries) == 2)
    with pytest.raises(StaleTimestamp) as stale:
        check(receiver.deliveries[0])
    assert 595 < stale.value.seconds_off < 630
    assert check(receiver.deliveries[1]) == "utf-8"


def test_a_doubled_one_comes_twice_under_one_id(caller, receiver):
    caller.set_faults(double_callback=1)
    task_id = create(caller, receiver)
    wait_for(lambda: len(receiver.deliveries) == 4)
    time.sleep(0.4)
    ids = [headers["webhook-id"] for headers, _ in receiver.deliveries]
    assert len(ids) == 4
    assert {ids.count(one) for one in ids} == {2}
    (task,) = caller.overview()["tasks"]
    assert task["task_id"] == task_id
    assert set(task["callbacks"]) == {"IN_PROGRESS", "COMPLETED"}
    assert all(task["created_at"] < at < time.time() for at in task["callbacks"].values())


def test_late_ones_are_late(caller, receiver):
    began = time.monotonic()
    create(caller, receiver, "[refuse] [late-callbacks]")
    wait_for(lambda: len(receiver.deliveries) == 1)
    assert time.monotonic() - began > 0.9
    wait_for(lambda: sorted(statuses(receiver)) == ["COMPLETED", "IN_PROGRESS"])


def test_the_beginning_can_come_after_the_end(caller, receiver):
    create(caller, receiver, "[refuse] [reorder-callbacks]")
    wait_for(lambda: statuses(receiver) == ["COMPLETED", "IN_PROGRESS"])


def test_a_task_can_be_silent(caller, receiver):
    silent = create(caller, receiver, "[refuse] [lose-callbacks]")
    loud = create(caller, receiver)
    wait_for(lambda: len(receiver.deliveries) == 2)
    assert {json.loads(body)["task_id"] for _, body in receiver.deliveries} == {loud}
    told = {task["task_id"]: task["callbacks"] for task in caller.overview()["tasks"]}
    assert told[silent] == {}


def test_one_that_nobody_took_is_told_as_such(caller, receiver):
    receiver.statuses = [500] * 50
    create(caller, receiver)
    wait_for(lambda: len(receiver.deliveries) >= 2)
    assert caller.overview()["tasks"][0]["callbacks"] == {"IN_PROGRESS": None, "COMPLETED": None}


def test_a_body_can_be_inside_data(caller, receiver):
    caller.set_faults(wrapped_callback=1)
    task_id = create(caller, receiver)
    wait_for(lambda: len(receiver.deliveries) == 2)
    assert {json.loads(body)["data"]["task_id"] for _, body in receiver.deliveries} == {task_id}
