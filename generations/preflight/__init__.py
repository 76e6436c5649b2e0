"""What to look at before a clip is paid for: advice about the final text, which may be passed over.

Pure: no database, no Django. What Magnific would refuse is no advice but an error, and the form's own business.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generations.preflight.contradiction import contradictions
from generations.preflight.shots import shots_problem
from generations.preflight.sound import sounds
from generations.preflight.wording import avoided_in

PROMPT, NEGATIVE, DURATION = "prompt", "negative_prompt", "duration"


@dataclass(frozen=True)
class Advice:
    """One thing to look at: `says` it in a sentence, `field` is the form's that it is about.

    `subject` is what it is about in the text: while that stays the same, it is the same advice.
    """

    kind: str
    field: str
    subject: str
    says: str

    @property
    def key(self) -> str:
        """12 hex digits, by which somebody says that they know."""
        return hashlib.sha256(f"{self.kind}\n{self.subject}".encode()).hexdigest()[:12]


def advise(prompt: str, negative_prompt: str, duration: int, avoided: Sequence[str] = ()) -> list[Advice]:
    """Return what to look at in a final text, `duration` in seconds; `avoided` are words the team warns of."""
    return list(_advice(prompt, negative_prompt, duration, avoided))


def _advice(prompt: str, negative_prompt: str, duration: int, avoided: Sequence[str]) -> Iterator[Advice]:
    if found := sounds(prompt):
        says = "sound cannot be ordered, so these words are ignored at best, or drawn as pictures."
        yield Advice("sound", PROMPT, _list(found), f"{_quoted(found)}: {says}")
    if found := contradictions(prompt, negative_prompt):
        says = "wanted in the prompt and excluded by the negative prompt."
        yield Advice("contradiction", NEGATIVE, _list(found), f"{_quoted(found)} {_is(found)} {says}")
    if problem := shots_problem(prompt, duration):
        yield Advice("shots", DURATION, problem.subject, problem.says)
    if found := avoided_in(prompt, avoided):
        says = "on your team’s list of words to avoid."
        yield Advice("avoided", PROMPT, _list(found), f"{_quoted(found)} {_is(found)} {says}")


def _list(words: Sequence[str]) -> str:
    return "\n".join(sorted(words))


def _is(words: Sequence[str]) -> str:
    return "is" if len(words) == 1 else "are"


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)
