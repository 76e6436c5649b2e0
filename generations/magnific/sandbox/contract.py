"""The bodies of `kling-4k-t2v` and `improve-prompt`: which requests are right, and what the answers look like.

Source of the rules: the endpoints' official pages and their error pages, as copied into
`docs/magnific-api.md`.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from generations import constraints
from generations.magnific.sandbox.timeline import Outcome, Status, Task

PATH: Final = "/v1/ai/video/kling-4k-t2v"
IMPROVE_PATH: Final = "/v1/ai/improve-prompt"
PATHS: Final = (PATH, IMPROVE_PATH)
LANGUAGE: Final = re.compile("[a-z]{2}")
FAILURE_REASON: Final = "The model could not render this prompt."


class InvalidRequest(Exception):
    """A creation that is refused. `params` holds (field, reason) pairs; empty for an unreadable body."""

    def __init__(self, message: str, params: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.params = params

    def body(self, *, wrapped: bool) -> dict[str, Any]:
        """Return the answer's body, flat or inside `problem`: both have been documented."""
        flat: dict[str, Any] = {"message": self.message}
        if self.params:
            flat["invalid_params"] = [{"name": name, "reason": reason} for name, reason in self.params]
        return {"problem": flat} if wrapped else flat


def parse_creation(raw: bytes) -> dict[str, Any]:
    """Return the fields of a creation as received. Raises InvalidRequest."""
    return _parse(raw, invalid_params)


def parse_improvement(raw: bytes) -> dict[str, Any]:
    """Return the fields of a text to be improved as received. Raises InvalidRequest."""
    return _parse(raw, invalid_improvement)


def _parse(raw: bytes, wrong: Callable[[dict[str, Any]], tuple[tuple[str, str], ...]]) -> dict[str, Any]:
    try:
        fields = json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidRequest("Request body is not valid JSON") from error
    if not isinstance(fields, dict):
        raise InvalidRequest("Request body must be a JSON object")
    params = wrong(fields)
    if params:
        raise InvalidRequest("Your request parameters didn't validate", params)
    return fields


def invalid_params(fields: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return a (field, reason) pair for every field of a creation that is wrong."""
    return _wrong(fields, CHECKS, ("prompt",))


def invalid_improvement(fields: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return a (field, reason) pair for every field of a text to be improved that is wrong."""
    return _wrong(fields, IMPROVE_CHECKS, ("prompt", "type"))


def _wrong(
    fields: dict[str, Any], checks: Mapping[str, Callable[[Any], str]], required: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    missing = tuple((name, "is required") for name in required if name not in fields)
    reasons = ((name, checks[name](fields[name])) for name in checks if name in fields)
    return missing + tuple((name, reason) for name, reason in reasons if reason)


def task_body(task: Task, status: Status, result: str) -> dict[str, Any]:
    """Return the task as get-one (inside `data`) and callbacks (bare) show it; `result` is its link or text."""
    finished = status is Status.COMPLETED and task.outcome is Outcome.CLIP
    body: dict[str, Any] = {
        "task_id": task.task_id,
        "status": status.value,
        "generated": [result] if finished else [],
    }
    return body | {"error_message": FAILURE_REASON} if status is Status.FAILED else body


def _no_constant(word: str) -> None:
    """Refuse NaN and Infinity, which JSON does not have but Python's reader takes."""
    raise ValueError(word)


def _text_reason(value: Any, limit: int) -> str:
    if not isinstance(value, str):
        return "must be a string"
    if any("\ud800" <= character <= "\udfff" for character in value):
        return "must be valid Unicode text"
    return f"must be at most {limit} characters" if len(value) > limit else ""


def _prompt_reason(value: Any) -> str:
    reason = _text_reason(value, constraints.PROMPT_MAX_LENGTH)
    return reason or ("" if value.strip() else "must not be empty")


def _text_to_improve_reason(value: Any) -> str:
    """It may be empty, then one is invented."""
    return _text_reason(value, constraints.PROMPT_MAX_LENGTH)


def _type_reason(value: Any) -> str:
    return "" if value == "video" else "must be video"


def _language_reason(value: Any) -> str:
    known = isinstance(value, str) and LANGUAGE.fullmatch(value)
    return "" if known else "must be a language in two letters"


def _negative_prompt_reason(value: Any) -> str:
    return _text_reason(value, constraints.NEGATIVE_PROMPT_MAX_LENGTH)


def _cfg_scale_reason(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "must be a number"
    within = constraints.CFG_SCALE_MIN <= value <= constraints.CFG_SCALE_MAX
    return "" if within else f"must be from {constraints.CFG_SCALE_MIN} to {constraints.CFG_SCALE_MAX}"


def _aspect_ratio_reason(value: Any) -> str:
    known = isinstance(value, str) and value in constraints.ASPECT_RATIOS
    return "" if known else f"must be one of {', '.join(constraints.ASPECT_RATIOS)}"


def _duration_reason(value: Any) -> str:
    known = type(value) is int and value in constraints.DURATIONS
    low, high = constraints.DURATIONS[0], constraints.DURATIONS[-1]
    return "" if known else f"must be a whole number from {low} to {high}"


def _webhook_url_reason(value: Any) -> str:
    reason = "must be an http or https URL"
    if not isinstance(value, str) or not value.isascii():
        return reason
    try:
        parts = urlsplit(value)
    except ValueError:
        return reason
    return "" if parts.scheme in ("http", "https") and parts.hostname else reason


CHECKS: Final[dict[str, Callable[[Any], str]]] = {
    "prompt": _prompt_reason,
    "negative_prompt": _negative_prompt_reason,
    "cfg_scale": _cfg_scale_reason,
    "aspect_ratio": _aspect_ratio_reason,
    "duration": _duration_reason,
    "webhook_url": _webhook_url_reason,
}
"""For each field: its value in, the reason it is wrong or "" out."""

IMPROVE_CHECKS: Final[dict[str, Callable[[Any], str]]] = {
    "prompt": _text_to_improve_reason,
    "type": _type_reason,
    "language": _language_reason,
    "webhook_url": _webhook_url_reason,
}
