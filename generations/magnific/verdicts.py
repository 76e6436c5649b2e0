"""What an HTTP answer means: the table of statuses and bodies, and the error each row becomes.

Source: the vendor's error pages and a service that runs on this endpoint; where they leave room, the choice
is the one that can neither pay twice nor lose a task.
"""

import re
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

from generations.magnific.errors import (
    AccountBlocked,
    BlockKind,
    Doubtful,
    MagnificError,
    NotFound,
    RateLimited,
    Refused,
    Unavailable,
)
from generations.magnific.messages import (
    LONGEST_TEXT,
    Created,
    NotUnderstood,
    Task,
    parse_invalid_params,
    parse_listing,
    parse_rate,
    parse_reason,
    parse_retry_after,
    parse_task,
    read_json,
    strip_link_queries,
)
from generations.magnific.rewriting import parse_rewritten
from generations.magnific.transport import Answer

EXCERPT_LENGTH: Final = 2000
"""Characters."""
_PLAN_LIMIT: Final = re.compile(r"usage limit|api plan|plan limit|upgrade your plan", re.IGNORECASE)
_DOUBTFUL_4XX: Final = (408, 460, 499)
"""A timeout over there; 460 and 499 are what proxies log of a caller gone while the request was under way."""
_FAULTS: Final = {
    "deadline": "did not answer in time",
    "TimeoutError": "did not answer in time",
    "TooLarge": "answered with more than we read",
    "UnknownEncoding": "answered in an encoding we did not ask for",
}
Read = TypeVar("Read")


def judge_create(answer: Answer, key: str) -> Created:
    """Return the created task of any answer that names one; otherwise raise what the answer means.

    Raises `Refused`, `RateLimited`, `AccountBlocked`, or `Doubtful` for all that is not a clear answer.
    """
    evidence = _evidence(answer, key)
    try:
        task = parse_task(read_json(answer.body))
    except NotUnderstood:
        raise _create_error(answer, key, evidence) from None
    return Created(task, answer.status or 0, evidence["rate"], evidence["excerpt"])


def judge_get(answer: Answer, key: str, parse: Callable[[object], Read]) -> Read:
    """Return the parsed body of a whole 200; otherwise raise what the answer means.

    Raises `NotFound`, `RateLimited`, `AccountBlocked` or `Unavailable`.
    """
    evidence = _evidence(answer, key)
    if answer.fault or answer.status != 200:
        raise _get_error(answer, evidence)
    try:
        return parse(read_json(answer.body))
    except NotUnderstood as error:
        raise Unavailable("Magnific's answer was not understood.", **evidence) from error


def find(answer: Answer, key: str, task_id: str) -> Task:
    """Return the task asked for; an answer about another one is not understood. Raises as `judge_get`."""
    return judge_get(answer, key, lambda body: _of_task(task_id, parse_task(body)))


def find_rewritten(answer: Answer, key: str, task_id: str) -> tuple[Task, str]:
    """Return the task asked for, and its text. Raises as `judge_get`."""

    def parse(body: object) -> tuple[Task, str]:
        task, text = parse_rewritten(body)
        return _of_task(task_id, task), text

    return judge_get(answer, key, parse)


def list_tasks(answer: Answer, key: str) -> tuple[Task, ...]:
    """Return the listed tasks; a 404 "Tasks not found" is how an account without any answers.

    Only a JSON 404 counts as that: a page of some proxy says nothing about an account. Raises as `judge_get`.
    """
    try:
        return judge_get(answer, key, parse_listing)
    except NotFound as error:
        if isinstance(_json(_text(answer)), dict):
            return ()
        raise Unavailable("Magnific's list was not found.", **_evidence(answer, key)) from error


def _of_task(task_id: str, task: Task) -> Task:
    """Return the task if it is the one. Raises NotUnderstood."""
    if task.task_id.casefold() != task_id.casefold():
        raise NotUnderstood("The answer is about another task.")
    return task


def _create_error(answer: Answer, key: str, evidence: dict[str, Any]) -> MagnificError:
    status = answer.status
    if answer.fault or status is None:
        how = _FAULTS.get(answer.fault, f"broke off its answer ({answer.fault})")
        return Doubtful(f"Magnific {how}.", **evidence)
    if not 300 <= status < 500 or status in _DOUBTFUL_4XX:
        return Doubtful(f"Magnific answered {status} without a task id.", **evidence)
    refusal = _refusal(answer, key, evidence)
    return _account_error(answer, evidence) or refusal or _blocked(status, evidence)


def _get_error(answer: Answer, evidence: dict[str, Any]) -> MagnificError:
    if answer.fault or answer.status is None:
        how = _FAULTS.get(answer.fault, f"broke off its answer ({answer.fault})")
        return Unavailable(f"Magnific {how}.", **evidence)
    if answer.status == 404:
        return NotFound("Magnific does not know this task.", **evidence)
    if account_error := _account_error(answer, evidence):
        return account_error
    if answer.status == 403:
        return _blocked(answer.status, evidence)
    return Unavailable(f"Magnific answered {answer.status}.", **evidence)


def _account_error(answer: Answer, evidence: dict[str, Any]) -> MagnificError | None:
    """Return the trouble that any call of this account would meet, if the answer tells of one."""
    if answer.status == 401:
        return AccountBlocked("Magnific does not accept the key.", kind="unauthorized", **evidence)
    if answer.status == 402:
        return AccountBlocked("The account is out of credit.", kind="no_credit", **evidence)
    if answer.status in (403, 429) and _PLAN_LIMIT.search(_text(answer)):
        return AccountBlocked("The account's plan is used up.", kind="plan_limit", **evidence)
    if answer.status == 429:
        wait = parse_retry_after(answer.headers.get("retry-after"), time.time())
        return RateLimited("Magnific asks us to slow down.", retry_after=wait, **evidence)
    return None


def _refusal(answer: Answer, key: str, evidence: dict[str, Any]) -> Refused | None:
    """Return the refusal of this very request, which 400, 422 and `invalid_params` are."""
    invalid_params = parse_invalid_params(_json(_scrubbed(answer, key)))
    if answer.status in (400, 422) or (invalid_params and (answer.status or 0) >= 400):
        return Refused("Magnific refused this request.", invalid_params=invalid_params, **evidence)
    return None


def _blocked(status: int, evidence: dict[str, Any]) -> AccountBlocked:
    """Return what is left of 3xx and 4xx: not taken, and a person has to look."""
    kind: BlockKind = "unexpected"
    if status == 403:
        kind = "forbidden"
    elif status in (404, 405) or status < 400:
        kind = "misrouted"
    return AccountBlocked(f"Magnific answered {status}, which needs a person.", kind=kind, **evidence)


def _text(answer: Answer) -> str:
    return answer.body.decode("utf-8", "replace")


def _scrubbed(answer: Answer, key: str) -> str:
    """Return the answer's text without the key, plain or with its slashes escaped as some JSON writers do."""
    return _text(answer).replace(key, "[key]").replace(key.replace("/", r"\/"), "[key]")


def _json(text: str) -> object:
    try:
        return read_json(text)
    except NotUnderstood:
        return None


def _evidence(answer: Answer, key: str) -> dict[str, Any]:
    """Return the keyword arguments every error shares, the key taken out of all words of the vendor's."""
    text = _scrubbed(answer, key)
    return {
        "http_status": answer.status,
        "said": parse_reason(_json(text)),
        "excerpt": strip_link_queries(text[:LONGEST_TEXT]).replace("\0", " ")[:EXCERPT_LENGTH],
        "rate": parse_rate(answer.headers, time.time()),
    }
