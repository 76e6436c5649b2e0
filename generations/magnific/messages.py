"""What is said to Magnific and what it answers, as typed, frozen values.

Bodies are read leniently where the API is known to vary (with or without `data`, `generated` missing,
status words never documented) and strictly where a guess could lose or invent a task.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any, Final

MAX_RETRY_AFTER: Final = 3600.0
"""Seconds; a longer `Retry-After` counts as this: a typo over there must not stop a queue for years."""

LONGEST_TEXT: Final = 16_384
"""Characters of an answer's text that are looked at for a reason or an excerpt."""

TASK_ID: Final = re.compile(r"[A-Za-z0-9_][!-~]{0,199}")
_REASON_KEYS: Final = ("error_message", "failure_reason", "reason", "error", "message", "detail", "title")
_NUMBER: Final = re.compile(r"\s*([0-9]{1,12}(?:\.[0-9]{1,9})?)")
_SECONDS: Final = re.compile(r"\s*[0-9]+(?:\.[0-9]+)?\s*")
_LINK_QUERY: Final = re.compile(r"""(https?:[^\s"'<>?]{0,2000}?)(?:\?|\\u003[fF])[^\s"'<>]*""")
_EPOCH_FLOOR: Final = 1_000_000_000
"""A reset above this is a date in unix seconds, not a number of seconds to wait."""


class NotUnderstood(ValueError):
    """A body that is not JSON, or JSON in which no task can be found."""


class TaskStatus(StrEnum):
    """The four documented states of a task; every other word counts as still running."""

    CREATED = "CREATED"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"

    @classmethod
    def _missing_(cls, value: object) -> "TaskStatus":
        return cls.IN_PROGRESS


@dataclass(frozen=True)
class VideoRequest:
    """One clip to be made; the fields and their limits are those of `generations.constraints`.

    `duration` is in seconds. The prompts and the callback's address stay out of `repr`, hence of logs.
    """

    prompt: str = field(repr=False)
    negative_prompt: str = field(repr=False)
    cfg_scale: float
    aspect_ratio: str
    duration: int
    webhook_url: str | None = field(default=None, repr=False)

    def payload(self) -> dict[str, Any]:
        """Return the JSON object of the create call; an empty negative prompt is sent, as it is a choice."""
        payload: dict[str, Any] = {
            "prompt": self.prompt,
            "negative_prompt": self.negative_prompt,
            "cfg_scale": float(self.cfg_scale),
            "aspect_ratio": self.aspect_ratio,
            "duration": self.duration,
        }
        if self.webhook_url is not None:
            payload["webhook_url"] = self.webhook_url
        return payload


@dataclass(frozen=True)
class Task:
    """A task as Magnific last told it; `generated` holds signed links, which live about an hour."""

    task_id: str
    status: TaskStatus
    raw_status: str
    generated: tuple[str, ...] = field(default=(), repr=False)
    reason: str = ""

    @property
    def is_running(self) -> bool:
        """True unless the task has ended."""
        return not (self.is_completed or self.is_failed)

    @property
    def is_completed(self) -> bool:
        """True when Magnific says it is done, even without a link."""
        return self.status is TaskStatus.COMPLETED

    @property
    def is_failed(self) -> bool:
        """True when Magnific gave the task up."""
        return self.status is TaskStatus.FAILED


@dataclass(frozen=True)
class RateLimit:
    """What the rate headers say: requests allowed, requests left, seconds until the window starts anew."""

    limit: int | None
    remaining: int | None
    reset_seconds: float | None


@dataclass(frozen=True)
class InvalidParam:
    """A field that Magnific refused, and its reason in its own words."""

    name: str
    reason: str


@dataclass(frozen=True)
class Created:
    """The answer to a create call that named a task; `excerpt` is evidence without key or signed query."""

    task: Task
    http_status: int
    rate: RateLimit | None
    excerpt: str = field(repr=False)


@dataclass(frozen=True)
class Found:
    """The answer to a get-one call."""

    task: Task
    rate: RateLimit | None


@dataclass(frozen=True)
class Listing:
    """The answer to a list call; order, paging and window are not documented."""

    tasks: tuple[Task, ...]
    rate: RateLimit | None


def read_json(raw: bytes | bytearray | str) -> Any:
    """Return the decoded body; raises `NotUnderstood` when it is not JSON."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise NotUnderstood("The body is not JSON.") from error


def parse_task(body: object) -> Task:
    """Read the body of a create or get-one answer, or of a webhook delivery, with or without `data`.

    Raises `NotUnderstood` when it names no task.
    """
    return _task(*entry_of(body))


def entry_of(body: object) -> tuple[str, Mapping[str, object]]:
    """Return the id of the body's task and all that is said of it. Raises `NotUnderstood`."""
    for candidate in (_inside(body, "data"), body):
        if isinstance(candidate, dict) and (task_id := _task_id(candidate)):
            return task_id, candidate
    raise NotUnderstood("The body names no task.")


def parse_listing(body: object) -> tuple[Task, ...]:
    """Read the body of a list answer, with or without `data`; only entries without an id are left out.

    Raises `NotUnderstood` when there is no list, or when it has entries and not one of them names a task.
    """
    entries = _inside(body, "data") if isinstance(body, dict) else body
    if not isinstance(entries, list):
        raise NotUnderstood("The body holds no list of tasks.")
    named = [(_task_id(entry), entry) for entry in entries if isinstance(entry, dict)]
    tasks = tuple(_task(task_id, entry) for task_id, entry in named if task_id)
    if entries and not tasks:
        raise NotUnderstood("No entry of the list names a task.")
    return tasks


def parse_invalid_params(body: object) -> tuple[InvalidParam, ...]:
    """Return the fields an error body complains of, flat or wrapped in `problem`."""
    listed = _inside(body, "invalid_params") or _inside(_inside(body, "problem"), "invalid_params")
    if not isinstance(listed, list):
        return ()
    return tuple(
        InvalidParam(clean(entry.get("name"), 100), clean(entry.get("reason"), 300))
        for entry in listed
        if isinstance(entry, dict)
    )


def parse_reason(body: object) -> str:
    """Return what a task or an error body gives as its reason, or an empty string."""
    for holder in (body, _inside(body, "problem")):
        for key in _REASON_KEYS:
            value = _inside(holder, key)
            if reason := clean(_inside(value, "message") if isinstance(value, dict) else value, 300):
                return reason
    return ""


def parse_rate(headers: Mapping[str, str], now: float) -> RateLimit | None:
    """Read `rate-limit-*`, `ratelimit-*` or `x-ratelimit-*`; None without any. `now` is in unix seconds."""
    limit, remaining, reset = (_rate_header(headers, part) for part in ("limit", "remaining", "reset"))
    if limit is None and remaining is None and reset is None:
        return None
    if reset is not None and reset > _EPOCH_FLOOR:
        reset = max(0.0, reset - now)
    return RateLimit(_whole(limit), _whole(remaining), reset)


def parse_retry_after(value: str | None, now: float) -> float | None:
    """Return the seconds to wait, 0 to `MAX_RETRY_AFTER`, from a number or an HTTP date; else None."""
    if not value:
        return None
    if _SECONDS.fullmatch(value):
        return min(float(value), MAX_RETRY_AFTER)
    try:
        seconds = parsedate_to_datetime(value).timestamp() - now
    except (ValueError, OverflowError):
        return None
    return min(max(seconds, 0.0), MAX_RETRY_AFTER)


def clean(value: object, length: int) -> str:
    """Return one line of at most `length` characters that any database takes, without signed queries."""
    if isinstance(value, list):
        value = "; ".join(entry for entry in value if isinstance(entry, str))
    if not isinstance(value, str):
        return ""
    printable = "".join(
        letter if letter.isprintable() else " " for letter in strip_link_queries(value[:LONGEST_TEXT])
    )
    return " ".join(printable.split())[:length]


def strip_link_queries(text: str) -> str:
    """Cut the query off every link: it is what makes a result link work for whoever reads it."""
    return _LINK_QUERY.sub(r"\1", text)


def _inside(body: object, key: str) -> object:
    return body.get(key) if isinstance(body, dict) else None


def _task_id(entry: Mapping[str, object]) -> str:
    """Return the entry's id if it can stand in a URL and in any database, else an empty string."""
    task_id = entry.get("task_id")
    return task_id if isinstance(task_id, str) and TASK_ID.fullmatch(task_id) else ""


def _task(task_id: str, entry: Mapping[str, object]) -> Task:
    raw_status = clean(entry.get("status"), 50)
    generated = entry.get("generated")
    return Task(
        task_id=task_id,
        status=TaskStatus(raw_status.upper()),
        raw_status=raw_status,
        generated=_links(generated) if isinstance(generated, list) else (),
        reason=parse_reason(entry),
    )


def _links(values: Sequence[object]) -> tuple[str, ...]:
    return tuple(value for value in values if isinstance(value, str) and value and value.isprintable())


def _rate_header(headers: Mapping[str, str], part: str) -> float | None:
    names = (f"rate-limit-{part}", f"ratelimit-{part}", f"x-ratelimit-{part}", f"x-rate-limit-{part}")
    matches = (_NUMBER.match(headers.get(name, "")) for name in names)
    return next((float(match[1]) for match in matches if match), None)


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)
