"""Cancelling: free as long as nothing was sent."""

from generations.lifecycle import lease
from generations.models import Generation, State, User


def cancel(generation: Generation, *, actor: User) -> bool:
    """Take a queued generation out of the line. False if it had left the queue: there is no way back then."""
    if generation.state != State.QUEUED:
        return False
    cancelled = generation.move(State.CANCELLED, actor=actor)
    if cancelled:
        lease.kick(generation.account)
    return cancelled
