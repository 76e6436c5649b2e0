"""Whether a text wants more shots, or more steps one after another, than its seconds have room for.

Counted soberly: one cut, or a short chain, fits into every clip. A word too many is no reason to warn.
"""

import re
from dataclasses import dataclass
from typing import Final

SECONDS_A_SHOT: Final = 2
SECONDS_A_STEP: Final = 1.5
SHOTS_IN_ANY, STEPS_IN_ANY = 2, 3
NUMBERED: Final = re.compile(
    r"\b(?:shot|scene|clip|cut)\s*(?:no\.?\s*|#\s*)?(\d{1,2}|one|two|three|four|five|six)\b(?!\s*mm\b)"
)
WORDS: Final = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
CUT: Final = re.compile(
    r"\b(?:(?:smash |jump |match |hard |quick )?cuts? (?:back )?to|dissolves? (?:in)?to|cross-?fades? (?:in)?to"
    r"|(?:next|new|second|third|fourth|fifth|final|last) (?:shot|scene)\s*[:,\-–—])"
    r"(?! (?:(?:black|white)(?=[.,;!?]|$)|size\b|pieces\b))"
)
THEN: Final = re.compile(r"\b(?:then|afterwards|after that|finally)\b")
NO_STEP: Final = re.compile(r"(?:now and|since|by|until|till|even|back|if .*) $")


@dataclass(frozen=True)
class ShotsProblem:
    """`subject` is what was counted, `says` the sentence."""

    subject: str
    says: str


def shots_problem(prompt: str, duration: int) -> ShotsProblem | None:
    """Return what is too much for a clip of `duration` seconds; None where all fits."""
    text = " ".join(prompt.casefold().split())
    shots, steps = count_shots(text), count_steps(text)
    room = max(SHOTS_IN_ANY, duration // SECONDS_A_SHOT)
    if shots > room:
        return ShotsProblem(f"{shots} shots", _says(f"{shots} shots", duration, room))
    room = max(STEPS_IN_ANY, int(duration / SECONDS_A_STEP))
    if steps > room:
        return ShotsProblem(f"{steps} steps", _says(f"{steps} things one after another", duration, room))
    return None


def count_shots(text: str) -> int:
    """Return how many shots a text has: numbered from 1 on, or one more than its cuts, whichever is more."""
    numbers = {WORDS.get(number) or int(number) for number in NUMBERED.findall(text) if number != "0"}
    numbered = 0
    while numbered + 1 in numbers:
        numbered += 1
    return max(1, numbered, len(CUT.findall(text)) + 1)


def count_steps(text: str) -> int:
    """Return how many things happen one after another: one more than there are "then"."""
    return 1 + sum(
        1 for hit in THEN.finditer(text) if not NO_STEP.search(text[max(0, hit.start() - 30) : hit.start()])
    )


def _says(what: str, duration: int, room: int) -> str:
    return f"{what} in {duration} s: there is room for about {room}. Make it longer, or leave some out."
