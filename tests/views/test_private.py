"""What caches on the way may keep: nothing that names people, and files only where their viewer sits."""

import pytest
from django.test import Client

from generations.models import State
from tests.factories import make_admin, make_generation, make_user

pytestmark = pytest.mark.django_db

NOT_HERE = "/gallery/00000000-0000-0000-0000-000000000000/"
FOR_MEMBERS = ("/", "/gallery/", NOT_HERE, "/nowhere", "/accounts/password_change/", "/live/", "/theme")
FOR_ALL = ("/accounts/login/", "/accounts/password_reset/", "/accounts/password_reset/sent/", "/healthz")
FOR_VISITORS = (*FOR_MEMBERS, *FOR_ALL, "/accounts/invitations/x/", "/accounts/reset/x/y/", "/admin/")


@pytest.mark.parametrize("url", [*FOR_MEMBERS, *FOR_ALL])
def test_no_page_of_a_member_is_kept(client, url):
    client.force_login(make_user())
    kept = client.get(url)["Cache-Control"]
    assert "private" in kept
    assert "no-store" in kept


@pytest.mark.parametrize("url", FOR_VISITORS)
def test_no_page_of_a_visitor_is_kept(client, url):
    assert "no-store" in client.get(url)["Cache-Control"]


def test_a_refused_form_is_not_kept():
    member = Client(enforce_csrf_checks=True)
    member.force_login(make_user())
    answer = member.post("/", {"prompt": "A boat"})
    assert answer.status_code == 403
    assert answer["Cache-Control"] == "private, no-store"


def test_a_broken_page_is_not_kept(client, monkeypatch):
    client.force_login(make_user())
    client.raise_request_exception = False
    monkeypatch.setattr("generations.views.gallery.days_of", lambda *_: 1 / 0)
    answer = client.get("/gallery/")
    assert answer.status_code == 500
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("name", ["video.mp4", "download", "poster.webp"])
def test_a_file_is_kept_by_its_viewer_and_its_absence_is_not(client, settings, tmp_path, name):
    settings.MEDIA_ROOT = tmp_path
    clip = make_generation(make_user(), State.READY, files=True)
    client.force_login(make_admin())
    url = f"/gallery/{clip.pk}/{name}"
    assert client.get(url)["Cache-Control"] == "private, max-age=31536000, immutable"
    (clip.poster_path if "poster" in name else clip.video_path).unlink()
    assert client.get(url)["Cache-Control"] == "private, no-store"
