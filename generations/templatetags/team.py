"""How the money of a team is drawn."""

from django import template

from generations.lifecycle.limits import Budget

register = template.Library()


@register.filter
def level(budget: Budget) -> str:
    """Return how near its limit a budget is: nothing, short (from four fifths on) or full."""
    if budget.limit is not None and not budget.free:
        return "full"
    return "short" if budget.is_short else ""
