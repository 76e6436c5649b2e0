"""How many clips the disk still has room for."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

from generations.models import Account, Generation, State

SAMPLE: Final = 100
"""Of the newest clips of the account, so many are looked at for what one takes."""
USUAL_BYTES: Final = 50_000_000
"""What a clip is thought to take with its pictures while none has been saved: 5 s of 4K and its lighter copy."""
LOW_CLIPS: Final = 100
"""With room for fewer, a person should make some."""


@dataclass(frozen=True)
class Room:
    """Bytes that are free where clips are kept, and bytes that one clip takes."""

    free: int
    a_clip: int

    @property
    def clips(self) -> int:
        """How many more clips fit."""
        return self.free // self.a_clip

    @property
    def is_low(self) -> bool:
        """Whether somebody should make room."""
        return self.clips < LOW_CLIPS


def room(account: Account) -> Room:
    """Return the room in the media folder. One query. Raises OSError if its disk does not answer."""
    return Room(free_bytes(), _mean_bytes(account))


def free_bytes() -> int:
    """Return what is free in the media folder, or where it will be made. Raises OSError."""
    folder = Path(settings.MEDIA_ROOT)
    there = next((place for place in (folder, *folder.parents) if place.exists()), folder)
    return shutil.disk_usage(there).free


def _mean_bytes(account: Account) -> int:
    newest = Generation.objects.filter(account=account).order_by("-created_at", "-id")
    rows = newest.values_list("state", "video_bytes", "proxy_bytes")[:SAMPLE]
    sizes = [video + (proxy or 0) for state, video, proxy in rows if state == State.READY and video]
    return max(1, sum(sizes) // len(sizes)) if sizes else USUAL_BYTES
