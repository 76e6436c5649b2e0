"""What a person can do in the admin: cancel, retry, resume, invite, set a price, correct a person."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from generations.models import Charged, Generation, Invitation, Price, State, User
from tests.factories import (
    PASSWORD,
    make_admin,
    make_generation,
    make_invitation,
    make_live_account,
    make_user,
)

pytestmark = pytest.mark.django_db

EXISTS = "Somebody already has an account with this e-mail address."


@pytest.fixture
def ada(client):
    ada = make_admin()
    client.force_login(ada)
    return ada


def act(client, action, *rows):
    """Run a list's action on rows; return the messages of the page that follows."""
    url = reverse(f"admin:generations_{rows[0]._meta.model_name}_changelist")
    data = {"action": action, "_selected_action": [row.pk for row in rows]}
    return [str(message) for message in client.post(url, data, follow=True).context["messages"]]


def test_cancel_counts_what_was_in_time_and_what_was_not(client, ada):
    queued = [make_generation(), make_generation()]
    sent = make_generation(state=State.RENDERING)
    assert act(client, "cancel_selected", *queued, sent) == [
        "2 cancelled before being sent, nothing spent.",
        "1 left alone: only what still waits in line can be cancelled.",
    ]
    for generation in queued:
        generation.refresh_from_db()
        assert generation.state == State.CANCELLED
        assert generation.events.last().actor == ada
    sent.refresh_from_db()
    assert sent.state == State.RENDERING


def test_retry_counts_every_outcome_and_pays_nothing_twice(client, ada):
    cancelled = make_generation(state=State.CANCELLED)
    free = make_generation(state=State.FAILED, charged=Charged.NO)
    charged = make_generation(state=State.FAILED, charged=Charged.UNKNOWN, account=make_live_account())
    ready = make_generation(state=State.READY)
    assert act(client, "retry_selected", cancelled, free, charged, ready) == [
        "2 ordered again, as new generations.",
        "1 may have been charged already. Retry them one by one on their clip pages, where this is asked.",
        "1 left alone: only failed and cancelled ones can be retried.",
    ]
    assert set(Generation.objects.exclude(retry_of=None).values_list("retry_of", flat=True)) == {
        cancelled.pk,
        free.pk,
    }
    assert act(client, "retry_selected", free) == [
        "1 not ordered again: a retry is under way or has succeeded."
    ]


def test_staff_who_may_only_look_get_no_actions(client):
    staff = make_user("sam", is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(codename="view_generation"))
    client.force_login(staff)
    generation = make_generation()
    page = client.get(reverse("admin:generations_generation_changelist")).content.decode()
    assert "cancel_selected" not in page
    act(client, "cancel_selected", generation)
    generation.refresh_from_db()
    assert generation.state == State.QUEUED


COMMITS = pytest.mark.django_db(transaction=True)
"""The link is handed out once the invitation is committed."""

INVITE = "/admin/generations/invitation/add/"
INVITED = {"team": "1", "role": "member"}
LINK = re.compile(r"http\S+/accounts/invitations/[\w-]+/")


def invite(client, email):
    return client.post(INVITE, INVITED | {"email": email}, follow=True).content.decode()


@COMMITS
def test_an_invitation_shows_its_link_once_and_mails_it(client, ada, mailoutbox):
    page = invite(client, "nina@example.com")
    assert "Mailed to nina@example.com" in page
    link = LINK.search(page)[0]
    assert mailoutbox[0].to == ["nina@example.com"]
    assert mailoutbox[0].subject == "Your invitation to Kling 4K Studio"
    assert link in mailoutbox[0].body
    assert not LINK.search(client.get("/admin/generations/invitation/").content.decode())
    client.logout()
    assert client.get(link).status_code == 200


@COMMITS
def test_without_a_mail_server_the_admin_sends_the_link(client, ada, mailoutbox, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    settings.PUBLIC_URL = "https://studio.example.com"
    page = invite(client, "nina@example.com")
    assert "Send this link to nina@example.com" in page
    assert LINK.search(page)[0].startswith("https://studio.example.com/")
    assert mailoutbox == []


@COMMITS
def test_a_mail_that_cannot_leave_is_told_and_the_link_still_shown(client, ada, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    page = invite(client, "nina@example.com")
    assert "The mail to nina@example.com could not be sent." in page
    assert LINK.search(page)


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("MIA@example.com", "mia has this address and is in Studio already."),
        ("gone@example.com", "The account with this address is deactivated."),
        ("Guest@example.com", "This address has an open invitation."),
        ("not an address", "Enter a valid email address."),
    ],
)
def test_who_cannot_be_invited_is_told_at_the_field(client, ada, email, sentence):
    make_user("mia")
    make_user("gone", role=None, is_active=False)
    make_invitation("guest@example.com")
    response = client.post(INVITE, INVITED | {"email": email})
    assert sentence in response.content.decode()
    assert response.context["adminform"].form.errors.keys() == {"email"}
    assert Invitation.objects.count() == 1


def test_an_expired_address_can_be_invited_again(client, ada):
    make_invitation("guest@example.com", expires_at=timezone.now())
    assert client.post(INVITE, INVITED | {"email": "guest@example.com"}).status_code == 302


@COMMITS
def test_a_new_link_replaces_the_old_one(client, ada, mailoutbox):
    old, token = make_invitation("old@example.com", expires_at=timezone.now())
    used, _ = make_invitation("used@example.com", accepted_at=timezone.now(), accepted_by=make_user())
    told = act(client, "make_new_link", old, used)
    assert len(told) == 2
    assert "used@example.com has accepted and needs no link." in told
    assert [mail.to for mail in mailoutbox] == [["old@example.com"]]
    assert client.get(f"/accounts/invitations/{token}/").status_code == 404
    assert client.get(LINK.search(mailoutbox[0].body)[0]).status_code == 200


def test_an_open_invitation_is_withdrawn_and_an_accepted_one_stays(client, ada):
    open_one, token = make_invitation("open@example.com")
    used, _ = make_invitation("used@example.com", accepted_at=timezone.now(), accepted_by=make_user())
    for invitation, status in ((open_one, 302), (used, 403)):
        url = reverse("admin:generations_invitation_delete", args=[invitation.pk])
        assert client.post(url, {"post": "yes"}).status_code == status
    assert list(Invitation.objects.all()) == [used]
    assert client.get(f"/accounts/invitations/{token}/").status_code == 404


def price(client, **data):
    start = {"rate_per_second": "1.30", "currency": "eur", "valid_from_0": "", "valid_from_1": "", "note": ""}
    return client.post("/admin/generations/price/add/", start | data)


def test_a_price_begins_now_and_leaves_what_was_ordered(client, ada):
    ordered = make_generation()
    assert price(client).status_code == 302
    assert (Price.objects.in_force().rate_per_second, Price.objects.in_force().currency) == (
        Decimal("1.30"),
        "EUR",
    )
    ordered.refresh_from_db()
    assert ordered.price == Decimal("5.60")


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"valid_from_0": "2026-01-02", "valid_from_1": "00:00"}, "valid_from"),
        ({"valid_from_0": "2030-13-01", "valid_from_1": "00:00"}, "valid_from"),
        ({"rate_per_second": "-1"}, "rate_per_second"),
        ({"rate_per_second": "0"}, "rate_per_second"),
        ({"rate_per_second": "0.00004"}, "rate_per_second"),
        ({"rate_per_second": ""}, "rate_per_second"),
    ],
)
def test_a_wrong_price_is_told_at_its_field(client, ada, data, field):
    response = price(client, **data)
    assert response.context["adminform"].form.errors.keys() == {field}
    assert Price.objects.count() == 1


def test_a_price_is_corrected_until_it_begins_and_never_after(client, ada):
    begun = Price.objects.get()
    ahead = Price.objects.create(rate_per_second=2, valid_from=timezone.now() + timedelta(days=9))
    change, delete = "admin:generations_price_change", "admin:generations_price_delete"
    assert client.get(reverse(change, args=[begun.pk])).status_code == 200
    for name in (change, delete):
        assert client.post(reverse(name, args=[begun.pk]), {"post": "yes"}).status_code == 403
    assert client.post(reverse(delete, args=[ahead.pk]), {"post": "yes"}).status_code == 302
    assert list(Price.objects.all()) == [begun]


PERSON = {
    "username": "nina",
    "email": "nina@example.com",
    "usable_password": "true",
    "password1": PASSWORD,
    "password2": PASSWORD,
}


def test_a_person_is_added_with_an_address(client, ada):
    assert client.post("/admin/generations/user/add/", PERSON).status_code == 302
    assert User.objects.get(username="nina").email == "nina@example.com"


def test_a_weak_password_is_told_where_it_is_chosen(client, ada):
    weak = {"password1": "12345", "password2": "12345"}
    response = client.post("/admin/generations/user/add/", PERSON | weak)
    assert response.context["adminform"].form.errors.keys() == {"password1"}


@pytest.mark.parametrize(
    ("email", "sentence"), [("ADA@Example.com", EXISTS), ("", "This field is required.")]
)
def test_an_address_in_use_or_missing_is_told_at_the_field(client, ada, email, sentence):
    response = client.post("/admin/generations/user/add/", PERSON | {"email": email})
    assert response.context["adminform"].form.errors == {"email": [sentence]}


def test_an_address_in_use_is_told_when_a_person_is_changed_too(client, ada):
    mia = make_user("mia")
    url = reverse("admin:generations_user_change", args=[mia.pk])
    response = client.post(url, {"username": "mia", "email": "Ada@Example.COM", "is_active": "on"})
    assert response.context["adminform"].form.errors["email"] == [EXISTS]
    own = {"username": "mia", "email": "MIA@example.com", "is_active": "on"}
    start = {"date_joined_0": "2026-01-01", "date_joined_1": "00:00", "last_login_0": "", "last_login_1": ""}
    no_teams = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    assert client.post(url, own | start | no_teams).status_code == 302
