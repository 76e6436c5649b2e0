"""What the settings promise: to the disk, to the database, and to browsers."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.db import ConnectionHandler, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client

from generations.durable import synced
from generations.models import Team
from kling_site.sqlite3 import base
from tests.factories import PASSWORD, make_user

Load = Callable[..., dict[str, Any]]
POSTGRES = "postgres://mia:secret@db.example/clips"
PUBLIC_URL = "https://studio.example.com"
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "media-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
SAFETY = (
    *("ALLOWED_HOSTS", "PUBLIC_URL", "SECURE_PROXY_SSL_HEADER", "SECURE_HSTS_SECONDS"),
    *("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "CSRF_TRUSTED_ORIGINS"),
)


@pytest.fixture
def sqlite(load: Load, db: None) -> Iterator[BaseDatabaseWrapper]:
    """A connection to a SQLite file of the test's own, under the alias `sqlite`."""
    database = load(SECRET_KEY="given")["DATABASES"]["default"]
    Path(database["NAME"]).parent.mkdir()
    connections["sqlite"] = ConnectionHandler({"default": {}, "sqlite": database})["sqlite"]
    yield connections["sqlite"]
    connections["sqlite"].close()
    del connections["sqlite"]


def test_sqlite_survives_a_power_cut(sqlite: BaseDatabaseWrapper) -> None:
    with sqlite.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
        assert sqlite.connection.patience == 30


def test_only_savers_leave_a_commit_to_the_next_sync_of_the_disk(load: Load) -> None:
    """A power cut may undo what they have committed last: the sweep has it done again."""
    said = [load(SECRET_KEY="given", Q_CLUSTER_NAME=name) for name in ("kling", "saving")]
    begins = [one["DATABASES"]["default"]["OPTIONS"]["init_command"] for one in said]
    assert ["FULL" in one for one in begins] == [True, False]
    assert "NORMAL" in begins[1]


def test_a_transaction_on_sqlite_may_write_from_its_beginning(sqlite: BaseDatabaseWrapper) -> None:
    with (
        closing(sqlite3.connect(sqlite.settings_dict["NAME"], timeout=0)) as another,
        transaction.atomic("sqlite"),
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        another.execute("BEGIN IMMEDIATE")


def test_on_postgresql_pages_share_a_pool_and_workers_have_none(load: Load) -> None:
    web = load(DATABASE_URL=POSTGRES)["DATABASES"]["default"]
    assert (web["CONN_MAX_AGE"], web["OPTIONS"]["pool"]["max_size"]) == (0, 16)
    worker = load(DATABASE_URL=POSTGRES, IN_WORKER="true")["DATABASES"]["default"]
    assert worker["CONN_MAX_AGE"] == 600
    assert "pool" not in worker["OPTIONS"]


def test_postgresql_is_told_of_the_disk_and_then_what_its_address_says(load: Load) -> None:
    for query, told in (
        ("", "-c random_page_cost=1.1"),
        ("?options=-c%20jit%3Doff", "-c random_page_cost=1.1 -c jit=off"),
    ):
        database = load(DATABASE_URL=f"{POSTGRES}{query}")["DATABASES"]["default"]
        assert database["OPTIONS"]["options"] == told


def test_sqlite_s_pages_are_read_where_the_system_keeps_them(sqlite: BaseDatabaseWrapper) -> None:
    with sqlite.cursor() as cursor:
        assert cursor.execute("PRAGMA mmap_size").fetchone() == (2**30,)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/accounts/login/", "/admin/login/", "/nothing/here/"])
def test_the_policy_of_every_page(client: Client, path: str) -> None:
    answer = client.get(path)
    assert set(answer["Content-Security-Policy"].split("; ")) == POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"


@pytest.mark.django_db
def test_behind_https_cookies_are_secure_and_browsers_stay_there(load: Load, settings: Any) -> None:
    found = load(PUBLIC_URL=PUBLIC_URL)
    for name in SAFETY:
        setattr(settings, name, found[name])
    make_user("mia")
    client = Client(
        enforce_csrf_checks=True, headers={"host": "studio.example.com", "x-forwarded-proto": "https"}
    )
    page = client.get("/accounts/login/")
    assert page["Strict-Transport-Security"] == "max-age=31536000"
    form = {
        "username": "mia",
        "password": PASSWORD,
        "csrfmiddlewaretoken": client.cookies[settings.CSRF_COOKIE_NAME].value,
    }
    assert (
        client.post("/accounts/login/", form, headers={"origin": "https://evil.example"}).status_code == 403
    )
    assert client.post("/accounts/login/", form, headers={"origin": PUBLIC_URL}).status_code == 302
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        assert client.cookies[name]["secure"]
        assert client.cookies[name]["samesite"] == "Lax"
    assert client.cookies[settings.SESSION_COOKIE_NAME]["httponly"]


@pytest.mark.django_db
def test_without_https_nothing_asks_for_it(load: Load, settings: Any) -> None:
    found = load(PUBLIC_URL="http://studio.lan:8000")
    for name in SAFETY:
        setattr(settings, name, found[name])
    answer = Client(headers={"host": "studio.lan:8000", "x-forwarded-proto": "https"}).get("/accounts/login/")
    assert answer.status_code == 200
    assert "Strict-Transport-Security" not in answer
    assert not answer.wsgi_request.is_secure()
    assert not answer.cookies[settings.CSRF_COOKIE_NAME]["secure"]


@pytest.mark.django_db(transaction=True)
def test_a_commit_that_makes_a_clip_ready_is_synced_where_others_are_not(monkeypatch: pytest.MonkeyPatch):
    syncs, is_sqlite = list[int](), connection.vendor == "sqlite"
    monkeypatch.setattr(base, "_sync", syncs.append)
    connection.close()
    connection.ensure_connection()
    if is_sqlite:  # As a saver's.
        connection.connection.is_full = False
    for number, block in enumerate((nullcontext(), synced(), nullcontext())):
        with block, transaction.atomic():
            Team.objects.create(name=f"Team {number}")
    connection.close()
    assert len(syncs) == is_sqlite, "PostgreSQL syncs every commit by itself"
