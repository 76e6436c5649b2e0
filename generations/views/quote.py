"""What one press would cost, and why it cannot be pressed."""

from dataclasses import dataclass
from decimal import Decimal

from generations import constraints
from generations.lifecycle.limits import Budget, Budgets, who_can_raise
from generations.lifecycle.order import NO_PRICE
from generations.models import Price
from generations.models.ledger import NOTHING
from generations.views.context import Studio

MISSING = "{}"
"""Where a sentence for the browser's use has the sum that is missing."""


@dataclass(frozen=True)
class Quote:
    """What one press costs as far as we know: an estimate, and nothing without a price. `duration` in seconds."""

    price: Price | None
    duration: int
    takes: int

    @property
    def each(self) -> Decimal:
        """One clip."""
        return self.price.of(self.duration) if self.price else NOTHING

    @property
    def a_second(self) -> Decimal:
        """One second of one clip."""
        return self.price.of(1) if self.price else NOTHING

    @property
    def together(self) -> Decimal:
        """All takes."""
        return self.each * self.takes

    @property
    def cents(self) -> list[tuple[int, int]]:
        """Each possible duration with its price in hundredths, so that the page never has to round."""
        price = self.price
        return [(seconds, int(price.of(seconds) * 100) if price else 0) for seconds in constraints.DURATIONS]


@dataclass(frozen=True)
class Limit:
    """A budget that has a limit, in the browser's words: hundredths, and the sentence of what is missing."""

    budget: Budget
    who: str

    @property
    def cents(self) -> int:
        """What is free."""
        return int((self.budget.free or NOTHING) * 100)

    @property
    def lacks(self) -> str:
        """The reason, with a place for the sum."""
        return f"{self.budget.lacks(MISSING)} {self.who}"


@dataclass(frozen=True)
class Card:
    """The money of the order's card: the budget with the least left, and every limit that an order meets.

    `who` says who can raise them.
    """

    budgets: Budgets
    limits: list[Limit]
    who: str

    @property
    def tightest(self) -> Budget:
        """The one that is drawn."""
        return self.budgets.tightest

    @property
    def limit_cents(self) -> int:
        """Its limit in hundredths, 0 without one."""
        return int((self.tightest.limit or NOTHING) * 100)

    @property
    def free_cents(self) -> int:
        """What is free of it in hundredths, 0 without a limit."""
        return int((self.tightest.free or NOTHING) * 100)

    def after(self, cost: Decimal) -> Decimal | None:
        """What is left of it after an order of `cost`; None without a limit or when it is passed."""
        free = self.tightest.free
        return None if free is None or cost > free else free - cost


def card(studio: Studio) -> Card | None:
    """Return what the card shows of the budgets; None in rehearsal."""
    budgets = studio.budgets
    if budgets is None or studio.membership is None:
        return None
    limited = [budget for budget in budgets.all if budget.limit is not None]
    who = who_can_raise(studio.membership.team) if limited else ""
    return Card(budgets, [Limit(budget, who) for budget in limited], who)


def barriers(studio: Studio, price: Price | None) -> list[str]:
    """Return why nothing at all can be ordered, whatever the form says."""
    found = []
    if studio.membership and not studio.membership.may_order:
        found.append(
            f"You watch in {studio.membership.team}. {studio.leads} can make you a member, who may order."
        )
    if price is None:
        found.append(NO_PRICE)
    return found
