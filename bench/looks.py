"""How many queries one look of the dispatcher takes, by the number of clips in flight.

Runs inside Django, on a database of its own: `manage.py shell -c "from bench import looks; looks.measure(…)"`.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.test.utils import override_settings

from bench.figures import verdict
from bench.sandboxes import RunningSandbox
from generations import constraints
from generations.lifecycle.dispatch import run_slice
from generations.lifecycle.order import place_order
from generations.lifecycle.wish import Wish
from generations.models import Account, Generation, Membership, State

IN_FLIGHT = (10, 100, 400)
GROWTH = 1.2
"""A heartbeat now and then makes the number waver."""
SEND_SECONDS = 90.0


def measure(log: str) -> None:
    """Print a line for each number in flight; `log` is the sandbox's. Raises TimeoutError if it takes none.

    Ends the process with status 1 if a look takes more queries with many in flight than with few.
    """
    sandbox, each = RunningSandbox(settings.MAGNIFIC_BASE_URL, Path(log)), []
    for in_flight in IN_FLIGHT:
        order(in_flight - Generation.objects.count())
        _send(in_flight)
        looks, queries = _look(sandbox)
        each.append(queries / looks)
        print(f"{in_flight} in flight: {each[-1]:.1f} queries a look, over {looks} looks", flush=True)
    kept = each[-1] <= GROWTH * each[0]
    print(f"queries a look must not grow with what is in flight: {verdict(kept)}", flush=True)
    sys.exit(not kept)


def order(clips: int) -> None:
    """Queue so many clips of the member that the first start makes."""
    member = Membership.objects.get(user__username="demo")
    wish = Wish("Dunes at dawn", "", constraints.CFG_SCALE_DEFAULT, "16:9", constraints.DURATIONS[0])
    for rest in range(clips, 0, -constraints.TAKES_MAX):
        place_order(member, wish, takes=min(rest, constraints.TAKES_MAX), nonce=uuid4())


def _send(in_flight: int) -> None:
    deadline = time.monotonic() + SEND_SECONDS
    while Generation.objects.filter(state=State.RENDERING).count() < in_flight:
        if time.monotonic() > deadline:
            raise TimeoutError("The sandbox does not take them.")
        _run_slice(1.0)


def _look(sandbox: RunningSandbox) -> tuple[int, int]:
    """Return the list requests and the queries of one slice, in which nothing changes."""
    queries: Counter[str] = Counter()

    def counting(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        queries[sql] += 1
        return execute(sql, *rest)

    before = sandbox.asked().list
    with connection.execute_wrapper(counting):
        _run_slice(2.0, LIST_INTERVAL_SECONDS=0.001)
    return sandbox.asked().list - before, queries.total()


def _run_slice(seconds: float, **changed: float) -> None:
    with override_settings(SLICE_SECONDS=seconds, **changed):
        run_slice(Account.objects.current().pk)
