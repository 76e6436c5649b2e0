"""The admin's first page: what needs a person, calm otherwise, for a fixed number of queries by indexes."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.lifecycle import attention, review, room
from generations.lifecycle.charge import undecided
from generations.models import Account, Charged, Delivery, Generation, Heartbeat, State, Submission
from tests.factories import make_admin, make_generation, make_live_account, make_team, make_user
from tests.views.pages import elements, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _well(settings, tmp_path):
    """Both clusters live, and the disk is ours."""
    settings.MEDIA_ROOT = tmp_path
    for cluster in ("kling", "saving"):
        Heartbeat.beat(cluster)


@pytest.fixture
def ada(client):
    ada = make_admin()
    client.force_login(ada)
    return ada


def trouble():
    """One of everything that needs somebody."""
    now = timezone.now()
    mia = make_user("mia")
    review.hand_in(mia, [make_generation(mia, State.READY)])
    live = make_live_account(is_shared=True)
    make_generation(state=State.FAILED, account=live, charged=Charged.UNKNOWN, prompt="A lost boat")
    make_generation(state=State.UNSURE)
    Submission.objects.filter(outcome="unsure").update(answered_at=now - timedelta(hours=1))
    make_generation(state=State.RENDERING, state_at=now - timedelta(hours=2), prompt="A slow boat")
    make_generation(state=State.READY, file_damage="missing")
    Account.objects.current().pause("no_credit", "The account is out of credit.")
    make_team("North", paused_at=now, paused_kind="failures")
    Delivery.objects.create(webhook_id="w", is_stale=True, secret_encoding="utf-8")
    Heartbeat.objects.filter(cluster="saving").update(beat_at=now - timedelta(hours=3))


def links_of(response):
    """Where the lines lead."""
    found = elements(response, "a")
    return [one["href"] for one in found if one.get("aria-describedby", "").startswith("home-")]


def test_a_quiet_house_is_calm(client, ada):
    page = text_of(client.get("/admin/"))
    assert "Nothing needs a person" in page
    assert "No clip waits for a verdict. " in page
    assert "Both clusters work: kling " in page
    assert "€0.00 spent in" in page


def test_each_trouble_is_said_with_what_to_do_and_where(client, ada):
    trouble()
    response = client.get("/admin/")
    page = text_of(response)
    for sentence in (
        "11 things need a person",
        "1 clip waits for a verdict, handed in less than a minute ago.",
        "1 submission in doubt: the answer was lost",
        "Sending is paused. The account at Magnific is out of credit. Top up at Magnific, then resume here.",
        "is used by somebody else too: its list settles no doubt.",
        "North: too many clips failed, so sending stopped by itself.",
        "1 clip failed in the last 24 hours.",
        "1 failed clip was perhaps charged",
        "The oldest has been rendering for 2 hours: A slow boat That is long.",
        "1 saved file is missing, changed or unreadable.",
        "The cluster saving was heard 3 hours ago",
        "1 callback of the last day came with a time minutes off.",
    ):
        assert sentence in page
    links = links_of(response)
    assert len(links) == 13
    for link in links:
        assert client.get(link).status_code == 200, link
    failed = next(link for link in links if "state_at__gte" in link)
    assert "1 generation" in text_of(client.get(failed))


def test_a_reviewer_sees_what_waits_for_them_and_nothing_else(client):
    trouble()
    rae = make_user("rae", role=None, is_staff=True)
    rae.groups.add(Group.objects.get(name="Reviewers"))
    client.force_login(rae)
    response = client.get("/admin/")
    assert "One thing needs a person" in text_of(response)
    assert links_of(response) == ["/admin/generations/clipinreview/queue/"]
    assert "Set-up" not in text_of(response)


def test_it_costs_the_same_with_more_of_everything_and_counts_to_a_hundred(client, ada, monkeypatch):
    trouble()
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/")
        counts.append(len(queries))
        for state in (*State, *[State.READY] * 6):
            make_generation(state=state, file_damage="changed")
    assert counts[0] == counts[1]
    monkeypatch.setattr(attention, "MOST", 5)
    assert "5+ saved files are" in text_of(client.get("/admin/"))


def plan_of(found):
    """How the database reads it; with few rows PostgreSQL would rather read them all."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
    return found.explain()


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (lambda: attention.unclear().order_by(), "submission_unsure"),
        (lambda: attention.failed_since(timezone.now()).order_by("-state_at"), "generation_team_state"),
        (lambda: attention.damaged().order_by(), "generation_damaged"),
        (lambda: undecided().order_by(), "generation_charge_unknown"),
        (lambda: attention.stale_callbacks(timezone.now()).order_by(), "delivery_stale"),
        (
            lambda: Generation.objects.filter(state__in=attention.GOING_ON).order_by(),
            "generation_state_save_after",
        ),
    ],
    ids=["unclear", "failed", "damaged", "charges", "stale", "running"],
)
def test_each_count_is_found_by_an_index(rows, index):
    make_generation(state=State.FAILED)
    assert index in plan_of(rows()[: attention.MOST + 1])


def test_the_room_is_counted_in_clips_as_they_have_been_lately(ada, settings):
    account = Account.objects.current()
    assert room.room(account).a_clip == room.USUAL_BYTES
    make_generation(state=State.READY, video_bytes=30_000_000, proxy_bytes=2_000_000)
    make_generation(state=State.READY, video_bytes=10_000_000, proxy_bytes=None)
    make_generation(state=State.FAILED)
    found = room.room(account)
    assert found.a_clip == 21_000_000
    assert found.clips == found.free // 21_000_000


def test_a_disk_that_is_nearly_full_or_does_not_answer_needs_a_person(client, ada, monkeypatch):
    monkeypatch.setattr(room, "free_bytes", lambda: 3 * room.USUAL_BYTES)
    assert "Room for about 3 more clips" in text_of(client.get("/admin/"))
    assert "Make room in VAR_DIR/media" in text_of(client.get("/admin/"))

    def gone():
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(room, "free_bytes", gone)
    assert "The media folder cannot be read: Input/output error." in text_of(client.get("/admin/"))


def test_the_room_of_a_folder_that_is_not_made_yet_is_its_disks(settings, tmp_path):
    settings.MEDIA_ROOT = Path(tmp_path) / "not" / "yet"
    assert room.free_bytes() > 0
