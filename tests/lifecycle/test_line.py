from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from generations.lifecycle import lease, line, pace
from generations.lifecycle.figures import Load, load, usual_seconds
from generations.lifecycle.pace import Pace
from generations.lifecycle.sender import Sender, this_process
from generations.models import Account, Lease, State
from tests.factories import make_generation, make_live_account, make_user
from tests.lifecycle.conftest import together

pytestmark = pytest.mark.django_db


def test_one_person_s_many_do_not_block_another_s_one(account):
    mia, jo = make_user("mia"), make_user("jo")
    many = [make_generation(mia) for _ in range(5)]
    one = make_generation(jo)
    assert line.line(account) == [many[0].pk, one.pk, *(generation.pk for generation in many[1:])]
    assert line.places(account)[one.pk] == 2


def test_what_runs_counts_as_served(account):
    mia, jo = make_user("mia"), make_user("jo")
    make_generation(mia, State.RENDERING)
    waits, next_one = make_generation(mia), make_generation(jo)
    assert line.line(account) == [next_one.pk, waits.pk]
    assert line.next_in_line(account, 1) == [next_one]
    assert line.next_in_line(account, 9) == [next_one, waits]


@pytest.mark.parametrize("running", ["", "m", "mj", "mmj", "mjj", "mja", "aajjm"])
@pytest.mark.parametrize("waiting", ["", "m", "mj", "jm", "mmmj", "amj", "jjam"])
def test_the_next_ones_are_the_first_of_the_line(account, waiting, running):
    people = {letter: make_user(letter) for letter in "amj"}
    for state, letters in ((State.RENDERING, running), (State.QUEUED, waiting)):
        for letter in letters:
            make_generation(people[letter], state)
    for most in (1, 3, 9):
        found = [one.pk for one in line.next_in_line(account, most)]
        assert found == line.line(account)[:most]


@pytest.mark.parametrize(("mias", "jos"), [(0, 0), (0, 3), (3, 0), (3, 1), (1, 3), (2, 2)])
@pytest.mark.parametrize("running", [0, 1])
def test_the_next_place_is_where_a_new_clip_then_stands(account, mias, jos, running):
    mia, jo = make_user("mia"), make_user("jo")
    for owner, count in ((mia, mias), (jo, jos)):
        for _ in range(count):
            make_generation(owner)
    for _ in range(running):
        make_generation(mia, State.RENDERING)
    told = line.next_place(account, mia)
    new = make_generation(mia)
    assert line.places(account)[new.pk] == told


@pytest.mark.parametrize("waiting", [1, 40])
def test_finding_the_next_one_takes_as_many_queries_however_many_wait(
    account, waiting, django_assert_num_queries
):
    for owner in (make_user("mia"), make_user("jo")):
        for _ in range(waiting):
            make_generation(owner)
    with django_assert_num_queries(4):
        line.next_in_line(account, 5)


def test_the_next_place_is_not_behind_everybody(account):
    mia, jo = make_user("mia"), make_user("jo")
    for _ in range(5):
        make_generation(mia)
    assert line.next_place(account, jo) == 2
    assert line.next_place(account, mia) == 6


def test_other_accounts_are_another_line(account):
    other = make_live_account()
    make_generation(account=other)
    assert line.next_in_line(account, 1) == []
    assert line.next_place(account, make_user("jo")) == 1


def test_load_and_usual_time(account):
    owner, now = make_user(), timezone.now()
    make_generation(owner, State.QUEUED)
    make_generation(owner, State.RENDERING)
    assert load(account) == Load(running=1, queued=1)
    assert usual_seconds(account) is None
    for minutes in (6, 7, 8, 9):
        times = {"accepted_at": now - timedelta(minutes=minutes), "completed_at": now}
        make_generation(owner, State.READY, **times)
    cache.delete(f"usual:{account.pk}")
    usual = usual_seconds(account)
    assert usual.median == pytest.approx(450)
    assert usual.low < usual.median < usual.high


def test_a_clock_set_back_stops_nothing(holding):
    Lease.objects.update(tokens=0, tokens_at=timezone.now() + timedelta(hours=3))
    assert Pace(holding).spend()


def test_one_holder_at_a_time(account):
    holding = lease.acquire(account)
    assert holding
    assert lease.acquire(account) is None
    assert not lease.release(holding)
    again = lease.acquire(account)
    assert again
    assert again.fence > holding.fence


@pytest.mark.django_db(transaction=True)
def test_of_many_takers_one_gets_the_lease():
    account = Account.objects.current()
    taken = together(*(lambda: lease.acquire(account) for _ in range(6)))
    assert len([holding for holding in taken if holding]) == 1


def test_a_lease_ends_by_itself(account, settings):
    lease.acquire(account)
    Lease.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert lease.acquire(account)


def test_a_lease_of_a_clock_set_back_is_free(account, settings):
    lease.acquire(account)
    Lease.objects.update(expires_at=timezone.now() + timedelta(seconds=settings.LEASE_SECONDS + 60))
    assert lease.acquire(account)


def test_the_lease_of_a_dead_process_is_free(account):
    lease.acquire(account)
    here = this_process()
    Lease.objects.update(holder=str(Sender(here.host, here.boot_id, here.pid, here.pid_started + 1)))
    assert lease.acquire(account)


def test_the_lease_of_a_process_elsewhere_is_not(account):
    lease.acquire(account)
    here = this_process()
    Lease.objects.update(holder=str(Sender("elsewhere", here.boot_id, here.pid, here.pid_started + 1)))
    assert lease.acquire(account) is None


def test_leaving_an_old_lease_does_not_take_the_new_one(account):
    old = lease.acquire(account)
    Lease.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    new = lease.acquire(account)
    lease.release(old)
    assert Lease.objects.get().fence == new.fence
    assert lease.acquire(account) is None


def test_no_minute_gets_more_than_its_budget(holding, settings, monkeypatch):
    settings.MAGNIFIC_REQUESTS_PER_MINUTE = 50
    clock, given = [timezone.now()], []
    monkeypatch.setattr(pace.timezone, "now", lambda: clock[0])
    for _ in range(1800):
        if Pace(holding).spend():
            given.append(clock[0])
        clock[0] += timedelta(seconds=0.1)
    for start in given:
        assert len([t for t in given if start <= t < start + timedelta(seconds=60)]) <= 50
    assert len(given) > 100


def test_a_post_leaves_the_last_requests_to_a_list_that_is_due(holding):
    own = Pace(holding)
    own.hold_lists(0)
    while own.spend_on_posts(1):
        pass
    assert own.spend(leave=0) and not own.spend(leave=0)
    Lease.objects.update(tokens=1)
    own.renew()
    own.hold_lists(30)
    assert own.spend_on_posts(1)


@pytest.mark.parametrize("a_minute", [5, 9, 50])
def test_the_smallest_budget_is_enough_for_a_list(holding, settings, a_minute):
    settings.MAGNIFIC_REQUESTS_PER_MINUTE = a_minute
    assert Pace(holding).spend(leave=1)


def test_a_lost_lease_spends_nothing(holding):
    Lease.objects.update(fence=holding.fence + 1)
    assert not Pace(holding).spend()


def test_waiting_times_hold_and_pass(holding):
    Pace(holding).hold_posts(30)
    assert not Pace(holding).may_post()
    assert Pace(holding).may_list()
    Lease.objects.update(next_post_at=timezone.now() - timedelta(seconds=1))
    assert Pace(holding).may_post()
    Lease.objects.update(next_post_at=timezone.now() + timedelta(days=1))
    assert Pace(holding).may_post()
