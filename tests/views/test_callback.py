"""The address that Magnific calls: what is let in, and that letting in is all it does."""

import time

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse
from django_q.models import OrmQ

from generations.lifecycle import callbacks
from generations.models import Delivery, Generation, State
from generations.views.callback import LONGEST_BODY
from tests.deliveries import SECRET, deliver, signed, word
from tests.factories import make_generation
from tests.lifecycle.conftest import together

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def secret(settings):
    settings.MAGNIFIC_WEBHOOK_SECRETS = ["another one", SECRET]


@pytest.fixture
def submission(db):
    return make_generation(state=State.RENDERING, task_id="t-1").submissions.get()


def test_a_delivery_is_kept_as_it_came_and_wakes_the_dispatcher(submission):
    body = word("t-1", "COMPLETED", generated=["https://cdn.magnific.com/a.mp4?token=secret"])
    assert deliver(submission.callback_token, body, signed(body, webhook_id="msg_a")) == 204
    kept = Delivery.objects.get()
    assert (kept.webhook_id, kept.submission, kept.task_id, kept.status) == (
        "msg_a",
        submission,
        "t-1",
        "COMPLETED",
    )
    assert (kept.body, kept.secret_encoding, kept.is_stale, kept.read_at) == (
        body.decode(),
        "utf-8",
        False,
        None,
    )
    assert [item.func() for item in OrmQ.objects.all()] == ["generations.tasks.dispatch"]
    generation = Generation.objects.get()
    assert (generation.state, generation.ask_now) == (State.RENDERING, False)


def test_the_same_delivery_again_is_kept_once(submission):
    body = word("t-1", "COMPLETED")
    headers = signed(body, webhook_id="msg_a")
    OrmQ.objects.all().delete()
    assert [deliver(submission.callback_token, body, headers) for _ in range(3)] == [204] * 3
    assert Delivery.objects.count() == 1
    assert OrmQ.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_delivery_at_the_same_moment_is_kept_once(submission):
    body = word("t-1", "COMPLETED")
    headers, token = signed(body, webhook_id="msg_a"), submission.callback_token
    assert together(*(lambda: deliver(token, body, headers),) * 5) == [204] * 5
    assert Delivery.objects.count() == 1


def badly_signed(body):
    return signed(body, key=b"somebody else's")


def unsigned(body):
    return {}


def without_an_id(body):
    return signed(body) | {"webhook-id": ""}


def of_another_body(body):
    return signed(body + b" ")


def of_another_time(body):
    return signed(body) | {"webhook-timestamp": str(int(time.time()) - 1)}


@pytest.mark.parametrize("headers", [badly_signed, unsigned, without_an_id, of_another_body, of_another_time])
@pytest.mark.parametrize("token", ["known", "unknown"])
def test_what_nobody_signed_is_refused_and_leaves_nothing(headers, token, submission):
    body = word("t-1", "COMPLETED")
    OrmQ.objects.all().delete()
    token = submission.callback_token if token == "known" else "nonsense"
    assert deliver(token, body, headers(body) or {"x": "y"}) == 401
    assert not Delivery.objects.exists()
    assert not OrmQ.objects.exists()


def test_an_unknown_token_is_counted_and_wakes_nobody(submission):
    OrmQ.objects.all().delete()
    assert deliver("nonsense", word("t-9", "COMPLETED")) == 204
    assert Delivery.objects.get().submission is None
    assert not OrmQ.objects.exists()


@pytest.mark.parametrize("off", [-3600, 3600])
def test_a_stale_one_counts_and_is_marked(off, submission, caplog):
    body = word("t-1", "COMPLETED")
    assert deliver(submission.callback_token, body, signed(body, at=time.time() + off)) == 204
    assert Delivery.objects.get().is_stale
    assert "a clock is wrong" in caplog.text


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"status": "COMPLETED"}', b"\xff\xfe\0", b"{" * 9000]
)
def test_what_cannot_be_read_is_kept_too(body, submission):
    assert deliver(submission.callback_token, body) == 204
    kept = Delivery.objects.get()
    assert (kept.task_id, kept.submission) == ("", submission)


def test_the_body_s_length_is_capped(submission):
    longest = word("t-1", "COMPLETED")
    longest += b" " * (LONGEST_BODY - len(longest))
    assert deliver(submission.callback_token, longest) == 204
    assert len(Delivery.objects.get().body) == callbacks.LONGEST_BODY
    assert deliver(submission.callback_token, longest + b" ") == 413
    assert deliver(submission.callback_token, b"x" * 2_000_000) == 413
    assert Delivery.objects.count() == 1


def test_without_a_secret_there_is_no_such_address(settings, submission):
    settings.MAGNIFIC_WEBHOOK_SECRETS = []
    assert deliver(submission.callback_token, word("t-1", "COMPLETED")) == 404
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("method", ["get", "head", "put", "delete"])
def test_it_only_takes_posts(method, submission):
    address = reverse("magnific-callback", args=[submission.callback_token])
    assert getattr(Client(), method)(address).status_code == 405


def test_it_needs_no_csrf_token_and_sets_no_cookie(submission):
    body = word("t-1", "COMPLETED")
    address = reverse("magnific-callback", args=[submission.callback_token])
    client = Client(enforce_csrf_checks=True)
    answer = client.post(address, body, content_type="application/json", headers=signed(body))
    assert (answer.status_code, answer.content, dict(answer.cookies)) == (204, b"", {})


def test_what_the_database_did_not_take_is_sent_again_by_magnific(submission, monkeypatch):
    """No 2xx without a committed row: only a patch can make the database refuse just here."""

    def refuse(*args, **kwargs):
        raise DatabaseError("the disk is on fire")

    monkeypatch.setattr(Delivery.objects, "get_or_create", refuse)
    body = word("t-1", "COMPLETED")
    address = reverse("magnific-callback", args=[submission.callback_token])
    answer = Client(raise_request_exception=False).post(
        address, body, content_type="application/json", headers=signed(body)
    )
    assert answer.status_code == 500


def test_neither_secret_nor_link_reaches_the_log(submission, caplog):
    caplog.set_level("DEBUG")
    body = word("t-1", "COMPLETED", generated=["https://cdn.magnific.com/a.mp4?token=hush"])
    deliver(submission.callback_token, body)
    assert "read as utf-8" in caplog.text
    assert submission.callback_token not in caplog.text
    deliver(submission.callback_token, body, signed(body, key=b"x"))
    assert SECRET not in caplog.text
    assert "hush" not in caplog.text
