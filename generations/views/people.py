"""The people of a team, with what each has spent of what they may."""

from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from generations.lifecycle.limits import Budget, month_of
from generations.models import DailySpend, Membership, Money, Team, User
from generations.models.ledger import SUMS


@dataclass(frozen=True)
class Person:
    """Somebody in a team. `month` is their money of this month, None for those who may not see it."""

    membership: Membership
    month: Budget | None

    @property
    def user(self) -> User:
        """Who it is."""
        return self.membership.user


def people_of(team: Team, viewer: User, *, sees_money: bool) -> list[Person]:
    """Return everybody in a team, leads first, from two queries; one's own money is always there."""
    memberships = team.memberships.select_related("user", "team").order_by("role", "user__username")
    money = _spent_by_member(team)
    return [
        Person(one, _month(one, money) if sees_money or one.user_id == viewer.pk else None)
        for one in memberships
    ]


def person_of(membership: Membership) -> Person:
    """Return one of them, with their money."""
    return Person(membership, _month(membership, _spent_by_member(membership.team)))


def _month(membership: Membership, money: dict[int, Money]) -> Budget:
    taken = money.get(membership.user_id, Money())
    return Budget("This month", membership.monthly_limit, taken)


def _spent_by_member(team: Team) -> dict[int, Money]:
    first, last = month_of(timezone.localdate())
    days = DailySpend.objects.filter(team=team, currency=settings.CURRENCY, day__gte=first, day__lte=last)
    return {row["member"]: Money.of_sums(row) for row in days.values("member").annotate(**SUMS)}
