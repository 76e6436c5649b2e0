"""How money is written, everywhere the same."""

from decimal import Decimal
from typing import Final

from django.conf import settings

SIGNS: Final = {"EUR": "€", "USD": "$", "GBP": "£"}


def sign(currency: str) -> str:
    """What stands before an amount: €, or the code and a blank for a currency without a sign here."""
    return SIGNS.get(currency, f"{currency} ")


def written(amount: Decimal, currency: str = "") -> str:
    """€5.60, −€5.60, CHF 5.60; the studio's currency unless told otherwise."""
    minus = "−" if amount < 0 else ""
    return f"{minus}{sign(currency or settings.CURRENCY)}{abs(amount):,.2f}"
