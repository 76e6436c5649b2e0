"""Trying again what failed or was cancelled: always a new generation, never the old one sent twice."""

from uuid import UUID, uuid5

from django.db import transaction

from generations.lifecycle.order import place_order
from generations.lifecycle.wish import Wish
from generations.models import Charged, Generation, Membership, Revision, State, User


class NotRetryable(Exception):
    """Only a failed or cancelled generation can be tried again."""


class MayHaveBeenCharged(Exception):
    """Trying again may pay a second time; it needs a person's word."""


def retry(generation: Generation, *, actor: User, confirmed: bool = False) -> Generation:
    """Order the same clip anew for its owner, linked to the old one, at the price in force now.

    Pressing twice makes one: while an earlier retry lives or has succeeded, that one is returned.
    Raises NotRetryable in other states or when its owner orders no more in the team, MayHaveBeenCharged if money
    may have moved and `confirmed` is not set, and what `place_order` raises.
    """
    with transaction.atomic():
        Revision.take()  # From here on nothing moves: what has turned up meanwhile is not paid twice.
        generation.refresh_from_db(fields=["state", "charged", "owner"])
        if generation.state not in (State.FAILED, State.CANCELLED):
            raise NotRetryable(
                f"A clip that is {generation.get_state_display().lower()} cannot be tried again. "
                "Nothing was ordered."
            )
        retries = generation.retries.order_by("-created_at")
        for earlier in retries:
            if earlier.state not in (State.FAILED, State.CANCELLED):
                return earlier
        if generation.money != Charged.NO and not confirmed:
            raise MayHaveBeenCharged("The first attempt may have been charged.")
        return _order_again(generation, uuid5(generation.pk, f"retry {len(retries)}"), actor)


def _order_again(generation: Generation, nonce: UUID, actor: User) -> Generation:
    owners = Membership.objects.filter(user=generation.owner, team=generation.team)
    owner = owners.select_related("user", "team").first()
    if owner is None:
        raise NotRetryable("Its owner is not in the team any more: remix it instead. Nothing was ordered.")
    if not owner.may_order:
        raise NotRetryable("Its owner only watches in the team now: remix it instead. Nothing was ordered.")
    order = place_order(
        owner,
        Wish.of(generation),
        takes=1,
        nonce=nonce,
        actor=actor,
        retry_of=generation,
        is_private=generation.is_private,
        collection=generation.order.collection,
        prompt_version=generation.prompt_version,
    )
    return order.generations.get()
