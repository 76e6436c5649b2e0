"""Every list and page of the admin opens, at a constant number of queries, and shows no secret."""

from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ, Schedule, Task

from generations.admin import clip_search, listing
from generations.lifecycle import collections, comments, library_import, review, suggestions, tags
from generations.models import (
    Account,
    ClipInReview,
    Collection,
    Comment,
    Delivery,
    Event,
    Generation,
    Heartbeat,
    Improvement,
    Invitation,
    Lease,
    LedgerEntry,
    Library,
    LibraryUpload,
    Membership,
    Order,
    Pin,
    Price,
    Prompt,
    Rating,
    Review,
    State,
    StrangerTask,
    Submission,
    Suggestion,
    Tag,
    Team,
    TeamEvent,
    Trial,
    User,
    Version,
)
from tests.factories import (
    make_admin,
    make_draft,
    make_generation,
    make_invitation,
    make_library,
    make_live_account,
    make_prompt,
    make_user,
)

pytestmark = pytest.mark.django_db

READ_ONLY = [
    Account,
    Collection,
    Comment,
    Delivery,
    Event,
    Generation,
    Heartbeat,
    Improvement,
    Lease,
    Library,
    LibraryUpload,
    Order,
    Pin,
    Prompt,
    Review,
    StrangerTask,
    Submission,
    Suggestion,
    Tag,
    TeamEvent,
    Trial,
    Version,
]
OURS = [*READ_ONLY, ClipInReview, Invitation, LedgerEntry, Membership, Price, Team, User]
LEFT_OUT = {
    "AccountEvent": "on the page of its account",
    "CollectionItem": "the list of clips that a collection's page links to",
    "DailySpend": "sums of the ledger, made anew from it",
    "Favourite": "somebody's own",
    "LibraryFigure": "counts of prompts, kept for the lists",
    "Notice": "somebody's own",
    "NoticeChoice": "somebody's own",
    "OrderedPrompt": "somebody's own, copied from their clips",
    "PromptFavourite": "somebody's own",
    "PromptIndex": "an index",
    "PromptTag": "on the page of its prompt",
    "PromptWord": "an index",
    "Rating": "on the page of its clip",
    "Revision": "a counter",
    "SavedSearch": "somebody's own",
    "Tagging": "the list of clips that a tag's page links to",
}
"""Models without a list of their own, and why."""
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
        kept = collections.make(generation.team, f"Kept {Collection.objects.count()}", actor=owner)
        collections.add(kept, [generation], actor=owner)
        tags.add(generation.team, f"tag {Tag.objects.count()}", [generation], actor=owner)
        Improvement.objects.create(user=owner, account=account, text="The violet lighthouse")
        prompt = make_prompt(make_library(f"Looks {Library.objects.count()}", by=owner))
        suggestion = suggestions.suggest(prompt, make_draft("A kite"), of=prompt.live, actor=owner)
        suggestions.accept(suggestion, actor=owner)
        library_import.keep_upload(prompt.library, "a.csv", b"title,text", actor=owner)
        TeamEvent.objects.create(team=generation.team, what="was looked at", actor=owner, member=owner)
        Trial.objects.create(what="key", asked_by=owner, answered_at=timezone.now(), found="Fine.")
        ready = make_generation(owner, State.READY)
        Rating.objects.create(user=owner, generation=ready, stars=4)
        review.hand_in(owner, [ready])
        comments.comment(ready, "A jump", actor=owner, moment_ms=40)
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


def test_every_model_has_a_list_or_a_reason_for_none():
    ours = set(apps.get_app_config("generations").get_models())
    assert set(OURS) <= set(MODELS)
    assert {model.__name__ for model in ours - set(MODELS)} == set(LEFT_OUT)


def costs(client, request):
    """Queries of each list, of a search in it, and of a row's page; which all must answer."""
    found = {}
    for model in MODELS:
        site = admin.site._registry[model]
        asked = {"list": changelist(model), "page": change(site.get_queryset(request).order_by("pk").first())}
        if site.get_search_fields(request):
            asked["search"] = f"{changelist(model)}?q=member0"
        found |= {(model.__name__, what): queries_of(client, url) for what, url in asked.items()}
    return found


def test_everything_costs_the_same_at_5_rows_and_at_30(client, ada, rf, monkeypatch):
    """Three rows of a list, then twenty-five: one that has no second page is read at once, and spares a query."""
    monkeypatch.setattr(listing.ListingAdmin, "list_per_page", 3)
    request = rf.get("/admin/")
    request.user = ada
    make_rows(5)
    few = costs(client, request)
    make_rows(25)
    monkeypatch.setattr(listing.ListingAdmin, "list_per_page", 25)
    assert costs(client, request) == few


def test_a_list_counts_and_searches_no_further_than_it_must(client, ada, monkeypatch):
    """By what the database is asked: no count of all, and no look for a part of a word."""
    make_rows(3)
    monkeypatch.setattr(listing, "MOST", 2)
    for model in (Event, Generation, ClipInReview, Submission, Delivery, LedgerEntry, Order, Review):
        with CaptureQueriesContext(connection) as queries:
            page = client.get(changelist(model)).content.decode()
            client.get(changelist(model), {"q": "boat"})
        asked = [query["sql"] for query in queries]
        assert f"More than 2 {model._meta.verbose_name_plural}" in page
        assert [
            sql for sql in asked if "COUNT(" in sql and "LIMIT" not in sql and "GROUP BY" not in sql
        ] == []
        assert [sql for sql in asked if "LIKE" in sql and "generations_user" not in sql] == []


def test_of_a_search_for_words_less_is_counted(client, ada, monkeypatch):
    make_rows(3)
    monkeypatch.setattr(clip_search, "MOST_FOUND", 2)
    for model in (Generation, ClipInReview):
        name = model._meta.verbose_name_plural
        assert f"More than 2 {name}" in client.get(changelist(model), {"q": "boat"}).content.decode()
        assert f"More than 2 {name}" not in client.get(changelist(model)).content.decode()


def test_more_than_is_counted_of_a_search_is_not_acted_on(client, ada, monkeypatch):
    clips = [make_generation(prompt="A boat") for _ in range(3)]
    monkeypatch.setattr(clip_search, "MOST_FOUND", 2)
    data = {"action": "cancel_selected", "_selected_action": [clips[0].pk], "select_across": "1"}
    page = client.post(f"{changelist(Generation)}?q=boat", data, follow=True).content.decode()
    assert "Nothing was done: these are more than 2." in page
    client.post(changelist(Generation), data)
    assert not Generation.objects.filter(state=State.QUEUED).exists()


def test_the_history_of_a_row_is_what_was_done_to_it(client, ada):
    mia = make_user()
    done = LogEntry.objects.log_actions(ada.pk, [mia], CHANGE, change_message="Looked after.")
    page = client.get(reverse("admin:generations_user_history", args=[mia.pk]))
    assert list(page.context["action_list"]) == done
    assert "Looked after." in page.content.decode()


def test_what_nobody_has_counted_is_not_acted_on(client, ada, monkeypatch):
    clips = [make_generation() for _ in range(3)]
    monkeypatch.setattr(listing, "MOST", 2)
    data = {"action": "cancel_selected", "_selected_action": [clips[0].pk], "select_across": "1"}
    page = client.post(changelist(Generation), data, follow=True).content.decode()
    assert "Nothing was done: these are more than 2." in page
    assert Generation.objects.filter(state=State.QUEUED).count() == 3
    client.post(changelist(Generation), data | {"select_across": "0"})
    assert Generation.objects.filter(state=State.QUEUED).count() == 2


def test_a_calendar_leads_to_the_days_without_reading_the_rows(client, ada):
    for month, day in ((11, 3), (11, 5), (12, 1)):
        at = datetime(2025, month, day, 12, tzinfo=timezone.get_current_timezone())
        Generation.objects.filter(pk=make_generation().pk).update(created_at=at)
    url = changelist(Generation)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(url).content.decode()
    assert not [query for query in queries if "DISTINCT" in query["sql"]]
    assert "created_at__month=11&amp;created_at__year=2025" in page
    page = client.get(url, {"created_at__year": 2025, "created_at__month": 11}).content.decode()
    assert "created_at__day=5" in page
    assert "created_at__day=2&" not in page  # Before the first of all.
    page = client.get(url, {"created_at__year": 2025, "created_at__month": 11, "created_at__day": 3})
    assert "1 generation" in page.content.decode()


def test_every_row_has_a_page(client, ada, rf):
    make_rows(len(State))
    request = rf.get("/admin/")
    request.user = ada
    for model in MODELS:
        for row in admin.site._registry[model].get_queryset(request)[: len(State)]:
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


def test_what_people_had_improved_is_nobody_elses_business(client, ada):
    make_rows(1)
    Improvement.objects.update(answer="The violet lighthouse, slowly")
    for address in (changelist(Improvement), change(Improvement.objects.get())):
        assert "violet" not in client.get(address).content.decode()


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
