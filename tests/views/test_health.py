"""What monitoring is told."""

import json
import os
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from generations.lifecycle import health
from generations.models import Account, Generation, Heartbeat, State
from tests.factories import make_generation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _up_for_an_hour(monkeypatch):
    """This process, as if it had started an hour ago: no test waits for three minutes."""
    monkeypatch.setattr(health, "STARTED", time.monotonic() - 3600)


def beat(cluster, seconds_ago):
    Heartbeat.objects.create(cluster=cluster, beat_at=timezone.now() - timedelta(seconds=seconds_ago))


def test_an_idle_installation_is_well(client):
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "database": "ok",
        "mode": "rehearsal",
        "clusters": {
            "kling": {"status": "ok", "heartbeat_seconds": None, "work_waits": False},
            "saving": {"status": "ok", "heartbeat_seconds": None, "work_waits": False},
        },
    }
    assert "no-store" in response["Cache-Control"]


def test_live_is_said(client, settings):
    settings.REHEARSAL = False
    assert client.get("/healthz").json()["mode"] == "live"


def test_head_and_other_methods(client):
    assert client.head("/healthz").status_code == 200
    assert client.post("/healthz").status_code == 405


def test_heartbeats_are_told_in_seconds(client):
    beat("kling", 12)
    assert client.get("/healthz").json()["clusters"]["kling"]["heartbeat_seconds"] == pytest.approx(12, abs=2)


@pytest.mark.parametrize(
    ("state", "cluster"),
    [
        (State.QUEUED, "kling"),
        (State.SUBMITTING, "kling"),
        (State.RENDERING, "kling"),
        (State.SAVING, "saving"),
    ],
)
@pytest.mark.parametrize(("seconds_ago", "status"), [(170, 200), (190, 503), (None, 503)])
def test_waiting_work_needs_a_heartbeat(client, state, cluster, seconds_ago, status):
    make_generation(state=state)
    if seconds_ago:
        beat(cluster, seconds_ago)
    response = client.get("/healthz")
    assert response.status_code == status
    assert response.json()["status"] == ("ok" if status == 200 else "failing")
    other = {"kling": "saving", "saving": "kling"}[cluster]
    assert response.json()["clusters"][other]["status"] == "ok"


@pytest.mark.parametrize("state", [State.UNSURE, State.READY, State.FAILED, State.CANCELLED])
def test_nothing_waits_for_a_cluster_in_other_states(client, state):
    make_generation(state=state)
    assert client.get("/healthz").status_code == 200


def test_a_paused_account_makes_nobody_wait(client):
    make_generation(state=State.QUEUED)
    Account.objects.current().pause("no_credit", "No credit.")
    assert client.get("/healthz").status_code == 200


def test_a_later_try_to_save_does_not_wait_yet(client):
    generation = make_generation(state=State.SAVING)
    Generation.objects.filter(pk=generation.pk).update(save_after=timezone.now() + timedelta(minutes=5))
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(("due", "status"), [(None, 503), (timedelta(), 200)])
def test_a_save_that_nobody_was_rung_for_is_waiting_for_the_sweep(client, due, status):
    """Savers are well, but the cluster that sweeps is silent: nothing else would tell."""
    generation, now = make_generation(state=State.SAVING), timezone.now()
    Generation.objects.filter(pk=generation.pk).update(
        save_after=None if due is None else now + due, state_at=now - timedelta(minutes=3)
    )
    beat("saving", 5)
    beat("kling", 190)
    response = client.get("/healthz")
    assert response.status_code == status
    assert response.json()["clusters"]["kling"]["work_waits"] is (status == 503)


def test_a_restart_is_not_red_at_once(client, monkeypatch):
    make_generation(state=State.QUEUED)
    monkeypatch.setattr(health, "STARTED", time.monotonic() - 60)
    assert client.get("/healthz").status_code == 200


def test_a_heartbeat_from_the_future_counts_for_nothing(client):
    make_generation(state=State.QUEUED)
    beat("kling", -3600)
    assert client.get("/healthz").status_code == 503


def test_a_database_that_does_not_answer_is_503_and_no_exception(tmp_path, settings):
    ask = (
        "import django; django.setup(); from django.test import Client;"
        "response = Client().get('/healthz', headers={'Host': 'localhost'});"
        "print(response.status_code, response.content.decode())"
    )
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path}/no-such-folder/db.sqlite3",
        "VAR_DIR": str(tmp_path),
    }
    command, here = [sys.executable, "-c", ask], settings.BASE_DIR
    asked = subprocess.run(command, env=environment, cwd=here, capture_output=True, text=True, check=True)
    status, _, body = asked.stdout.partition(" ")
    assert status == "503"
    report = json.loads(body)
    assert (report["status"], report["database"]) == ("failing", "failing")
