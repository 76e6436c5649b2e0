"""A prompt of a file, checked by the rules of the forms that people fill in."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils import timezone

from generations import constraints
from generations.forms.prompt import AroundForm, DraftForm
from generations.lifecycle.library_entries import Edition
from generations.lifecycle.prompts import Draft
from generations.models.prompt import NAME_LENGTH

MOST_PROMPTS: Final = 5_000
MOST_VERSIONS: Final = 20_000
NOT_TEXT: Final = re.compile("[\x00\ud800-\udfff]")
DEFAULTS: Final[dict[str, Any]] = {
    "negative_prompt": constraints.NEGATIVE_PROMPT_DEFAULT,
    "aspect_ratio": constraints.ASPECT_RATIO_DEFAULT,
    "duration": constraints.DURATION_DEFAULT,
    "cfg_scale": constraints.CFG_SCALE_DEFAULT,
}
FIRST_YEAR: Final = 1970


class FileRefused(Exception):
    """A file that cannot be imported; `problems` are sentences, each with its place, one at least."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


class Wrong(Exception):
    """A value that cannot be; the text says why."""


@dataclass(frozen=True)
class Around:
    """What stands around a prompt's versions."""

    title: str
    notes: str
    tags: tuple[str, ...]


def around(place: str, said: Mapping[str, Any], problems: list[str]) -> Around | None:
    """Return title, notes and tags (commas between them); None if that cannot be, which `problems` then say."""
    cleaned = _checked(AroundForm(data=dict(said)), place, problems)
    return Around(cleaned["title"], cleaned["notes"], cleaned["tags"]) if cleaned else None


def edition(place: str, said: Mapping[str, Any], problems: list[str], **known: Any) -> Edition | None:
    """Return a version with what else is `known` of it; None if that cannot be, which `problems` then say."""
    cleaned = _checked(DraftForm(data=DEFAULTS | dict(said)), place, problems)
    if cleaned is None:
        return None
    draft = Draft(**{name: cleaned[name] for name in Draft.__dataclass_fields__})
    return Edition(draft, cleaned["note"], **known)


def prompt_id(text: str) -> UUID:
    """Return the id of a prompt. Raises Wrong."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Wrong(f"{shortened(text)} is no id. Leave it out for a prompt that is new.") from error


def moment(text: str) -> datetime:
    """Return a time with its zone. Raises Wrong for what is none, or lies ahead."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Wrong(f"{shortened(text)} is no time like 2026-05-01T12:00:00+00:00.") from error
    if at.tzinfo is None:
        raise Wrong(f"{shortened(text)} has no time zone.")
    if at.year < FIRST_YEAR or at.year > timezone.now().year + 1 or at > timezone.now() + timedelta(days=1):
        raise Wrong(f"{shortened(text)} is before {FIRST_YEAR} or has not come yet.")
    return at


def person(text: str) -> str:
    """Return somebody's name. Raises Wrong."""
    name = " ".join(text.split())
    if not name.isprintable():
        raise Wrong("there are signs in it that nobody can see.")
    if len(name) > NAME_LENGTH:
        raise Wrong(f"{shortened(name)} is longer than {NAME_LENGTH} characters.")
    return name


def shortened(text: str) -> str:
    """The text as it stands there, short enough for a sentence."""
    line = " ".join(text.split())
    return f"“{line if len(line) <= 40 else line[:39] + '…'}”"


def _checked(form: forms.Form, place: str, problems: list[str]) -> dict[str, Any] | None:
    if form.is_valid():
        return form.cleaned_data
    problems += _sentences(place, form.errors.items())
    return None


def _sentences(place: str, errors: Iterable[tuple[str, Any]]) -> list[str]:
    return [f"{place}, {name}: {error}" for name, found in errors for error in found]
