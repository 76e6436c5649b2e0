"""The page on which a person settles what the list and the callbacks could not."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.lifecycle import unclear
from generations.models import Delivery, Failure, Generation, Outcome, State, StrangerTask, Submission
from tests.factories import make_admin, make_generation, make_live_account, make_user

pytestmark = pytest.mark.django_db

UNCLEAR = "/admin/generations/submission/unclear/"


@pytest.fixture
def ada(client):
    ada = make_admin()
    client.force_login(ada)
    return ada


def make_doubt(**fields):
    """A submission whose answer was lost, with what is known of it."""
    submission = make_generation(state=State.UNSURE, **fields).submissions.get()
    Submission.objects.filter(pk=submission.pk).update(
        http_status=502, problem="Magnific answered 502.", evidence="<html>Bad Gateway</html>"
    )
    submission.refresh_from_db()
    return submission


def make_stranger(submission, task_id="stray-1", **fields):
    seen = {"first_seen_at": timezone.now(), "last_seen_at": timezone.now(), **fields}
    return StrangerTask.objects.create(account=submission.account, task_id=task_id, **seen)


def decide(client, submission, decision, reason="Seen on the dashboard.", **ids):
    data = {"submission": submission.pk, "decision": decision, "reason": reason, **ids}
    return client.post(UNCLEAR, data, follow=True)


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_a_doubt_stands_beside_its_evidence_and_the_ids_it_may_have_made(client, ada):
    submission = make_doubt(owner=make_user("mia"))
    make_stranger(submission, "stray-1", status="IN_PROGRESS", reads=7)
    make_stranger(submission, "older-1", first_seen_at=submission.claimed_at - timedelta(minutes=1))
    make_stranger(submission, "aside-1", is_old=True)
    Delivery.objects.create(webhook_id="w1", submission=submission, task_id="called-1", status="CREATED")
    page = client.get(UNCLEAR).content.decode()
    for fact in (
        *("A paper boat crosses", "by mia", "€5.60", "process 4242 on worker-1", "HTTP 502"),
        *(
            "Magnific answered 502.",
            "&lt;html&gt;Bad Gateway&lt;/html&gt;",
            "called-1",
            "submitting → unsure",
        ),
        *('value="stray-1"', "IN_PROGRESS", "<td>7</td>"),
    ):
        assert fact in page, fact
    assert 'value="older-1"' not in page
    assert 'value="aside-1"' not in page
    assert submission.callback_token not in page


def test_without_doubts_it_says_so(client, ada):
    make_generation(state=State.RENDERING)
    page = client.get(UNCLEAR).content.decode()
    assert "Nothing is unclear" in page
    assert "<form method" not in page.split("content-main")[1]


def test_doubts_of_another_account_are_shown_too(client, ada):
    make_doubt(account=make_live_account())
    assert "data-submission" in client.get(UNCLEAR).content.decode()


@pytest.mark.parametrize("ids", [{"task_id": "stray-1"}, {"pasted_id": " stray-1 "}])
def test_an_id_is_adopted_chosen_or_pasted(client, ada, ids):
    submission = make_doubt()
    make_stranger(submission)
    response = decide(client, submission, "adopt", **ids)
    assert "Adopted." in said(response)[0]
    generation = Generation.objects.get()
    assert (generation.state, generation.task_id) == (State.RENDERING, "stray-1")
    page = response.content.decode()
    assert "adopted stray-1: Seen on the dashboard." in page
    assert "<td>ada</td>" in page


def test_never_received_is_queued_again_once_more(client, ada):
    submission = make_doubt()
    response = decide(client, submission, "queue_again")
    assert "will be sent once more" in said(response)[0]
    generation = Generation.objects.get()
    assert generation.state == State.QUEUED
    event = generation.events.last()
    assert (event.actor, event.why) == (ada, "never received: Seen on the dashboard.")
    assert "never received: Seen on the dashboard." in response.content.decode()


def test_giving_up_says_that_the_charge_is_unknown(client, ada):
    submission = make_doubt(account=make_live_account())
    decide(client, submission, "give_up", reason="Nobody knows.")
    generation = Generation.objects.get()
    assert (generation.state, generation.failure) == (State.FAILED, Failure.GAVE_UP)
    client.force_login(generation.owner)
    page = client.get(generation.get_absolute_url()).content.decode()
    assert "Nobody knows. We do not know whether it was charged." in page


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"reason": " "}, "Say why"),
        ({"decision": "", "task_id": "stray-1"}, "Press one of the three buttons."),
        ({"task_id": "", "pasted_id": ""}, "Choose one of the ids, or paste one."),
        ({"task_id": "stray-1", "pasted_id": "other-1"}, "Choose one id only."),
        ({"pasted_id": "two words"}, "A task id has no spaces"),
        ({"pasted_id": "ours-1"}, "This id belongs to another clip already."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_decided_or_lost(client, ada, data, sentence):
    make_generation(state=State.RENDERING, task_id="ours-1")
    submission = make_doubt()
    make_stranger(submission)
    response = client.post(
        UNCLEAR, {"submission": submission.pk, "decision": "adopt", "reason": "Because of it."} | data
    )
    page = response.content.decode()
    assert sentence in page
    assert data.get("pasted_id", "") in page
    assert "reason" in data or 'value="Because of it."' in page
    submission.refresh_from_db()
    assert submission.outcome == Outcome.UNSURE


@pytest.mark.parametrize("decision", ["adopt", "queue_again", "give_up"])
def test_who_comes_second_is_told_and_changes_nothing(client, ada, decision):
    submission = make_doubt()
    unclear.adopt(submission, "stray-1", actor=make_admin("eve"), why="faster")
    response = decide(client, submission, decision, task_id="stray-2")
    assert "in doubt no more" in said(response)[0]
    assert Generation.objects.get().task_id == "stray-1"


def test_an_id_that_turns_up_later_is_offered_to_what_was_thought_lost(client, ada):
    submission = make_doubt()
    unclear.queue_again(submission, actor=ada, why="not on the dashboard")
    assert "Thought lost" not in client.get(UNCLEAR).content.decode()
    make_stranger(submission)
    page = client.get(UNCLEAR).content.decode()
    assert "Thought lost" in page
    assert 'value="stray-1"' in page
    assert 'value="queue_again"' not in page
    assert "Adopted." in said(decide(client, submission, "adopt", task_id="stray-1"))[0]
    assert Generation.objects.filter(task_id="stray-1", state=State.RENDERING).exists()


@pytest.mark.parametrize("number", ["", "x", "999999"])
def test_an_unknown_submission_is_404(client, ada, number):
    assert client.post(UNCLEAR, {"submission": number}).status_code == 404


def test_only_superusers_decide(client):
    staff = make_user("sam", is_staff=True)
    staff.user_permissions.set(Permission.objects.all())
    submission = make_doubt()
    client.force_login(staff)
    assert client.get(UNCLEAR).status_code == 403
    assert decide(client, submission, "give_up").status_code == 403
    client.logout()
    assert client.get(UNCLEAR)["Location"].startswith("/admin/login/")
    assert Generation.objects.get().state == State.UNSURE


def test_the_page_is_found_from_the_index_the_list_and_the_banner(client, ada):
    submission = make_doubt()
    assert UNCLEAR in client.get("/admin/").content.decode()
    assert UNCLEAR in client.get("/admin/generations/submission/").content.decode()
    assert UNCLEAR not in client.get("/").content.decode()
    Submission.objects.filter(pk=submission.pk).update(answered_at=timezone.now() - timedelta(minutes=5))
    assert "1 order unclear." in client.get("/").content.decode()
    assert UNCLEAR in client.get("/").content.decode()
    client.force_login(submission.generation.owner)
    assert UNCLEAR not in client.get("/").content.decode()


def test_a_page_of_many_costs_one_look_at_the_ids_for_each(client, ada):
    def queries():
        ContentType.objects.clear_cache()
        with CaptureQueriesContext(connection) as counted:
            assert client.get(UNCLEAR).status_code == 200
        return len(counted)

    make_doubt(owner=make_user("member0"))
    few = queries()
    for number in range(1, 6):
        make_doubt(owner=make_user(f"member{number}"))
    assert queries() == few + 5
