"""Sending now what was to be sent later."""

from django.db import transaction
from django.db.models import Q

from generations.lifecycle import lease
from generations.models import Generation, State, User


def send_now(generation: Generation, *, actor: User) -> bool:
    """Let a queued clip wait no longer for its time. False if it did not wait for one (any more)."""
    with transaction.atomic():
        waits = Q(state=State.QUEUED, due_at__isnull=False)
        if not generation.change(only_if=waits, due_at=None):
            return False
        generation.note("to be sent at once", actor=actor)
        lease.kick(generation.account)
    return True
