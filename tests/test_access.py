"""Who gets what at every address. A new address fails here until it has a row."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from generations import urls
from generations.models import Heartbeat, State
from tests.factories import PASSWORD, make_admin, make_generation, make_invitation, make_stranger, make_user

pytestmark = pytest.mark.django_db

PEOPLE = ("anonymous", "owner", "other", "admin", "inactive")

# Statuses in the order of PEOPLE. 302 of an anonymous or inactive visitor leads to the sign-in page, below.
TABLE = {
    ("GET", "create"): (302, 200, 200, 200, 302),
    ("POST", "create"): (302, 422, 422, 422, 302),
    ("GET", "gallery"): (302, 200, 200, 200, 302),
    ("GET", "clip"): (302, 200, 404, 200, 302),
    ("GET", "clip-video"): (302, 200, 404, 200, 302),
    ("HEAD", "clip-video"): (302, 200, 404, 200, 302),
    ("GET", "clip-download"): (302, 200, 404, 200, 302),
    ("GET", "clip-poster"): (302, 200, 404, 200, 302),
    ("GET", "clip-preview"): (302, 200, 404, 200, 302),
    ("GET", "clip-strip"): (302, 200, 404, 200, 302),
    ("GET", "clip-proxy"): (302, 200, 404, 200, 302),
    ("GET", "clip-cancel"): (302, 405, 405, 405, 302),
    ("POST", "clip-cancel"): (302, 302, 404, 302, 302),
    ("GET", "clip-retry"): (302, 200, 404, 200, 302),
    ("POST", "clip-retry"): (302, 302, 404, 302, 302),
    ("GET", "clip-share"): (302, 405, 405, 405, 302),
    ("POST", "clip-share"): (302, 302, 404, 403, 302),
    ("GET", "team"): (302, 200, 200, 200, 302),
    ("GET", "team-choose"): (302, 405, 405, 405, 302),
    ("POST", "team-choose"): (302, 404, 404, 404, 302),
    ("GET", "clip-order-for-real"): (302, 405, 405, 405, 302),
    ("POST", "clip-order-for-real"): (302, 302, 404, 302, 302),
    ("GET", "magnific-callback"): (405, 405, 405, 405, 405),
    ("POST", "magnific-callback"): (404, 404, 404, 404, 404),
    ("GET", "live"): (302, 200, 200, 200, 302),
    ("GET", "theme"): (405, 405, 405, 405, 405),
    ("POST", "theme"): (302, 302, 302, 302, 302),
    ("GET", "healthz"): (200, 200, 200, 200, 200),
    ("POST", "healthz"): (405, 405, 405, 405, 405),
    ("GET", "login"): (200, 302, 302, 302, 200),
    ("GET", "logout"): (405, 405, 405, 405, 405),
    ("POST", "logout"): (302, 302, 302, 302, 302),
    ("GET", "password_change"): (302, 200, 200, 200, 302),
    ("GET", "password_reset"): (200, 200, 200, 200, 200),
    ("GET", "password_reset_done"): (200, 200, 200, 200, 200),
    ("GET", "password_reset_confirm"): (200, 200, 200, 200, 200),
    ("GET", "invitation"): (200, 200, 200, 200, 200),
}
DATA = {
    "theme": {"theme": "dark"},
    "live": {"since": "0", "page": "create", "load": "9-9", "day": "2026-01-01"},
}
OPEN_TO_ALL = {
    "theme",
    "healthz",
    "login",
    "logout",
    "password_reset",
    "password_reset_done",
    "password_reset_confirm",
    "invitation",
    "magnific-callback",
}
ADMIN_PAGES = (
    "admin:index",
    "admin:generations_submission_unclear",
    *(
        f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        for model in sorted(admin.site._registry, key=lambda model: model._meta.label)
    ),
)


@pytest.fixture
def clips(settings, tmp_path):
    """A ready clip of `owner` with its files, and one each to cancel and to retry; a cluster at work on them."""
    Heartbeat.beat("kling")
    settings.MEDIA_ROOT = tmp_path
    ready = make_generation(make_user("owner"), State.READY, files=True)
    queued, cancelled = make_generation(ready.owner), make_generation(ready.owner, State.CANCELLED)
    waiting = {"clip-cancel": queued, "clip-order-for-real": queued}
    return {**waiting, "clip-retry": cancelled, "ready": ready}


@pytest.fixture
def visit(clips):
    """Send one request as each of PEOPLE and return the answers."""
    make_stranger("other")
    make_user("inactive", is_active=False)
    _, token = make_invitation(invited_by=make_admin("admin"))

    def arguments(name):
        if name.startswith("clip"):
            return {"pk": clips.get(name, clips["ready"]).pk}
        others = {
            "password_reset_confirm": {"uidb64": "MQ", "token": "x-y"},
            "invitation": {"token": token},
            "magnific-callback": {"token": "unknown"},
        }
        return others.get(name, {})

    def send(method, name, person):
        client = Client()
        if person != "anonymous":
            client.login(username=person, password=PASSWORD)
        return getattr(client, method.lower())(reverse(name, kwargs=arguments(name)), DATA.get(name, {}))

    return lambda method, name: {person: send(method, name, person) for person in PEOPLE}


def test_every_address_has_a_row():
    assert {pattern.name for pattern in urls.urlpatterns} == {name for _, name in TABLE}


@pytest.mark.parametrize(("method", "name"), TABLE)
def test_the_status(visit, method, name):
    answers = visit(method, name)
    assert tuple(answer.status_code for answer in answers.values()) == TABLE[method, name]
    if name not in OPEN_TO_ALL:
        for person in ("anonymous", "inactive"):
            assert answers[person]["Location"].startswith("/accounts/login/?next=/")


@pytest.mark.parametrize("name", ADMIN_PAGES)
def test_the_admin_is_for_admins(visit, name):
    answers = visit("GET", name)
    assert answers.pop("admin").status_code == 200
    for answer in answers.values():
        assert answer.status_code == 302
        assert answer["Location"].startswith("/admin/login/")


def test_a_member_at_the_admin_is_told_why(client):
    client.force_login(make_user())
    page = client.get("/admin/", follow=True).content.decode()
    assert "You are authenticated as mia, but are not authorized to access this page." in page


def test_an_admin_signs_in_at_the_admin(client):
    make_admin()
    response = client.post("/admin/login/?next=/admin/", {"username": "ada", "password": PASSWORD})
    assert response["Location"] == "/admin/"


def test_nothing_is_served_from_the_media_folder(client, clips):
    client.force_login(make_admin())
    video, poster = clips["ready"].video_name, clips["ready"].poster_name
    for path in (f"/media/{video}", f"/media/{poster}", f"/{video}", f"/static/{video}"):
        assert client.get(path).status_code == 404
