"""What Magnific made of a text, to be shown beside it."""

import re
from dataclasses import dataclass
from typing import Final

from generations import constraints
from generations.lifecycle.improve import is_slow
from generations.models import Improvement
from generations.views.word_diff import Run, word_diff

VARIABLE: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)
SLOW: Final = "slow"
QUICK_SECONDS: Final = 1
SLOW_SECONDS: Final = 4


@dataclass(frozen=True)
class Rewriting:
    """An improvement as a page shows it."""

    improvement: Improvement

    @property
    def word(self) -> str:
        """What it shows in one word: an open page asks for it again until the word is another."""
        return SLOW if self.is_slow else self.improvement.stage

    @property
    def is_slow(self) -> bool:
        """Whether it takes longer than usual."""
        return is_slow(self.improvement)

    @property
    def pause(self) -> int:
        """Seconds until an open page asks again."""
        return SLOW_SECONDS if self.is_slow else QUICK_SECONDS

    @property
    def runs(self) -> list[Run]:
        """What was changed, word by word."""
        return word_diff(self.improvement.text, self.improvement.answer)

    @property
    def is_same(self) -> bool:
        """Whether nothing was changed."""
        return self.improvement.answer == self.improvement.text.strip()

    @property
    def length(self) -> int:
        """Characters of the answer."""
        return len(self.improvement.answer)

    @property
    def over(self) -> int:
        """By how many characters it is too long for a clip, 0 if it is not."""
        return max(self.length - constraints.PROMPT_MAX_LENGTH, 0)

    @property
    def lost(self) -> list[str]:
        """Variables that are in the text and not, or not as they were, in the answer."""
        return _missing(self.improvement.text, self.improvement.answer)

    @property
    def invented(self) -> list[str]:
        """Variables that only the answer has."""
        return _missing(self.improvement.answer, self.improvement.text)


def _missing(here: str, there: str) -> list[str]:
    """Variables of one text that another one lacks, each once; blanks do not matter."""
    found = {_plain(one): one for one in VARIABLE.findall(here)}
    known = {_plain(one) for one in VARIABLE.findall(there)}
    return [one for plain, one in found.items() if plain not in known]


def _plain(variable: str) -> str:
    return "".join(variable.split())
