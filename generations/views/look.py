"""How clips are looked at side by side, as the address of the page says it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse

CLIPS_MIN: Final = 2
CLIPS_MAX: Final = 4
OFFSET_MAX: Final = 999
"""Frames, to either side."""
FRAME_MAX: Final = 99_999
RATES: Final = ("0.25", "0.5", "1", "1.5", "2")
RATE_DEFAULT: Final = "1"
FILES: Final = ("proxy", "4k")
OFF: Final = ("0", "off", "no", "false")


class NotComparable(Exception):
    """These clips cannot be shown side by side, and the sentence says why. `status` is the answer's."""

    def __init__(self, why: str, status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True)
class Look:
    """`clips` from left to right, and how many frames each is ahead of the common time (behind, if negative).

    `frame` is the one that stands still, counted from 1 as the page counts; `solo` the number of the clip that is
    shown alone, 0 for all.
    """

    clips: tuple[UUID, ...]
    offsets: dict[UUID, int] = field(default_factory=dict)
    frame: int = 1
    rate: str = RATE_DEFAULT
    is_looping: bool = True
    files: str = FILES[0]
    solo: int = 0

    @classmethod
    def read(cls, query: QueryDict) -> "Look":
        """Read an address. Raises NotComparable for its clips; any other mistake counts as not said."""
        clips = _clips(query)
        offsets = query.get("offsets", "").split(",")
        return cls(
            clips,
            {pk: _number(text, -OFFSET_MAX, OFFSET_MAX) for pk, text in zip(clips, offsets, strict=False)},
            frame=_number(query.get("frame", ""), 1, FRAME_MAX),
            rate=_one_of(query.get("rate", ""), RATES, RATE_DEFAULT),
            is_looping=query.get("loop", "").lower() not in OFF,
            files=_one_of(query.get("files", ""), FILES, FILES[0]),
            solo=_number(query.get("solo", ""), 0, len(clips)),
        )

    def url(self, clips: Sequence[UUID] | None = None) -> str:
        """The page's address, with these of the clips in this order or all as they are; commas stay readable."""
        wanted = self.clips if clips is None else clips
        offsets = [self.offsets.get(pk, 0) for pk in wanted]
        alone = self.clips[self.solo - 1] if self.solo else None
        query = {
            "clips": ",".join(map(str, wanted)),
            "offsets": ",".join(map(str, offsets)) if any(offsets) else "",
            "frame": self.frame if self.frame > 1 else "",
            "rate": self.rate if self.rate != RATE_DEFAULT else "",
            "loop": "" if self.is_looping else OFF[0],
            "files": self.files if self.files != FILES[0] else "",
            "solo": wanted.index(alone) + 1 if alone in wanted else "",
        }
        said = {name: value for name, value in query.items() if value != ""}
        return f"{reverse('compare')}?{urlencode(said, safe=',')}"


def _clips(query: QueryDict) -> tuple[UUID, ...]:
    """Also of a form's boxes, which come one by one."""
    texts = [text.strip() for text in ",".join(query.getlist("clips")).split(",") if text.strip()]
    if len(texts) < CLIPS_MIN:
        raise NotComparable("Two clips are needed, four are the most. Select them in the gallery.")
    if len(texts) > CLIPS_MAX:
        raise NotComparable(f"{len(texts)} clips are too many: four are the most that can be seen at once.")
    try:
        clips = tuple(UUID(text) for text in texts)
    except ValueError as error:
        raise NotComparable("The address names something that is no clip.", HTTPStatus.NOT_FOUND) from error
    if len(set(clips)) < len(clips):
        raise NotComparable("The same clip is there twice: it would be compared with itself.")
    return clips


def _number(text: str, low: int, high: int) -> int:
    """A whole number within bounds; what is none is the one nearest to 0."""
    is_number = len(text) < 10 and text.removeprefix("-").isdecimal()
    return max(low, min(high, int(text) if is_number else 0))


def _one_of(text: str, known: Sequence[str], default: str) -> str:
    return text if text in known else default
