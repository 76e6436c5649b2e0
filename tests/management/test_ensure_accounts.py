"""`manage.py ensure_accounts`: the first two accounts and how to sign in as them."""

import re
import stat
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from generations.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db

LINE = r"Sign in at http://127\.0\.0\.1:8000/accounts/login/ as (demo|admin), password (\S+)"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path, monkeypatch):
    settings.VAR_DIR, settings.HOST, settings.PORT, settings.PUBLIC_URL = (
        tmp_path / "var",
        "127.0.0.1",
        8000,
        "",
    )
    for name in ("DEMO_PASSWORD", "ADMIN_PASSWORD"):
        monkeypatch.delenv(name, raising=False)


def run():
    out = StringIO()
    call_command("ensure_accounts", stdout=out)
    return out.getvalue().splitlines()


def test_an_empty_database_gets_a_member_and_an_admin_who_can_sign_in(client):
    passwords = dict(re.fullmatch(LINE, line).groups() for line in run())
    demo, admin = User.objects.get(username="demo"), User.objects.get(username="admin")
    assert (demo.email, demo.is_staff, demo.is_superuser) == ("demo@localhost", False, False)
    assert (admin.email, admin.is_staff, admin.is_superuser) == ("admin@localhost", True, True)
    for name in ("demo", "admin"):
        assert client.login(username=name, password=passwords[name])
    assert passwords["demo"] != passwords["admin"]


def test_a_second_run_changes_nothing_and_says_the_same():
    first = run()
    hashes = list(User.objects.values_list("password", flat=True))
    assert run() == first
    assert list(User.objects.values_list("password", flat=True)) == hashes


def test_only_the_owner_reads_the_generated_passwords(settings):
    run()
    assert stat.S_IMODE((Path(settings.VAR_DIR) / "accounts.json").stat().st_mode) == 0o600


def test_passwords_of_the_environment_are_taken(monkeypatch):
    monkeypatch.setenv("DEMO_PASSWORD", "demo-pass")
    monkeypatch.setenv("ADMIN_PASSWORD", "admin pass")
    assert [line.split(" as ")[1] for line in run()] == [
        "demo, password demo-pass",
        "admin, password admin pass",
    ]


def test_a_password_of_the_environment_replaces_an_older_one(monkeypatch):
    run()
    monkeypatch.setenv("DEMO_PASSWORD", "chosen later")
    assert run()[0].endswith("as demo, password chosen later")
    assert User.objects.get(username="demo").check_password("chosen later")
    monkeypatch.delenv("DEMO_PASSWORD")
    assert run()[0].endswith("as demo, with the password you set")


def test_a_password_that_was_changed_in_the_pages_is_not_guessed_and_not_touched():
    run()
    demo = User.objects.get(username="demo")
    demo.set_password("my own now")
    demo.save()
    assert run()[0].endswith("as demo, with the password you set")
    assert User.objects.get(username="demo").check_password("my own now")


def test_accounts_that_were_renamed_or_closed_are_not_made_again():
    run()
    User.objects.filter(username="demo").update(username="mia")
    User.objects.filter(username="admin").update(is_active=False)
    assert run() == []
    assert User.objects.count() == 2


def test_nobody_is_added_to_a_database_that_has_people():
    make_user("mia")
    assert run() == []
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("host", "public_url", "site"),
    [
        ("0.0.0.0", "", "http://127.0.0.1:8000"),
        ("::1", "", "http://[::1]:8000"),
        ("studio.lan", "", "http://studio.lan:8000"),
        ("0.0.0.0", "https://studio.example.com", "https://studio.example.com"),
    ],
)
def test_the_address_is_one_that_a_browser_reaches(settings, host, public_url, site):
    settings.HOST, settings.PUBLIC_URL = host, public_url
    assert run()[0].startswith(f"Sign in at {site}/accounts/login/ as demo")
