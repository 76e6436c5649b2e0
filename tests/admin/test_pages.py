"""Every list and page of the admin opens, at a constant number of queries, and shows no secret."""

from datetime import datetime, timedelta

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ, Schedule, Task

from generations.models import (
    Account,
    Delivery,
    Event,
    Generation,
    Heartbeat,
    Invitation,
    Lease,
    LedgerEntry,
    Membership,
    Order,
    Price,
    State,
    StrangerTask,
    Submission,
    Team,
    User,
)
from tests.factories import make_admin, make_generation, make_invitation, make_live_account, make_user

pytestmark = pytest.mark.django_db

READ_ONLY = [Account, Delivery, Event, Generation, Heartbeat, Lease, Order, StrangerTask, Submission]
OURS = [*READ_ONLY, Invitation, LedgerEntry, Membership, Price, Team, User]
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.fixture
def ada(client):
    ada = make_admin()
    client.force_login(ada)
    return ada


def make_rows(count):
    """Some rows of everything, with different owners, so that a forgotten join shows."""
    for number in range(count):
        owner = make_user(f"member{User.objects.count()}")
        state = list(State)[number % len(State)]
        generation = make_generation(owner, state)
        account = Account.objects.filter(is_rehearsal=False).first() or make_live_account()
        make_generation(owner, State.FAILED, account=account)
        make_invitation(f"guest{Invitation.objects.count()}@example.com", invited_by=owner)
        Price.objects.create(
            rate_per_second=1, valid_from=timezone.now() + timedelta(days=Price.objects.count())
        )
        Heartbeat.beat(f"cluster{Heartbeat.objects.count()}")
        seen = {"first_seen_at": timezone.now(), "last_seen_at": timezone.now()}
        task_id = f"stray-{StrangerTask.objects.count()}"
        StrangerTask.objects.create(account=generation.account, task_id=task_id, **seen)
        body = '{"generated": ["https://cdn.magnific.com/clip.mp4?token=secret"]}'
        Delivery.objects.create(
            webhook_id=task_id, submission=generation.submissions.first(), task_id=task_id, body=body
        )
        Schedule.objects.create(func="generations.tasks.sweep", name=f"sweep{number}")
        OrmQ.objects.create(key="kling", payload="")
        for success in (True, False):
            Task.objects.create(
                id=f"{generation.pk.hex[:30]}{success:d}",
                name="task",
                func="generations.tasks.dispatch",
                started=timezone.now(),
                stopped=timezone.now(),
                success=success,
            )
    Lease.objects.get_or_create(account=Account.objects.current())


def changelist(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def change(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def queries_of(client, url):
    ContentType.objects.clear_cache()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(url)
    assert response.status_code == 200
    return len(queries)


def test_everything_of_ours_is_registered():
    assert set(OURS) <= set(MODELS)


def test_a_list_costs_the_same_at_5_rows_and_at_50(client, ada):
    make_rows(5)
    few = {model: queries_of(client, changelist(model)) for model in MODELS}
    make_rows(45)
    assert {model: queries_of(client, changelist(model)) for model in MODELS} == few


def test_every_row_has_a_page(client, ada):
    make_rows(len(State))
    for model in MODELS:
        for row in admin.site._registry[model].get_queryset(None)[: len(State)]:
            assert client.get(change(row)).status_code == 200


def test_the_page_of_a_generation_costs_the_same_with_a_long_history(client, ada):
    generation = make_generation(state=State.READY)
    few = queries_of(client, change(generation))
    for number in range(20):
        generation.note(f"note {number}", actor=make_user(f"noter{number}"))
    assert queries_of(client, change(generation)) == few


@pytest.mark.parametrize("model", READ_ONLY, ids=lambda model: model.__name__)
def test_state_and_history_are_read_only(client, ada, model):
    make_rows(2)
    row = model.objects.first()
    assert client.get(changelist(model) + "add/").status_code == 403
    assert client.post(change(row), {"state": "ready", "name": "x"}).status_code == 403
    assert client.post(change(row).replace("/change/", "/delete/"), {"post": "yes"}).status_code == 403
    assert 'name="_save"' not in client.get(change(row)).content.decode()
    assert 'value="delete_selected"' not in client.get(changelist(model)).content.decode()


def test_no_list_offers_to_delete_what_is_selected(client, ada):
    """Most of it would be refused: prices that have begun, people with clips, invitations that were used."""
    make_rows(2)
    for model in MODELS:
        assert "delete_selected" not in client.get(changelist(model)).content.decode()


def test_times_are_written_of_24_hours_and_to_the_second(client, ada):
    generation = make_generation()
    generation.events.update(at=datetime(2026, 11, 21, 23, 5, 9, tzinfo=timezone.get_current_timezone()))
    assert "21 Nov 2026, 23:05:09" in client.get(change(generation)).content.decode()


def test_no_page_shows_a_secret(client, ada):
    generation = make_generation(state=State.SAVING)
    submission = generation.submissions.get()
    body = '{"generated": ["https://cdn.magnific.com/clip.mp4?token=secret"]}'
    delivery = Delivery.objects.create(webhook_id="w1", submission=submission, body=body)
    rows = (generation, submission, delivery)
    pages = [*map(change, rows), *(changelist(type(row)) for row in rows)]
    for url in pages:
        page = client.get(url).content.decode()
        assert "token=secret" not in page
        assert submission.callback_token not in page


@pytest.mark.parametrize("query", ["paper boat", "task-77", "{id}"])
def test_a_generation_is_found_by_prompt_task_and_id(client, ada, query):
    wanted = make_generation(state=State.READY, task_id="task-77")
    make_generation(prompt="Something else")
    page = client.get(changelist(Generation), {"q": query.format(id=wanted.pk)}).content.decode()
    assert str(wanted.pk) in page
    assert "1 generation" in page


def test_the_list_shows_poster_owner_state_price_and_the_clip_page(client, ada):
    ready = make_generation(make_user("mia"), State.READY, aspect_ratio="9:16")
    make_generation(state=State.FAILED)
    page = client.get(changelist(Generation)).content.decode()
    assert f'<img src="/gallery/{ready.pk}/poster.webp" width="30" height="54"' in page
    assert f'<a href="/gallery/{ready.pk}/">Open</a>' in page
    assert "5.60 EUR" in page
    assert "Failed at Magnific. We do not know whether it was charged." in page


@pytest.mark.parametrize(
    "query", ["state=ready", "account__is_rehearsal=1", "duration=5", "charged=no", "created_at__year=2026"]
)
def test_filters_are_answered(client, ada, query):
    make_generation()
    assert client.get(f"{changelist(Generation)}?{query}").status_code == 200


def test_the_queue_cannot_be_resubmitted_added_or_deleted(client, ada):
    make_rows(1)
    for model in MODELS:
        if model._meta.app_label == "django_q":
            page = client.get(changelist(model)).content.decode()
            assert "Resubmit" not in page
            assert "delete_selected" not in page
            assert client.get(changelist(model) + "add/").status_code == 403


def test_no_page_has_an_inline_script_or_style(client, ada):
    make_rows(2)
    urls = ["/admin/", *(changelist(model) for model in MODELS), change(Generation.objects.first())]
    for url in urls:
        page = client.get(url).content.decode()
        assert "<style" not in page
        assert " style=" not in page
        assert "<script>" not in page
