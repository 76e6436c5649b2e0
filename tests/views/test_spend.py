"""The Spend page and its file: what leads read, and what they say about charges that nobody knows."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.csv_file import FORMULA_STARTS, harmless
from generations.lifecycle import review
from generations.lifecycle.spend import DayMoney, month_money
from generations.models import (
    Account,
    Charged,
    DailySpend,
    Generation,
    Kind,
    LedgerEntry,
    Membership,
    Money,
    Role,
    State,
    Team,
    User,
    Verdict,
)
from generations.models.ledger import NOTHING
from generations.views.chart import chart
from tests.factories import (
    first_team,
    make_admin,
    make_generation,
    make_live_account,
    make_member,
    make_stranger,
    make_team,
    make_user,
)
from tests.views.pages import elements, text_of

pytestmark = pytest.mark.django_db

NOVEMBER, OCTOBER = date(2026, 11, 1), date(2026, 10, 1)
PAGE, FILE = "/team/spend/", "/team/spend.csv"
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
def today(settings, monkeypatch):
    """It is noon of 22 November 2026 in Berlin."""
    settings.TIME_ZONE = "Europe/Berlin"
    noon = datetime(2026, 11, 22, 12, tzinfo=BERLIN)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    return noon.date()


@pytest.fixture
def live(settings):
    settings.REHEARSAL, settings.MAGNIFIC_API_KEY = False, "a-key"
    settings.MAGNIFIC_BASE_URL = "https://api.magnific.com"
    return make_live_account()


@pytest.fixture
def lead(client, live):
    """A lead who is signed in."""
    lead = make_user("lea", role=Role.LEAD)
    client.force_login(lead)
    return lead


def booked(member, day, spent="0", reserved="0", *, team=None, currency="EUR", **fields):
    """Money of a day, as a row of the ledger."""
    return LedgerEntry.objects.write(
        team=team or first_team(),
        member=member,
        kind=Kind.CORRECT,
        spent=Decimal(spent),
        reserved=Decimal(reserved),
        currency=currency,
        day=day,
        **{"reason": "as it was"} | fields,
    )


def make_doubtful(owner, **fields):
    """A clip that failed over there, and nobody knows whether it was charged."""
    return make_generation(owner, State.FAILED, **fields)


def page_of(client, month=""):
    return client.get(PAGE, {"month": month} if month else {})


def lines_of(client, month=""):
    answer = client.get(FILE, {"month": month} if month else {})
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))


def links_to_spend(client):
    """Where the team's page leads to Spend."""
    found = elements(client.get("/team/"), "a")
    return [link["href"] for link in found if link["href"].endswith("/spend/")]


# Who may see it


@pytest.mark.parametrize("url", [PAGE, FILE])
@pytest.mark.parametrize(("role", "status"), [(Role.LEAD, 200), (Role.MEMBER, 403), (Role.VIEWER, 403)])
def test_leads_see_it(client, live, url, role, status):
    client.force_login(make_user("kim", role=role))
    assert client.get(url).status_code == status


@pytest.mark.parametrize("url", [PAGE, FILE])
def test_admins_see_it_whatever_they_are_in_the_team(client, live, url):
    client.force_login(make_admin(role=Role.VIEWER))
    assert client.get(url).status_code == 200


def test_who_may_not_is_told_whom_to_ask(client, live):
    client.force_login(make_user())
    assert "Only a lead of the team can see and do this. Ask one if you need it." in text_of(page_of(client))
    assert not links_to_spend(client)


def test_the_team_s_page_leads_there(client, lead):
    links = links_to_spend(client)
    assert links
    assert {client.get(link).status_code for link in links} == {200}


def test_it_is_about_the_chosen_team_alone(client, lead, today):
    south = make_team("South")
    Membership.objects.create(user=lead, team=south, role=Role.LEAD)
    booked(lead, today, spent="11.11")
    booked(make_stranger(), today, spent="22.22", team=south)
    client.post("/team/choose", {"team": first_team().pk})
    assert "€11.11" in text_of(page_of(client))
    assert "€22.22" not in text_of(page_of(client))
    client.post("/team/choose", {"team": south.pk})
    assert "€22.22" in text_of(page_of(client))
    assert "€11.11" not in text_of(page_of(client))
    assert [line[1:3] for line in lines_of(client)[1:]] == [["otto", "22.22"]]


def test_a_lead_of_several_and_an_admin_need_not_switch(client, lead, today):
    south = make_team("South")
    booked(make_stranger(), today, spent="22.22", team=south)
    page, file = f"{PAGE.replace('spend', f'{south.pk}/spend')}", f"/team/{south.pk}/spend.csv"
    assert client.get(page).status_code == client.get(file).status_code == 404
    place = Membership.objects.create(user=lead, team=south, role=Role.MEMBER)
    client.post("/team/choose", {"team": first_team().pk})
    assert client.get(page).status_code == client.get(file).status_code == 403
    Membership.objects.filter(pk=place.pk).update(role=Role.LEAD)
    assert "€22.22" in text_of(client.get(page))
    assert elements(client.get(page), "a", href=f"{file}?month=2026-11")
    client.force_login(make_admin(role=None))
    answer = client.get(page)
    assert "Spend of South" in text_of(answer)
    assert b'"22.22"' in b"".join(client.get(file).streaming_content)


# Figures


def test_the_month_by_day_and_member(live, lead, today):
    mia = make_user()
    booked(mia, date(2026, 11, 1), spent="5.60")
    booked(mia, today, spent="1.00", reserved="2.00")
    booked(lead, today, spent="10.00")
    booked(mia, date(2026, 10, 31), spent="100.00")
    booked(mia, date(2026, 12, 1), spent="100.00")
    month = month_money(first_team(), NOVEMBER)
    assert month.total == Money(Decimal(2), Decimal("16.60"))
    assert [(day.day.day, day.money.spent) for day in month.busy_days] == [
        (1, Decimal("5.60")),
        (22, Decimal("11.00")),
    ]
    assert len(month.days) == 30
    assert [(member.name, member.role, member.budget.taken.together) for member in month.members] == [
        ("lea", "Lead", Decimal("10.00")),
        ("mia", "Member", Decimal("8.60")),
    ]
    assert month.team_day.taken == Money(Decimal(2), Decimal("11.00"))


def test_the_limits_are_those_of_the_present_month(client, lead, today):
    Team.objects.update(monthly_limit=20, daily_limit=12)
    Membership.objects.update(monthly_limit=15)
    booked(lead, today, spent="9.00", reserved="1.00")
    booked(lead, date(2026, 10, 5), spent="5.00")
    present = text_of(page_of(client))
    for words in (
        "Month so far €10.00 €9.00 spent · €1.00 reserved €10.00 free of €20.00",
        "Today €10.00 €9.00 spent · €1.00 reserved €2.00 free of €12.00: over four fifths are taken",
        "lea Lead €9.00 €1.00 €5.00 of €15.00",
        "daily limit €12.00",
    ):
        assert words in present
    past = text_of(page_of(client, "2026-10"))
    _, month, figures = past.partition("The month €5.00 €5.00 spent · €0.00 reserved")
    assert month
    for words in ("Today", "free", "limit", "€15.00"):
        assert words not in figures


def test_a_budget_that_is_used_up_says_so(client, lead, today):
    Team.objects.update(monthly_limit=5)
    booked(lead, today, spent="9.00")
    assert "€0.00 free of €5.00: nothing more can be ordered" in text_of(page_of(client))
    month_meter, *_ = elements(page_of(client), "rect", **{"class": "bar-spent"})
    assert month_meter["width"] == "100.00%"


def test_what_is_reserved_is_told_apart(client, live, lead):
    make_generation(lead, State.READY, account=live)
    make_generation(lead, State.RENDERING, account=live)
    make_generation(lead, State.QUEUED, account=live)
    make_doubtful(lead, account=live)
    make_generation(lead, State.UNSURE, account=live)
    make_generation(lead, State.FAILED, account=live, charged=Charged.NO)
    make_generation(lead, State.FAILED, account=live, charged=Charged.YES)
    month = month_money(first_team(), NOVEMBER)
    assert month.total == Money(Decimal("22.40"), Decimal("11.20"))
    assert (month.on_the_way, month.doubtful) == (Decimal("11.20"), Decimal("11.20"))
    said = text_of(page_of(client))
    assert "it was charged €11.20 Reserved for clips in line and on their way €11.20" in said
    assert "In doubt: 2 clips" in said


def test_a_doubt_names_the_task_to_look_for(client, live, lead):
    clip = make_doubtful(lead, account=live, task_id="6f9b1c7e-0000-4000-8000-000000000001")
    make_doubtful(lead, account=live, task_id=None)
    said = text_of(page_of(client))
    assert f"Task {clip.task_id}" in said
    assert said.count("Task ") == 1


def test_spend_is_a_page_of_the_team(client, live, lead):
    (tab,) = elements(page_of(client), "a", href="/team/", aria_current="true")
    assert tab


def test_a_doubt_counts_in_the_month_of_its_order(live, lead, today):
    clip = make_doubtful(lead, account=live)
    assert month_money(first_team(), NOVEMBER).doubtful == Decimal(clip.price)
    assert month_money(first_team(), OCTOBER).doubtful == NOTHING


def test_rehearsal_is_in_no_figure(client, settings):
    settings.REHEARSAL = True
    client.force_login(lead := make_user("lea", role=Role.LEAD))
    make_generation(lead, State.READY)
    make_doubtful(lead)
    said = text_of(page_of(client))
    assert "This is a rehearsal: clips made now cost nothing and are in none of these figures." in said
    assert "Nothing was spent or reserved in November 2026." in said
    assert "It is known of every clip whether it was charged." in said


def test_somebody_who_left_is_still_named(client, lead, today):
    gone = make_user("piet")
    booked(gone, today, spent="3.00")
    Membership.objects.filter(user=gone).delete()
    assert "piet has left the team €3.00 €0.00" in text_of(page_of(client))


def test_another_currency_is_told_and_not_added(client, lead, today):
    booked(lead, today, spent="3.00")
    booked(lead, today, spent="4.00", reserved="1.00", currency="USD")
    said = text_of(page_of(client))
    assert "Month so far €3.00" in said
    assert "In USD, which no limit counts $5.00" in said
    assert {tuple(line[2:5]) for line in lines_of(client)[1:]} == {
        ("3.00", "0.00", "EUR"),
        ("4.00", "1.00", "USD"),
    }


def test_corrections_count_and_are_listed(client, lead, today):
    booked(lead, date(2026, 11, 3), spent="5.60")
    booked(lead, today, spent="-2.60", reason="The invoice says less.", actor=make_admin())
    booked(lead, date(2026, 10, 3), spent="7.00", reason="Of another month.")
    said = text_of(page_of(client))
    assert "Month so far €3.00" in said
    assert "−€2.60 spent The invoice says less. 22 November · lea’s orders · by ada" in said
    assert "Of another month." not in said


# Months


def test_an_order_of_the_last_minute_belongs_to_its_month(client, live, lead, monkeypatch):
    for moment in (datetime(2026, 10, 31, 23, 59, tzinfo=BERLIN), datetime(2026, 11, 1, 0, 0, tzinfo=BERLIN)):
        with monkeypatch.context() as clock:
            clock.setattr(timezone, "now", lambda moment=moment: moment)
            make_generation(lead, State.READY, account=live)
    assert [line[0] for line in lines_of(client, "2026-10")[1:]] == ["2026-10-31"]
    assert [line[0] for line in lines_of(client, "2026-11")[1:]] == ["2026-11-01"]


def test_the_neighbours(client, lead, today):
    def links(month=""):
        return [
            link["href"]
            for rel in ("prev", "next")
            for link in elements(page_of(client, month), "a", rel=rel)
        ]

    assert links() == []
    booked(lead, date(2026, 9, 30), spent="1")
    assert links() == [f"{PAGE}?month=2026-10"]
    assert links("2026-10") == [f"{PAGE}?month=2026-09", f"{PAGE}?month=2026-11"]
    assert links("2026-09") == [f"{PAGE}?month=2026-10"]
    assert "Spend in September 2026" in text_of(page_of(client, "2026-09"))


@pytest.mark.parametrize("url", [PAGE, FILE])
@pytest.mark.parametrize(
    "month", ["2026-12", "9999-12", "2026-13", "2026", "november", "0000-01", "2026-W3", "2026-1", "\x00"]
)
def test_there_is_no_such_month(client, lead, url, month):
    assert client.get(url, {"month": month}).status_code == 404


def test_the_first_month_of_all_opens(client, lead):
    assert page_of(client, "0001-01").status_code == 200


# The chart


def days(*sums):
    return [
        DayMoney(date(2026, 11, number), Money(Decimal(reserved), Decimal(spent)))
        for number, (spent, reserved) in enumerate(sums, start=1)
    ]


def test_the_bars_stand_on_each_other():
    bar = chart(days((30, 10), (0, 0)), None).bars[0]
    assert (bar.spent.y, bar.spent.height) == ("25.000%", "75.000%")
    assert (bar.reserved.y, bar.reserved.height) == ("0.000%", "25.000%")
    assert (bar.spent.x, bar.spent.width) == ("8.000%", "34.000%")


@pytest.mark.parametrize(
    ("highest", "labels"),
    [
        ("40", ["€0", "€10", "€20", "€30", "€40"]),
        ("5.60", ["€0", "€2", "€4", "€6"]),
        ("1.12", ["€0", "€0.50", "€1", "€1.50"]),
        ("4321.00", ["€0", "€2,000", "€4,000", "€6,000"]),
        ("0.01", ["€0", "€0.01"]),
    ],
)
def test_the_lines_are_round_numbers(highest, labels):
    assert [line.label for line in chart(days((highest, 0)), None).lines] == labels


def test_a_sum_below_zero_has_no_bar():
    bar = chart(days((-5, 3), (8, 0)), None).bars[0]
    assert bar.spent is None
    assert bar.reserved


def test_a_limit_that_is_far_away_does_not_flatten_the_bars():
    assert chart(days((10, 0)), Decimal(20)).limit.label == "daily limit €20.00"
    assert chart(days((10, 0)), Decimal(21)).limit is None
    assert chart(days((10, 0)), NOTHING).limit


def test_the_chart_is_told_in_words(client, lead, today):
    booked(lead, date(2026, 11, 20), spent="30", reserved="2")
    booked(lead, today, spent="10")
    page = page_of(client)
    (picture,) = elements(page, "svg", role="img")
    assert (picture["aria-labelledby"], picture["aria-describedby"]) == ("chart-title", "chart-words")
    said = text_of(page)
    for words in (
        "Money by day in November 2026",
        "€40.00 spent and €2.00 reserved on 2 days, most on Friday 20 November: €32.00.",
        "Fri 20 €30.00 €2.00 €32.00",
        "November €40.00 €2.00 €42.00",
    ):
        assert words in said


# The file


def test_the_file(client, lead, today):
    booked(make_user(), today, spent="1234.50", reserved="5.60")
    booked(lead, date(2026, 11, 3), spent="-2.60")
    answer = client.get(FILE)
    assert answer.streaming
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="spend-studio-2026-11.csv"'
    assert answer["Cache-Control"] == "private, no-store"
    assert b"".join(answer.streaming_content) == (
        b'\xef\xbb\xbf"day","member","spent","reserved","currency",'
        b'"judged_clips","approved_clips","approved_share","approved_seconds",'
        b'"cost_per_approved_clip","cost_per_approved_second"\r\n'
        b'"2026-11-03","lea","-2.60","0.00","EUR","0","0","","0","",""\r\n'
        b'"2026-11-22","mia","1234.50","5.60","EUR","0","0","","0","",""\r\n'
    )


NASTY = "=cmd|' /C calc'!A0"


@pytest.mark.parametrize("name", [NASTY, "+1", "-1", "@SUM(A1)", " =1+1", 'a"b', "a,b", "Zoë"])
def test_no_name_is_a_formula(client, lead, today, name):
    booked(User.objects.create(username=name), today, spent="1.00")
    cell = lines_of(client)[1][1]
    assert cell == (f"'{name}" if name.lstrip()[0] in "=+-@" else name)
    assert not cell.lstrip().startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_every_start_of_a_formula_is_disarmed(start):
    assert harmless(f"{start}1") == f"'{start}1"
    assert harmless(f"1{start}") == f"1{start}"


def test_a_name_of_a_team_cannot_break_out_of_the_header(client, lead):
    Team.objects.update(name='A"; x=\\ Ümläut/..')
    assert client.get(FILE)["Content-Disposition"] == 'attachment; filename="spend-a-x-umlaut-2026-11.csv"'


# Doubts


def say(client, clip, charged="yes", reason="the dashboard", **data):
    return client.post(f"/team/spend/{clip.pk}/charge", {"charged": charged, "reason": reason, **data})


@pytest.mark.parametrize(
    ("charged", "said", "money"),
    [
        ("yes", "Noted: €5.60 was charged. It counts as spent now.", Money(NOTHING, Decimal("5.60"))),
        ("no", "Noted: nothing was charged. €5.60 is free again.", Money()),
    ],
)
def test_a_lead_says_what_became_of_the_money(client, live, lead, charged, said, money):
    clip = make_doubtful(make_user(), account=live)
    answer = say(client, clip, charged, month="2026-11")
    assert answer["Location"] == f"{PAGE}?month=2026-11"
    assert said in text_of(client.get(answer["Location"]))
    clip.refresh_from_db()
    assert clip.charged == charged
    assert month_money(first_team(), NOVEMBER).total == money
    event = clip.events.last()
    assert event.actor == lead
    assert event.why.endswith(": the dashboard")
    assert LedgerEntry.objects.latest("pk").actor == lead


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (
            {"reason": " "},
            "Say how you know: the clip’s history keeps it with your name. Nothing was changed.",
        ),
        ({"charged": "unknown"}, "Press one of the two buttons."),
        ({"charged": ""}, "Press one of the two buttons."),
        ({"reason": "x" * 201}, "Ensure this value has at most 200 characters (it has 201)."),
    ],
)
def test_what_is_missing_is_said_beside_the_form_and_nothing_is_lost(client, live, lead, data, words):
    clip, other = (make_doubtful(lead, account=live) for _ in range(2))
    answer = say(client, clip, **data)
    assert answer.status_code == 422
    assert words in text_of(answer)
    typed = data.get("reason", "the dashboard")
    (wrong,) = elements(answer, "input", aria_invalid="true")
    assert (wrong["id"], wrong["value"]) == (f"id_{clip.pk}_reason", typed)
    (untouched,) = elements(answer, "input", id=f"id_{other.pk}_reason")
    assert untouched["value"] == ""
    clip.refresh_from_db()
    assert clip.charged == Charged.UNKNOWN


def test_a_decision_for_another_team_leads_back_to_that_team(client, live, lead):
    south = make_team("South")
    Membership.objects.create(user=lead, team=south, role=Role.LEAD)
    client.post("/team/choose", {"team": first_team().pk})
    clip = make_doubtful(make_stranger(), account=live)
    assert clip.team == south
    assert "Spend of South" in text_of(say(client, clip, reason=""))
    assert say(client, clip)["Location"] == f"/team/{south.pk}/spend/?month=2026-11"


def test_the_slower_of_two_is_told(client, live, lead):
    clip = make_doubtful(lead, account=live)
    say(client, clip, "no")
    answer = client.get(say(client, clip, "yes")["Location"])
    assert "This clip is not in doubt any more. Nothing was changed." in text_of(answer)
    clip.refresh_from_db()
    assert clip.charged == Charged.NO


def test_a_rehearsed_clip_has_nothing_to_decide(client, lead, live, settings):
    settings.REHEARSAL = True
    clip = make_doubtful(lead, account=Account.objects.current())
    assert "not in doubt any more" in text_of(client.get(say(client, clip)["Location"]))


def test_a_lost_answer_is_listed_without_a_form(client, live, lead):
    make_generation(lead, State.UNSURE, account=live)
    page = page_of(client)
    assert "We lost the answer and are still checking. If nothing tells, an admin decides." in text_of(page)
    assert not elements(page, "input", name="reason")
    client.force_login(make_admin())
    assert elements(page_of(client), "a", href="/admin/generations/submission/unclear/")


def test_a_private_clip_shows_its_price_and_not_its_prompt(client, live, lead):
    clip = make_doubtful(make_user(), account=live, is_private=True, prompt="My secret idea")
    page = page_of(client)
    assert "A private clip" in text_of(page)
    assert "secret" not in page.content.decode()
    assert not elements(page, "a", href=clip.get_absolute_url())
    assert say(client, clip).status_code == 302
    clip.refresh_from_db()
    assert clip.charged == Charged.YES


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (lambda clip: clip.owner, 403),
        (lambda clip: make_user("watcher", role=Role.VIEWER), 403),
        (lambda clip: make_user("south", role=Role.LEAD, team=make_team("South")), 404),
        (lambda clip: make_admin("boss", role=None), 302),
    ],
)
def test_others_decide_nothing(client, live, who, status):
    clip = make_doubtful(make_user(), account=live)
    client.force_login(who(clip))
    assert say(client, clip).status_code == status
    assert (Generation.objects.get().charged == Charged.UNKNOWN) is (status != 302)


def test_a_member_does_not_learn_of_another_s_private_clip(client, live):
    clip = make_doubtful(make_user(), account=live, is_private=True)
    client.force_login(make_user("jo"))
    assert say(client, clip).status_code == 404


def test_many_doubts_are_counted(client, live, lead, monkeypatch):
    monkeypatch.setattr("generations.views.spend.SHOWN", 2)
    for _ in range(3):
        make_doubtful(lead, account=live)
    page = page_of(client)
    assert "In doubt: 3 clips" in text_of(page)
    assert "The oldest 2 are shown." in text_of(page)
    assert len(elements(page, "input", name="reason")) == 2


# What was approved


def judged(owner, account, verdict, **fields):
    """A clip of 5 seconds, €5.60 unless told otherwise, with a verdict."""
    clip = make_generation(owner, State.READY, account=account, **fields)
    review.hand_in(owner, [clip])
    clip.refresh_from_db()
    review.judge(User.objects.get(username="lea"), clip, verdict, "So", clip.review_id)
    return clip


def test_what_an_approved_clip_costs_by_member_and_team(client, live, lead, today):
    mia, bo = make_user(), make_user("bo")
    first = judged(mia, live, Verdict.APPROVED)
    judged(mia, live, Verdict.APPROVED, duration=10, price="11.20")
    judged(mia, live, Verdict.RETURNED)
    make_generation(mia, State.READY, account=live)  # Nobody has judged it, and it was paid for.
    judged(bo, live, Verdict.RETURNED)
    rehearsal = Account.objects.create(name="Rehearsal", is_rehearsal=True)
    judged(bo, rehearsal, Verdict.APPROVED)  # In none of it.
    judged(bo, live, Verdict.APPROVED, currency="USD")
    last_month = judged(mia, live, Verdict.APPROVED)
    Generation.objects.filter(pk=last_month.pk).update(
        created_at=datetime(2026, 10, 31, 23, 59, tzinfo=BERLIN)
    )
    said = text_of(page_of(client))
    assert "mia 67 % 2 of 3 €16.80 €2.24" in said  # Spent on her five of this month's ledger: €33.60.
    assert "bo 0 % 0 of 1 – –" in said
    assert "The team 50 % 2 of 4 €19.60 €2.61" in said
    lines = {(line[1], line[4]): line[2:4] + line[5:] for line in lines_of(client)[1:]}
    assert lines["mia", "EUR"] == ["33.60", "0.00", "3", "2", "0.6667", "15", "16.80", "2.24"]
    assert lines["bo", "EUR"] == ["5.60", "0.00", "1", "0", "0.0000", "0", "", ""]
    assert lines["bo", "USD"] == ["5.60", "0.00", "1", "1", "1.0000", "5", "5.60", "1.12"]
    # Handed over: the money and what came of it stay with who ordered.
    Generation.objects.filter(pk=first.pk).update(owner=bo)
    assert "mia 67 % 2 of 3" in text_of(page_of(client))


# What it costs


def test_the_page_costs_the_same_whatever_its_size(client, live, lead, today, django_assert_num_queries):
    def grow(count):
        for number in range(count):
            member = make_member(f"member{User.objects.count()}").user
            booked(member, date(2026, 11, 1 + number), spent="1.00")
            booked(member, date(2026, 10, 1), spent="1.00")
            make_doubtful(member, account=live)

    grow(2)
    with CaptureQueriesContext(
        connection,
    ) as few:
        page_of(client)
    grow(12)
    with django_assert_num_queries(len(few)):
        page_of(client)
    assert len(few) <= 15


def test_the_file_costs_five_queries(client, lead, today, django_assert_num_queries):
    for _ in range(5):
        booked(make_member(f"member{User.objects.count()}").user, today, spent="1.00")
    with django_assert_num_queries(5):  # Session, user, memberships, the verdicts and the rows.
        assert len(lines_of(client)) == 6


def test_a_day_that_came_to_nothing_is_no_row(client, live, lead, today):
    booked(lead, today, spent="5.60")
    booked(lead, today, spent="-5.60")
    assert not month_money(first_team(), NOVEMBER).busy_days
    assert lines_of(client)[1:] == []


def test_cents_stay_cents(live, lead):
    for _ in range(3):
        make_doubtful(lead, account=live, price="0.10")
    month = month_money(first_team(), NOVEMBER)
    assert (str(month.doubtful), str(month.on_the_way)) == ("0.30", "0.00")


def test_what_the_page_reads_is_what_the_ledger_says(live, lead, today):
    make_generation(lead, State.RENDERING, account=live)
    booked(lead, today, spent="1.00")
    rows = LedgerEntry.objects.all()
    total = month_money(first_team(), NOVEMBER).total
    assert total == Money(sum(row.reserved for row in rows), sum(row.spent for row in rows))
    assert DailySpend.objects.count() == 1
