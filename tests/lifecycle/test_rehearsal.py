"""What was rehearsed is ordered for real by a person only, and once."""

import pytest
from django_q.models import OrmQ

from generations.lifecycle import dispatch
from generations.lifecycle.rehearsal import NotForReal, order_for_real
from generations.models import Account, Generation, State
from tests.factories import make_admin, make_generation
from tests.lifecycle.conftest import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def rehearsed(account):
    return make_generation(prompt="A lighthouse", duration=7)


@pytest.fixture
def live(settings, rehearsed):
    """A key is set after the rehearsal."""
    settings.REHEARSAL, settings.MAGNIFIC_API_KEY = False, "a-real-key"
    return Account.objects.current()


def test_it_becomes_an_order_of_the_live_account(rehearsed, live):
    made = order_for_real(rehearsed, actor=rehearsed.owner)
    assert (made.account, made.state, made.owner) == (live, State.QUEUED, rehearsed.owner)
    assert (made.prompt, made.duration, made.retry_of) == ("A lighthouse", 7, rehearsed)
    assert made.price == 7 * made.price / made.duration
    rehearsed.refresh_from_db()
    assert rehearsed.state == State.CANCELLED
    assert (rehearsed.events.last().who, rehearsed.events.last().why) == ("mia", "ordered for real")
    assert [item.args() for item in OrmQ.objects.all()] == [(live.pk,)]


def test_pressing_again_and_whoever_presses_makes_one(rehearsed, live):
    made = order_for_real(rehearsed, actor=rehearsed.owner)
    assert order_for_real(rehearsed, actor=rehearsed.owner) == made
    assert order_for_real(rehearsed, actor=make_admin()) == made
    assert Generation.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_people_pressing_at_once_make_one(rehearsed, live):
    people = [rehearsed.owner, make_admin(), rehearsed.owner, rehearsed.owner]
    copies = [Generation.objects.get(pk=rehearsed.pk) for _ in people]
    pairs = zip(copies, people, strict=True)
    made = together(*(lambda one=one, who=who: order_for_real(one, actor=who) for one, who in pairs))
    assert len(set(made)) == 1, made
    assert Generation.objects.filter(account=live).count() == 1


def test_without_a_key_nothing_is_ordered_for_real(rehearsed):
    with pytest.raises(NotForReal):
        order_for_real(rehearsed, actor=rehearsed.owner)
    assert Generation.objects.get().state == State.QUEUED


@pytest.mark.parametrize(
    "state", [State.SUBMITTING, State.RENDERING, State.UNSURE, State.READY, State.CANCELLED]
)
def test_only_what_waits_can_be_ordered_for_real(state, rehearsed, live):
    other = make_generation(state=state, account=rehearsed.account)
    with pytest.raises(NotForReal):
        order_for_real(other, actor=other.owner)
    assert not Generation.objects.filter(account=live).exists()


def test_a_live_clip_is_not_a_rehearsal(rehearsed, live):
    with pytest.raises(NotForReal):
        order_for_real(make_generation(account=live), actor=rehearsed.owner)


def test_nothing_is_sent_for_real_by_itself(rehearsed, live, sandbox):
    dispatch.run_slice(rehearsed.account_id)
    dispatch.run_slice(live.pk)
    assert sandbox.store.every() == []
    assert Generation.objects.get().state == State.QUEUED
