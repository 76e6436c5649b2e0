"""Clips beside each other: what they have in common, what differs, and how they share the room."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from generations.models import Generation
from generations.templatetags.studio import guidance, money
from generations.views.look import FILES, Look
from generations.views.tiles import Tile
from generations.views.word_diff import Run, word_diff

FRAMES_A_SECOND: Final = 24
"""Of a file that could not be read: what Kling makes."""
STAGE_RATIO: Final = 1.9
"""Width to height of what a desk's screen leaves for the pictures."""


class Fact(NamedTuple):
    """One line about a clip; `differs` when the line is not the same for all."""

    label: str
    value: str
    differs: bool


@dataclass(frozen=True)
class Compared:
    """One of the clips, with what to say of it beside the others.

    `prompt` and `negative_prompt` are told as changes of the first clip's. `rest` and `as_first` are the orders
    of clips that its two links lead to, each with its address.
    """

    number: int
    clip: Generation
    is_own: bool
    offset: int
    facts: tuple[Fact, ...]
    prompt: tuple[Run, ...]
    negative_prompt: tuple[Run, ...]
    rest: tuple[UUID, ...]
    rest_url: str
    as_first: tuple[UUID, ...]
    as_first_url: str

    @property
    def same_prompt(self) -> bool:
        """Whether it is the first clip's."""
        return _is_same(self.prompt)

    @property
    def same_negative_prompt(self) -> bool:
        """Whether it is the first clip's."""
        return _is_same(self.negative_prompt)

    @property
    def frames(self) -> int:
        """How many pictures it has."""
        return frames_of(self.clip)

    @property
    def seconds(self) -> float:
        """How long it runs."""
        return seconds_of(self.clip)


@dataclass(frozen=True)
class Comparison:
    """All of them, and what stands under them together. Sizes are bytes."""

    look: Look
    compared: tuple[Compared, ...]
    differences: tuple[str, ...]
    columns: int
    frames: int
    seconds: float
    proxy_bytes: int
    original_bytes: int
    has_proxy: bool

    @property
    def is_proxy(self) -> bool:
        """Whether the lighter copies play, where there are some."""
        return self.look.files == FILES[0]


def compare(look: Look, tiles: Sequence[Tile]) -> Comparison:
    """Set these clips, which are ready and in the order of `look`, beside each other."""
    clips = [tile.generation for tile in tiles]
    lines = {label: [written(clip) for clip in clips] for label, written in FACTS.items()}
    first = clips[0]
    step = seconds_of(first) / frames_of(first)
    frames = max(1, *(round(seconds_of(clip) / step) - look.offsets.get(clip.pk, 0) for clip in clips))
    return Comparison(
        look,
        tuple(_compared(look, tile, first, lines, at) for at, tile in enumerate(tiles)),
        tuple(name for name, value in SETTINGS.items() if len({value(clip) for clip in clips}) > 1),
        columns([clip.frame.width / clip.frame.height for clip in clips]),
        frames,
        frames * step,
        sum(clip.proxy_bytes or clip.video_bytes or 0 for clip in clips),
        sum(clip.video_bytes or 0 for clip in clips),
        any(clip.proxy_name for clip in clips),
    )


def columns(ratios: Sequence[float]) -> int:
    """Return in how many columns pictures of these ratios (width to height) are largest; two stand side by side."""
    if len(ratios) == 2:
        return 2
    return max(range(1, len(ratios) + 1), key=lambda count: (_area(ratios, count), -count))


def frames_of(clip: Generation) -> int:
    """Return how many pictures a clip has."""
    return clip.video_frames or FRAMES_A_SECOND * clip.duration


def seconds_of(clip: Generation) -> float:
    """Return how long a clip runs."""
    return clip.video_duration or float(clip.duration)


def _compared(look: Look, tile: Tile, first: Generation, lines: dict[str, list[str]], at: int) -> Compared:
    clip = tile.generation
    rest = tuple(pk for pk in look.clips if pk != clip.pk)
    as_first = (clip.pk, *rest)
    return Compared(
        number=at + 1,
        clip=clip,
        is_own=tile.is_own,
        offset=look.offsets.get(clip.pk, 0),
        facts=tuple(Fact(label, values[at], len(set(values)) > 1) for label, values in lines.items()),
        prompt=tuple(word_diff(first.prompt, clip.prompt)),
        negative_prompt=tuple(word_diff(first.negative_prompt, clip.negative_prompt)),
        rest=rest,
        rest_url=look.url(rest),
        as_first=as_first,
        as_first_url=look.url(as_first),
    )


def _is_same(runs: Sequence[Run]) -> bool:
    return all(run.kind == "same" for run in runs)


def _area(ratios: Sequence[float], count: int) -> float:
    """How much of a stage 1 high the pictures cover in `count` columns."""
    width, height = STAGE_RATIO / count, 1 / -(-len(ratios) // count)
    return sum(min(width, height * ratio) ** 2 / ratio for ratio in ratios)


SETTINGS: Final[dict[str, Callable[[Generation], object]]] = {
    "prompt": lambda clip: clip.prompt,
    "negative prompt": lambda clip: clip.negative_prompt,
    "length": lambda clip: clip.duration,
    "frame": lambda clip: clip.aspect_ratio,
    "guidance": lambda clip: clip.cfg_scale,
}
"""What was ordered, as the page calls it."""
FACTS: Final[dict[str, Callable[[Generation], str]]] = {
    "Length": lambda clip: f"{clip.duration} s",
    "Frame": lambda clip: clip.aspect_ratio,
    "Guidance": lambda clip: f"{clip.cfg_scale:g} {guidance(clip.cfg_scale)}",
    "Picture": lambda clip: f"{clip.video_width} × {clip.video_height}" if clip.video_width else "unknown",
    "Runs": lambda clip: f"{frames_of(clip)} frames at {frames_of(clip) / seconds_of(clip):.4g} a second",
    "Price": lambda clip: (
        money(clip.price, clip.currency) + (", rehearsal" if clip.account.is_rehearsal else "")
    ),
}
