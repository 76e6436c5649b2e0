"""Trying again what failed or was cancelled: always a new generation, never the old one sent twice."""

from uuid import uuid5

from generations.lifecycle.order import Wish, place_order
from generations.models import Charged, Generation, State, User


class NotRetryable(Exception):
    """Only a failed or cancelled generation can be tried again."""


class MayHaveBeenCharged(Exception):
    """Trying again may pay a second time; it needs a person's word."""


def retry(generation: Generation, *, actor: User, confirmed: bool = False) -> Generation:
    """Order the same clip anew for its owner, linked to the old one, at the price in force now.

    Pressing twice makes one: while an earlier retry lives or has succeeded, that one is returned.
    Raises NotRetryable in other states, and MayHaveBeenCharged if money may have moved and `confirmed` is
    not set.
    """
    if generation.state not in (State.FAILED, State.CANCELLED):
        raise NotRetryable(f"A clip that is {generation.get_state_display().lower()} cannot be tried again.")
    retries = generation.retries.order_by("-created_at")
    for earlier in retries:
        if earlier.state not in (State.FAILED, State.CANCELLED):
            return earlier
    if generation.money != Charged.NO and not confirmed:
        raise MayHaveBeenCharged("The first attempt may have been charged.")
    nonce = uuid5(generation.pk, f"retry {len(retries)}")
    wish = Wish.of(generation)
    order = place_order(generation.owner, wish, takes=1, nonce=nonce, retry_of=generation, actor=actor)
    return order.generations.get()
