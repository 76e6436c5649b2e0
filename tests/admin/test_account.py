"""What an admin sees of an account, and what can be decided about it."""

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from generations.lifecycle import alarm
from generations.models import Account, StrangerTask
from tests.factories import make_admin, make_user

pytestmark = pytest.mark.django_db

SENDS_AGAIN = "Rehearsal sends again. What waits goes out within a minute."


@pytest.fixture
def account():
    return Account.objects.current()


@pytest.fixture
def ada(client):
    ada = make_admin()
    client.force_login(ada)
    return ada


def page_of(client, account):
    return client.get(f"/admin/generations/account/{account.pk}/change/").content.decode()


def decide(client, account, decision, reason="Topped up."):
    url = f"/admin/generations/account/{account.pk}/decide/"
    response = client.post(url, {"decision": decision, "reason": reason}, follow=True)
    account.refresh_from_db()
    return [str(message) for message in response.context["messages"]], response.content.decode()


def make_stranger(account):
    now = timezone.now()
    StrangerTask.objects.create(account=account, task_id="stray-1", first_seen_at=now, last_seen_at=now)


def test_a_paused_account_says_why_and_what_to_do_and_is_resumed(client, ada, account):
    alarm.pause(account, "no_credit", "The account is out of credit.")
    page = page_of(client, account)
    assert "Sending is paused since" in page
    assert "Top up at Magnific, then resume here." in page
    said, page = decide(client, account, "resume")
    assert said == [SENDS_AGAIN]
    assert not account.is_paused
    for fact in ("paused: no_credit", "resumed after: no_credit", ">ada</a>", "Topped up."):
        assert fact in page
    assert 'value="resume"' not in page


def test_every_decision_needs_a_reason(client, ada, account):
    alarm.pause(account, "no_credit", "The account is out of credit.")
    said, _ = decide(client, account, "resume", reason=" ")
    assert said == ["Say why: the history keeps it with your name."]
    assert account.is_paused


def test_unknown_tasks_are_put_aside_and_sending_goes_on(client, ada, account):
    assert 'value="put_aside"' not in page_of(client, account)
    make_stranger(account)
    alarm.pause(account, "strangers", "Magnific lists tasks that nobody here ordered.")
    assert "Magnific lists 1 task that nobody here ordered" in page_of(client, account)
    said, page = decide(client, account, "put_aside", reason="From last year.")
    assert said == ["The unknown tasks of Rehearsal are put aside: they are nobody’s here."]
    assert StrangerTask.objects.get().is_old
    assert not account.is_paused
    assert "From last year." in page


def test_sharing_a_key_is_said_and_taken_back(client, ada, account):
    said, page = decide(client, account, "shared", reason="The other office.")
    assert account.is_shared
    assert "is shared from now on" in said[0]
    assert "This key is used by somebody else too" in page
    decide(client, account, "ours_alone", reason="They have their own.")
    assert not account.is_shared


def test_only_who_may_change_accounts_decides(client, account):
    staff = make_user("sam", is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(staff)
    alarm.pause(account, "no_credit", "The account is out of credit.")
    assert "/decide/" not in page_of(client, account)
    url = f"/admin/generations/account/{account.pk}/decide/"
    assert client.post(url, {"decision": "resume", "reason": "x"}).status_code == 403
    assert client.get(url).status_code == 405
    account.refresh_from_db()
    assert account.is_paused


@pytest.mark.parametrize("pk", ["abc", "999999"])
def test_an_account_that_is_none_is_no_error(client, ada, pk):
    assert client.get(f"/admin/generations/account/{pk}/change/").status_code == 302
    assert client.post(f"/admin/generations/account/{pk}/decide/").status_code in (302, 404)
