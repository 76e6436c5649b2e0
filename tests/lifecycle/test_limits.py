"""Limits: at the edge, a cent over it, in words; by month, day, member and currency; and from many processes."""

import json
import os
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from generations.lifecycle import limits
from generations.lifecycle.cancel import cancel
from generations.lifecycle.charge import decide_charge
from generations.lifecycle.correct import correct
from generations.lifecycle.limits import Budget, OverLimit, budgets, month_of
from generations.lifecycle.order import MayNotOrder, place_order
from generations.lifecycle.retry import retry
from generations.models import (
    Charged,
    DailySpend,
    Generation,
    LedgerEntry,
    Membership,
    Money,
    Order,
    Price,
    Role,
    State,
    Team,
)
from tests.factories import (
    make_admin,
    make_generation,
    make_live_account,
    make_member,
    make_membership,
    make_team,
    make_user,
)
from tests.lifecycle.conftest import WISH
from tests.studio import ROOT

pytestmark = pytest.mark.django_db

COST = Decimal("3.36")
CENT = Decimal("0.01")
SENTENCES = {
    "team_month": "The team’s month has €3.36 left of €3.36: this costs €3.36 more.",
    "team_day": "The team’s day has €3.36 left of €3.36: this costs €3.36 more.",
    "member_month": "Your month has €3.36 left of €3.36: this costs €3.36 more.",
}


@pytest.fixture(autouse=True)
def account(db, settings):
    """A live account, and the current one."""
    settings.REHEARSAL = False
    settings.MAGNIFIC_API_KEY = "a-key"
    return make_live_account()


@pytest.fixture
def mia():
    return make_member("mia")


def limit(membership: Membership, name: str, amount: Decimal | None) -> None:
    """Set one of the three limits."""
    if name == "member_month":
        Membership.objects.filter(pk=membership.pk).update(monthly_limit=amount)
    else:
        field = {"team_month": "monthly_limit", "team_day": "daily_limit"}[name]
        Team.objects.filter(pk=membership.team_id).update(**{field: amount})


def order(membership: Membership, takes: int = 1, **fields) -> Order:
    return place_order(membership, WISH, takes=takes, nonce=uuid4(), **fields)


def refusal(membership: Membership, takes: int = 1, **fields) -> str:
    """Order what must be refused, and return the words; nothing may have been queued or booked."""
    before = Generation.objects.count(), LedgerEntry.objects.count()
    with pytest.raises(OverLimit) as caught:
        order(membership, takes, **fields)
    assert (Generation.objects.count(), LedgerEntry.objects.count()) == before
    return str(caught.value)


def fresh(membership: Membership) -> Membership:
    return Membership.objects.select_related("team", "user").get(pk=membership.pk)


@pytest.fixture
def at(monkeypatch):
    """Set the clock: a moment of Berlin's."""

    def set_clock(*moment: int) -> None:
        now = datetime(*moment, tzinfo=ZoneInfo("Europe/Berlin"))
        monkeypatch.setattr(timezone, "now", lambda: now)

    return set_clock


# --- at the edge ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SENTENCES)
def test_exactly_the_limit_is_in_and_a_cent_more_is_not(mia, name):
    limit(mia, name, 2 * COST)
    order(mia, 2)
    limit(mia, name, 4 * COST - CENT)
    words = refusal(mia, 2)
    assert "this costs €0.01 more." in words
    limit(mia, name, 4 * COST)
    order(mia, 2)
    assert getattr(budgets(fresh(mia)), name).free == 0
    assert refusal(mia)


@pytest.mark.parametrize("name", SENTENCES)
def test_takes_count_together(mia, name):
    limit(mia, name, COST)
    make_member("zoe", role=Role.LEAD)
    assert refusal(mia, 2) == (
        f"{SENTENCES[name]} zoe can raise the limit on the team’s page. Nothing was ordered."
    )
    order(mia, 1)


def test_every_limit_that_is_passed_is_named_ones_own_first(mia):
    for name in SENTENCES:
        limit(mia, name, COST)
    words = refusal(mia, 2)
    assert words.startswith(" ".join(SENTENCES[name] for name in ("member_month", "team_day", "team_month")))


@pytest.mark.parametrize("name", SENTENCES)
def test_a_limit_of_nothing_orders_nothing_and_no_limit_orders_anything(mia, name):
    limit(mia, name, Decimal(0))
    assert "€0.00 left of €0.00: this costs €3.36 more." in refusal(mia)
    limit(mia, name, None)
    order(mia, 4)
    assert getattr(budgets(fresh(mia)), name).free is None


@pytest.mark.parametrize("name", SENTENCES)
def test_a_limit_lowered_below_what_is_spent_has_nothing_left(mia, name):
    order(mia, 2)
    limit(mia, name, COST)
    budget = getattr(budgets(fresh(mia)), name)
    assert (budget.free, budget.is_short) == (0, True)
    assert "€0.00 left of €3.36: this costs €3.36 more." in refusal(mia)


def test_a_limit_counts_that_was_set_after_the_page_was_drawn(mia):
    """`mia` here still bears no limit; the order looks again."""
    limit(mia, "member_month", CENT)
    assert refusal(mia)


@pytest.mark.parametrize("change", [{"role": Role.VIEWER}, None], ids=["made a viewer", "removed"])
def test_who_may_order_no_more_since_the_page_was_drawn_orders_nothing(mia, change):
    mine = Membership.objects.filter(pk=mia.pk)
    mine.update(**change) if change else mine.delete()
    with pytest.raises(MayNotOrder):
        order(mia)
    assert not Generation.objects.exists()


def test_a_resent_form_is_answered_with_its_order_however_little_is_left(mia):
    limit(mia, "team_month", COST)
    nonce = uuid4()
    first = place_order(mia, WISH, takes=1, nonce=nonce)
    assert place_order(mia, WISH, takes=1, nonce=nonce) == first


@pytest.mark.parametrize(
    ("limit", "taken", "short"),
    [
        ("10.00", Money(Decimal("3.00"), Decimal("4.99")), False),
        ("10.00", Money(Decimal("3.00"), Decimal("5.00")), True),
        ("10.00", Money(spent=Decimal("12.00")), True),
        ("0.00", Money(), True),
        (None, Money(spent=Decimal("12.00")), False),
    ],
)
def test_a_warning_begins_at_four_fifths(limit, taken, short):
    assert Budget("Your month", Decimal(limit) if limit else None, taken).is_short == short


def test_the_tightest_is_the_one_with_the_least_left(mia):
    assert budgets(mia).tightest.name == "The team’s month"
    limit(mia, "team_month", Decimal(50))
    limit(mia, "team_day", Decimal(20))
    limit(mia, "member_month", Decimal(30))
    assert budgets(fresh(mia)).tightest.name == "The team’s day"
    limit(mia, "member_month", Decimal(0))
    assert budgets(fresh(mia)).tightest.name == "Your month"


# --- what counts ---------------------------------------------------------------------------------


def test_reserved_counts_like_spent_until_it_is_given_back(mia, account):
    limit(mia, "team_month", Decimal("11.20"))
    make_generation(mia.user, State.READY, account=account)
    doubtful = make_generation(mia.user, State.FAILED, account=account)
    assert refusal(mia)
    decide_charge(doubtful, Charged.NO, actor=make_admin(), why="not there")
    assert order(mia)


def test_a_cancelled_clip_makes_room(mia):
    limit(mia, "team_day", COST)
    (clip,) = order(mia).generations.all()
    assert refusal(mia)
    cancel(clip, actor=mia.user)
    assert order(mia)


def test_a_correction_counts(mia):
    limit(mia, "member_month", COST)
    correct(mia.team, mia.user, CENT, actor=make_admin(), reason="a fee")
    assert "this costs €0.01 more" in refusal(mia)
    correct(mia.team, mia.user, -CENT, actor=make_admin("eve"), reason="a discount")
    assert order(mia)


def test_rehearsal_knows_no_limit(mia, settings):
    settings.REHEARSAL = True
    for name in SENTENCES:
        limit(mia, name, Decimal(0))
    assert order(mia, 4).generations.count() == 4


def test_ones_own_limit_is_for_one_team_and_one_person(mia):
    limit(mia, "member_month", COST)
    order(mia)
    assert refusal(mia)
    assert order(make_membership(mia.user, make_team("North")))
    assert order(make_member("jo"))


def test_a_teams_limit_is_for_all_its_members_and_no_other_team(mia):
    limit(mia, "team_month", COST)
    order(mia)
    assert "The team’s month has €0.00 left" in refusal(make_member("jo"))
    assert order(make_membership(mia.user, make_team("North")))


def test_a_retry_by_a_lead_is_the_owners_money_and_says_so(mia):
    lead = make_member("zoe", role=Role.LEAD).user
    (clip,) = order(mia).generations.all()
    cancel(clip, actor=lead)
    limit(mia, "member_month", CENT)
    with pytest.raises(OverLimit) as caught:
        retry(clip, actor=lead)
    assert "mia’s month has €0.01 left of €0.01" in str(caught.value)


def test_another_currency_is_counted_apart(mia, settings):
    """After the setting changed, limits are in the new one; what was spent in the old one stays what it is."""
    limit(mia, "team_month", COST)
    order(mia)
    settings.CURRENCY = "USD"
    assert order(mia).generations.get().currency == "USD"
    assert "The team’s month has $0.00 left of $3.36" in refusal(mia)
    assert sorted(DailySpend.objects.values_list("currency", "reserved")) == [("EUR", COST), ("USD", COST)]
    settings.CURRENCY = "EUR"
    assert "The team’s month has €0.00 left" in refusal(mia)


def test_a_new_price_counts_for_new_orders_only(mia):
    limit(mia, "team_month", Decimal("9.36"))
    order(mia)
    Price.objects.create(rate_per_second="2", valid_from=timezone.now())
    order(mia)
    assert budgets(fresh(mia)).team_month.taken == Money(reserved=Decimal("9.36"))


# --- who can change it ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("leads", "who"),
    [
        ([], "An admin"),
        (["ann"], "ann"),
        (["ann", "bob"], "ann or bob"),
        (["cy", "bob", "ann"], "ann, bob or cy"),
    ],
)
def test_the_words_name_who_can_raise_it(mia, leads, who):
    for name in leads:
        make_user(name, role=Role.LEAD)
    make_user("gone", role=Role.LEAD, is_active=False)
    make_user("south", team=make_team("South"), role=Role.LEAD)
    limit(mia, "team_month", Decimal(0))
    assert f" {who} can raise the limit on the team’s page. Nothing was ordered." in refusal(mia)


def test_a_lead_is_told_that_they_can_raise_it_themselves():
    ada = make_member("ada", role=Role.LEAD)
    make_member("bo", role=Role.LEAD)
    limit(ada, "team_month", Decimal(0))
    assert " You can raise the limit on the team’s page. Nothing was ordered." in refusal(ada)


# --- borders -------------------------------------------------------------------------------------


def test_a_day_ends_at_the_studios_midnight(mia, at, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    limit(mia, "team_day", COST)
    at(2026, 11, 10, 23, 59)
    order(mia)
    assert refusal(mia)
    at(2026, 11, 11, 0, 0)
    order(mia)
    assert list(DailySpend.objects.order_by("day").values_list("day", flat=True)) == [
        date(2026, 11, 10),
        date(2026, 11, 11),
    ]


@pytest.mark.parametrize("name", ["team_month", "member_month"])
def test_a_month_ends_at_the_studios_midnight(mia, at, settings, name):
    """At that moment it is still the 31st in UTC."""
    settings.TIME_ZONE = "Europe/Berlin"
    limit(mia, name, COST)
    at(2026, 12, 31, 23, 59)
    order(mia)
    assert refusal(mia)
    at(2027, 1, 1, 0, 30)
    order(mia)
    at(2027, 1, 31, 23, 59)
    assert refusal(mia)


def test_what_ends_in_another_month_counts_in_that_of_its_order(mia, at, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    limit(mia, "team_month", 2 * COST)
    at(2026, 11, 30, 23, 0)
    (clip,) = order(mia).generations.all()
    at(2026, 12, 1, 1, 0)
    for state in (State.SUBMITTING, State.RENDERING, State.SAVING):
        clip.move(state, task_id="t")
    clip.move(State.READY, video_name="a", video_bytes=1, video_sha256="0", charged=Charged.YES)
    assert limits.spent_in(mia.team, *month_of(date(2026, 11, 1))) == Money(spent=COST)
    assert budgets(fresh(mia)).team_month.taken == Money()


@pytest.mark.parametrize(
    ("day", "last"), [(date(2026, 2, 14), 28), (date(2028, 2, 1), 29), (date(2026, 12, 31), 31)]
)
def test_a_month_has_its_own_length(day, last):
    assert month_of(day) == (day.replace(day=1), day.replace(day=last))


# --- many at once --------------------------------------------------------------------------------

PROCESSES = 20


def order_from_processes(*members: Membership, takes: int) -> list[str]:
    """Let 20 processes, each with its own connection, order at the same moment; return what each was told.

    They are the members' in turn.
    """
    database = connection.settings_dict
    told = subprocess.run(
        [sys.executable, "-m", "tests.lifecycle.at_once"],
        input=json.dumps(
            {
                "name": str(database["NAME"]),
                "members": [members[number % len(members)].pk for number in range(PROCESSES)],
                "takes": takes,
            }
        ),
        capture_output=True,
        text=True,
        timeout=100,
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        check=False,
    )
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("name", "takes", "affordable"), [("team_month", 1, 7), ("team_day", 2, 3), ("member_month", 3, 2)]
)
def test_twenty_processes_pass_no_limit_by_a_cent(settings, name, takes, affordable):
    """What is left is a cent short of one order more."""
    mia = make_member("mia")
    people = [mia] if name == "member_month" else [mia, make_member("jo"), make_member("kim")]
    limit(mia, name, (affordable + 1) * takes * COST - CENT)
    told = order_from_processes(*people, takes=takes)
    assert sorted(set(told)) == ["OverLimit", "ordered"]
    assert told.count("ordered") == affordable
    assert Generation.objects.filter(state=State.QUEUED).count() == affordable * takes
    assert DailySpend.objects.total() == Money(reserved=affordable * takes * COST)
    budget = getattr(budgets(fresh(mia)), name)
    assert budget.free == takes * COST - CENT
    assert budget.taken.together <= budget.limit
