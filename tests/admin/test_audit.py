"""The audit in the admin: acts of pages, admin and commands, found by who, whom and what; nobody edits it."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generations.lifecycle import trash
from generations.models import AuditEntry, AuditKind, State
from tests.factories import make_admin, make_generation, make_user
from tests.views.pages import elements, text_of

pytestmark = pytest.mark.django_db
LIST = "/admin/generations/auditentry/"


@pytest.fixture
def ada(client):
    user = make_admin()
    client.force_login(user)
    return user


def rows(page):
    """How many acts a list shows."""
    return sum("field-at" in one.get("class", "") for one in elements(page, "th"))


def test_acts_from_pages_and_admin_are_found_by_person_object_and_word(client, ada):
    mia, lea = make_user(), make_user("lea", role="lead")
    clip, other = (make_generation(mia, State.READY, prompt=prompt) for prompt in ("A kite", "A boat"))
    client.force_login(lea)
    client.post(f"/gallery/{clip.pk}/trash")
    client.force_login(mia)
    client.post(f"/gallery/{other.pk}/trash")
    client.force_login(ada)
    group = Group.objects.get(name="Reviewers")
    data = {"username": "mia", "email": "mia@example.com", "is_staff": "on", "groups": group.pk}
    data |= {"date_joined_0": "2026-01-01", "date_joined_1": "10:00:00"}
    data |= {f"memberships-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    assert client.post(f"/admin/generations/user/{mia.pk}/change/", data).status_code == 302
    page = client.get(LIST)
    assert rows(page) == 3 + 4  # Each time somebody signed in.
    assert "changed in the admin: user. Changed" in text_of(page)
    assert "Groups" in AuditEntry.objects.get(what__startswith="changed in the admin").what
    for query, count in (("q=lea", 2), ("q=mia", 4), ("q=kite", 1), ("q=groups", 1), (f"q={clip.pk.hex}", 1)):
        assert rows(client.get(f"{LIST}?{query}")) == count, query
    assert elements(page, "a", href=f"{LIST}?object_id__exact={clip.pk.hex}")
    assert rows(client.get(f"{LIST}?object_id__exact={clip.pk.hex}")) == 1
    assert rows(client.get(f"{LIST}?kind__exact=person")) == 1 + 4


def test_an_admin_looks_and_changes_nothing(client, ada):
    AuditEntry.objects.note("looked", AuditKind.OTHER, agent="test")
    entry = AuditEntry.objects.get(agent="test")
    page = client.get(f"{LIST}{entry.pk}/change/")
    assert page.status_code == 200
    assert not elements(page, "input", type="submit")
    for address, data in (
        (f"{LIST}add/", {"what": "made up"}),
        (f"{LIST}{entry.pk}/change/", {"what": "nothing"}),
        (f"{LIST}{entry.pk}/delete/", {"post": "yes"}),
    ):
        assert client.post(address, data).status_code == 403
    assert [one.what for one in AuditEntry.objects.all()] == ["looked", "signed in"]


def test_a_list_costs_the_same_queries_however_long(client, ada):
    counts = set()
    for number in (1, 20):
        clips = [make_generation(make_user(f"p{number}{one}"), State.READY) for one in range(number)]
        trash.trash(clips, actor=ada)
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        counts.add(len(queries))
    assert len(counts) == 1


def test_an_entry_outlives_who_and_what_it_names(client, ada):
    ben = make_user("ben", role=None)
    AuditEntry.objects.note("looked at", AuditKind.PERSON, ben, actor=ben, about=ben)
    ben.delete()
    assert "looked at" in text_of(client.get(LIST))


def test_a_person_is_called_by_name_where_something_was_done_to_them(client, ada):
    page = client.get(LIST)
    (link,) = elements(page, "a", title="All that was done to it")
    assert link["href"].endswith(f"?object_id__exact={ada.pk}")
    assert f"Person {ada.pk}" not in text_of(page)
