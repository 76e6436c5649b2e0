"""What was ordered in rehearsal and still waits when a key is set: it is never sent for real by itself."""

from uuid import uuid5

from django.conf import settings
from django.db import transaction

from generations.lifecycle.order import place_order
from generations.lifecycle.wish import Wish
from generations.models import Generation, Membership, Revision, State, User


class NotForReal(Exception):
    """There is no key, or this one does not wait in rehearsal (any more)."""


def order_for_real(generation: Generation, *, actor: User) -> Generation:
    """Cancel a clip that waits in rehearsal and order it for the live account, at the price in force now.

    The new one is `actor`'s, in the same team, and linked to the old one; pressing twice, whoever does, makes one.
    Raises NotForReal and what `place_order` raises.
    """
    with transaction.atomic():
        Revision.take()
        generation.refresh_from_db()
        if settings.REHEARSAL or not generation.account.is_rehearsal:
            raise NotForReal("Only with a key can a rehearsed clip be ordered for real. Nothing was ordered.")
        earlier = generation.retries.filter(account__is_rehearsal=False).order_by("created_at").first()
        if earlier:
            return earlier
        if generation.state != State.QUEUED:
            raise NotForReal("This clip does not wait in rehearsal any more. Nothing was ordered.")
        buyer = (
            Membership.objects.filter(user=actor, team=generation.team).select_related("user", "team").first()
        )
        if buyer is None:
            raise NotForReal("Only somebody of its team can order it. Nothing was ordered.")
        generation.move(State.CANCELLED, actor=actor, why="ordered for real")
        order = place_order(
            buyer,
            Wish.of(generation),
            takes=1,
            nonce=uuid5(generation.pk, "for real"),
            retry_of=generation,
            is_private=generation.is_private,
            collection=generation.order.collection,
            prompt_version=generation.prompt_version,
        )
    return order.generations.get()
