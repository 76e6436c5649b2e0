"""How full a budget is, drawn."""

from dataclasses import dataclass

from django import template

from generations.lifecycle.limits import Budget
from generations.models.ledger import NOTHING

register = template.Library()


@dataclass(frozen=True)
class Meter:
    """Widths for SVG: what is spent and what is reserved of a limit, never more than all of it."""

    spent: str
    reserved: str


@register.filter
def meter(budget: Budget) -> Meter | None:
    """Return the widths for a budget, None for one without a limit."""
    if budget.limit is None:
        return None
    whole = max(budget.limit, budget.taken.together)
    if whole <= NOTHING:
        return Meter("0%", "0%")
    return Meter(
        *(f"{100 * max(part, NOTHING) / whole:.2f}%" for part in (budget.taken.spent, budget.taken.reserved))
    )
