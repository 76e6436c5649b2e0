"""The page behind an invitation's link."""

import threading
from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.db import connection
from django.test import Client
from django.utils import timezone

from generations.lifecycle import invite
from generations.models import Invitation, Membership, Role, TeamEvent, User
from tests.factories import PASSWORD, make_admin, make_invitation, make_stranger, make_user

pytestmark = pytest.mark.django_db

ANSWER = {"username": "nina", "password1": PASSWORD, "password2": PASSWORD}


def url(token):
    return f"/accounts/invitations/{token}/"


def test_accepting_makes_the_account_signs_in_and_lands_on_create(client):
    invitation, token = make_invitation("nina@example.com")
    assert "nina@example.com" in client.get(url(token)).content.decode()
    response = client.post(url(token), ANSWER)
    assert response["Location"] == "/"
    user = get_user(client)
    assert (user.username, user.email, user.is_staff) == ("nina", "nina@example.com", False)
    assert user.check_password(PASSWORD)
    invitation.refresh_from_db()
    assert invitation.accepted_by == user


def test_the_page_is_not_stored(client):
    _, token = make_invitation()
    for path in (url(token), url("unknown")):
        assert "no-store" in client.get(path)["Cache-Control"]


def test_the_token_itself_is_not_stored():
    invitation, token = make_invitation()
    assert token not in str(vars(invitation))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "MIA"}, "username"),
        ({"username": "a b"}, "username"),
        ({"password1": "", "password2": ""}, "password1"),
        ({"password1": "12345678", "password2": "12345678"}, "password1"),
        ({"password2": "something else"}, "password2"),
        ({"password1": "new@example.com", "password2": "new@example.com"}, "password1"),
    ],
)
def test_a_wrong_value_is_told_at_its_field_and_the_link_stays_open(client, change, field):
    make_user("mia")
    invitation, token = make_invitation()
    page = client.post(url(token), ANSWER | change).content.decode()
    assert f'id="id_{field}_error"' in page
    invitation.refresh_from_db()
    assert invitation.is_open
    assert client.post(url(token), ANSWER).status_code == 302


def test_an_empty_answer_shows_every_error(client):
    _, token = make_invitation()
    assert client.post(url(token), {}).content.decode().count("This field is required.") == 3


def test_an_unknown_link_is_404(client):
    response = client.get(url("never-issued"))
    assert response.status_code == 404
    assert "No such invitation" in response.content.decode()


def test_an_expired_link_is_410(client):
    _, token = make_invitation(expires_at=timezone.now() - timedelta(seconds=1))
    response = client.post(url(token), ANSWER)
    assert response.status_code == 410
    assert "has expired" in response.content.decode()
    assert not User.objects.filter(username="nina").exists()


def test_a_used_link_is_410(client):
    _, token = make_invitation()
    client.post(url(token), ANSWER)
    response = Client().post(url(token), ANSWER | {"username": "otto"})
    assert response.status_code == 410
    assert "was used" in response.content.decode()
    assert not User.objects.filter(username="otto").exists()


def test_a_new_link_stops_the_old_one(client):
    invitation, old = make_invitation(expires_at=timezone.now() - timedelta(days=1))
    new = invite.new_link(invitation)
    assert client.get(url(old)).status_code == 404
    assert client.post(url(new), ANSWER).status_code == 302


def test_an_address_that_got_an_account_meanwhile_is_told(client):
    _, token = make_invitation("New@Example.com")
    make_user("other", email="new@example.COM")
    page = client.post(url(token), ANSWER).content.decode()
    assert "There is an account with this address already: sign in" in page
    assert not User.objects.filter(username="nina").exists()


def test_somebody_else_who_is_signed_in_is_told_whose_it_is(client):
    client.force_login(make_admin())
    invitation, token = make_invitation()
    page = client.get(url(token)).content.decode()
    assert "You are signed in as ada" in page
    assert f'name="next" value="{url(token)}"' in page
    assert client.post(url(token), ANSWER).status_code == 403
    invitation.refresh_from_db()
    assert invitation.is_open
    assert client.post("/accounts/logout/", {"next": url(token)})["Location"] == url(token)


def test_who_has_an_account_signs_in_and_joins_with_one_press(client):
    nina = make_stranger("nina", email="Nina@Example.com")
    invitation, token = make_invitation("nina@example.com", role=Role.VIEWER)
    link = f"/accounts/login/?next={url(token)}"
    assert f'href="{link}"' in client.get(url(token)).content.decode()
    signed_in = client.post(link, {"username": "nina", "password": PASSWORD, "next": url(token)})
    assert signed_in["Location"] == url(token)
    assert "Join Studio" in client.get(url(token)).content.decode()
    page = client.post(url(token), follow=True)
    assert "Welcome to Studio." in page.content.decode()
    assert page.context["studio"].membership.team == invitation.team
    assert Membership.objects.get(user=nina, team=invitation.team).role == Role.VIEWER
    event = TeamEvent.objects.filter(team=invitation.team).first()
    assert (event.actor, event.what) == (nina, "joined as viewer, invited by ada")
    invitation.refresh_from_db()
    assert invitation.accepted_by == nina
    assert client.post(url(token)).status_code == 410


def test_who_is_in_the_team_already_keeps_their_role(client):
    mia = make_user("mia", role=Role.LEAD)
    _, token = make_invitation("mia@example.com", role=Role.VIEWER)
    client.force_login(mia)
    assert client.post(url(token)).status_code == 302
    assert Membership.objects.get(user=mia).role == Role.LEAD


def test_a_new_link_does_not_open_what_is_accepted_meanwhile(client):
    invitation, token = make_invitation("nina@example.com")
    client.post(url(token), ANSWER)
    with pytest.raises(invite.AlreadyAccepted):
        invite.new_link(invitation)
    invitation.refresh_from_db()
    assert not invitation.is_open


@pytest.mark.parametrize("raced", ["username", "email"])
def test_a_name_taken_between_check_and_save_is_told(client, monkeypatch, raced):
    """The instant between the form's look and the insert: only a patch can hit it."""
    invitation, token = make_invitation("nina@example.com")
    accept = invite.accept

    def somebody_is_faster(invitation, user):
        make_user(
            "nina" if raced == "username" else "x", email="n@x.de" if raced == "username" else user.email
        )
        return accept(invitation, user)

    monkeypatch.setattr(invite, "accept", somebody_is_faster)
    assert "taken a moment ago" in client.post(url(token), ANSWER).content.decode()
    invitation.refresh_from_db()
    assert invitation.is_open


def test_an_invitation_withdrawn_between_check_and_save_is_404(client, monkeypatch):
    _, token = make_invitation()
    accept = invite.accept

    def an_admin_is_faster(invitation, user):
        Invitation.objects.filter(pk=invitation.pk).delete()
        return accept(invitation, user)

    monkeypatch.setattr(invite, "accept", an_admin_is_faster)
    assert client.post(url(token), ANSWER).status_code == 404
    assert not User.objects.filter(username="nina").exists()


@pytest.mark.django_db(transaction=True)
def test_two_accepts_at_once_make_one_account():
    invitation, token = make_invitation()
    start, statuses = threading.Barrier(2), []

    def accept(name):
        start.wait(30)
        try:
            statuses.append(Client().post(url(token), ANSWER | {"username": name}).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=accept, args=(name,), daemon=True) for name in ("nina", "otto")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(statuses) == [302, 410]
    assert User.objects.filter(username__in=["nina", "otto"]).count() == 1
    invitation.refresh_from_db()
    assert invitation.accepted_by.email == invitation.email
