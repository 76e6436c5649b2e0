"""The sandbox's own addresses, under `/sandbox/`, for tests and demonstrations on this machine."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from generations.magnific.sandbox.answers import Answer
from generations.magnific.sandbox.faults import KNOWN, parse_rules, words_for
from generations.magnific.sandbox.overview import overview
from generations.magnific.sandbox.signing import refuse_unreadable

if TYPE_CHECKING:
    from generations.magnific.sandbox.server import SandboxServer


def answer(server: "SandboxServer", method: str, path: str, body: bytes) -> Answer:
    """Answer a request to one of them."""
    respond = ADDRESSES.get((method, path))
    return respond(server, body) if respond else Answer(404, {"message": "Not found"})


def _tasks(server: "SandboxServer", body: bytes) -> Answer:
    return Answer(200, overview(server.store))


def _faults(server: "SandboxServer", body: bytes) -> Answer:
    known = {name: {"effect": text, "words": words_for(name)} for name, text in KNOWN.items()}
    return Answer(200, {"active": server.faults.active(), "known": known})


def _set_faults(server: "SandboxServer", body: bytes) -> Answer:
    """Turn on the faults in the body and no others: `{}` turns all off."""
    try:
        rules = parse_rules(json.loads(body))
        refuse_unreadable(rules, server.config.webhook_secret)
    except (ValueError, RecursionError) as error:
        return Answer(400, {"message": str(error)})
    server.faults.replace(rules)
    return Answer(200, {"active": server.faults.active()})


ADDRESSES: Final[dict[tuple[str, str], Callable[["SandboxServer", bytes], Answer]]] = {
    ("GET", "/sandbox/tasks"): _tasks,
    ("GET", "/sandbox/faults"): _faults,
    ("POST", "/sandbox/faults"): _set_faults,
}
