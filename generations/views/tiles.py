"""Generations with their words: what tiles and the clip page are drawn from."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.conf import settings

from generations.access import changeable
from generations.lifecycle import figures, line
from generations.models import Charged, Generation, State
from generations.views.context import studio_of
from generations.views.signed_in import MemberRequest
from generations.views.words import Words, words

RELATED: Final = ("account", "owner", "team")
"""What a tile reads beside its generation."""


@dataclass(frozen=True)
class Tile:
    """One generation as it is drawn for somebody: whether it is theirs, and theirs to cancel and retry.

    `may_order` says that they may make something of it. `again` is what another take would cost now, in
    `again_currency`; None while no price is in force.
    """

    generation: Generation
    words: Words
    is_own: bool
    may_change: bool
    may_order: bool
    again: Decimal | None
    again_currency: str

    @property
    def actions(self) -> tuple[str, ...]:
        """What this person can press: of cancel, now, real, retry, edit."""
        return tuple(
            action
            for action in self.words.actions
            if (self.may_order if action == "edit" else self.may_change)
        )

    @property
    def is_ready(self) -> bool:
        """Whether the clip is here."""
        return self.generation.state == State.READY

    @property
    def has_file(self) -> bool:
        """Whether the clip can be played: it is here, and was readable when it was last looked at."""
        return self.is_ready and self.generation.file_damage in ("", "changed")

    @property
    def retry_is_safe(self) -> bool:
        """Whether one press may order it again: no money moved, and no Cancel stood there a moment ago."""
        return self.generation.money == Charged.NO and self.generation.state != State.CANCELLED


def tiles(generations: Iterable[Generation], request: MemberRequest) -> list[Tile]:
    """Return a tile for each generation as the visitor sees it. Five queries at most."""
    generations = list(generations)
    if not generations:
        return []
    studio = studio_of(request)
    account, price = studio.account, studio.price
    waiting = any(generation.state == State.QUEUED for generation in generations)
    places = line.places(account) if waiting else {}
    mine_to_change = changeable(request.user, generations)
    usual = figures.usual_seconds(account)
    return [
        Tile(
            generation,
            words(generation, account, place=places.get(generation.pk), usual=usual),
            is_own=generation.owner_id == request.user.pk,
            may_change=generation.pk in mine_to_change,
            may_order=studio.membership is not None and studio.membership.may_order,
            again=price.of(generation.duration) if price else None,
            again_currency=settings.CURRENCY,
        )
        for generation in generations
    ]
