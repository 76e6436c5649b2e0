"""What was changed between two texts, word by word."""

import re
from difflib import SequenceMatcher
from itertools import groupby
from typing import Final, NamedTuple

SIGNS: Final = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
"""Chinese, Japanese and Korean, which are written without blanks."""
WORD: Final = re.compile(rf"\n+|[{SIGNS}]|[^\W{SIGNS}]+|[^\w\s]")
"""A line's end, one such sign, a word, a mark."""
EXACT_PAIRS: Final = 250_000
"""Words of the one times words of the other, beyond which common words no longer count as the same ones."""


class Run(NamedTuple):
    """Words that follow each other: `kind` is same, added or removed."""

    kind: str
    text: str


def word_diff(before: str, after: str) -> list[Run]:
    """Return what leads from `before` to `after`; the same and the added together are `after`, blanks aside."""
    old, new = _words(before), _words(after)
    is_long = len(old) * len(new) > EXACT_PAIRS
    keys = [word.strip(" \t") for word in old], [word.strip(" \t") for word in new]
    runs: list[Run] = []
    for change, i, j, k, m in SequenceMatcher(None, *keys, autojunk=is_long).get_opcodes():
        if change == "equal":
            runs.append(Run("same", "".join(new[k:m])))
            continue
        runs += _changed("removed", "".join(old[i:j]))
        runs += _changed("added", "".join(new[k:m]))
    together = groupby(runs, key=lambda run: run.kind)
    return [Run(kind, "".join(run.text for run in found)) for kind, found in together]


def _changed(kind: str, text: str) -> list[Run]:
    """The words, and the blank behind them by itself: it is not marked."""
    words = text.rstrip(" \t")
    blank = [Run("same", text[len(words) :])] if words != text else []
    return [Run(kind, words), *blank] if text else []


def _words(text: str) -> list[str]:
    """Split into words, each with the blanks behind it."""
    starts = [found.start() for found in WORD.finditer(text)]
    return [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=False)]
