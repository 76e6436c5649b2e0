"""How much may be spent, how much is left, and the refusal of what would cost more.

Reserved money counts like spent money. Rehearsal is outside.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.conf import settings
from django.utils import timezone

from generations.models import DailySpend, Membership, Money, Role, Team, User
from generations.models.ledger import NOTHING
from generations.money import written

WARN_AT: Final = Decimal("0.8")
"""Of a limit: from there on pages warn."""


@dataclass(frozen=True)
class Budget:
    """A limit and what is taken of it; no limit is None. `name` begins a sentence: The team's month."""

    name: str
    limit: Decimal | None
    taken: Money

    @property
    def free(self) -> Decimal | None:
        """What may still be ordered; None without a limit. Never below zero, also after a limit was lowered."""
        return None if self.limit is None else max(self.limit - self.taken.together, NOTHING)

    def lacks(self, missing: str) -> str:
        """The sentence that `missing`, a written sum, is not there. Only where there is a limit."""
        free, limit = written(self.free or NOTHING), written(self.limit or NOTHING)
        return f"{self.name} has {free} left of {limit}: this costs {missing} more."

    @property
    def is_short(self) -> bool:
        """Whether four fifths of it are taken."""
        return self.limit is not None and self.taken.together >= WARN_AT * self.limit


@dataclass(frozen=True)
class Budgets:
    """The limits that an order of one member meets."""

    team_month: Budget
    team_day: Budget
    member_month: Budget

    @property
    def all(self) -> tuple[Budget, ...]:
        """The member's own first: it is the one that a lead of the team can raise at once."""
        return self.member_month, self.team_day, self.team_month

    @property
    def tightest(self) -> Budget:
        """The one with the least left, or the team's month where nothing is limited."""
        limited = [budget for budget in self.all if budget.free is not None]
        return min(limited, key=lambda budget: budget.free or NOTHING, default=self.team_month)

    def exceeded_by(self, cost: Decimal) -> list["Shortage"]:
        """Return a shortage for each limit that `cost` would pass."""
        return [
            Shortage(budget, cost - budget.free)
            for budget in self.all
            if budget.free is not None and cost > budget.free
        ]


@dataclass(frozen=True)
class Shortage:
    """An order would cost `missing` more than its budget has left."""

    budget: Budget
    missing: Decimal

    @property
    def sentence(self) -> str:
        """What is left of which limit, and what is missing."""
        return self.budget.lacks(written(self.missing))


class OverLimit(Exception):
    """An order would pass a limit; nothing was ordered. The text names the sums and who can change them.

    `shortages` has one at least.
    """

    def __init__(self, shortages: list[Shortage], team: Team, reader: User) -> None:
        sentences = [shortage.sentence for shortage in shortages]
        super().__init__(" ".join([*sentences, who_can_raise(team, reader), "Nothing was ordered."]))
        self.shortages = shortages


def budgets(membership: Membership, reader: User | None = None) -> Budgets:
    """Return what `membership` may still spend, from one query: pages ask for it all the time.

    `reader` is told whose month it is if it is not their own.
    """
    team, user, today = membership.team, membership.user, timezone.localdate()
    first, last = month_of(today)
    key = {"team_id": team.pk, "member_id": user.pk, "currency": settings.CURRENCY}
    month, day, own = DailySpend.objects.parts(key, first, last, today)
    whose = "Your" if reader in (None, user) else f"{user}’s"
    return Budgets(
        team_month=Budget("The team’s month", team.monthly_limit, month),
        team_day=Budget("The team’s day", team.daily_limit, day),
        member_month=Budget(f"{whose} month", membership.monthly_limit, own),
    )


def spent_in(team: Team, first: date, last: date, **conditions: object) -> Money:
    """Return what was booked for the days from `first` to `last`, in the currency of the settings."""
    return DailySpend.objects.total(
        team=team, day__gte=first, day__lte=last, currency=settings.CURRENCY, **conditions
    )


def month_of(day: date) -> tuple[date, date]:
    """Return the first and the last day of a day's month."""
    first = day.replace(day=1)
    return first, day.replace(day=monthrange(day.year, day.month)[1])


def refuse_over(membership: Membership, cost: Decimal, reader: User | None = None) -> None:
    """Raise OverLimit if `cost` passes a limit.

    Call it inside a transaction that has taken the revision, with a membership read there: then nobody spends or
    changes a limit between look and order.
    """
    if shortages := budgets(membership, reader).exceeded_by(cost):
        raise OverLimit(shortages, membership.team, reader or membership.user)


def who_can_raise(team: Team, reader: User) -> str:
    """Return a sentence with the names of those who may change the team's limits, or You."""
    return f"{leads_of(team, reader)} can raise the limit on the team’s page."


def leads_of(team: Team, reader: User) -> str:
    """Return who leads the team, to begin a sentence with: You, if `reader` does; ada, bo or eve; else An admin."""
    leads = team.memberships.filter(role=Role.LEAD, user__is_active=True)
    names = list(leads.order_by("user__username").values_list("user__username", flat=True))
    if reader.username in names:
        return "You"
    return " or ".join(filter(None, [", ".join(names[:-1]), *names[-1:]])) or "An admin"
