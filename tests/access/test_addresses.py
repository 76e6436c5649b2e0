"""Every address gives what the table says. A new address or method fails here until it has a row."""

import copy
import re
from collections import defaultdict

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from generations import urls
from tests.access.data import data_for
from tests.access.table import NAMES, PEOPLE, TABLE
from tests.access.world import SECRET, place, rows

pytestmark = pytest.mark.django_db

OTHER_METHODS = ("HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
DJANGO_S_OWN = {"login", "logout", "password_change", "password_reset", "password_reset_done"} | {
    "password_reset_confirm"
}
"""Views of Django, some of which answer before they look at the method; `send` sees that nothing happens."""
OPEN_TO_ALL = DJANGO_S_OWN - {"password_change"} | {"theme", "healthz", "invitation", "magnific-callback"}
SEES = {"owner", "admin"}
SEEN_BY_LOOKING = {"clip": {"Notice"}}
"""What somebody who only looks at a page may change: what they were told of it is seen then."""


class Writes:
    """Notes whether any query may have written."""

    def __init__(self):
        self.any = False

    def __call__(self, execute, sql, *args):
        self.any |= bool(re.search("INSERT|UPDATE|DELETE", sql))
        return execute(sql, *args)


def send(world, method, name, kind, person):
    """Send one request, look at what it changed and showed, and undo it; return its status."""
    writes = Writes()
    with transaction.atomic(), connection.execute_wrapper(writes):
        client = Client()
        client.cookies = copy.deepcopy(world["cookies"][person])
        data = data_for(world, name, kind)
        address = reverse(name, kwargs=place(world, name, kind))
        if method in ("GET", "HEAD", "POST"):
            answer = getattr(client, method.lower())(address, data)
        else:
            answer = client.generic(method, address)
        said = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if person not in SEES:
            assert SECRET.encode() not in said, (method, name, kind, person)
        to_sign_in = answer.get("Location", "").startswith("/accounts/login/?next=/")
        # A notice is seen when it is opened.
        may_write = (method == "POST" or name == "notice") and answer.status_code < 400 and not to_sign_in
        if writes.any and not may_write:
            changed = {what for what, now in rows().items() if now != world["rows"][what]}
            assert changed <= SEEN_BY_LOOKING.get(name, set()), (method, name, kind, person, changed)
        transaction.set_rollback(True)
    if person in ("anonymous", "inactive") and name not in OPEN_TO_ALL:
        assert to_sign_in, (method, name, kind, person)
    return answer.status_code


def test_every_address_has_a_row():
    assert {pattern.name for pattern in urls.urlpatterns} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_status(world, name):
    wanted = {case: row for case, row in TABLE.items() if case[1] == name}
    assert {case: tuple(send(world, *case, person) for person in PEOPLE) for case in wanted} == wanted


@pytest.mark.parametrize("name", NAMES)
def test_a_method_without_a_row_is_refused(world, name):
    """HEAD may also be what GET is; anonymous visitors are asked to sign in first."""
    kind = next(kind for _, found, kind in TABLE if found == name)
    known = {method for method, found, _ in TABLE if found == name}
    answers = defaultdict(set)
    for method in OTHER_METHODS:
        if method not in known:
            for person in PEOPLE[2:]:
                answers[method].add(send(world, method, name, kind, person))
    as_get = {send(world, "GET", name, kind, person) for person in PEOPLE[2:]}
    assert answers.pop("HEAD", set()) in ({405}, as_get, set())
    if name not in DJANGO_S_OWN:
        assert all(found <= {403, 405} for found in answers.values()), answers
