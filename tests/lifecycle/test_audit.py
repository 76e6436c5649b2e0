"""The check of the ledger: finds what was tampered with, says it in a sentence, mends what can be mended."""

import logging
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from generations import tasks
from generations.lifecycle import audit
from generations.lifecycle.correct import correct
from generations.models import DailySpend, Generation, Kind, LedgerEntry, Money, State
from tests.factories import first_team, make_admin, make_generation, make_live_account, make_team, make_user

pytestmark = pytest.mark.django_db

PRICE = Decimal("5.60")
FITS = "The ledger holds what is due, and the sums are those of the ledger."


@pytest.fixture
def account(db):
    return make_live_account()


def check(*options) -> tuple[int, str]:
    """Run the command; return its exit status and what it printed."""
    out = StringIO()
    try:
        call_command("check_ledger", *options, stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue() + str(error)
    return 0, out.getvalue()


def tamper(clip, **fields) -> None:
    """Change a clip past every verb."""
    Generation.objects.filter(pk=clip.pk).update(**fields)


def unsummed_row(**fields) -> LedgerEntry:
    """A row that was written past the manager, so no sum counts it."""
    common = {"currency": "EUR", "day": timezone.localdate(), "reason": "x", "kind": Kind.CORRECT}
    return LedgerEntry.objects.create(**common | fields)


def test_all_is_well_with_clips_in_every_state(account):
    for number, state in enumerate(State):
        make_generation(make_user(f"m{number}"), state, account=account)
        make_generation(make_user(f"r{number}"), state)
    correct(first_team(), make_user(), Decimal("-3"), actor=make_admin(), reason="a discount")
    assert check() == (0, FITS + "\n")


def test_an_empty_studio_is_well():
    assert check() == (0, FITS + "\n")


def test_a_move_that_was_not_booked_is_found_and_booked(account):
    clip = make_generation(state=State.SAVING, account=account)
    tamper(clip, state=State.READY, video_name="a", video_bytes=1, video_sha256="0")
    sentence = (
        f"Clip {clip.pk} (ready, charged): the ledger has €5.60 reserved and €0.00 spent, "
        "due is €0.00 reserved and €5.60 spent."
    )
    assert check() == (1, f"{sentence}\n1 difference.")
    status, said = check("--mend")
    assert (status, "Mended 1." in said, said.endswith(FITS + "\n")) == (0, True, True)
    row = LedgerEntry.objects.first()
    assert (row.kind, row.spent, row.reason) == (Kind.SETTLE, PRICE, audit.MENDED)
    assert DailySpend.objects.total() == Money(spent=PRICE)
    assert check() == (0, FITS + "\n")


def test_a_clip_without_any_row_is_found_and_booked_on_the_day_of_its_order(account):
    clip, ordered_at = make_generation(), timezone.now() - timedelta(days=40)
    tamper(clip, account=account, created_at=ordered_at)
    assert check()[0] == 1
    assert check("--mend")[0] == 0
    assert LedgerEntry.objects.get().day == timezone.localdate(ordered_at)


def test_a_price_that_was_changed_is_found_and_booked_as_a_difference(account):
    clip = make_generation(state=State.READY, account=account)
    tamper(clip, price="6.00")
    assert "due is €0.00 reserved and €6.00 spent" in check()[1]
    assert check("--mend")[0] == 0
    assert LedgerEntry.objects.first().spent == Decimal("0.40")


def test_a_rehearsal_clip_in_the_ledger_is_left_to_a_person(account):
    clip = make_generation(account=account)
    tamper(clip, account=make_generation(make_user("jo")).account)
    status, said = check("--mend")
    assert (status, "Mended 0." in said) == (1, True)
    assert f"Clip {clip.pk} (queued, nothing was charged)" in said
    assert LedgerEntry.objects.count() == 1


@pytest.mark.parametrize("changes", [{"team": 1}, {"member": 1}, {"currency": "USD"}], ids=str)
def test_a_row_that_bears_something_else_than_its_order_is_left_to_a_person(account, changes):
    clip = make_generation(account=account)
    wrong = {"team": lambda: make_team("North"), "member": lambda: make_user("jo")}
    fields = {name: wrong.get(name, lambda: "USD")() for name in changes}
    common = {"team": clip.team, "member": clip.order.owner, "currency": "EUR", "day": timezone.localdate()}
    row = LedgerEntry.objects.write(generation=clip, kind=Kind.RESERVE, **common | fields)
    why = "its team, member or currency is not that of the order of clip"
    assert check() == (1, f"Row {row.pk} of the ledger: {why} {clip.pk}.\n1 difference.")
    assert check("--mend")[0] == 1


def test_a_wrong_sum_is_found_and_added_up_anew(account):
    clip = make_generation(account=account)
    DailySpend.objects.update(reserved="5.61", spent="-2")
    day = timezone.localdate()
    sentence = (
        f"{day:%Y-%m-%d}, team {clip.team_id}, member {clip.owner_id}: the sum says €5.61 reserved and "
        "−€2.00 spent, the ledger €5.60 reserved and €0.00 spent."
    )
    assert check() == (1, f"{sentence}\n1 difference.")
    assert check("--mend")[0] == 0
    assert DailySpend.objects.total() == Money(reserved=PRICE)
    assert LedgerEntry.objects.count() == 1


def test_sums_that_are_lost_are_added_up_anew(account):
    """They can all be made again from the ledger, by currency, team, member and day."""
    for number in range(3):
        make_generation(make_user(f"m{number}"), State.READY, account=account)
    yesterday = timezone.localdate() - timedelta(days=1)
    mine = {"team": first_team(), "member": make_user()}
    correct(**mine, amount=Decimal("-1"), actor=make_admin(), reason="x", day=yesterday)
    unsummed_row(**mine, currency="USD", spent="2")
    unsummed_row(**mine, currency="USD", spent="3")
    DailySpend.objects.exclude(currency="USD").delete()
    assert check()[1].endswith("5 differences.")
    assert check("--mend")[0] == 0
    assert sorted(DailySpend.objects.values_list("currency", "spent")) == [
        ("EUR", Decimal("-1")),
        *[("EUR", PRICE)] * 3,
        ("USD", Decimal("5")),
    ]


def test_a_sum_of_nothing_in_the_ledger_is_found(account):
    DailySpend.objects.create(
        team=first_team(), member=make_user(), day=timezone.localdate(), currency="EUR", spent=1
    )
    assert check()[0] == 1
    assert check("--mend")[0] == 0


def test_a_missing_row_and_its_sum_are_mended_together(account):
    clip = make_generation(state=State.SAVING, account=account)
    DailySpend.objects.update(reserved="7")
    tamper(clip, state=State.READY, video_name="a", video_bytes=1, video_sha256="0")
    assert check()[1].endswith("2 differences.")
    assert check("--mend")[0] == 0
    assert DailySpend.objects.total() == Money(spent=PRICE)


def test_it_asks_four_questions_however_much_there_is(account, django_assert_num_queries):
    make_generation(account=account)
    for number in range(30):
        make_generation(make_user(f"m{number}"), State.READY, account=account)
    with django_assert_num_queries(4):
        assert list(audit.differences()) == []


@pytest.mark.django_db(transaction=True)
def test_the_night_tells_the_admins_what_does_not_fit(caplog):
    make_admin()
    account = make_live_account()
    clips = [make_generation(make_user(f"m{number}"), account=account) for number in range(3)]
    tasks.check_ledger()
    assert not mail.outbox
    for clip in clips:
        tamper(clip, price="9.00")
    with caplog.at_level(logging.ERROR):
        tasks.check_ledger()
    (told,) = mail.outbox
    assert told.subject == "Kling 4K Studio: the ledger does not fit in 3 places"
    assert "3 things do not fit:" in told.body
    assert all(f"Clip {clip.pk} (queued, nothing was charged)" in told.body for clip in clips)
    assert "check_ledger --mend" in told.body
    assert str(clips[0].pk) in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_mail_names_some_and_counts_all(monkeypatch):
    monkeypatch.setattr(audit, "MOST_TOLD", 2)
    make_admin()
    account = make_live_account()
    for number in range(3):
        tamper(make_generation(make_user(f"m{number}"), account=account), price="9.00")
    tasks.check_ledger()
    body = mail.outbox[0].body
    assert (body.count("Clip "), "The first 2 are listed" in body) == (2, True)
