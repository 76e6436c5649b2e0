"""Signing in and out, passwords and the theme."""

import re

import pytest
from django.contrib.auth import get_user

from generations.models import AuditEntry
from tests.factories import PASSWORD, make_admin, make_user

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "another fine staple"


def sign_in(client, **data):
    return client.post("/accounts/login/", {"username": "mia", "password": PASSWORD, **data})


def test_signing_in_leads_to_create(client):
    user = make_user()
    response = sign_in(client)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert get_user(client) == user


def test_a_wrong_password_is_told_above_the_form_and_keeps_the_name(client):
    make_user()
    page = sign_in(client, password="wrong").content.decode()
    assert 'role="alert"' in page
    assert "Please enter a correct username and password" in page
    assert 'value="mia"' in page
    assert "wrong" not in page


def acts():
    """What the audit says, the first act first, with who did it and whom it concerns."""
    rows = AuditEntry.objects.order_by("pk").values_list("what", "actor__username", "about__username")
    return [(what.partition(":")[0], actor, about) for what, actor, about in rows]


def test_the_audit_says_who_signed_in_and_whose_name_was_tried_but_nothing_that_was_typed(client):
    make_user()
    for name in ("mia", "mia", PASSWORD, "x" * 5000, "a\0b", ""):
        sign_in(client, username=name, password="not the password")
    assert acts() == [("could not sign in", None, "mia")]
    sign_in(client)
    assert acts()[1:] == [("signed in", "mia", "mia")]


def test_an_inactive_person_cannot_sign_in(client):
    make_user(is_active=False)
    assert sign_in(client).status_code == 200
    assert not get_user(client).is_authenticated


@pytest.mark.parametrize(
    ("target", "lands"),
    [("/gallery/?page=2", "/gallery/?page=2"), ("https://evil.example/", "/"), ("//evil.example", "/")],
)
def test_next_is_followed_on_this_site_only(client, target, lands):
    make_user()
    assert sign_in(client, next=target)["Location"] == lands


def test_the_page_carries_next_along(client):
    assert 'name="next" value="/gallery/"' in client.get("/accounts/login/?next=/gallery/").content.decode()


def test_somebody_signed_in_does_not_see_the_sign_in_page(client):
    client.force_login(make_user())
    assert client.get("/accounts/login/")["Location"] == "/"


def test_the_sign_in_page_says_rehearsal_and_is_not_cached(client, settings):
    response = client.get("/accounts/login/")
    assert "Rehearsal: no clip is paid for" in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    settings.REHEARSAL = False
    assert "Rehearsal" not in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize(
    "url", ["/accounts/login/", "/accounts/password_change/", "/accounts/password_reset/"]
)
def test_every_field_has_a_label_and_an_autocomplete(client, url):
    if "change" in url:
        client.force_login(make_user())
    page = client.get(url).content.decode()
    panel = page[page.index("<main") :]
    fields = re.findall(r"<input(?![^>]*hidden)[^>]*>", panel)
    assert fields
    for field in fields:
        name = re.search(r' id="([^"]+)"', field)[1]
        assert f'<label for="{name}">' in panel
        assert "autocomplete=" in field


def test_signing_out_takes_a_post(client):
    client.force_login(make_user())
    assert client.get("/accounts/logout/").status_code == 405
    assert client.post("/accounts/logout/")["Location"] == "/accounts/login/"
    assert not get_user(client).is_authenticated


def test_changing_the_password_keeps_this_session_and_ends_the_others(client, django_user_model):
    user, elsewhere = make_user(), type(client)()
    client.force_login(user)
    elsewhere.force_login(user)
    data = {"old_password": PASSWORD, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    response = client.post("/accounts/password_change/", data, follow=True)
    assert "Your password is changed." in response.content.decode()
    assert get_user(client) == user
    assert not get_user(elsewhere).is_authenticated
    user.refresh_from_db()
    assert user.check_password(NEW_PASSWORD)
    assert acts()[-1] == ("chose another password", "mia", "mia")


def test_the_admin_leads_to_the_one_page_for_passwords(client):
    client.force_login(make_admin())
    assert client.get("/admin/password_change/")["Location"] == "/accounts/password_change/"


def test_a_bad_new_password_is_told_at_its_field(client):
    client.force_login(make_user())
    data = {"old_password": "not it", "new_password1": "12345", "new_password2": "12345"}
    page = client.post("/accounts/password_change/", data).content.decode()
    assert 'id="id_old_password_error"' in page
    assert 'id="id_new_password1_error"' in page


def reset_link(client, mailbox, email="mia@example.com"):
    response = client.post("/accounts/password_reset/", {"email": email})
    assert response["Location"] == "/accounts/password_reset/sent/"
    return re.search(r"http\S+", mailbox[-1].body)[0]


def test_a_password_is_reset_by_mail(client, mailoutbox):
    user = make_user()
    link = reset_link(client, mailoutbox, "MIA@example.com")
    assert link.startswith("http://testserver/accounts/reset/")
    assert mailoutbox[0].to == ["mia@example.com"]
    assert mailoutbox[0].subject == "Choose a new password for Kling 4K Studio"
    form_url = client.get(link)["Location"]
    data = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    assert client.post(form_url, data)["Location"] == "/"
    assert get_user(client) == user
    assert acts() == [
        ("chose a new password with a link from the mail", "mia", "mia"),
        ("signed in", "mia", "mia"),
    ]
    client.logout()
    assert "This link no longer works" in client.get(link).content.decode()


def test_a_weak_new_password_is_told_where_it_is_chosen(client, mailoutbox):
    make_user()
    form_url = client.get(reset_link(client, mailoutbox))["Location"]
    page = client.post(form_url, {"new_password1": "12345", "new_password2": "12345"}).content.decode()
    assert 'id="id_new_password1_error"' in page
    assert 'id="id_new_password2_error"' not in page


def test_the_mail_uses_the_public_address(client, mailoutbox, settings):
    settings.PUBLIC_URL = "https://studio.example.com"
    make_user()
    assert reset_link(client, mailoutbox).startswith("https://studio.example.com/accounts/reset/")


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client, mailoutbox):
    response = client.post("/accounts/password_reset/", {"email": "nobody@example.com"})
    assert response["Location"] == "/accounts/password_reset/sent/"
    assert mailoutbox == []


def test_the_page_after_says_when_no_mail_server_is_set_up(client, settings):
    assert "No mail server" not in client.get("/accounts/password_reset/sent/").content.decode()
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert "No mail server" in client.get("/accounts/password_reset/sent/").content.decode()


@pytest.mark.parametrize("theme", ["system", "light", "dark"])
def test_a_theme_is_kept_in_a_cookie_for_a_year(client, theme):
    response = client.post("/theme", {"theme": theme})
    cookie = response.cookies["theme"]
    assert (cookie.value, cookie["max-age"], cookie["samesite"]) == (theme, 31536000, "Lax")
    assert response["Location"] == "/"


@pytest.mark.parametrize(
    ("cookie", "shown"),
    [("dark", ' data-theme="dark"'), ("light", ' data-theme="light"'), ("system", ""), ("<b>", "")],
)
def test_the_chosen_theme_stands_on_the_page(client, cookie, shown):
    client.cookies["theme"] = cookie
    assert f'<html lang="en"{shown}>' in client.get("/accounts/login/").content.decode()


def test_an_unknown_theme_is_refused(client):
    response = client.post("/theme", {"theme": "<b>pink"})
    assert response.status_code == 400
    assert not response.cookies
    assert client.get("/theme").status_code == 405


@pytest.mark.parametrize(
    ("next_url", "referer", "lands"),
    [
        ("/gallery/", "", "/gallery/"),
        ("", "http://testserver/gallery/?q=1", "http://testserver/gallery/?q=1"),
        ("https://evil.example/", "https://evil.example/", "/"),
        ("//evil.example", "javascript:alert(1)", "/"),
    ],
)
def test_the_theme_leads_back_to_this_site_only(client, next_url, referer, lands):
    response = client.post("/theme", {"theme": "dark", "next": next_url}, headers={"Referer": referer})
    assert response["Location"] == lands
