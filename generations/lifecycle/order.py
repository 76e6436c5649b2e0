"""Ordering: from a checked form to generations in the queue."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from generations.lifecycle import collections, lease, limits, prompt_history, results
from generations.lifecycle.wish import Wish
from generations.models import (
    Account,
    Collection,
    Event,
    Generation,
    Membership,
    Order,
    Price,
    Revision,
    State,
    User,
    Version,
)
from generations.models.booking import book
from generations.models.ledger import NOTHING

NO_PRICE: Final = "No price is in force, so nothing can be ordered. An admin can set one."


class NonceUsed(Exception):
    """This form was sent before, with another content; nothing was ordered now. `order` is the first."""

    def __init__(self, order: Order) -> None:
        super().__init__("This form has already been sent.")
        self.order = order


@dataclass(frozen=True)
class Part:
    """Something to be made in an order, and the version it comes from."""

    wish: Wish
    version: Version | None = None


class MayNotOrder(Exception):
    """Viewers watch, who was removed is out, and without a price nobody can order; the text says so."""


def place_order(
    membership: Membership,
    wish: Wish,
    *,
    takes: int,
    nonce: UUID,
    actor: User | None = None,
    retry_of: Generation | None = None,
    is_private: bool = False,
    due_at: datetime | None = None,
    collection: Collection | None = None,
    prompt_version: Version | None = None,
    beside: Part | None = None,
) -> Order:
    """Queue `takes` clips of one wish, and as many of one `beside` it, and ring for the dispatcher, all or nothing.

    They belong to the membership's person and team; `actor` may order for that person. The same nonce with the
    same content returns the order it made the first time; with another content it raises NonceUsed. The account
    and the price in force are bound here, for good. Nothing is sent before `due_at`. The clips go into
    `collection`, one of the team's, and remember the `prompt_version` they were made from. Raises MayNotOrder,
    and OverLimit when it would cost more than is free.
    """
    account, price = Account.objects.current(), _price_in_force()
    parts = [part for part in (Part(wish, prompt_version), beside) if part for _ in range(takes)]
    with transaction.atomic():
        revision = Revision.take(len(parts))  # From here on nobody else orders, also not for the last euro.
        earlier = Order.objects.filter(owner=membership.user, nonce=nonce).first()
        if earlier:
            asked = (membership.team, account, is_private, due_at is not None)
            return _same_or_refuse(earlier, [part.wish for part in parts], asked)
        membership = _as_it_is_now(membership)
        if not account.is_rehearsal:
            limits.refuse_over(membership, _cost(parts, price), actor)
        order = _make_order(membership, account, nonce, collection)
        common = {"is_private": is_private, "due_at": due_at, "retry_of": retry_of, "revision": revision}
        _write_down(_make_generations(order, parts, price, common), actor or membership.user)
        lease.kick(account)
    return order


def _as_it_is_now(membership: Membership) -> Membership:
    """Return the membership and its limits read anew, for a page may be old. Raises MayNotOrder."""
    fresh = Membership.objects.filter(pk=membership.pk).select_related("team", "user").first()
    if fresh is None or not fresh.user.is_active:
        raise MayNotOrder("This person is not in the team any more. Nothing was ordered.")
    if not fresh.may_order:
        raise MayNotOrder(
            "You watch in this team. A lead can make you a member, who may order. Nothing was ordered."
        )
    return fresh


def _price_in_force() -> Price:
    if price := Price.objects.valid().first():
        return price
    raise MayNotOrder(NO_PRICE)


def _cost(parts: Sequence[Part], price: Price) -> Decimal:
    return sum((price.of(part.wish.duration) for part in parts), NOTHING)


def _make_order(
    membership: Membership, account: Account, nonce: UUID, collection: Collection | None
) -> Order:
    return Order.objects.create(
        owner=membership.user, team=membership.team, account=account, nonce=nonce, collection=collection
    )


def _make_generations(
    order: Order, parts: Sequence[Part], price: Price, common: dict[str, Any]
) -> list[Generation]:
    """Make the clips of an order with the fields they share; the last one's number is the revision."""
    first = common["revision"] - len(parts)
    return Generation.objects.bulk_create(
        Generation(
            order=order,
            take=take,
            number=first + take,
            owner=order.owner,
            team=order.team,
            account=order.account,
            price=price.of(part.wish.duration),
            currency=price.currency,
            wish_key=part.wish.key,
            prompt_version=part.version,
            born_revision=common["revision"],
            **asdict(part.wish),
            **common,
        )
        for take, part in enumerate(parts, 1)
    )


def _write_down(generations: list[Generation], actor: User) -> None:
    """Begin the history of each, reserve what it may cost, remember the text, put it where it was ordered to."""
    Event.objects.bulk_create(
        Event(generation=generation, to_state=State.QUEUED, actor=actor) for generation in generations
    )
    for generation in generations:
        book(generation, actor=actor)
    for last in {one.prompt: one for one in generations}.values():
        prompt_history.remember(last)
    for version, clips in Counter(one.prompt_version for one in generations).items():
        if version:
            results.count_uses(version, clips)
    if collection := generations[0].order.collection:
        collections.add(collection, generations, actor=actor)


def _same_or_refuse(earlier: Order, wishes: list[Wish], asked: tuple[Any, ...]) -> Order:
    """Return the earlier order if it is what is wanted now: every wish, and team, account, private, and waiting."""
    made = list(earlier.generations.order_by("take"))
    first = made[0]
    is_same = asked == (earlier.team, earlier.account, first.is_private, first.due_at is not None)
    if is_same and wishes == [Wish.of(one) for one in made]:
        return earlier
    raise NonceUsed(earlier)
