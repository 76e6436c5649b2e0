"""Ordering: from a checked form to generations in the queue."""

from dataclasses import asdict, dataclass, fields
from typing import Any
from uuid import UUID

from django.db import transaction

from generations.lifecycle import lease
from generations.models import Account, Event, Generation, Order, Price, Revision, State, User


@dataclass(frozen=True)
class Wish:
    """What a clip shall be, in the API's own names; checked by the form, `duration` in seconds."""

    prompt: str
    negative_prompt: str
    cfg_scale: float
    aspect_ratio: str
    duration: int

    @classmethod
    def of(cls, generation: Generation) -> "Wish":
        """The wish that a generation was ordered with."""
        return cls(**{field.name: getattr(generation, field.name) for field in fields(cls)})


class NonceUsed(Exception):
    """This form was sent before, with another content; nothing was ordered now. `order` is the first."""

    def __init__(self, order: Order) -> None:
        super().__init__("This form has already been sent.")
        self.order = order


def place_order(
    owner: User,
    wish: Wish,
    *,
    takes: int,
    nonce: UUID,
    retry_of: Generation | None = None,
    actor: User | None = None,
) -> Order:
    """Queue `takes` clips of one wish and ring for the dispatcher, all or nothing. `actor` orders for `owner`.

    The same nonce with the same content returns the order it made the first time; with another content it
    raises NonceUsed. The account and the price in force are bound here, for good.
    """
    account, price = Account.objects.current(), Price.objects.in_force()
    with transaction.atomic():
        revision = Revision.take()  # Also lets two equal presses come one after the other.
        earlier = Order.objects.filter(owner=owner, nonce=nonce).first()
        if earlier:
            return _same_or_refuse(earlier, wish, takes)
        order = Order.objects.create(owner=owner, account=account, nonce=nonce)
        common = asdict(wish) | {"retry_of": retry_of, "revision": revision, "born_revision": revision}
        generations = _make_generations(order, takes, price, common)
        Event.objects.bulk_create(
            Event(generation=generation, to_state=State.QUEUED, actor=actor or owner)
            for generation in generations
        )
        lease.kick(account)
    return order


def _make_generations(order: Order, takes: int, price: Price, common: dict[str, Any]) -> list[Generation]:
    """Make the clips of an order; `common` are fields that all of them share."""
    return Generation.objects.bulk_create(
        Generation(
            order=order,
            take=take,
            owner=order.owner,
            account=order.account,
            price=price.of(common["duration"]),
            currency=price.currency,
            **common,
        )
        for take in range(1, takes + 1)
    )


def _same_or_refuse(earlier: Order, wish: Wish, takes: int) -> Order:
    made = earlier.generations.all()
    if len(made) == takes and Wish.of(made[0]) == wish:
        return earlier
    raise NonceUsed(earlier)
