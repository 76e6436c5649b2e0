"""What leads from one version of a prompt to another, or to what somebody suggests."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from generations.models import Text
from generations.templatetags.studio import guidance
from generations.views.word_diff import Run, word_diff


class SettingChange(NamedTuple):
    """A setting that is another one than before, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """Two texts beside each other: words as changes of the first one's, and the settings that differ."""

    text: list[Run]
    negative_prompt: list[Run]
    settings: list[SettingChange]

    @property
    def same_text(self) -> bool:
        """Whether the words are the same."""
        return _is_same(self.text)

    @property
    def same_negative_prompt(self) -> bool:
        """Whether what is ruled out is the same."""
        return _is_same(self.negative_prompt)


def change(before: Text, after: Text) -> Change:
    """Return what leads from one to the other."""
    values = [(label, written(before), written(after)) for label, written in SETTINGS.items()]
    return Change(
        word_diff(before.text, after.text),
        word_diff(before.negative_prompt, after.negative_prompt),
        [SettingChange(label, old, new) for label, old, new in values if old != new],
    )


def _is_same(runs: list[Run]) -> bool:
    return all(run.kind == "same" for run in runs)


SETTINGS: Final[dict[str, Callable[[Text], str]]] = {
    "Frame": lambda text: text.aspect_ratio,
    "Length": lambda text: f"{text.duration} s",
    "Guidance": lambda text: f"{text.cfg_scale:g} {guidance(text.cfg_scale)}",
}
