"""Variables in prompts: `{{ name }}`, `{{ name | default }}`, `{{ name: one, two, three }}`.

A prompt is data: it is split into text and variables here, and nothing in it is ever run as a template of Django.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

NAME: Final = re.compile(r"[^\W\d_][\w-]{0,39}")
BRACES: Final = re.compile(r"\{\{|\}\}")
MOST: Final = 30
"""Variables of one prompt; a form with more is nobody's help."""


class BadVariables(ValueError):
    """A text whose variables cannot be read; `problems` are sentences for its author."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


class NotFilled(ValueError):
    """Values that do not fill a prompt; `problems` are sentences by the name of the variable."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


@dataclass(frozen=True)
class Variable:
    """A gap to fill. `default` is None where something must be given; with `choices` it is one of these."""

    name: str
    default: str | None = None
    choices: tuple[str, ...] = ()

    def value(self, given: str) -> str:
        """Return what stands in the gap. Raises ValueError with a sentence where nothing can."""
        given = " ".join(given.split())
        if not given and self.default is not None:
            return self.default
        if not given:
            raise ValueError(f"“{self.name}” is not filled in.")
        if self.choices and given not in self.choices:
            raise ValueError(f"“{self.name}” is one of: {', '.join(self.choices)}.")
        return given


@dataclass(frozen=True)
class Piece:
    """A stretch of a prompt as it is written; `variable` is what it stands for, None for plain text."""

    text: str
    variable: Variable | None = None


@dataclass(frozen=True)
class Pattern:
    """A prompt in pieces, and its variables in the order in which they come, each once."""

    pieces: tuple[Piece, ...]
    variables: tuple[Variable, ...] = field(default=())

    def fill(self, given: Mapping[str, str]) -> str:
        """Return the final text. Raises NotFilled for what is missing, no choice, or no variable of this prompt."""
        known = {variable.name for variable in self.variables}
        problems = {name: f"This prompt has no variable “{name}”." for name in given if name not in known}
        values: dict[str, str] = {}
        for variable in self.variables:
            try:
                values[variable.name] = variable.value(given.get(variable.name, ""))
            except ValueError as error:
                problems[variable.name] = str(error)
        if problems:
            raise NotFilled(problems)
        return "".join(values[piece.variable.name] if piece.variable else piece.text for piece in self.pieces)

    def draft(self, given: Mapping[str, str]) -> str:
        """Return the text as far as it is filled; what nothing stands in yet is left out."""
        values = {variable.name: _drafted(variable, given) for variable in self.variables}
        return "".join(values[piece.variable.name] if piece.variable else piece.text for piece in self.pieces)


def _drafted(variable: Variable, given: Mapping[str, str]) -> str:
    try:
        return variable.value(given.get(variable.name, ""))
    except ValueError:
        return ""


def read(text: str) -> Pattern:
    """Split a prompt into text and variables. Raises BadVariables with all that is wrong, and where."""
    problems: list[str] = []
    pieces = tuple(_pieces(text, problems))
    variables: dict[str, Variable] = {}
    for variable in filter(None, (piece.variable for piece in pieces)):
        first = variables.setdefault(variable.name, variable)
        if variable not in (first, Variable(variable.name)):
            problems.append(f"“{variable.name}” is described in two ways; say it once, then only its name.")
    if len(variables) > MOST:
        problems.append(f"{len(variables)} variables are too many; {MOST} at most.")
    if problems:
        raise BadVariables(problems)
    return Pattern(pieces, tuple(variables.values()))


def has_braces(text: str) -> bool:
    """Whether a text has what looks like a variable, whole or not."""
    return BRACES.search(text) is not None


def _pieces(text: str, problems: list[str]) -> Iterator[Piece]:
    """Yield the pieces, and add a sentence to `problems` for each that cannot be read."""
    at = 0
    while found := BRACES.search(text, at):
        if at < found.start():
            yield Piece(text[at : found.start()])
        end = BRACES.search(text, found.end())
        if found[0] == "}}":
            problems.append(f"}}}} closes nothing (at {_place(text, found.start())}).")
            at = found.end()
        elif end is None or end[0] == "{{":
            problems.append(f"{{{{ is not closed (at {_place(text, found.start())}).")
            at = end.start() if end else len(text)
        else:
            yield _piece(text[found.start() : end.end()], text[found.end() : end.start()], problems)
            at = end.end()
    if at < len(text):
        yield Piece(text[at:])


def _piece(whole: str, inside: str, problems: list[str]) -> Piece:
    try:
        return Piece(whole, _variable(inside))
    except ValueError as error:
        problems.append(f"{whole}: {error}")
        return Piece(whole)


def _variable(inside: str) -> Variable:
    """Read what stands between the braces. Raises ValueError with a sentence."""
    found = re.fullmatch(r"\s*([^|:]*?)\s*(?:([|:])(.*))?", inside, re.DOTALL)
    name, sign, rest = found.groups() if found else ("", "", "")
    if not NAME.fullmatch(name):
        raise ValueError("a name begins with a letter and has letters, digits, - and _, 40 at most.")
    if sign == "|":
        return Variable(name, default=" ".join(rest.split()))
    choices = tuple(" ".join(choice.split()) for choice in rest.split(",")) if sign else ()
    if sign and ("" in choices or len(set(choices)) < len(choices)):
        raise ValueError("the choices are words with commas between them, each once.")
    return Variable(name, choices=choices)


def _place(text: str, at: int) -> str:
    return f"character {at + 1}, “{text[at : at + 20]}”"
