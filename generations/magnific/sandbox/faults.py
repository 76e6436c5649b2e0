"""Faults by name, and whether one strikes now. Pure: the same seed and the same questions give the same answers."""

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any, Final

EFFECTS: Final = {
    "lose_answer": "the connection is closed without an answer",
    "reset": "the connection is reset",
    "hang": "nothing comes until the client gives up",
    "drip": "the answer comes byte by byte and does not end",
    "gzip": "the answer is a gzip bomb",
    "error": "500 in JSON",
    "html_error": "500 in HTML",
    "bad_gateway": "502 in HTML",
    "timeout": "408",
    "no_id": "200 without a task id",
}
MOMENTS: Final = {
    "before": "a creation that makes no task",
    "after": "a creation that has made its task",
    "read": "a get-one or a list",
}
BEFORE, AFTER, READ = (tuple(f"{effect}_{moment}" for effect in EFFECTS) for moment in MOMENTS)

KNOWN: Final = {
    **{
        f"{effect}_{moment}": f"{when}: {what}"
        for moment, when in MOMENTS.items()
        for effect, what in EFFECTS.items()
    },
    "no_credit": "a creation: 402",
    "plan_limit": "a creation: 403, the plan's limit",
    "plan_limit_429": "a creation: 429, the plan's limit",
    "unauthorized": "any request: 401",
    "suspended": "any request: 403",
    "rate_limit": "any request begins a burst of 429 with Retry-After",
    "bare_body": "an answer without `data`",
    "unknown_status": "a running task is called PROCESSING",
    "no_link": "COMPLETED without a link, or text, in this answer",
    "expired_link": "the link in this answer has expired",
    "slow_text": "a text takes forty seconds longer",
    "long_text": "a text comes back longer than 2500 characters",
    "lose_variable": "a text comes back without its first {{ variable }}",
    "fail": "a task ends FAILED",
    "refuse": "a task ends COMPLETED without a link, or text, for ever",
    "foreign": "a creation or a list: a task of somebody else's appears under the same key",
    "error_file": "a result file: 500",
    "html_file": "a result file: 200 with a page",
    "gzip_file": "a result file: a gzip bomb",
    "cut_file": "a result file: the connection ends midway",
    "short_file": "a result file: complete by its length, but its end is missing",
    "slow_file": "a result file: slowly",
    "lose_callbacks": "a task calls nobody",
    "late_callbacks": "a task calls late",
    "reorder_callbacks": "a task calls IN_PROGRESS after its end",
    "double_callback": "a callback that was taken comes once more",
    "forged_callback": "a callback is signed with another secret",
    "stale_callback": "a callback is signed for ten minutes ago",
    "wrapped_callback": "a callback's body is inside `data`",
    "whsec_callback": "a callback is signed with the secret after `whsec_`, as UTF-8",
    "base64_callback": "a callback is signed with the secret read as base64",
    "hex_callback": "a callback is signed with the secret read as hex",
}
"""Every fault, with what it strikes and what then happens."""

ALIASES: Final = {
    "lose_answer": "lose_answer_after",
    "500_after": "error_after",
    "500_before": "error_before",
}
"""Shorter magic words for the faults shown most."""


@dataclass(frozen=True)
class Rule:
    """When a fault strikes: with what probability, and at most how often and for how many seconds.

    Raises ValueError for a value that could not work.
    """

    share: float = 1.0
    times: int | None = None
    seconds: float | None = None

    def __post_init__(self) -> None:
        if not _is_number(self.share) or not 0 <= self.share <= 1:
            raise ValueError("share must be a number from 0 to 1")
        if self.times is not None and not (type(self.times) is int and self.times > 0):
            raise ValueError("times must be a whole number greater than 0")
        if self.seconds is not None and not (_is_number(self.seconds) and self.seconds > 0):
            raise ValueError("seconds must be a number greater than 0")


def parse_shares(text: str) -> dict[str, Rule]:
    """Read `lose_answer_after=0.1,error_after=0.05`; a name alone means always. Raises ValueError."""
    return dict(_parse_share(entry.strip()) for entry in text.split(",") if entry.strip())


def parse_rules(data: Any) -> dict[str, Rule]:
    """Read decoded JSON: a share, or an object of a Rule's fields, for each name. Raises ValueError."""
    if not isinstance(data, dict):
        raise ValueError("send a JSON object of faults")  # noqa: TRY004 - one error for all that is wrong in it
    return {name: _parse_rule(name, value) for name, value in data.items()}


def words_for(fault: str) -> tuple[str, ...]:
    """Return what a prompt says to call a fault upon itself: `[lose-answer-after]`, `[lose-answer]`."""
    names = (fault, *(alias for alias, name in ALIASES.items() if name == fault))
    return tuple(f"[{name.replace('_', '-')}]" for name in names)


class Faults:
    """The faults that are turned on. Any thread may ask; each fault throws dice of its own."""

    def __init__(
        self, rules: Mapping[str, Rule], seed: int = 0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`clock` returns seconds."""
        self._seed = seed
        self._clock = clock
        self._lock = threading.Lock()
        self.replace(rules)

    def replace(self, rules: Mapping[str, Rule]) -> None:
        """Turn on these faults and no others, from their beginning."""
        now = self._clock()
        with self._lock:
            self._active = {
                name: _Active(rule, random.Random(f"{self._seed} {name}"), now)  # noqa: S311 - no secret
                for name, rule in rules.items()
            }

    def strikes(self, fault: str) -> bool:
        """Ask whether a fault strikes; every question counts. Raises KeyError for an unknown one."""
        if fault not in KNOWN:
            raise KeyError(fault)
        now = self._clock()
        with self._lock:
            active = self._active.get(fault)
            return active is not None and active.strikes(now)

    def active(self) -> dict[str, dict[str, float | None]]:
        """Return, for each fault that can still strike, its share and the times and seconds it has left."""
        now = self._clock()
        with self._lock:
            return {name: one.left(now) for name, one in self._active.items() if not one.is_over(now)}


class _Active:
    """A rule at work."""

    def __init__(self, rule: Rule, dice: random.Random, now: float) -> None:
        self._share = rule.share
        self._dice = dice
        self._times = inf if rule.times is None else rule.times
        self._ends = inf if rule.seconds is None else now + rule.seconds

    def is_over(self, now: float) -> bool:
        return not self._times or now >= self._ends

    def strikes(self, now: float) -> bool:
        struck = not self.is_over(now) and self._dice.random() < self._share
        self._times -= struck
        return struck

    def left(self, now: float) -> dict[str, float | None]:
        bounds = {"times": self._times, "seconds": round(self._ends - now, 3)}
        return {"share": self._share} | {
            name: None if value == inf else value for name, value in bounds.items()
        }


def _parse_share(entry: str) -> tuple[str, Rule]:
    name, share = (part.strip() for part in entry.partition("=")[::2])
    try:
        return name, _parse_rule(name, float(share or 1))
    except ValueError as error:
        raise ValueError(f"faults: {error}") from error


def _parse_rule(name: str, value: Any) -> Rule:
    if name not in KNOWN:
        raise ValueError(f"{name!r} is not known; GET /sandbox/faults lists all")
    try:
        return Rule(**value) if isinstance(value, dict) else Rule(share=value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: {error}") from error


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
