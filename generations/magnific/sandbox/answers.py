"""Answers, and what is sent in their place when a fault strikes."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from generations.magnific.sandbox.faults import BEFORE, EFFECTS, MOMENTS

PAGE: Final = "<!doctype html><title>Error</title><h1>Something went wrong</h1>"


class Manner(StrEnum):
    """How an answer travels."""

    WHOLE = "whole"
    CLOSED = "closed"
    RESET = "reset"
    HUNG = "hung"
    DRIPPING = "dripping"
    BOMB = "bomb"


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: a `str` is sent as HTML, any other body as JSON. Status 0 means that none is sent."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    manner: Manner = Manner.WHOLE


_SPOILT: Final = {
    "lose_answer": Answer(0, None, manner=Manner.CLOSED),
    "reset": Answer(0, None, manner=Manner.RESET),
    "hang": Answer(0, None, manner=Manner.HUNG),
    "drip": Answer(200, None, manner=Manner.DRIPPING),
    "gzip": Answer(200, None, manner=Manner.BOMB),
    "error": Answer(500, {"message": "Internal server error"}),
    "html_error": Answer(500, PAGE),
    "bad_gateway": Answer(502, PAGE),
    "timeout": Answer(408, {"message": "Request timeout"}),
    "no_id": Answer(200, {"data": {"status": "CREATED", "generated": []}}),
}
_PLAN_LIMIT: Final = {"message": "You have reached the usage limit of your API plan"}

INSTEAD: Final = {
    **{f"{effect}_{moment}": _SPOILT[effect] for moment in MOMENTS for effect in EFFECTS},
    "no_credit": Answer(402, {"message": "Insufficient credits"}),
    "plan_limit": Answer(403, _PLAN_LIMIT),
    "plan_limit_429": Answer(429, _PLAN_LIMIT),
    "unauthorized": Answer(401, {"message": "Invalid API key"}),
    "suspended": Answer(403, {"message": "This account is suspended"}),
    "error_file": Answer(500, {"message": "Internal server error"}),
    "html_file": Answer(200, PAGE),
    "gzip_file": Answer(200, None, {"content-type": "video/mp4"}, Manner.BOMB),
}
"""For each fault of a whole answer: what is sent."""

ANY_REQUEST: Final = ("unauthorized", "suspended")
NO_CREATION: Final = (*BEFORE, "no_credit", "plan_limit", "plan_limit_429")
