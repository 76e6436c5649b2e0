"""The ledger in the admin: read, corrected, never changed; and the page where unknown charges are decided."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from generations.lifecycle.charge import decide_charge
from generations.models import Charged, DailySpend, Generation, Kind, LedgerEntry, Money, State, Team, User
from tests.admin.test_pages import queries_of
from tests.factories import (
    first_team,
    make_admin,
    make_generation,
    make_live_account,
    make_stranger,
    make_user,
)

pytestmark = pytest.mark.django_db

LIST = reverse("admin:generations_ledgerentry_changelist")
ADD = reverse("admin:generations_ledgerentry_add")
CHARGES = reverse("admin:generations_generation_charges")
WRONG = [
    ({"reason": ""}, "Say why: the ledger keeps it with your name."),
    ({"amount": "0"}, "A correction of nothing changes nothing."),
    ({"amount": "0.005"}, "no more than 2 decimal places"),
    ({"day": "2999-01-01"}, "That day is still to come."),
    ({"team": ""}, "This field is required."),
]


@pytest.fixture
def ada(client):
    ada = make_admin()
    client.force_login(ada)
    return ada


@pytest.fixture
def live():
    return make_live_account()


def doubtful(live, username="mia", **fields) -> Generation:
    owner = User.objects.filter(username=username).first() or make_user(username)
    return make_generation(owner, State.FAILED, account=live, **fields)


def correction(**changes):
    mia = User.objects.filter(username="mia").first() or make_user("mia")
    filled = {"team": first_team().pk, "member": mia.pk, "amount": "-5.60", "day": "", "reason": "invoice 7"}
    return filled | changes


def booked(team=None) -> Money:
    return DailySpend.objects.total(team=team or first_team())


def test_a_correction_is_a_row_with_a_name_and_a_reason(client, ada):
    response = client.post(ADD, correction(), follow=True)
    row = LedgerEntry.objects.get()
    assert (row.kind, row.reserved, row.spent, row.currency) == (Kind.CORRECT, 0, Decimal("-5.60"), "EUR")
    assert (row.actor, row.reason, row.day, row.generation) == (ada, "invoice 7", timezone.localdate(), None)
    assert booked() == Money(spent=Decimal("-5.60"))
    assert "“Corrected −€5.60 spent” was added successfully" in response.content.decode()
    assert reverse("admin:generations_ledgerentry_change", args=[row.pk]) in response.content.decode()


def test_a_correction_counts_in_the_month_it_is_for(client, ada):
    last_month = timezone.localdate().replace(day=1) - timedelta(days=1)
    client.post(ADD, correction(amount="2", day=last_month.isoformat()))
    assert DailySpend.objects.get().day == last_month


@pytest.mark.parametrize(("changes", "sentence"), WRONG, ids=lambda value: str(value)[:20])
def test_a_wrong_correction_is_not_written_and_what_was_typed_stays(client, ada, changes, sentence):
    page = client.post(ADD, correction(**changes)).content.decode()
    assert sentence in page
    assert changes.get("amount", "-5.60") in page
    assert not LedgerEntry.objects.exists()


def test_only_who_is_or_was_in_the_team_can_be_corrected(client, ada, live):
    otto = make_stranger("otto")
    page = client.post(ADD, correction(member=otto.pk)).content.decode()
    assert "otto is not in Studio and never spent anything there." in page
    gone = make_user("gone")
    make_generation(gone, State.READY, account=live)
    gone.memberships.all().delete()
    client.post(ADD, correction(member=gone.pk))
    assert LedgerEntry.objects.get(kind=Kind.CORRECT).member == gone


def test_rows_are_read_and_never_edited(client, ada, live):
    clip = make_generation(state=State.READY, account=live)
    row = LedgerEntry.objects.get()
    page = client.get(LIST).content.decode()
    assert f'<a href="/admin/generations/generation/{clip.pk}/change/" dir="auto">' in page
    assert "Add a correction" in page
    assert 'value="delete_selected"' not in page
    change = reverse("admin:generations_ledgerentry_change", args=[row.pk])
    assert 'name="_save"' not in client.get(change).content.decode()
    assert client.post(change, correction()).status_code == 403
    assert client.post(change.replace("/change/", "/delete/"), {"post": "yes"}).status_code == 403
    assert LedgerEntry.objects.count() == 1


@pytest.mark.parametrize("query", ["kind=settle", "currency=EUR", "q=mia", "day__year=2026", "q=invoice"])
def test_filters_are_answered(client, ada, live, query):
    make_generation(state=State.READY, account=live)
    assert client.get(f"{LIST}?{query}").status_code == 200


def test_the_page_of_a_clip_shows_its_rows(client, ada, live):
    clip = doubtful(live)
    decide_charge(clip, Charged.NO, actor=ada, why="not in the usage")
    page = client.get(reverse("admin:generations_generation_change", args=[clip.pk])).content.decode()
    assert "Released" in page
    assert "nothing was charged: not in the usage" in page


@pytest.mark.parametrize(
    ("charged", "due", "said"),
    [
        ("yes", Money(spent=Decimal("11.20")), "2 clips counted as charged"),
        ("no", Money(), "2 clips counted as not charged"),
    ],
)
def test_unknown_charges_are_decided_together(client, ada, live, charged, due, said):
    clips = [doubtful(live), doubtful(live)]
    left = doubtful(live, price="1.00")
    page = client.get(CHARGES).content.decode()
    assert "3 clips failed without word whether they were charged" in page
    answer = {"clips": [clip.pk for clip in clips], "charged": charged, "reason": "the dashboard shows it"}
    page = client.post(CHARGES, answer, follow=True).content.decode()
    assert said in page
    assert "1 clip failed without word whether it was charged" in page
    assert booked().minus(due) == Money(reserved=Decimal("1.00"))
    assert set(Generation.objects.filter(charged=charged)) == set(clips)
    assert clips[0].events.last().actor == ada
    assert left.pk not in {row.generation_id for row in LedgerEntry.objects.filter(actor=ada)}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": ""}, "Say why: the ledger keeps it with your name."),
        ({"clips": []}, "Choose at least one clip."),
        ({"charged": ""}, "Press one of the two buttons."),
        ({"charged": "unknown"}, "Select a valid choice."),
    ],
    ids=str,
)
def test_an_incomplete_decision_changes_nothing_and_keeps_the_rest(client, ada, live, changes, sentence):
    clip = doubtful(live)
    answer = {"clips": [clip.pk], "charged": "no", "reason": "looked it up"} | changes
    page = client.post(CHARGES, answer).content.decode()
    assert sentence in page
    assert ("looked it up" in page) == ("reason" not in changes)
    assert ("checked" in page) == ("clips" not in changes)
    assert Generation.objects.get().charged == Charged.UNKNOWN


def test_a_clip_that_is_decided_is_offered_no_more_and_changes_no_more(client, ada, live):
    clip = doubtful(live)
    decide_charge(clip, Charged.YES, actor=ada, why="it is there")
    assert "No charge is unknown" in client.get(CHARGES).content.decode()
    late = {"clips": [clip.pk], "charged": "no", "reason": "so"}
    page = client.post(CHARGES, late, follow=True).content.decode()
    assert "1 clip in doubt no more: somebody was faster" in page
    assert Generation.objects.get().charged == Charged.YES


def test_what_failed_in_rehearsal_or_cost_nothing_is_not_asked_about(client, ada, live):
    make_generation(make_user("jo"), State.FAILED)
    doubtful(live, charged=Charged.NO)
    make_generation(User.objects.get(username="jo"), State.UNSURE, account=live)
    assert "No charge is unknown" in client.get(CHARGES).content.decode()


def test_the_first_page_tells_of_unknown_charges(client, ada, live):
    doubtful(live)
    page = client.get("/admin/").content.decode()
    assert f'<a href="{CHARGES}"' in page
    assert "1 failed clip was perhaps charged" in page


def test_the_page_of_charges_costs_the_same_with_many(client, ada, live):
    doubtful(live)
    few = queries_of(client, CHARGES)
    for number in range(12):
        team = Team.objects.create(name=f"Team {number}")
        make_generation(make_user(f"m{number}", team=team), State.FAILED, account=live)
    assert queries_of(client, CHARGES) == few
