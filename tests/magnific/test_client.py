"""Every row and body variant of the vendor's table, told by a server, and what the client makes of it."""

import logging
import socket
import time
import traceback

import pytest

from generations.magnific.client import Client
from generations.magnific.errors import (
    AccountBlocked,
    Doubtful,
    MagnificError,
    NotFound,
    NotTaken,
    RateLimited,
    Refused,
    Unavailable,
)
from generations.magnific.messages import InvalidParam, RateLimit, TaskStatus, VideoRequest
from tests.magnific.scripted import ScriptedServer, drip, respond, say

KEY = "k-2f9c/secret"
REQUEST = VideoRequest("a lighthouse", "", 0.5, "16:9", 5)
LINK = "https://cdn-magnific.freepik.com/kling_t1.mp4?token=exp=1~hmac=ab"
PARAMS = {
    "message": "Validation error",
    "invalid_params": [{"name": "duration", "reason": "must be 3 to 15"}],
}
INVALID = (InvalidParam("duration", "must be 3 to 15"),)
HTML = "<html><body><h1>Error</h1></body></html>"
PLAN = {"message": "You have reached the usage limit of your API plan."}


def client(server: ScriptedServer, **settings) -> Client:
    return Client(**{"base_url": server.url, "api_key": KEY, "sleep": lambda seconds: None, **settings})


def call(name: str, caller: Client):
    calls = {"create": lambda: caller.create(REQUEST), "get": lambda: caller.get("t1"), "list": caller.list}
    return calls[name]()


def error_of(name: str, status: int, body: object, headers: dict[str, str] | None = None):
    """Return the error the call ends in, and how many requests it made."""
    with ScriptedServer(respond(status, body, headers)) as server, pytest.raises(MagnificError) as caught:
        call(name, client(server))
    assert caught.value.http_status == status
    return caught.value, server.connections


# --- create --------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 202, 400, 500])
@pytest.mark.parametrize(
    "body",
    [
        {"data": {"task_id": "t1", "status": "CREATED", "generated": []}},
        {"data": {"task_id": "t1", "status": "CREATED"}},
        {"task_id": "t1", "status": "CREATED", "generated": []},
        {"task_id": "t1", "status": "CREATED"},
    ],
)
def test_any_answer_with_a_task_id_is_accepted(status, body):
    with ScriptedServer(respond(status, body, {"rate-limit-limit": "300"})) as server:
        created = client(server).create(REQUEST)
    assert (created.task.task_id, created.task.status) == ("t1", TaskStatus.CREATED)
    assert created.http_status == status
    assert created.rate == RateLimit(300, None, None)
    assert '"task_id": "t1"' in created.excerpt


def test_the_excerpt_of_an_accepted_answer_holds_no_signed_link():
    body = {"task_id": "t1", "status": "COMPLETED", "generated": [LINK]}
    with ScriptedServer(respond(200, body)) as server:
        created = client(server).create(REQUEST)
    assert created.task.generated == (LINK,)
    assert "kling_t1.mp4" in created.excerpt
    assert "hmac" not in created.excerpt


@pytest.mark.parametrize("status", [400, 422])
@pytest.mark.parametrize(
    ("body", "invalid_params", "said"),
    [
        (PARAMS, INVALID, "Validation error"),
        ({"problem": PARAMS}, INVALID, "Validation error"),
        ({"message": "The prompt was refused."}, (), "The prompt was refused."),
        ({"message": "x", "invalid_params": None}, (), "x"),
        (HTML, (), ""),
        ("", (), ""),
        (b"\xff\xfe", (), ""),
    ],
)
def test_a_refusal_tells_its_fields_and_words(status, body, invalid_params, said):
    error, requests = error_of("create", status, body)
    assert isinstance(error, Refused)
    assert (error.invalid_params, error.said, requests) == (invalid_params, said, 1)


@pytest.mark.parametrize("status", [403, 404, 409, 413])
@pytest.mark.parametrize("body", [PARAMS, {"problem": PARAMS}])
def test_invalid_params_are_a_refusal_whatever_the_status(status, body):
    error, _ = error_of("create", status, body)
    assert isinstance(error, Refused)
    assert error.invalid_params == INVALID


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, {"message": "Invalid API key"}, "unauthorized"),
        (401, PARAMS, "unauthorized"),
        (401, HTML, "unauthorized"),
        (402, {"message": "Insufficient credits"}, "no_credit"),
        (403, PLAN, "plan_limit"),
        (403, {"problem": PLAN}, "plan_limit"),
        (403, "Usage Limit reached", "plan_limit"),
        (403, {"message": "Upgrade your API plan"}, "plan_limit"),
        (403, {"message": "Account suspended"}, "forbidden"),
        (403, HTML, "forbidden"),
        (403, "", "forbidden"),
        (404, {"message": "no Route matched"}, "misrouted"),
        (404, HTML, "misrouted"),
        (405, "", "misrouted"),
        (300, "", "misrouted"),
        (304, "", "misrouted"),
        (307, {"message": "moved"}, "misrouted"),
        (429, PLAN, "plan_limit"),
        (409, "", "unexpected"),
        (410, "", "unexpected"),
        (413, HTML, "unexpected"),
        (415, "", "unexpected"),
        (418, "", "unexpected"),
        (451, "", "unexpected"),
    ],
)
def test_trouble_of_the_account_is_not_taken(status, body, kind):
    error, requests = error_of("create", status, body)
    assert isinstance(error, AccountBlocked)
    assert isinstance(error, NotTaken)
    assert (error.kind, requests) == (kind, 1)


@pytest.mark.parametrize(
    ("headers", "retry_after", "rate"),
    [
        ({}, None, None),
        ({"Retry-After": "12"}, 12.0, None),
        ({"Retry-After": "Thu, 01 Jan 2026 00:00:00 GMT"}, 0.0, None),
        ({"Retry-After": "whenever"}, None, None),
        ({"Retry-After": "-1"}, None, None),
        ({"X-RateLimit-Limit": "50", "X-RateLimit-Remaining": "0"}, None, RateLimit(50, 0, None)),
    ],
)
@pytest.mark.parametrize("body", [{"message": "Too many requests"}, HTML, ""])
@pytest.mark.parametrize("name", ["create", "get", "list"])
def test_a_rate_limit_is_never_tried_again(name, body, headers, retry_after, rate):
    error, requests = error_of(name, 429, body, headers)
    assert isinstance(error, RateLimited)
    assert (error.retry_after, error.rate, requests) == (retry_after, rate, 1)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {}),
        (200, {"data": {"status": "CREATED", "generated": []}}),
        (200, {"data": {"task_id": ""}}),
        (200, {"data": {"task_id": None}}),
        (200, "null"),
        (200, HTML),
        (200, ""),
        (200, '{"data": {"task_id": "t1"'),
        (202, {}),
        (204, b""),
        (226, {"message": "?"}),
        (408, {"message": "timeout"}),
        (408, PARAMS),
        (460, ""),
        (499, ""),
        (500, {"message": "Internal error"}),
        (500, PARAMS),
        (502, HTML),
        (503, {"message": "busy"}),
        (504, ""),
        (599, ""),
        (999, ""),
    ],
)
def test_all_that_is_not_clear_is_doubtful(status, body):
    error, requests = error_of("create", status, body, {"Retry-After": "0"})
    assert isinstance(error, Doubtful)
    assert not isinstance(error, NotTaken)
    assert requests == 1


# --- reads ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrap", [lambda task: {"data": task}, lambda task: task])
def test_get_returns_the_task(wrap):
    body = wrap({"task_id": "t1", "status": "COMPLETED", "generated": [LINK]})
    with ScriptedServer(respond(200, body, {"ratelimit-remaining": "7"})) as server:
        found = client(server).get("t1")
    assert server.received[0].line == "GET /v1/ai/video/kling-4k-t2v/t1 HTTP/1.1"
    assert server.received[0].headers["x-magnific-api-key"] == KEY
    assert found.task.is_completed
    assert found.task.generated == (LINK,)
    assert found.rate == RateLimit(None, 7, None)


def test_get_quotes_the_id():
    with ScriptedServer(respond(200, {"task_id": "a/../b?c#d%2e", "status": "FAILED"})) as server:
        assert client(server).get("a/../b?c#d%2e").task.is_failed
    assert server.received[0].line == "GET /v1/ai/video/kling-4k-t2v/a%2F..%2Fb%3Fc%23d%252e HTTP/1.1"


@pytest.mark.parametrize("task_id", ["", ".", "..", "two words", "é", "nul\0"])
def test_get_refuses_what_cannot_be_an_id(task_id):
    with ScriptedServer(respond(200, {"data": []})) as server, pytest.raises(ValueError, match="task id"):
        client(server).get(task_id)
    assert server.connections == 0


def test_list_returns_all_tasks():
    body = {"data": [{"task_id": "t1", "status": "COMPLETED"}, {"task_id": "t2", "status": "PROCESSING"}]}
    with ScriptedServer(respond(200, body)) as server:
        tasks = client(server).list().tasks
    assert server.received[0].line == "GET /v1/ai/video/kling-4k-t2v HTTP/1.1"
    assert [(task.task_id, task.is_running) for task in tasks] == [("t1", False), ("t2", True)]


def test_a_404_list_is_an_empty_one():
    with ScriptedServer(respond(404, {"message": "Tasks not found"}, {"ratelimit-limit": "50"})) as server:
        listing = client(server).list()
    assert (listing.tasks, listing.rate) == ((), RateLimit(50, None, None))


def test_a_404_page_is_no_list():
    error, requests = error_of("list", 404, HTML)
    assert isinstance(error, Unavailable)
    assert requests == 1


@pytest.mark.parametrize("body", [{"message": "Task not found"}, HTML, ""])
def test_get_of_an_unknown_task_is_not_found(body):
    error, requests = error_of("get", 404, body)
    assert isinstance(error, NotFound)
    assert requests == 1


@pytest.mark.parametrize("name", ["get", "list"])
@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, {"message": "Invalid API key"}, "unauthorized"),
        (402, HTML, "no_credit"),
        (403, PLAN, "plan_limit"),
        (403, {"message": "Account suspended"}, "forbidden"),
        (403, PARAMS, "forbidden"),
        (429, PLAN, "plan_limit"),
    ],
)
def test_reads_meet_the_accounts_trouble_too(name, status, body, kind):
    error, requests = error_of(name, status, body)
    assert isinstance(error, AccountBlocked)
    assert (error.kind, requests) == (kind, 1)


@pytest.mark.parametrize("name", ["get", "list"])
@pytest.mark.parametrize(
    ("status", "body", "requests"),
    [
        (500, {"message": "Internal error"}, 3),
        (502, HTML, 3),
        (503, "", 3),
        (408, "", 3),
        (200, HTML, 3),
        (200, "", 3),
        (200, {"data": {}}, 3),
        (200, {"data": "soon"}, 3),
        (204, "", 3),
        (301, "", 1),
        (400, PARAMS, 1),
        (405, "", 1),
        (410, "", 1),
        (422, "", 1),
    ],
)
def test_a_read_is_tried_again_only_where_that_can_help(name, status, body, requests):
    error, made = error_of(name, status, body)
    assert isinstance(error, Unavailable)
    assert made == requests


def test_an_answer_about_another_task_is_not_understood():
    error, _ = error_of("get", 200, {"task_id": "t2", "status": "COMPLETED"})
    assert isinstance(error, Unavailable)


def test_a_read_recovers_with_growing_pauses():
    pauses: list[float] = []
    behaviours = (
        respond(503),
        say(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"),
        respond(200, {"data": []}),
    )
    with ScriptedServer(*behaviours) as server:
        assert client(server, sleep=pauses.append).list().tasks == ()
    first, second = pauses
    assert 0.25 <= first <= 0.5 <= second <= 1.0


def test_an_unreachable_server_is_unavailable_after_all_attempts():
    pauses: list[float] = []
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        with pytest.raises(Unavailable, match="ConnectionRefusedError"):
            Client(base_url=url, api_key=KEY, sleep=pauses.append).list()
    assert len(pauses) == 2


def test_the_reads_deadline_holds_for_all_attempts_together():
    with ScriptedServer(drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", pause=0.05)) as server:
        started = time.monotonic()
        with pytest.raises(Unavailable, match="in time"):
            client(server, get_deadline=0.4).list()
        assert time.monotonic() - started < 5
    assert server.connections == 1


# --- the key, the settings -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["create", "get", "list"])
@pytest.mark.parametrize("status", [200, 400, 401, 402, 403, 404, 418, 429, 500, 503, 307])
@pytest.mark.parametrize(
    "body",
    [
        {"message": f"The key {KEY} is odd", "invalid_params": [{"name": "key", "reason": KEY}]},
        '{"message": "' + KEY.replace("/", "\\/") + '"}',
        f"{'x' * 290} {KEY} {'x' * 1690} {KEY}",
        {"message": "x" * 295 + KEY},
    ],
)
def test_the_key_is_in_no_log_and_no_error(name, status, body, caplog):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="urllib3")
    with ScriptedServer(respond(status, body, {"X-Echo": KEY})) as server:
        caller = client(server, get_attempts=1)
        try:
            told = repr(call(name, caller))
        except MagnificError as error:
            trace = "".join(traceback.format_exception(error))
            told = f"{vars(error)} {error!r} {trace}"
    assert server.connections == 1
    assert "urllib3" in caplog.text
    for words in (caplog.text, told, repr(caller), str(caller)):
        assert KEY[:4] not in words


@pytest.mark.parametrize("path", ["", "/"])
@pytest.mark.parametrize("header", ["x-magnific-api-key", "x-freepik-api-key"])
def test_base_url_and_header_are_settings(path, header):
    with ScriptedServer(respond(200, {"data": []})) as server:
        Client(base_url=server.url + path, api_key=KEY, api_header=header).list()
    (received,) = server.received
    assert received.line == "GET /v1/ai/video/kling-4k-t2v HTTP/1.1"
    assert received.headers[header] == KEY


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "api.magnific.com",
        "ftp://api.magnific.com",
        "file:///etc/passwd",
        "https://",
        "https://user:pass@api.magnific.com",
        "https://api.magnific.com/?a=b",
        "https://api.magnific.com/#a",
        "https://api.magnific.com:port",
        "https://[::1",
        "https://.magnific.com",
    ],
)
def test_an_impossible_base_url_is_refused(base_url):
    with pytest.raises(ValueError):
        Client(base_url=base_url, api_key=KEY)


@pytest.mark.parametrize("changes", [{"api_key": ""}, {"api_key": f"{KEY}\n"}, {"api_header": "x key"}])
def test_an_impossible_key_or_header_is_refused_without_being_shown(changes):
    with pytest.raises(ValueError, match="ASCII") as refused:
        Client(**{"base_url": "https://api.magnific.com", "api_key": KEY, **changes})
    assert KEY not in str(refused.value)
