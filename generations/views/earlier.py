"""The clip that was made before, in words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from generations.models import Generation, State, User
from generations.money import written


@dataclass(frozen=True)
class Earlier:
    """A clip of the same prompt and settings, as it is put to somebody who is about to order another."""

    clip: Generation
    viewer: User

    @property
    def is_ready(self) -> bool:
        """Whether it can be looked at already."""
        return self.clip.state == State.READY

    @property
    def heading(self) -> str:
        """What to know first."""
        return "Already made" if self.is_ready else "Already on its way"

    @property
    def sentence(self) -> str:
        """When, by whom, for how much: Made on Tuesday by mia, €5.60."""
        who = "you" if self.clip.owner_id == self.viewer.pk else str(self.clip.owner)
        at = timezone.localtime(self.clip.created_at)
        when = f"Made {_on(at)}" if self.is_ready else f"On its way since {_since(at)}"
        paid = "in rehearsal, nothing paid"
        price = paid if self.clip.account.is_rehearsal else written(self.clip.price, self.clip.currency)
        return f"{when} by {who}, {price}."


def _on(at: datetime) -> str:
    """Today at 10:42, yesterday, on Tuesday, on 3 November: as somebody would say it."""
    days = (timezone.localdate() - at.date()).days
    if days < 2:
        return f"today at {at:%H:%M}" if days < 1 else "yesterday"
    return f"on {at:%A}" if days < 7 else f"on {at.day} {at:%B}"


def _since(at: datetime) -> str:
    is_today = at.date() == timezone.localdate()
    return f"{at:%H:%M}" if is_today else f"{_on(at).removeprefix('on ')}, {at:%H:%M}"
