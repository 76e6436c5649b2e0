"""Create, get one, list: what is accepted, what is refused, who sees what."""

import json
from typing import Any

import pytest
import requests

from generations.magnific.sandbox.contract import PATH
from tests.magnific.sandbox.conftest import Caller, wait_for


def plain(answer: requests.Response) -> dict[str, Any]:
    """Return the body of a refusal, whichever of the two shapes it has."""
    return answer.json().get("problem", answer.json())


def test_without_a_key_every_request_is_refused(caller):
    for request in (requests.get, requests.post):
        answer = request(caller.url, timeout=10)
        assert answer.status_code == 401
        assert answer.json()["message"]


def test_a_key_that_is_not_allowed_is_refused(start):
    base_url = start(api_keys="one, two").base_url
    assert Caller(base_url, "two").list().status_code == 404
    assert Caller(base_url, "three").list().status_code == 401


def test_the_header_of_the_key_can_be_set(start):
    url = start(api_header="x-freepik-api-key").base_url + PATH
    assert requests.get(url, headers={"x-magnific-api-key": "k"}, timeout=10).status_code == 401
    assert requests.get(url, headers={"X-Freepik-Api-Key": "k"}, timeout=10).status_code == 404


def test_an_empty_account_has_no_list(caller):
    answer = caller.list()
    assert (answer.status_code, answer.json()) == (404, {"message": "Tasks not found"})


def test_a_creation_answers_with_a_task_just_created(caller):
    data = caller.create(prompt="A quiet harbour").json()["data"]
    assert data["status"] == "CREATED"
    assert data["generated"] == []
    assert len(data["task_id"]) == 36


def test_a_task_passes_through_its_states_in_time(start):
    caller = Caller(start(seconds=0.8).base_url)
    task_id = caller.created(prompt="A quiet harbour")
    seen = [caller.get(task_id).json()["data"]]
    while seen[-1]["status"] != "COMPLETED":
        seen.append(caller.get(task_id).json()["data"])
    assert list(dict.fromkeys(task["status"] for task in seen)) == ["CREATED", "IN_PROGRESS", "COMPLETED"]
    assert all(task["generated"] == [] for task in seen[:-1])
    assert len(seen[-1]["generated"]) == 1


def test_another_key_sees_nothing_of_a_task(caller):
    task_id = caller.created(prompt="Mine alone")
    stranger = Caller(caller.base_url, "key-two")
    assert stranger.get(task_id).status_code == 404
    assert stranger.list().status_code == 404


def test_an_unknown_task_is_not_found(caller):
    assert caller.get("00000000-0000-0000-0000-000000000000").status_code == 404


def test_the_list_shows_a_window_newest_first_without_links(start):
    caller = Caller(start(list_window=2).base_url)
    ids = [caller.created(prompt=f"Clip {number} [refuse]") for number in range(3)]
    data = caller.list().json()["data"]
    assert [task["task_id"] for task in data] == [ids[2], ids[1]]
    assert set(data[0]) == {"task_id", "status"}


def test_the_list_can_carry_links(start):
    caller = Caller(start(list_generated=True).base_url)
    caller.created(prompt="A quiet harbour")
    assert len(caller.list().json()["data"][0]["generated"]) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"prompt": "x"},
        {"prompt": "🐟" * 2500, "negative_prompt": "🐟" * 2500},
        {"prompt": "x", "negative_prompt": "", "cfg_scale": 0, "duration": 3, "aspect_ratio": "9:16"},
        {"prompt": "x", "cfg_scale": 1, "duration": 15, "aspect_ratio": "1:1"},
        {"prompt": "x", "cfg_scale": 0.37, "webhook_url": "http://127.0.0.1:9/callbacks/t/"},
    ],
)
def test_right_fields_are_accepted_and_kept_as_they_came(start, fields):
    caller = Caller(start(seconds=1000).base_url)
    caller.created(**fields)
    assert caller.overview()["tasks"][0]["request"] == fields


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({}, "prompt"),
        ({"prompt": ""}, "prompt"),
        ({"prompt": " \n"}, "prompt"),
        ({"prompt": None}, "prompt"),
        ({"prompt": "x" * 2501}, "prompt"),
        ({"prompt": "\ud800"}, "prompt"),
        ({"prompt": "x", "negative_prompt": "x" * 2501}, "negative_prompt"),
        ({"prompt": "x", "negative_prompt": None}, "negative_prompt"),
        ({"prompt": "x", "cfg_scale": 1.01}, "cfg_scale"),
        ({"prompt": "x", "cfg_scale": -0.01}, "cfg_scale"),
        ({"prompt": "x", "cfg_scale": "0.5"}, "cfg_scale"),
        ({"prompt": "x", "cfg_scale": True}, "cfg_scale"),
        ({"prompt": "x", "duration": 2}, "duration"),
        ({"prompt": "x", "duration": 16}, "duration"),
        ({"prompt": "x", "duration": 5.5}, "duration"),
        ({"prompt": "x", "duration": "5"}, "duration"),
        ({"prompt": "x", "duration": True}, "duration"),
        ({"prompt": "x", "aspect_ratio": "4:3"}, "aspect_ratio"),
        ({"prompt": "x", "aspect_ratio": ["16:9"]}, "aspect_ratio"),
        ({"prompt": "x", "webhook_url": "ftp://example.org/"}, "webhook_url"),
        ({"prompt": "x", "webhook_url": "http://[bad"}, "webhook_url"),
    ],
)
def test_a_wrong_field_is_named(caller, fields, name):
    answer = caller.create(**fields)
    assert answer.status_code == 400
    assert [param["name"] for param in plain(answer)["invalid_params"]] == [name]
    assert caller.list().status_code == 404


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"\xff", b'{"prompt": "x", "cfg_scale": NaN}', b"[" * 50_000]
)
def test_a_body_that_is_not_a_json_object_is_refused(caller, body):
    answer = requests.post(caller.url, data=body, headers=caller.headers, timeout=10)
    assert answer.status_code == 400
    assert plain(answer)["message"]


def test_an_infinite_number_is_refused(caller):
    body = b'{"prompt": "x", "cfg_scale": 1e999}'
    answer = requests.post(caller.url, data=body, headers=caller.headers, timeout=10)
    assert plain(answer)["invalid_params"][0]["name"] == "cfg_scale"


def test_refusals_come_in_both_shapes(start):
    caller = Caller(start().base_url)
    bodies = [caller.create().json() for _ in range(2)]
    assert sorted("problem" in body for body in bodies) == [False, True]
    assert bodies[0] == bodies[1]["problem"]


@pytest.mark.parametrize(("shape", "wrapped"), [("flat", False), ("wrapped", True)])
def test_the_shape_of_refusals_can_be_set(start, shape, wrapped):
    caller = Caller(start(error_shape=shape).base_url)
    assert [("problem" in caller.create().json()) for _ in range(3)] == [wrapped] * 3


def test_magic_words_fail_or_refuse(caller):
    failed = caller.finished(caller.created(prompt="A harbour [fail]"))
    assert failed["status"] == "FAILED"
    assert failed["error_message"]
    refused = caller.finished(caller.created(prompt="A harbour [refuse]"))
    assert (refused["status"], refused["generated"]) == ("COMPLETED", [])


def test_other_methods_and_paths(caller):
    assert requests.delete(caller.url, headers=caller.headers, timeout=10).status_code == 405
    assert (
        requests.get(f"{caller.base_url}/v1/ai/other", headers=caller.headers, timeout=10).status_code == 404
    )


def test_the_overview_counts_creations_and_requests(start):
    caller = Caller(start(seconds=1000).base_url)
    hooks = ["http://127.0.0.1:9/callbacks/a/", "http://127.0.0.1:9/callbacks/b/"]
    for hook in (hooks[0], hooks[1], hooks[1]):
        caller.created(prompt="A harbour", webhook_url=hook)
    caller.list()
    overview = caller.overview()
    assert overview["creations_by_webhook_url"] == {hooks[0]: 1, hooks[1]: 2}
    assert overview["requests"] == {"create": 3, "list": 1}
    assert "key-one" not in json.dumps(overview)


def test_the_overview_is_only_for_this_machine(start):
    port = start(host="0.0.0.0").base_url.rsplit(":", 1)[1]
    assert requests.get(f"http://127.0.0.1:{port}/sandbox/tasks", timeout=10).status_code == 404


def test_jitter_moves_the_end_by_its_share_at_most(start):
    caller = Caller(start(seconds=100.0, jitter=0.5).base_url)
    for _ in range(8):
        caller.created(prompt="A harbour [refuse]")
    times = [task["seconds"] for task in caller.overview()["tasks"]]
    assert all(50 <= seconds <= 150 for seconds in times)
    assert len(set(times)) > 1


def test_rate_headers_count_down_to_a_429(start):
    caller = Caller(start(requests_per_minute=3, rate_window=3600).base_url)
    answers = [caller.list() for _ in range(4)]
    assert [answer.headers["rate-limit-remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert {answer.headers["rate-limit-limit"] for answer in answers} == {"3"}
    assert [answer.status_code for answer in answers] == [404, 404, 404, 429]
    assert 0 < int(answers[3].headers["retry-after"]) <= 3601
    assert Caller(caller.base_url, "key-two").list().status_code == 404


def test_the_rate_window_ends(start):
    caller = Caller(start(requests_per_minute=1, rate_window=0.3).base_url)
    statuses = []

    def both_seen() -> bool:
        statuses.append(caller.list().status_code)
        return 429 in statuses and statuses[-1] == 404

    wait_for(both_seen)
