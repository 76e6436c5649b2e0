"""Generations with their words: what tiles and the clip page are drawn from."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from generations.access import changeable
from generations.lifecycle import figures, line
from generations.models import Account, Charged, Generation, Price, State, User
from generations.views.words import Words, words

RELATED: Final = ("account", "owner", "team")
"""What a tile reads beside its generation."""


@dataclass(frozen=True)
class Tile:
    """One generation as it is drawn for somebody: whether it is theirs, and theirs to cancel and retry.

    `again` is what another take would cost now, in `again_currency`.
    """

    generation: Generation
    words: Words
    is_own: bool
    may_change: bool
    again: Decimal
    again_currency: str

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


def tiles(generations: Iterable[Generation], account: Account, viewer: User) -> list[Tile]:
    """Return a tile for each generation; `account` is the one in use now. Four queries at most."""
    generations = list(generations)
    if not generations:
        return []
    waiting = any(generation.state == State.QUEUED for generation in generations)
    places = line.places(account) if waiting else {}
    mine_to_change = changeable(viewer, generations)
    usual, price = figures.usual_seconds(account), Price.objects.in_force()
    return [
        Tile(
            generation,
            words(generation, account, place=places.get(generation.pk), usual=usual),
            generation.owner_id == viewer.pk,
            generation.pk in mine_to_change,
            price.of(generation.duration),
            price.currency,
        )
        for generation in generations
    ]
