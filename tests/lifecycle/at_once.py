"""`python -m tests.lifecycle.at_once`: processes that order at the same moment, for the tests of limits.

Reads from stdin what to do: the test database's `name`, the `members` (ids of memberships, one a process) and how
many `takes` each orders. Prints what each was told, as a list.
"""

import json
import multiprocessing
import sys
from collections.abc import Callable
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from typing import Any
from uuid import uuid4

import django
from django.conf import settings
from django.db import connections


def main() -> None:
    """Fork a process for each member, each with its own connection."""
    wanted = json.load(sys.stdin)
    settings.DATABASES["default"]["NAME"] = wanted["name"]
    settings.REHEARSAL = False
    settings.MAGNIFIC_API_KEY = "a-key"
    django.setup()
    from generations.lifecycle.order import place_order
    from tests.lifecycle.conftest import WISH

    def press(membership: Any) -> None:
        place_order(membership, WISH, takes=wanted["takes"], nonce=uuid4())

    forks = multiprocessing.get_context("fork")
    gate, answers = forks.Barrier(len(wanted["members"])), forks.Queue()
    processes = [
        forks.Process(target=order, args=(member, press, gate, answers)) for member in wanted["members"]
    ]
    for process in processes:
        process.start()
    told = [answers.get(timeout=90) for _ in processes]
    for process in processes:
        process.join()
    json.dump(told, sys.stdout)


def order(member: int, press: Callable[[Any], None], gate: Barrier, answers: "Queue[str]") -> None:
    """Connect, wait until all have, and order."""
    from generations.models import Membership

    membership = Membership.objects.select_related("team", "user").get(pk=member)
    gate.wait(60)
    try:
        press(membership)
        answers.put("ordered")
    except Exception as error:
        answers.put(type(error).__name__)
    finally:
        connections.close_all()


if __name__ == "__main__":
    main()
