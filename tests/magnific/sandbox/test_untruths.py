"""What lists and tasks say that is late, odd or somebody else's."""

import time

import pytest
import requests

from generations.magnific.sandbox.config import SandboxConfig
from tests.magnific.sandbox.conftest import Caller, wait_for


def listed(caller: Caller) -> list[str]:
    """Return the ids in the list; a 404 is an empty one."""
    answer = caller.list()
    return [task["task_id"] for task in answer.json()["data"]] if answer.status_code == 200 else []


def test_the_list_is_late_short_and_newest_first_unless_told_otherwise(tmp_path):
    config = SandboxConfig(tmp_path)
    assert (config.list_delay, config.list_window, config.list_order) == (1.0, 20, "newest")


def test_the_list_tells_what_was_true_a_while_ago(start):
    caller = Caller(start(list_delay=1.5, seconds=0.2).base_url)
    began = time.time()
    task_id = caller.created(prompt="[refuse]")
    assert caller.finished(task_id)["status"] == "COMPLETED"
    assert caller.list().status_code == 404
    wait_for(lambda: listed(caller) == [task_id])
    assert time.time() - began > 1.4
    wait_for(lambda: caller.list().json()["data"][0]["status"] == "COMPLETED")
    assert time.time() - began > 1.6


def test_the_list_can_begin_with_the_oldest_of_its_window(start):
    caller = Caller(start(list_order="oldest", list_window=2).base_url)
    ids = [caller.created(prompt="[refuse]") for _ in range(3)]
    assert listed(caller) == ids[1:]


def test_get_one_can_be_late_too(start):
    caller = Caller(start(get_delay=1.0).base_url)
    task_id = caller.created(prompt="[refuse]")
    assert caller.get(task_id).status_code == 404
    wait_for(lambda: caller.get(task_id).status_code == 200)


def test_somebody_else_s_task_appears_in_the_list(start):
    caller = Caller(start(seconds=1000.0, list_delay=0.3).base_url)
    caller.set_faults(foreign={"times": 1})
    (foreign,) = listed(caller)
    mine = caller.created(prompt="A harbour", webhook_url="http://127.0.0.1:9/callbacks/a/")
    wait_for(lambda: listed(caller) == [mine, foreign])
    overview = caller.overview()
    assert {task["task_id"]: task["is_foreign"] for task in overview["tasks"]} == {foreign: True, mine: False}
    assert overview["creations_by_webhook_url"] == {"http://127.0.0.1:9/callbacks/a/": 1}
    assert Caller(caller.base_url, "key-two").list().status_code == 404


def test_a_word_brings_somebody_else_s_task_along(start):
    caller = Caller(start().base_url)
    mine = caller.created(prompt="[refuse] [foreign]")
    assert len(listed(caller)) == 2
    assert [task["task_id"] == mine for task in caller.overview()["tasks"]] == [False, True]
    assert [task["is_foreign"] for task in caller.overview()["tasks"]] == [True, False]


def test_a_running_task_can_have_a_status_nobody_knows(start):
    caller = Caller(start(seconds=1.5).base_url)
    caller.set_faults(unknown_status=1)
    task_id = caller.created(prompt="[refuse]")
    assert caller.get(task_id).json()["data"]["status"] == "PROCESSING"
    assert caller.list().json()["data"][0]["status"] == "PROCESSING"
    assert caller.overview()["tasks"][0]["status"] in ("CREATED", "IN_PROGRESS")
    assert caller.finished(task_id)["status"] == "COMPLETED"


def test_completed_can_be_without_a_link_for_a_while(start):
    caller = Caller(start(plain=True).base_url)
    task_id = caller.created(prompt="A harbour")
    caller.set_faults(no_link={"times": 2})
    told = [caller.get(task_id).json()["data"] for _ in range(3)]
    assert [task["status"] for task in told] == ["COMPLETED"] * 3
    assert [len(task["generated"]) for task in told] == [0, 0, 1]


def test_a_word_keeps_the_link_back_once(start):
    caller = Caller(start(plain=True).base_url)
    task_id = caller.created(prompt="A harbour [no-link]")
    assert [len(caller.get(task_id).json()["data"]["generated"]) for _ in range(2)] == [0, 1]


def test_a_link_can_have_expired_when_it_comes(start):
    caller = Caller(start(plain=True).base_url)
    caller.set_faults(expired_link={"times": 1})
    task_id = caller.created(prompt="A harbour")
    links = [caller.get(task_id).json()["data"]["generated"][0] for _ in range(2)]
    assert [requests.head(link, timeout=30).status_code for link in links] == [403, 200]


@pytest.mark.parametrize(("fault", "status"), [("fail", "FAILED"), ("refuse", "COMPLETED")])
def test_tasks_can_end_badly_without_a_word(start, fault, status):
    caller = Caller(start(faults=fault).base_url)
    task = caller.finished(caller.created(prompt="A harbour"))
    assert (task["status"], task["generated"]) == (status, [])
