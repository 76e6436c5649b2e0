"""The ledger: what is booked at each step of a clip's life, and rows that nobody can change."""

import logging
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import IntegrityError, OperationalError, connection, models, transaction
from django.utils import timezone

from generations import append_only
from generations.lifecycle import attach, submit, unclear
from generations.lifecycle.apply import apply, give_up
from generations.lifecycle.attach import Proof
from generations.lifecycle.cancel import cancel
from generations.lifecycle.charge import NothingToDecide, decide_charge
from generations.lifecycle.correct import correct
from generations.lifecycle.order import place_order
from generations.lifecycle.verdict import LOST, Verdict
from generations.magnific.messages import Task, TaskStatus
from generations.models import (
    Account,
    Charged,
    DailySpend,
    Failure,
    Generation,
    Kind,
    LedgerEntry,
    Money,
    Outcome,
    State,
    Team,
)
from generations.models import booking as booking_module
from generations.models.booking import due
from tests.factories import (
    first_team,
    make_admin,
    make_generation,
    make_live_account,
    make_member,
    make_team,
    make_user,
    membership_of,
)
from tests.lifecycle.conftest import WISH, claim
from tests.lifecycle.doubts import make_doubt

pytestmark = pytest.mark.django_db

PRICE = Decimal("5.60")
LEDGER = LedgerEntry._meta.db_table
NOTHING, RESERVED, SPENT = Money(), Money(reserved=PRICE), Money(spent=PRICE)
LINK = ("https://cdn.magnific.com/a.mp4",)
DONE = Task("t", TaskStatus.COMPLETED, "COMPLETED", LINK)
FAILED = Task("t", TaskStatus.FAILED, "FAILED")
FILE = {"video_name": "a.mp4", "video_bytes": 1, "video_sha256": "0", "charged": Charged.YES}
TABLE = {
    (State.QUEUED, Charged.NO): RESERVED,
    (State.SUBMITTING, Charged.UNKNOWN): RESERVED,
    (State.UNSURE, Charged.UNKNOWN): RESERVED,
    (State.RENDERING, Charged.UNKNOWN): RESERVED,
    (State.SAVING, Charged.UNKNOWN): RESERVED,
    (State.READY, Charged.YES): SPENT,
    (State.FAILED, Charged.UNKNOWN): RESERVED,
    (State.FAILED, Charged.YES): SPENT,
    (State.FAILED, Charged.NO): NOTHING,
    (State.CANCELLED, Charged.NO): NOTHING,
}


@pytest.fixture
def account(db, settings):
    """A live account, and the current one."""
    settings.REHEARSAL = False
    settings.MAGNIFIC_API_KEY = "a-key"
    return make_live_account()


def rows(generation) -> list[tuple[str, Money]]:
    """What the ledger says of a clip, in the order of time."""
    found = LedgerEntry.objects.filter(generation=generation).order_by("pk")
    return [(row.kind, Money(row.reserved, row.spent)) for row in found]


def held(generation) -> Money:
    """What the ledger holds of a clip; the day's sums must say the same as all rows together."""
    assert DailySpend.objects.total() == Money.of_sums(
        {name: sum(getattr(row, name) for row in LedgerEntry.objects.all()) for name in Money._fields}
    )
    return LedgerEntry.objects.booked(generation.pk).money


def again(generation) -> Generation:
    return Generation.objects.select_related("account").get(pk=generation.pk)


# --- the table, and the rows of a life -----------------------------------------------------------


@pytest.mark.parametrize(("state", "charged"), TABLE, ids=lambda value: str(value))
def test_what_is_due(state, charged):
    assert due(state, charged, PRICE) == TABLE[state, charged]


def test_every_state_has_its_line():
    assert {state for state, _ in TABLE} == set(State)


def test_an_order_reserves_a_row_for_each_take(account):
    order = place_order(make_member(), WISH, takes=3, nonce=uuid4())
    price = Money(reserved=order.generations.first().price)
    assert [rows(clip) for clip in order.generations.all()] == [[(Kind.RESERVE, price)]] * 3
    row = LedgerEntry.objects.first()
    assert (row.team, row.member, row.actor, row.currency) == (order.team, order.owner, order.owner, "EUR")
    assert row.day == timezone.localdate()


def test_a_cancelled_clip_gives_back(account):
    clip = make_generation(account=account)
    cancel(clip, actor=clip.owner)
    assert rows(clip) == [(Kind.RESERVE, RESERVED), (Kind.RELEASE, Money(reserved=-PRICE))]
    assert LedgerEntry.objects.first().actor == clip.owner


def test_a_clip_that_is_ready_is_settled_once(account):
    clip = make_generation(account=account)
    for state in (State.SUBMITTING, State.RENDERING, State.SAVING):
        clip.move(state, task_id="t")
        assert held(clip) == RESERVED
    clip.move(State.READY, **FILE)
    assert rows(clip) == [(Kind.RESERVE, RESERVED), (Kind.SETTLE, Money(-PRICE, PRICE))]


def test_what_goes_back_into_the_line_stays_reserved(account):
    clip = make_generation(account=account)
    clip.move(State.SUBMITTING)
    clip.move(State.QUEUED)
    assert rows(clip) == [(Kind.RESERVE, RESERVED)]


@pytest.mark.parametrize(
    ("answer", "state", "holds"),
    [
        (Verdict(Outcome.ACCEPTED, http_status=200, task_id="t"), State.RENDERING, RESERVED),
        (Verdict(Outcome.NOT_TAKEN, "slow down", http_status=429), State.QUEUED, RESERVED),
        (Verdict(Outcome.UNSURE, "no word", http_status=500), State.UNSURE, RESERVED),
        (LOST, State.UNSURE, RESERVED),
        (Verdict(Outcome.REFUSED, "no", http_status=400), State.FAILED, NOTHING),
    ],
    ids=lambda value: getattr(value, "problem", str(value)),
)
def test_each_answer(account, holding, answer, state, holds):
    clip = make_generation(account=account)
    submit.record(claim(clip, holding), answer)
    assert (again(clip).state, held(clip)) == (state, holds)


def test_what_failed_over_there_stays_reserved_until_a_person_knows(account):
    clip = make_generation(state=State.RENDERING, account=account)
    apply(clip, FAILED)
    assert (again(clip).charged, rows(clip)) == (Charged.UNKNOWN, [(Kind.RESERVE, RESERVED)])


@pytest.mark.parametrize("state", [State.RENDERING, State.SAVING])
def test_what_is_given_up_stays_reserved(account, state):
    clip = make_generation(state=state, account=account)
    give_up(again(clip))
    assert (again(clip).state, held(clip)) == (State.FAILED, RESERVED)


def test_a_doubt_that_is_given_up_stays_reserved(account):
    submission = make_doubt(account=account)
    unclear.give_up(submission, actor=make_admin(), why="nobody knows")
    assert held(submission.generation) == RESERVED


def test_a_doubt_that_is_sent_again_is_reserved_once(account):
    submission = make_doubt(account=account)
    unclear.queue_again(submission, actor=make_admin(), why="it is not there")
    assert rows(submission.generation) == [(Kind.RESERVE, RESERVED)]


def test_rehearsal_is_outside():
    clip = make_generation()
    clip.move(State.SUBMITTING)
    clip.move(State.RENDERING, task_id="t")
    clip.move(State.SAVING)
    clip.move(State.READY, **FILE)
    cancel(make_generation(), actor=clip.owner)
    place_order(membership_of(clip.owner), WISH, takes=2, nonce=uuid4())
    assert not LedgerEntry.objects.exists()
    assert not DailySpend.objects.exists()


# --- what comes late -----------------------------------------------------------------------------


@pytest.mark.parametrize("charged", [Charged.YES, Charged.NO])
def test_a_decided_charge_is_settled_or_given_back(account, charged):
    clip, ada = make_generation(state=State.FAILED, account=account), make_admin()
    decide_charge(clip, charged, actor=ada, why="the dashboard")
    assert held(clip) == (SPENT if charged == Charged.YES else NOTHING)
    assert clip.charged == charged
    row = LedgerEntry.objects.first()
    assert (row.actor, row.reason.endswith("charged: the dashboard")) == (ada, True)
    with pytest.raises(NothingToDecide):
        decide_charge(clip, Charged.NO, actor=ada, why="again")
    assert LedgerEntry.objects.count() == 2


@pytest.mark.parametrize(
    ("state", "rehearsal"), [(State.UNSURE, False), (State.READY, False), (State.FAILED, True)]
)
def test_nothing_else_is_decided(account, state, rehearsal):
    clip = make_generation(state=state, account=None if not rehearsal else _rehearsal())
    with pytest.raises(NothingToDecide):
        decide_charge(clip, Charged.YES, actor=make_admin(), why="so")


def _rehearsal():
    return Account.objects.get_or_create(is_rehearsal=True, defaults={"name": "Rehearsal"})[0]


def test_a_result_after_the_release_is_booked_anew(account):
    clip = make_generation(state=State.FAILED, failure=Failure.GAVE_UP, account=account)
    decide_charge(clip, Charged.NO, actor=make_admin(), why="not there")
    assert held(clip) == NOTHING
    apply(clip, DONE)
    assert (again(clip).state, again(clip).charged, held(clip)) == (State.SAVING, Charged.UNKNOWN, RESERVED)
    again(clip).move(State.READY, **FILE)
    assert [kind for kind, _ in rows(clip)] == [Kind.RESERVE, Kind.RELEASE, Kind.RESERVE, Kind.SETTLE]
    assert held(clip) == SPENT


def test_a_task_that_turns_up_after_a_refusal_is_booked_anew(account, holding):
    clip = make_generation(account=account)
    submission = claim(clip, holding)
    submit.record(submission, Verdict(Outcome.REFUSED, "no", http_status=400))
    with transaction.atomic():
        attach.attach(submission, "task-1", "CREATED", Proof.CALLBACK)
    assert (again(clip).state, held(clip)) == (State.RENDERING, RESERVED)


def test_an_extra_clip_has_rows_of_its_own(account):
    clip = make_generation(state=State.RENDERING, account=account)
    with transaction.atomic():
        extra = attach.attach(clip.submissions.get(), "second", "CREATED", Proof.CALLBACK)
    assert extra.extra_of == clip
    assert (rows(extra), held(clip)) == ([(Kind.RESERVE, RESERVED)], RESERVED)
    assert DailySpend.objects.total() == Money(reserved=2 * PRICE)
    row = LedgerEntry.objects.get(generation=extra)
    assert (row.member, row.team) == (clip.order.owner, clip.team)


def test_an_extra_clip_whose_task_was_anothers_gives_back(account):
    """Adopted on a guess as somebody's second task; then a callback says whose it is."""
    clip = make_generation(state=State.RENDERING, account=account)
    guess = make_doubt("jo", account=account)
    with transaction.atomic():
        attach.attach(clip.submissions.get(), "second", "CREATED", Proof.LIST)
        attach.attach(guess, "second", "CREATED", Proof.CALLBACK)
    extra = clip.extras.get()
    assert (extra.state, extra.charged, held(extra)) == (State.FAILED, Charged.NO, NOTHING)
    assert held(guess.generation) == RESERVED


@pytest.mark.parametrize("decided", [Charged.YES, Charged.NO])
def test_a_charge_is_in_doubt_again_when_the_task_was_anothers(account, decided):
    """What a person found out about it was about the other clip's task."""
    clip = make_generation(state=State.FAILED, task_id="guess", is_provisional=True, account=account)
    decide_charge(clip, decided, actor=make_admin(), why="the dashboard")
    with transaction.atomic():
        attach.attach(make_doubt("jo", account=account), "guess", "CREATED", Proof.CALLBACK)
    assert (again(clip).task_id, again(clip).charged, held(clip)) == (None, Charged.UNKNOWN, RESERVED)


# --- whose it is, and when -----------------------------------------------------------------------


def test_a_clip_that_changed_hands_is_still_paid_by_who_ordered_it(account):
    clip = make_generation(make_user("mia"), account=account)
    Generation.objects.filter(pk=clip.pk).update(owner=make_user("jo"), team=make_team("North"))
    cancel(again(clip), actor=clip.owner)
    assert {(row.member.username, row.team) for row in LedgerEntry.objects.all()} == {("mia", clip.team)}
    assert held(clip) == NOTHING


def test_all_rows_are_of_the_day_of_the_order(account):
    ordered = timezone.now() - timedelta(days=40)
    clip = make_generation(state=State.RENDERING, account=account)
    with _unprotected():
        LedgerEntry.objects.update(day=timezone.localdate(ordered))
        DailySpend.objects.update(day=timezone.localdate(ordered))
    apply(clip, DONE)
    again(clip).move(State.READY, **FILE)
    assert {row.day for row in LedgerEntry.objects.all()} == {timezone.localdate(ordered)}
    assert DailySpend.objects.get().spent == PRICE


def test_the_day_is_that_of_the_studios_clocks(account, settings):
    """Half past midnight in Berlin is still the day before in UTC."""
    settings.TIME_ZONE = "Europe/Berlin"
    at = datetime(2026, 11, 1, 0, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    clip = make_generation(account=account)
    with _unprotected():
        LedgerEntry.objects.all().delete()
    Generation.objects.filter(pk=clip.pk).update(created_at=at)
    entry = booking_module.book(Generation.objects.to_book(clip.pk))
    assert entry.day == date(2026, 11, 1)


# --- booking never stands in the way -------------------------------------------------------------


def test_a_ledger_that_refuses_does_not_stop_a_move(account, monkeypatch, caplog):
    """A paid task must never be lost because of the ledger; the nightly check tells what is missing."""
    clip = make_generation(state=State.SAVING, account=account)

    def refuse(*args, **fields):
        LedgerEntry.objects.create(kind="nonsense", day="2026-01-01", currency="EUR", **fields)

    monkeypatch.setattr(
        booking_module, "book", lambda *args, **kwargs: refuse(team=clip.team, member=clip.owner)
    )
    with caplog.at_level(logging.ERROR):
        assert clip.move(State.READY, **FILE)
    assert again(clip).state == State.READY
    assert rows(clip) == [(Kind.RESERVE, RESERVED)]
    assert f"The ledger does not take what became of {clip.pk}." in caplog.text


def test_a_database_that_is_away_stops_the_move_as_ever(account, monkeypatch):
    clip = make_generation(state=State.SAVING, account=account)

    def away(*args, **kwargs):
        raise OperationalError("the database is locked")

    monkeypatch.setattr(booking_module, "book", away)
    with pytest.raises(OperationalError), transaction.atomic():
        clip.move(State.READY, **FILE)
    assert again(clip).state == State.SAVING


def test_an_order_that_cannot_be_reserved_is_no_order(account, monkeypatch):
    """Here nothing is paid yet, so nothing may be queued that the limits do not see."""

    def refuse(*args, **kwargs):
        raise IntegrityError("no")

    monkeypatch.setattr("generations.lifecycle.order.book", refuse)
    with pytest.raises(IntegrityError):
        place_order(make_member(), WISH, takes=2, nonce=uuid4())
    assert not Generation.objects.exists()


def test_moves_within_a_running_life_ask_the_ledger_nothing(account, django_assert_max_num_queries):
    clip = make_generation(account=account)
    with django_assert_max_num_queries(6) as captured:
        clip.move(State.SUBMITTING)
    assert not any("ledger" in query["sql"] for query in captured)


# --- sums ----------------------------------------------------------------------------------------


def test_sums_are_exact_to_the_cent_after_thousands_of_rows(account):
    """SQLite adds binary fractions: without care, ten cents a thousand times are not a hundred euros."""
    mia, team = make_user(), first_team()
    key = {"team": team, "member": mia, "currency": "EUR", "kind": Kind.CORRECT, "reason": "x"}
    days = [timezone.localdate() - timedelta(days=number) for number in range(25)]
    for number in range(1000):
        LedgerEntry.objects.write(
            **key, day=days[number % 25], spent=Decimal("0.10"), reserved=Decimal("1234.57")
        )
    assert DailySpend.objects.total(team=team) == Money(Decimal("1234570.00"), Decimal("100.00"))
    assert str(DailySpend.objects.total().spent) == "100.00"
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT spent FROM generations_dailyspend")
        assert [Decimal(str(spent)) for (spent,) in cursor.fetchall()] == [Decimal("4")]


def test_a_correction_is_counted_but_is_no_clips(account):
    clip = make_generation(account=account)
    row = correct(clip.team, clip.owner, Decimal("-1.20"), actor=make_admin(), reason="a discount")
    assert (row.kind, row.generation) == (Kind.CORRECT, None)
    assert DailySpend.objects.total() == Money(PRICE, Decimal("-1.20"))
    assert held(clip) == RESERVED


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": Kind.CORRECT, "reason": ""},
        {"kind": Kind.SETTLE, "reason": "of no clip"},
        {"kind": "gift", "reason": "x"},
    ],
    ids=str,
)
def test_a_row_that_says_too_little_is_refused_by_the_database(account, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.create(
            team=first_team(), member=make_user(), currency="EUR", day=timezone.localdate(), **fields
        )


# --- never changed, never deleted ----------------------------------------------------------------


class _unprotected:
    """For tests that need a past: the ledger can be changed within."""

    def __enter__(self):
        where = "" if connection.vendor == "sqlite" else f" ON {LEDGER}"
        with connection.cursor() as cursor:
            for verb in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER {LEDGER}_no_{verb}{where}")

    def __exit__(self, *error):
        append_only.protect()


def attempts() -> dict[str, str]:
    """What somebody with a database prompt may try."""
    common = {"update": f"UPDATE {LEDGER} SET spent = 0", "delete": f"DELETE FROM {LEDGER}"}
    columns = ", ".join(field.column for field in LedgerEntry._meta.fields)
    if connection.vendor == "sqlite":
        replace = f"INSERT OR REPLACE INTO {LEDGER} ({columns}) SELECT {columns} FROM {LEDGER}"
        return common | {"replace": replace}
    upsert = (
        f"INSERT INTO {LEDGER} ({columns}) SELECT {columns} FROM {LEDGER} "
        "ON CONFLICT (id) DO UPDATE SET spent = excluded.spent"
    )
    return common | {"upsert": upsert, "truncate": f"TRUNCATE {LEDGER} CASCADE"}


def assert_refused() -> None:
    before = list(LedgerEntry.objects.values())
    assert before
    for name, sql in attempts().items():
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(sql)
            pytest.fail(f"{name} was let through")
    assert list(LedgerEntry.objects.values()) == before


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_every_way_to_change_a_row():
    make_generation(account=make_live_account())
    assert_refused()


def test_the_orm_is_refused_too(account):
    make_generation(account=account)
    row = LedgerEntry.objects.get()
    for attempt in (
        row.save,
        row.delete,
        LedgerEntry.objects.all().delete,
        lambda: LedgerEntry.objects.update(spent=1),
        lambda: LedgerEntry.objects.bulk_update([row], ["spent"]),
    ):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            attempt()
    assert LedgerEntry.objects.get().reserved == PRICE


def test_nothing_that_a_row_names_can_be_deleted(account):
    clip = make_generation(account=account)
    for thing in (clip, clip.owner, Team.objects.get(pk=clip.team_id)):
        with pytest.raises(models.ProtectedError):
            thing.delete()


@pytest.mark.django_db(transaction=True)
def test_rows_are_protected_after_a_migration_that_makes_the_table_anew():
    """SQLite loses a table's triggers when Django makes it anew; `migrate` puts them back, whatever it does."""
    make_generation(account=make_live_account())
    old = LedgerEntry._meta.get_field("reason")
    new = models.CharField(max_length=400, blank=True)
    new.set_attributes_from_name("reason")
    new.model = LedgerEntry
    with connection.schema_editor() as editor:
        editor.alter_field(LedgerEntry, old, new, strict=True)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM sqlite_master WHERE tbl_name = %s AND type = 'trigger'", [LEDGER]
            )
            assert cursor.fetchone() == (0,), "this test is about nothing"
    call_command("migrate", verbosity=0)
    try:
        assert_refused()
    finally:
        with connection.schema_editor() as editor:
            editor.alter_field(LedgerEntry, new, old, strict=True)
        append_only.protect()
