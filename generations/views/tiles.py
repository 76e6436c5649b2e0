"""Generations with their words: what tiles and the clip page are drawn from."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from generations.lifecycle import figures, line
from generations.models import Account, Charged, Generation, Price, State
from generations.views.words import Words, words


@dataclass(frozen=True)
class Tile:
    """One generation as it is drawn. `again` is what another take would cost now, in `again_currency`."""

    generation: Generation
    words: Words
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


def tiles(generations: Iterable[Generation], account: Account) -> list[Tile]:
    """Return a tile for each generation; `account` is the one in use now. Three queries at most."""
    generations = list(generations)
    if not generations:
        return []
    waiting = any(generation.state == State.QUEUED for generation in generations)
    places = line.places(account) if waiting else {}
    usual, price = figures.usual_seconds(account), Price.objects.in_force()
    return [
        Tile(
            generation,
            words(generation, account, place=places.get(generation.pk), usual=usual),
            price.of(generation.duration),
            price.currency,
        )
        for generation in generations
    ]
