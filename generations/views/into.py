"""Which collection an order's clips go into, chosen before they are made."""

from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.http import Http404

from generations.access import team_collection, team_collections
from generations.forms.order import COLLECTION_GONE, NEW_COLLECTION, OrderForm
from generations.lifecycle import collections
from generations.lifecycle.order import place_order
from generations.models import Collection, Membership, Order

MOST: Final = 300
"""To choose from."""


@dataclass(frozen=True)
class Choice:
    """A collection to choose on the form."""

    value: str
    name: str
    is_chosen: bool


def choices(membership: Membership, form: OrderForm) -> list[Choice]:
    """Return the team's collections, and what is chosen of them."""
    chosen = str(form["collection"].value() or "")
    found = team_collections(membership).values_list("pk", "name")[:MOST]
    return [Choice(str(pk), name, str(pk) == chosen) for pk, name in found]


def refuse_gone(membership: Membership, form: OrderForm) -> None:
    """Refuse a collection that the team does not have, or has no more."""
    try:
        _known(membership, form)
    except Http404:
        form.add_error("collection", COLLECTION_GONE)


def place_into_collection(membership: Membership, form: OrderForm, **order: Any) -> Order:
    """Order what a valid form says into the collection it names; one that is new is made with the order, or not.

    Raises what `place_order` raises. From then on the form has the collection's id.
    """
    known = _known(membership, form)
    with transaction.atomic():
        into = known or _made(membership, form)
        placed = place_order(membership, form.wish(), collection=into, **order)
    form.cleaned_data["collection"] = into and into.pk
    return placed


def _known(membership: Membership, form: OrderForm) -> Collection | None:
    chosen = form.cleaned_data.get("collection")
    return team_collection(membership, chosen) if chosen and chosen != NEW_COLLECTION else None


def _made(membership: Membership, form: OrderForm) -> Collection | None:
    if form.cleaned_data["collection"] != NEW_COLLECTION:
        return None
    return collections.make(membership.team, form.cleaned_data["collection_name"], actor=membership.user)
