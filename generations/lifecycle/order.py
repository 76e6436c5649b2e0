"""Ordering: from a checked form to generations in the queue."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from generations.lifecycle import lease, limits
from generations.lifecycle.wish import Wish
from generations.models import (
    Account,
    Event,
    Generation,
    Membership,
    Order,
    Price,
    Revision,
    State,
    User,
)
from generations.models.booking import book

NO_PRICE: Final = "No price is in force, so nothing can be ordered. An admin can set one."


class NonceUsed(Exception):
    """This form was sent before, with another content; nothing was ordered now. `order` is the first."""

    def __init__(self, order: Order) -> None:
        super().__init__("This form has already been sent.")
        self.order = order


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
) -> Order:
    """Queue `takes` clips of one wish and ring for the dispatcher, all or nothing.

    They belong to the membership's person and team; `actor` may order for that person. The same nonce with the
    same content returns the order it made the first time; with another content it raises NonceUsed. The account
    and the price in force are bound here, for good. Nothing is sent before `due_at`. Raises MayNotOrder, and
    OverLimit when it would cost more than is free.
    """
    account, price = Account.objects.current(), _price_in_force()
    with transaction.atomic():
        revision = Revision.take()  # From here on nobody else orders, also not for the last euro.
        earlier = Order.objects.filter(owner=membership.user, nonce=nonce).first()
        if earlier:
            asked = (wish, takes, membership.team, account, is_private, due_at is not None)
            return _same_or_refuse(earlier, asked)
        membership = _as_it_is_now(membership)
        if not account.is_rehearsal:
            limits.refuse_over(membership, takes * price.of(wish.duration), actor)
        order = Order.objects.create(
            owner=membership.user, team=membership.team, account=account, nonce=nonce
        )
        common: dict[str, Any] = {"retry_of": retry_of, "is_private": is_private, "due_at": due_at}
        common |= {"revision": revision, "born_revision": revision}
        _write_down(_make_generations(order, takes, wish, price, common), actor or membership.user)
        lease.kick(account)
    return order


def _as_it_is_now(membership: Membership) -> Membership:
    """Return the membership and its limits read anew, for a page may be old. Raises MayNotOrder."""
    fresh = Membership.objects.filter(pk=membership.pk).select_related("team", "user").first()
    if fresh is None or not fresh.user.is_active:
        raise MayNotOrder("This person is not in the team any more. Nothing was ordered.")
    if not fresh.may_order:
        raise MayNotOrder("You watch in this team. A lead can make you a member, who may order.")
    return fresh


def _price_in_force() -> Price:
    if price := Price.objects.valid().first():
        return price
    raise MayNotOrder(NO_PRICE)


def _make_generations(
    order: Order, takes: int, wish: Wish, price: Price, common: dict[str, Any]
) -> list[Generation]:
    """Make the clips of an order; `common` are fields that all of them share."""
    return Generation.objects.bulk_create(
        Generation(
            order=order,
            take=take,
            owner=order.owner,
            team=order.team,
            account=order.account,
            price=price.of(wish.duration),
            currency=price.currency,
            wish_key=wish.key,
            **asdict(wish),
            **common,
        )
        for take in range(1, takes + 1)
    )


def _write_down(generations: Iterable[Generation], actor: User) -> None:
    """Begin the history of each, and reserve what it may cost."""
    Event.objects.bulk_create(
        Event(generation=generation, to_state=State.QUEUED, actor=actor) for generation in generations
    )
    for generation in generations:
        book(generation, actor=actor)


def _same_or_refuse(earlier: Order, asked: tuple[Any, ...]) -> Order:
    """Return the earlier order if it is what is `asked` now: wish, takes, team, account, private, and waiting."""
    made = earlier.generations.all()
    first = made[0]
    waits = first.due_at is not None
    if asked == (Wish.of(first), len(made), earlier.team, earlier.account, first.is_private, waits):
        return earlier
    raise NonceUsed(earlier)
