import json
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generations.magnific.messages import (
    MAX_RETRY_AFTER,
    InvalidParam,
    NotUnderstood,
    RateLimit,
    Task,
    TaskStatus,
    VideoRequest,
    parse_invalid_params,
    parse_listing,
    parse_rate,
    parse_reason,
    parse_retry_after,
    parse_task,
    read_json,
    strip_link_queries,
)

NOW = 1_800_000_000.0
LINK = "https://cdn-magnific.freepik.com/kling_t1.mp4?token=exp=1~hmac=ab"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=5)
            | st.sampled_from(
                ["data", "task_id", "status", "generated", "reason", "problem", "invalid_params"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


def request(**changes) -> VideoRequest:
    fields = {
        "prompt": "a lighthouse",
        "negative_prompt": "",
        "cfg_scale": 0.5,
        "aspect_ratio": "16:9",
        "duration": 5,
    }
    return VideoRequest(**{**fields, **changes})


def test_payload_sends_an_empty_negative_prompt_and_no_absent_webhook():
    assert request().payload() == {
        "prompt": "a lighthouse",
        "negative_prompt": "",
        "cfg_scale": 0.5,
        "aspect_ratio": "16:9",
        "duration": 5,
    }


def test_payload_carries_the_webhook():
    assert request(webhook_url="https://x.example/cb/").payload()["webhook_url"] == "https://x.example/cb/"


def test_repr_shows_neither_prompt_nor_callback_nor_link():
    shown = repr(request(negative_prompt="rain", webhook_url="https://x.example/token/"))
    assert "lighthouse" not in shown
    assert "rain" not in shown
    assert "token" not in shown
    assert "hmac" not in repr(parse_task({"task_id": "t1", "generated": [LINK]}))


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"task_id": "t1", "status": "CREATED", "generated": []}},
        {"data": {"task_id": "t1", "status": "CREATED"}},
        {"task_id": "t1", "status": "CREATED"},
        {"task_id": "t1", "status": "CREATED", "generated": None},
        {"task_id": "t1", "status": "CREATED", "data": None},
        {"task_id": "t1", "status": "CREATED", "generated": "none yet", "data": []},
    ],
)
def test_a_task_is_read_with_and_without_data_and_generated(body):
    assert parse_task(body) == Task("t1", TaskStatus.CREATED, "CREATED")


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("CREATED", TaskStatus.CREATED),
        ("IN_PROGRESS", TaskStatus.IN_PROGRESS),
        ("completed", TaskStatus.COMPLETED),
        (" Failed ", TaskStatus.FAILED),
        ("PROCESSING", TaskStatus.IN_PROGRESS),
        ("", TaskStatus.IN_PROGRESS),
        (None, TaskStatus.IN_PROGRESS),
        (7, TaskStatus.IN_PROGRESS),
    ],
)
def test_an_unknown_status_is_running_and_its_word_is_kept(word, status):
    task = parse_task({"task_id": "t1", "status": word})
    assert task.status is status
    assert task.raw_status == (word.strip() if isinstance(word, str) else "")


@pytest.mark.parametrize(
    ("status", "running", "completed", "failed"),
    [
        ("CREATED", True, False, False),
        ("IN_PROGRESS", True, False, False),
        ("COMPLETED", False, True, False),
        ("FAILED", False, False, True),
    ],
)
def test_what_a_status_means(status, running, completed, failed):
    task = parse_task({"task_id": "t1", "status": status})
    assert (task.is_running, task.is_completed, task.is_failed) == (running, completed, failed)


def test_links_are_kept_whole_and_other_things_left_out():
    assert parse_task({"task_id": "t1", "generated": [LINK, None, 3, "", {"url": LINK}]}).generated == (LINK,)


@pytest.mark.parametrize("key", ["error_message", "failure_reason", "reason", "error", "message"])
def test_a_reason_is_found_under_any_of_its_names(key):
    assert parse_task({"data": {"task_id": "t1", "status": "FAILED", key: "too dark"}}).reason == "too dark"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"message": "Validation error"}, "Validation error"),
        ({"problem": {"message": "Validation error"}}, "Validation error"),
        ({"error": {"message": "inside"}}, "inside"),
        ({"message": ["one", 2, "two"]}, "one; two"),
        ({"message": "two\nlines\0and \ud800 more"}, "two lines and more"),
        ({"message": f"see {LINK} now"}, "see https://cdn-magnific.freepik.com/kling_t1.mp4 now"),
        ({"message": "", "detail": "the next one"}, "the next one"),
        ({"message": "x" * 5000}, "x" * 300),
        ({}, ""),
        (None, ""),
        ("words", ""),
    ],
)
def test_a_reason_becomes_one_clean_line(body, reason):
    assert parse_reason(body) == reason


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "t1",
        {},
        {"data": {}},
        {"data": {"status": "CREATED"}},
        {"task_id": ""},
        {"task_id": None},
        {"task_id": 5},
        {"task_id": "two words"},
        {"task_id": "nul\0"},
        {"task_id": ".."},
        {"task_id": "x" * 201},
        {"task_id": "é"},
    ],
)
def test_a_body_without_a_usable_id_is_not_understood(body):
    with pytest.raises(NotUnderstood):
        parse_task(body)


@pytest.mark.parametrize(
    "raw", [b"", b"<html>", b'{"data": {"task', b"\xff\xfe", b"[" * 100_000, b"9" * 10_000]
)
def test_what_is_not_json_is_not_understood(raw):
    with pytest.raises(NotUnderstood):
        read_json(raw)


@pytest.mark.parametrize("wrap", [lambda tasks: {"data": tasks}, lambda tasks: tasks])
def test_a_listing_leaves_out_only_what_has_no_id(wrap):
    entries = [
        {"task_id": "t1", "status": "CREATED"},
        {"status": "COMPLETED"},
        None,
        "t9",
        {"task_id": "t2", "status": "REVIEWING", "generated": [LINK]},
        {"task_id": "t3"},
    ]
    assert [(task.task_id, task.status) for task in parse_listing(wrap(entries))] == [
        ("t1", TaskStatus.CREATED),
        ("t2", TaskStatus.IN_PROGRESS),
        ("t3", TaskStatus.IN_PROGRESS),
    ]


def test_an_empty_list_is_empty():
    assert parse_listing({"data": []}) == ()


@pytest.mark.parametrize(
    "body", [None, {}, {"data": None}, {"data": {"task_id": "t1"}}, {"data": [None, {}]}, "x"]
)
def test_a_listing_without_any_task_is_not_understood(body):
    with pytest.raises(NotUnderstood):
        parse_listing(body)


@pytest.mark.parametrize("wrap", [lambda body: body, lambda body: {"problem": body}])
def test_invalid_params_are_read_flat_and_wrapped(wrap):
    body = {
        "message": "Validation error",
        "invalid_params": [{"name": "duration", "reason": "must be 3 to 15"}, {"name": "prompt"}, "x"],
    }
    expected = (InvalidParam("duration", "must be 3 to 15"), InvalidParam("prompt", ""))
    assert parse_invalid_params(wrap(body)) == expected


@pytest.mark.parametrize("prefix", ["rate-limit", "ratelimit", "x-ratelimit", "x-rate-limit"])
def test_rate_headers_are_read_under_each_of_their_names(prefix):
    headers = {f"{prefix}-limit": "300, 300;w=60", f"{prefix}-remaining": "12", f"{prefix}-reset": "7.5"}
    assert parse_rate(headers, NOW) == RateLimit(300, 12, 7.5)


@pytest.mark.parametrize(
    ("headers", "rate"),
    [
        ({}, None),
        ({"ratelimit-limit": "many"}, None),
        ({"ratelimit-remaining": "0"}, RateLimit(None, 0, None)),
        ({"x-ratelimit-reset": str(int(NOW) + 30)}, RateLimit(None, None, 30.0)),
        ({"x-ratelimit-reset": str(int(NOW) - 30)}, RateLimit(None, None, 0.0)),
        ({"ratelimit-limit": "-5", "ratelimit-remaining": "4"}, RateLimit(None, 4, None)),
    ],
)
def test_odd_rate_headers(headers, rate):
    assert parse_rate(headers, NOW) == rate


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("30", 30.0),
        (" 30 ", 30.0),
        ("1.5", 1.5),
        (formatdate(NOW + 90, usegmt=True), 90.0),
        (formatdate(NOW - 90, usegmt=True), 0.0),
        (formatdate(NOW + 10**8, usegmt=True), MAX_RETRY_AFTER),
        ("99999999999999999999", MAX_RETRY_AFTER),
        ("9" * 5000, MAX_RETRY_AFTER),
        ("-5", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("", None),
        (None, None),
        ("Fri, 99 Foo 2026 99:99:99 GMT", None),
    ],
)
def test_retry_after_in_all_its_forms(value, seconds):
    assert parse_retry_after(value, NOW) == seconds


@pytest.mark.parametrize(
    ("text", "stripped"),
    [
        (json.dumps({"a": LINK, "b": 1}), '{"a": "https://cdn-magnific.freepik.com/kling_t1.mp4", "b": 1}'),
        (r'"https:\/\/x.com\/k.mp4?token=1\u0026b=2"', r'"https:\/\/x.com\/k.mp4"'),
        (r'"https://x.com/k.mp4\u003ftoken=1"', '"https://x.com/k.mp4"'),
        ("is it? yes", "is it? yes"),
    ],
)
def test_links_lose_their_queries(text, stripped):
    assert strip_link_queries(text) == stripped


@given(JSON)
def test_any_json_gives_a_storable_task_or_a_typed_error(body):
    for parse in (parse_task, parse_listing):
        try:
            found = parse(body)
        except NotUnderstood:
            continue
        for task in found if isinstance(found, tuple) else (found,):
            stored = "".join((task.task_id, task.raw_status, task.reason, *task.generated))
            assert "\0" not in stored
            assert stored.encode()


@given(JSON)
def test_any_json_has_a_storable_reason(body):
    told = parse_reason(body) + "".join(param.name + param.reason for param in parse_invalid_params(body))
    assert "\0" not in told
    assert told.encode() is not None


@given(st.text())
def test_any_header_is_tolerated(value):
    seconds = parse_retry_after(value, NOW)
    assert seconds is None or 0 <= seconds <= MAX_RETRY_AFTER
    rate = parse_rate({"ratelimit-limit": value, "ratelimit-reset": value}, NOW)
    assert rate is None or rate.limit >= 0
