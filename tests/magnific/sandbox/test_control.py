"""Turning faults on and off: from the start, by request, and only from this machine."""

import pytest
import requests

from generations.magnific.sandbox.faults import KNOWN
from tests.magnific.sandbox.conftest import Caller


def test_faults_from_the_start_follow_the_seed(start, tmp_path):
    def refusals(seed: int, folder: str) -> list[int]:
        settings = {"faults": "error_before=0.5", "seed": seed, "data_dir": tmp_path / folder}
        caller = Caller(start(**settings).base_url)
        return [caller.create(prompt="[refuse]").status_code for _ in range(20)]

    first = refusals(1, "one")
    assert set(first) == {200, 500}
    assert refusals(1, "two") == first
    assert refusals(2, "three") != first


def test_a_request_turns_faults_on_and_off(start):
    caller = Caller(start(faults="error_read").base_url)
    url = f"{caller.base_url}/sandbox/faults"
    assert caller.list().status_code == 500
    answer = requests.post(url, json={"bad_gateway_read": {"times": 2}, "foreign": 0.25}, timeout=10).json()
    expected = {
        "bad_gateway_read": {"share": 1.0, "times": 2, "seconds": None},
        "foreign": {"share": 0.25, "times": None, "seconds": None},
    }
    assert answer["active"] == expected
    assert caller.list().status_code == 502
    told = requests.get(url, timeout=10).json()
    assert told["active"]["bad_gateway_read"]["times"] == 1
    assert set(told["known"]) == set(KNOWN)
    assert told["known"]["error_after"]["words"] == ["[error-after]", "[500-after]"]
    requests.post(url, json={}, timeout=10)
    assert caller.list().status_code == 404
    assert requests.get(url, timeout=10).json()["active"] == {}


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "null", '{"nonsense": 1}', '{"cut_file": 2}', '{"cut_file": NaN}', "[" * 50_000]
)
def test_nonsense_changes_nothing(start, body):
    caller = Caller(start(faults="error_read").base_url)
    answer = requests.post(f"{caller.base_url}/sandbox/faults", data=body, timeout=10)
    assert answer.status_code == 400
    assert answer.json()["message"]
    assert caller.list().status_code == 500


def test_a_fault_that_the_secret_does_not_allow_is_refused(start):
    url = f"{start(webhook_secret='not hex at all').base_url}/sandbox/faults"
    answer = requests.post(url, json={"hex_callback": 1}, timeout=10)
    assert answer.status_code == 400
    assert "hex_callback" in answer.json()["message"]


def test_faults_are_only_for_this_machine(start):
    port = start(host="0.0.0.0").base_url.rsplit(":", 1)[1]
    url = f"http://127.0.0.1:{port}/sandbox/faults"
    assert requests.post(url, json={"error_read": 1}, timeout=10).status_code == 404
    assert requests.get(url, timeout=10).status_code == 404
    assert Caller(f"http://127.0.0.1:{port}").list().status_code == 404


def test_other_addresses_and_methods_are_not_there(start):
    base_url = start().base_url
    for method, path in (("PUT", "/sandbox/faults"), ("POST", "/sandbox/tasks"), ("GET", "/sandbox/")):
        assert requests.request(method, base_url + path, timeout=10).status_code == 404


def test_mishaps_outlive_the_process_and_rules_do_not(start):
    first = start(faults="lose_answer_after")
    with pytest.raises(requests.ConnectionError):
        Caller(first.base_url).create(prompt="[refuse]")
    first.stop()
    caller = Caller(start().base_url)
    assert caller.overview()["tasks"][0]["answer_lost"]
    assert caller.created(prompt="[refuse]")
