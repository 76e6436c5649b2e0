"""A team's month in figures: what was spent and reserved, by day, by member and by what became of it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from django.conf import settings
from django.db.models import F, Min, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from generations.lifecycle.approval import JUDGED, NONE, Approval, Cost, counts
from generations.lifecycle.charge import doubtful_sum
from generations.lifecycle.limits import Budget, month_of
from generations.models import DailySpend, Generation, Kind, LedgerEntry, Membership, Money, Team

EARLIEST: Final = date(1970, 1, 1)
"""No clip is older, and the first moment of all has no place in UTC."""


@dataclass(frozen=True)
class Row:
    """What one member's orders of one day come to, in `currency`, and how their clips were judged until now."""

    day: date
    member_id: int
    member: str
    money: Money
    currency: str
    approval: Approval = NONE


@dataclass(frozen=True)
class DayMoney:
    """All members' money of a day."""

    day: date
    money: Money


@dataclass(frozen=True)
class MemberMoney:
    """One member's month; `role` is empty for somebody who has left the team, the limit None in past months."""

    name: str
    role: str
    budget: Budget
    approval: Approval = NONE

    @property
    def cost(self) -> Cost:
        """What one approved clip and second cost, of all that the member's orders of the month have spent."""
        return self.approval.cost(self.budget.taken.spent)


@dataclass(frozen=True)
class Month:
    """A team's month in the currency of the settings; `doubtful` is a part of what is reserved.

    Limits are those of today and no others are known: a past month has none. `others` are sums in currencies that
    the settings had before, which no limit counts.
    """

    team: Team
    first: date
    days: list[DayMoney]
    members: list[MemberMoney]
    team_month: Budget
    team_day: Budget
    doubtful: Decimal
    others: list[tuple[str, Money]]
    approval: Approval

    @property
    def cost(self) -> Cost:
        """What one approved clip and second cost, of all that was spent on the month's orders."""
        return self.approval.cost(self.total.spent)

    @property
    def judged_members(self) -> list[MemberMoney]:
        """Those of whose month something was judged or spent."""
        return [one for one in self.members if one.approval.judged or one.budget.taken.spent]

    @property
    def is_present(self) -> bool:
        """Whether it is the month of today."""
        return self.first == timezone.localdate().replace(day=1)

    @property
    def total(self) -> Money:
        """The whole month."""
        return self.team_month.taken

    @property
    def on_the_way(self) -> Decimal:
        """What is reserved for clips that wait, are rendered or saved."""
        return self.total.reserved - self.doubtful

    @property
    def busy_days(self) -> list[DayMoney]:
        """The days on which money moved."""
        return [day for day in self.days if day.money != Money()]


def month_money(team: Team, first: date) -> Month:
    """Return the figures of the month that begins on `first`, from four queries."""
    rows = list(month_rows(team, first))
    ours = [row for row in rows if row.currency == settings.CURRENCY]
    today, by_day = timezone.localdate(), _by(ours, "day")
    is_present = first == today.replace(day=1)
    monthly, daily = (team.monthly_limit, team.daily_limit) if is_present else (None, None)
    return Month(
        team=team,
        first=first,
        days=[DayMoney(day, by_day.get(day, Money())) for day in _days_of(first)],
        members=_members(team, ours, is_present=is_present),
        team_month=Budget("The team’s month", monthly, _sum(ours)),
        team_day=Budget("The team’s day", daily, by_day.get(today, Money())),
        doubtful=doubtful_sum(team, *month_of(first)),
        others=sorted(_by([row for row in rows if row.currency != settings.CURRENCY], "currency").items()),
        approval=sum((row.approval for row in ours), NONE),
    )


def month_rows(team: Team, first: date) -> Iterable[Row]:
    """Yield a month's sums by day and member, in every currency: what the page and the CSV file show."""
    (begins, ends), judged = month_of(first), _judged(team, first)
    days = DailySpend.objects.filter(team=team, day__gte=begins, day__lte=ends)
    fields = days.order_by("day", "member__username", "currency").values_list(
        "day", "member_id", "member__username", "reserved", "spent", "currency"
    )
    for day, member_id, member, reserved, spent, currency in fields.iterator():
        if reserved or spent:
            found = judged.get((day, member_id, currency), NONE)
            yield Row(day, member_id, member, Money(reserved, spent), currency, found)


def first_month(team: Team) -> date | None:
    """Return the first of the earliest month with a booking, or None without any."""
    earliest: date | None = DailySpend.objects.filter(team=team).aggregate(day=Min("day"))["day"]
    return earliest and earliest.replace(day=1)


def corrections(team: Team, first: date) -> QuerySet[LedgerEntry]:
    """Return the corrections that count in a month, newest first."""
    begins, ends = month_of(first)
    found = LedgerEntry.objects.filter(team=team, kind=Kind.CORRECT, day__gte=begins, day__lte=ends)
    return found.select_related("member", "actor").order_by("-day", "-id")


def _members(team: Team, rows: list[Row], *, is_present: bool) -> list[MemberMoney]:
    """Everybody who is in the team now, in a past month only those with money in it; who spent most comes first."""
    taken, names = _by(rows, "member_id"), {row.member_id: row.member for row in rows}
    judged: defaultdict[int, Approval] = defaultdict(Approval)
    for row in rows:
        judged[row.member_id] += row.approval
    found = []
    for one in Membership.objects.filter(team=team).annotate(name=F("user__username")).order_by("name"):
        money = taken.pop(one.user_id, None)
        if money or is_present:
            budget = Budget(one.name, one.monthly_limit if is_present else None, money or Money())
            found.append(MemberMoney(one.name, one.get_role_display(), budget, judged[one.user_id]))
    found += [
        MemberMoney(names[pk], "", Budget(names[pk], None, money), judged[pk]) for pk, money in taken.items()
    ]
    return sorted(found, key=lambda member: -member.budget.taken.together)


def _judged(team: Team, first: date) -> dict[tuple[date, int, str], Approval]:
    """Return how the clips that were ordered in a month are judged, by the day, person and currency they count for.

    Rehearsal costs nothing and is in none of these figures.
    """
    if first < EARLIEST:
        return {}
    begins, ends = (timezone.make_aware(datetime.combine(day, time.min)) for day in _span(first))
    clips = Generation.objects.filter(
        created_at__gte=begins, created_at__lt=ends, verdict__in=JUDGED, order__team=team
    )
    paid = clips.filter(account__is_rehearsal=False).order_by()
    rows = paid.values("currency", "order__owner", day=TruncDate("created_at")).annotate(
        **counts(F("currency"))
    )
    return {(row["day"], row["order__owner"], row["currency"]): Approval.of_row(row) for row in rows}


def _span(first: date) -> tuple[date, date]:
    """The first day of a month, and of the next."""
    _, last = month_of(first)
    return first, last + timedelta(days=1)


def _by(rows: Iterable[Row], name: str) -> dict[Any, Money]:
    """Return the rows' sums by one of their fields."""
    groups: defaultdict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, name)].append(row)
    return {key: _sum(group) for key, group in groups.items()}


def _sum(rows: Iterable[Row]) -> Money:
    total = Money()
    for row in rows:
        total = Money(total.reserved + row.money.reserved, total.spent + row.money.spent)
    return total


def _days_of(first: date) -> list[date]:
    _, last = month_of(first)
    return [first + timedelta(days=number) for number in range(last.day)]
