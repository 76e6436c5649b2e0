"""What a state means, in words."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from generations.lifecycle.figures import Usual
from generations.models import Account, Charged, Failure, State
from generations.views.tonight import spoken
from generations.views.words import words
from tests.factories import make_generation, make_live_account

pytestmark = pytest.mark.django_db

USUAL = Usual(low=360, median=420, high=540)


def said(generation, *, place=None, usual=None, account=None):
    return words(generation, account or Account.objects.current(), place=place, usual=usual)


@pytest.mark.parametrize(
    ("place", "title"), [(1, "Next in line"), (2, "2nd in line"), (23, "23rd in line"), (None, "In line")]
)
def test_queued(place, title):
    found = said(make_generation(), place=place)
    assert (found.title, found.detail) == (title, "not sent yet, nothing spent")
    assert found.actions == ("cancel",)


def test_queued_while_sending_is_paused():
    generation = make_generation()
    generation.account.pause("no_credit", "No credit.")
    assert said(generation, place=1).detail == "sending is paused · not sent yet, nothing spent"


def test_queued_for_a_time_to_come():
    due = timezone.now() + timedelta(hours=2)
    found = said(make_generation(due_at=due), place=1)
    assert (found.title, found.actions) == ("Waits for its time", ("now", "cancel"))
    assert found.detail == f"to be sent {spoken(due)} · not sent yet, nothing spent"


def test_queued_for_a_time_that_has_come():
    found = said(make_generation(due_at=timezone.now() - timedelta(minutes=1)), place=1)
    assert (found.title, found.actions) == ("Next in line", ("cancel",))


def test_queued_in_rehearsal_while_a_key_is_set():
    found = said(make_generation(), account=make_live_account())
    assert (found.title, found.detail) == ("Waiting", "made in rehearsal · not sent yet, nothing spent")


def test_rendering_counts_from_the_answer_against_the_usual_time():
    accepted = timezone.now() - timedelta(minutes=3)
    found = said(make_generation(state=State.RENDERING, accepted_at=accepted), usual=USUAL)
    assert (found.title, found.detail) == ("Rendering", "usually 6–9 min")
    assert (found.since, found.usual) == (accepted, 420)


def test_rendering_for_the_first_time_invents_no_number():
    found = said(make_generation(state=State.RENDERING))
    assert found.usual is None
    assert not any(char.isdigit() for char in found.detail)


def test_unsure():
    assert said(make_generation(state=State.UNSURE)).detail == (
        "We lost the answer. The clip may be rendering; we are checking and will not send it twice."
    )


@pytest.mark.parametrize(
    ("fields", "detail"),
    [
        ({}, "Finished over there, copying it here"),
        ({"received_bytes": 4_000_000}, "Finished over there, copying it here · 4.0 MB"),
        (
            {"received_bytes": 4_000_000, "expected_bytes": 28_100_000},
            "Finished over there, copying it here · 4.0 of 28.1 MB",
        ),
        (
            {"save_problem": "The disk is full."},
            "Finished over there, copying it here. It did not work yet: The disk is full.",
        ),
    ],
)
def test_saving(fields, detail):
    assert said(make_generation(state=State.SAVING, **fields)).detail == detail


@pytest.mark.parametrize("failure", Failure)
def test_failed_says_why_and_that_nothing_was_charged_only_if_known(failure):
    live = make_live_account()
    for charged in Charged:
        found = said(make_generation(state=State.FAILED, failure=failure, charged=charged, account=live))
        assert ("Nothing was charged." in found.detail) == (charged == Charged.NO)
        assert found.actions == ("retry", "edit")
        assert found.title


def test_failed_gives_magnifics_own_reason_as_a_sentence():
    assert "Nothing was charged." in said(make_generation(state=State.FAILED, charged=Charged.UNKNOWN)).detail
    found = said(make_generation(state=State.FAILED, failure_reason="too dark ", charged=Charged.NO))
    assert found.detail == "too dark. Nothing was charged."


def test_cancelled():
    found = said(make_generation(state=State.CANCELLED))
    assert found.detail == "Cancelled before it was sent, nothing spent"


@pytest.mark.parametrize("state", State)
def test_every_state_has_words(state):
    assert said(make_generation(state=state)).title


def test_in_the_trash_what_happened_stays_said():
    at = timezone.make_aware(datetime(2026, 11, 26, 12))
    failed = make_generation(state=State.FAILED, charged=Charged.NO, trashed_at=at)
    found = said(failed)
    assert (found.title, found.tone, found.actions) == ("In the trash", "waiting", ("edit",))
    assert found.detail == (
        "Magnific could not make the clip. Nothing was charged. It can be taken back until 26 December 2026."
    )
    ready = make_generation(state=State.READY, trashed_at=at)
    assert said(ready).detail == "It can be taken back until 26 December 2026."


def test_of_what_is_purged_no_file_is_promised():
    at = timezone.make_aware(datetime(2026, 11, 26, 12))
    gone = make_generation(state=State.READY, trashed_at=at, purged_at=at + timedelta(days=31))
    found = said(gone)
    assert (found.title, found.actions) == ("Files removed", ("edit",))
    assert found.detail == "Its files were removed for good on 27 December 2026."
