from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from generations.lifecycle import lease
from generations.lifecycle.cancel import cancel
from generations.lifecycle.order import NonceUsed, place_order
from generations.lifecycle.retry import MayHaveBeenCharged, NotRetryable, retry
from generations.models import Account, Charged, Generation, Order, Price, State
from tests.factories import (
    make_generation,
    make_live_account,
    make_member,
    make_membership,
    make_team,
    make_user,
    membership_of,
)
from tests.lifecycle.conftest import WISH, together

pytestmark = pytest.mark.django_db


def test_an_order_is_as_many_generations_as_takes():
    order = place_order(make_member(), WISH, takes=3, nonce=uuid4())
    made = list(order.generations.order_by("take"))
    assert [generation.take for generation in made] == [1, 2, 3]
    for generation in made:
        assert (generation.prompt, generation.duration, generation.state) == (WISH.prompt, 3, State.QUEUED)
        assert (generation.price, generation.currency) == (Decimal("3.36"), "EUR")
        assert generation.account == Account.objects.current()
        assert generation.charged == Charged.NO
        assert generation.events.get().actor == order.owner


def test_an_order_rings_for_the_dispatcher():
    place_order(make_member(), WISH, takes=2, nonce=uuid4())
    assert [item.func() for item in OrmQ.objects.all()] == ["generations.tasks.dispatch"]


def test_a_dispatcher_at_work_is_not_rung_for_but_told():
    holding = lease.acquire(Account.objects.current())
    place_order(make_member(), WISH, takes=1, nonce=uuid4())
    assert not OrmQ.objects.exists()
    assert lease.release(holding)


def test_a_resent_form_is_the_same_order():
    owner, nonce = make_member(), uuid4()
    first = place_order(owner, WISH, takes=2, nonce=nonce)
    assert place_order(owner, WISH, takes=2, nonce=nonce) == first
    assert Generation.objects.count() == 2


@pytest.mark.parametrize(
    ("wish", "takes"), [(replace(WISH, prompt="Another"), 1), (replace(WISH, duration=4), 1), (WISH, 2)]
)
def test_a_used_nonce_with_other_content_orders_nothing(wish, takes):
    owner, nonce = make_member(), uuid4()
    first = place_order(owner, WISH, takes=1, nonce=nonce)
    with pytest.raises(NonceUsed) as caught:
        place_order(owner, wish, takes=takes, nonce=nonce)
    assert caught.value.order == first
    assert Generation.objects.count() == 1


@pytest.mark.parametrize(
    "said",
    [{"is_private": True}, {"due_at": timezone.now() + timedelta(hours=3)}],
    ids=["private", "tonight"],
)
def test_a_used_nonce_that_is_to_be_kept_or_sent_otherwise_orders_nothing(said):
    owner, nonce = make_member(), uuid4()
    place_order(owner, WISH, takes=1, nonce=nonce)
    with pytest.raises(NonceUsed):
        place_order(owner, WISH, takes=1, nonce=nonce, **said)
    assert place_order(owner, WISH, takes=1, nonce=nonce).generations.get().is_private is False


def test_a_used_nonce_in_another_team_is_not_said_to_be_ordered_there():
    owner, nonce = make_member(), uuid4()
    first = place_order(owner, WISH, takes=1, nonce=nonce)
    with pytest.raises(NonceUsed) as caught:
        place_order(make_membership(owner.user, make_team()), WISH, takes=1, nonce=nonce)
    assert caught.value.order == first


def test_what_was_rehearsed_is_not_said_to_be_ordered_for_real(settings):
    owner, nonce = make_member(), uuid4()
    place_order(owner, WISH, takes=1, nonce=nonce)
    settings.REHEARSAL, settings.MAGNIFIC_API_KEY = False, "a-key"
    make_live_account()
    with pytest.raises(NonceUsed):
        place_order(owner, WISH, takes=1, nonce=nonce)


def test_two_people_may_have_the_same_nonce():
    nonce = uuid4()
    place_order(make_member("mia"), WISH, takes=1, nonce=nonce)
    place_order(make_member("jo"), WISH, takes=1, nonce=nonce)
    assert Order.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_double_click_at_the_same_moment_is_one_order():
    owner, nonce = make_member(), uuid4()
    orders = together(*(lambda: place_order(owner, WISH, takes=1, nonce=nonce) for _ in range(4)))
    assert len({order.pk for order in orders}) == 1
    assert Generation.objects.count() == 1


def test_a_new_price_changes_nothing_that_was_ordered():
    order = place_order(make_member(), WISH, takes=1, nonce=uuid4())
    Price.objects.create(rate_per_second="2", valid_from=timezone.now())
    later = place_order(membership_of(order.owner), WISH, takes=1, nonce=uuid4())
    assert order.generations.get().price == Decimal("3.36")
    assert (later.generations.get().price, later.generations.get().currency) == (Decimal("6.00"), "EUR")


def test_cancelling_is_for_what_waits():
    generation = make_generation()
    assert cancel(generation, actor=generation.owner)
    assert generation.events.last().actor == generation.owner
    assert Generation.objects.get().state == State.CANCELLED


@pytest.mark.parametrize("state", [state for state in State if state != State.QUEUED])
def test_what_left_the_line_cannot_be_cancelled(state: State):
    generation = make_generation(state=state)
    assert not cancel(generation, actor=generation.owner)
    assert Generation.objects.get().state == state


def test_cancelling_loses_against_the_dispatcher():
    generation = make_generation()
    Generation.objects.get().move(State.SUBMITTING)
    assert not cancel(generation, actor=generation.owner)


def test_a_retry_is_a_new_generation_linked_to_the_old():
    old = make_generation(state=State.CANCELLED)
    new = retry(old, actor=old.owner)
    assert (new.retry_of, new.state, new.prompt) == (old, State.QUEUED, old.prompt)
    assert new.order != old.order
    assert Generation.objects.get(pk=old.pk).state == State.CANCELLED


def test_pressing_retry_twice_makes_one():
    old = make_generation(state=State.CANCELLED)
    assert retry(old, actor=old.owner) == retry(old, actor=old.owner)


def test_a_cancelled_retry_can_be_tried_again():
    old = make_generation(state=State.CANCELLED)
    first = retry(old, actor=old.owner)
    cancel(first, actor=old.owner)
    assert retry(old, actor=old.owner) != first


def test_a_retry_asks_when_money_may_have_moved():
    old = make_generation(state=State.FAILED, charged=Charged.UNKNOWN, account=make_live_account())
    with pytest.raises(MayHaveBeenCharged):
        retry(old, actor=old.owner)
    assert retry(old, actor=old.owner, confirmed=True).retry_of == old


def test_in_rehearsal_no_money_ever_moved():
    old = make_generation(state=State.FAILED, charged=Charged.UNKNOWN)
    assert retry(old, actor=old.owner).retry_of == old


def test_what_turned_up_a_moment_ago_is_not_paid_a_second_time():
    old = make_generation(state=State.FAILED, charged=Charged.UNKNOWN, account=make_live_account())
    Generation.objects.get().move(State.SAVING)
    with pytest.raises(NotRetryable):
        retry(old, actor=old.owner, confirmed=True)
    assert Generation.objects.count() == 1


def test_what_is_in_doubt_since_a_moment_ago_asks_too():
    old = make_generation(state=State.FAILED, charged=Charged.NO, account=make_live_account())
    Generation.objects.update(charged=Charged.UNKNOWN)
    with pytest.raises(MayHaveBeenCharged):
        retry(old, actor=old.owner)


@pytest.mark.parametrize("state", [State.QUEUED, State.RENDERING, State.UNSURE, State.READY])
def test_what_has_not_ended_badly_is_not_tried_again(state: State):
    with pytest.raises(NotRetryable):
        retry(make_generation(state=state), actor=make_user("jo"), confirmed=True)
