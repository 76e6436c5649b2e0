"""What a clip's page says of its review."""

from dataclasses import dataclass

from generations.lifecycle.review import earlier, why_not
from generations.models import Review, Verdict
from generations.models.review import NOTE_LENGTH
from generations.views.tiles import Tile


@dataclass(frozen=True)
class Reviewed:
    """The newest act and those before it, newest first; whether this person may hand the clip in, and why not."""

    newest: Review | None
    before: list[Review]
    may_hand_in: bool
    why_not: str
    note_length: int = NOTE_LENGTH

    @property
    def is_returned(self) -> bool:
        """Whether an answer belongs to handing it in again."""
        return self.newest is not None and self.newest.verdict == Verdict.RETURNED

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to say."""
        return self.newest is not None or self.may_hand_in


def reviewed(tile: Tile) -> Reviewed:
    """Return what to say. One query for a clip that was handed in, none for the others."""
    clip, reason = tile.generation, why_not(tile.generation)
    acts = earlier(clip) if clip.review_id else []
    newest = acts[0] if acts else None
    return Reviewed(newest, acts[1:], may_hand_in=tile.may_change and not reason, why_not=reason)
