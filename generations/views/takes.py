"""The other takes of an order, and what was made of a clip that did not come."""

from dataclasses import dataclass

from generations.access import visible_generations
from generations.models import Generation, State, Verdict
from generations.views.signed_in import MemberRequest
from generations.views.tiles import Tile

FEWEST, MOST = 2, 4
"""Clips that can be compared."""


@dataclass(frozen=True)
class Takes:
    """All takes of an order that the person sees, in order, and the clips that were ordered again for this one.

    `others` are those that nobody needs once this one is approved, where they are the person's to put away.
    """

    all: list[Generation]
    retries: list[Generation]
    others: list[Generation]

    @property
    def comparable(self) -> str:
        """The ids of those that can be compared, for an address; nothing unless there are two at least."""
        ready = [str(one.pk) for one in self.all if one.state == State.READY and not one.file_damage]
        return ",".join(ready[:MOST]) if len(ready) >= FEWEST else ""


def takes_of(request: MemberRequest, tile: Tile) -> Takes:
    """Return the takes beside a clip, and its retries. Two queries."""
    generation = tile.generation
    seen = visible_generations(request.user).filter(trashed_at=None)
    together = list(seen.filter(order=generation.order_id).order_by("take"))
    retries = list(seen.filter(retry_of=generation).order_by("number"))
    is_chosen = generation.verdict == Verdict.APPROVED and not generation.is_trashed and tile.may_change
    others = [one for one in together if may_go(one)] if is_chosen else []
    return Takes(together if len(together) > 1 or generation.is_trashed else [], retries, others)


def may_go(take: Generation) -> bool:
    """Whether nobody needs a take once another one is approved: here or not sent yet, and not approved too."""
    return take.state in (State.QUEUED, State.READY) and take.verdict != Verdict.APPROVED
