"""Having a text improved: what is sent, what is made of each answer, over real sockets."""

import json

import pytest

from generations.magnific.client import IMPROVE_PATH, Client
from generations.magnific.errors import (
    AccountBlocked,
    Doubtful,
    NotFound,
    NotSent,
    RateLimited,
    Refused,
    Unavailable,
)
from generations.magnific.messages import NotUnderstood, RateLimit
from generations.magnific.rewriting import ImproveRequest, parse_rewritten
from tests.magnific.scripted import ScriptedServer, respond, say

KEY = "k-2f9c/secret"
REQUEST = ImproveRequest("a lighthouse")


def client(server: ScriptedServer, **settings) -> Client:
    return Client(**{"base_url": server.url, "api_key": KEY, "sleep": lambda seconds: None, **settings})


def test_the_request_on_the_wire():
    created = {"data": {"task_id": "t1", "status": "CREATED", "generated": []}}
    with ScriptedServer(respond(200, created, {"rate-limit-limit": "300"})) as server:
        answer = client(server).create_improvement(ImproveRequest("a lighthouse", "de", "https://x/"))
        [received] = server.heard(1)
    assert received.line == f"POST {IMPROVE_PATH} HTTP/1.1"
    assert received.headers["x-magnific-api-key"] == KEY
    sent = {"prompt": "a lighthouse", "type": "video", "language": "de", "webhook_url": "https://x/"}
    assert json.loads(received.body) == sent
    assert (answer.task.task_id, answer.rate) == ("t1", RateLimit(300, None, None))


def test_without_an_address_none_is_sent_and_english_is_meant():
    assert REQUEST.payload() == {"prompt": "a lighthouse", "type": "video", "language": "en"}


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, {"message": "no"}, Refused),
        (422, {}, Refused),
        (429, {}, RateLimited),
        (401, {}, AccountBlocked),
        (402, {}, AccountBlocked),
        (404, {}, AccountBlocked),
        (500, "oops", Doubtful),
        (200, {"data": {}}, Doubtful),
    ],
)
def test_answers_mean_what_they_mean_for_a_clip_and_are_never_repeated(status, body, error):
    with ScriptedServer(respond(status, body)) as server, pytest.raises(error):
        client(server).create_improvement(REQUEST)
    assert server.connections == 1


def test_a_lost_answer_is_doubtful_and_no_server_is_not_sent():
    with ScriptedServer(say(b"")) as server:
        gone = server.url
        with pytest.raises(Doubtful):
            client(server).create_improvement(REQUEST)
    with pytest.raises(NotSent):
        Client(base_url=gone, api_key=KEY).create_improvement(REQUEST)


def test_it_is_waited_for_as_long_as_a_read():
    with ScriptedServer(say(b"", then="hang")) as server, pytest.raises(Doubtful, match="in time"):
        client(server, get_deadline=0.3, post_deadline=60).create_improvement(REQUEST)


@pytest.mark.parametrize("wrap", [lambda task: {"data": task}, lambda task: task])
def test_the_text_is_what_was_generated_with_its_lines(wrap):
    text = "  A lighthouse,\r\nwaves, {{ light }} … 灯台 🗼\0  "
    body = wrap({"task_id": "t1", "status": "COMPLETED", "generated": [text]})
    with ScriptedServer(respond(200, body)) as server:
        found = client(server).get_improvement("t1")
        assert server.heard(1)[0].line == f"GET {IMPROVE_PATH}/t1 HTTP/1.1"
    assert found.task.is_completed
    assert found.text == "A lighthouse,\nwaves, {{ light }} … 灯台 🗼"
    assert "lighthouse" not in repr(found)
    assert "lighthouse" not in repr(REQUEST)


@pytest.mark.parametrize(
    "generated", [None, [], [""], ["  "], [None], [{"text": "x"}], "text", [["x"]], {"0": "x"}]
)
def test_no_text_is_no_text(generated):
    task, text = parse_rewritten({"task_id": "t1", "status": "COMPLETED", "generated": generated})
    assert (task.task_id, text) == ("t1", "")


def test_a_very_long_text_and_half_a_character_arrive():
    body = json.loads('{"task_id": "t1", "status": "COMPLETED", "generated": ["x\\ud800' + "y" * 9000 + '"]}')
    text = parse_rewritten(body)[1]
    assert len(text) == 9002
    assert text.encode()


@pytest.mark.parametrize("body", [None, [], {}, {"data": {"generated": ["x"]}}])
def test_a_body_without_a_task_is_not_understood(body):
    with pytest.raises(NotUnderstood):
        parse_rewritten(body)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (404, {"message": "Task not found"}, NotFound),
        (429, {}, RateLimited),
        (401, {}, AccountBlocked),
        (500, {}, Unavailable),
        (200, "<html>", Unavailable),
        (200, {"data": {"task_id": "another", "status": "COMPLETED", "generated": ["x"]}}, Unavailable),
    ],
)
def test_a_get_one_that_tells_nothing_is_asked_once(status, body, error):
    with ScriptedServer(respond(status, body)) as server, pytest.raises(error):
        client(server).get_improvement("t1")
    assert server.connections == 1


def test_an_id_that_cannot_be_one_is_not_asked_about():
    with pytest.raises(ValueError, match="task id"):
        Client(base_url="http://127.0.0.1:1", api_key=KEY).get_improvement("../x y")
