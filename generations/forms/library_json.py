"""Prompts as JSON, as the export writes it: with all versions, names and times."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from generations.forms.library_entry import (
    MOST_VERSIONS,
    NOT_TEXT,
    FileRefused,
    Wrong,
    around,
    edition,
    moment,
    person,
    prompt_id,
    shortened,
)
from generations.lifecycle.library_entries import Edition, Entry
from generations.lifecycle.library_export import FORMAT, FORMAT_VERSION

KINDS: Final[dict[Any, str]] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "an object",
}
MOST_DIGITS: Final = 20
MOST_NUMBER: Final = 1_000_000
ENVELOPE: Final = {"format": str, "version": int, "library": str, "exported_at": str, "prompts": list}
PROMPT: Final = {
    **{"id": str, "title": str, "notes": str, "tags": list, "author": str, "live": int, "versions": list},
    **{"created_at": str, "changed_at": str, "archived_at": str},
}
VERSION: Final = {
    **{"number": int, "text": str, "negative_prompt": str, "cfg_scale": float, "aspect_ratio": str},
    **{"duration": int, "note": str, "author": str, "accepted_by": str, "created_at": str},
}


def read_json(text: str) -> list[Entry]:
    """Return the prompts of a file. Raises FileRefused."""
    problems: list[str] = []
    said = _known("The file", _parsed(text), ENVELOPE, problems)
    if said is not None and "prompts" not in said and not problems:
        problems.append("The file: “prompts” is missing.")
    if said is not None and said.get("format", FORMAT) != FORMAT:
        problems.append(f"The file: its format is not “{FORMAT}”.")
    if said is not None and said.get("version", FORMAT_VERSION) != FORMAT_VERSION:
        problems.append(f"The file: this studio reads version {FORMAT_VERSION} of the format only.")
    if said is None or problems:
        raise FileRefused(problems)
    entries = [_entry(f"Prompt {at}", raw, problems) for at, raw in enumerate(said["prompts"], 1)]
    if problems:
        raise FileRefused(problems)
    found = [entry for entry in entries if entry]
    if sum(len(entry.editions) for entry in found) > MOST_VERSIONS:
        raise FileRefused([f"There are more than {MOST_VERSIONS} versions in the file."])
    return found


def _parsed(text: str) -> Any:
    try:
        return json.loads(
            text, parse_int=_whole, parse_float=float, parse_constant=_no_number, object_pairs_hook=_each_once
        )
    except json.JSONDecodeError as error:
        raise FileRefused(
            [f"Line {error.lineno}, character {error.colno}: this is no JSON. {error.msg}."]
        ) from error
    except RecursionError as error:
        raise FileRefused(["The file: it is nested too deeply to be read."]) from error
    except Wrong as error:
        raise FileRefused([f"The file: {error}"]) from error


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise Wrong(f"{shortened(digits)} is too large a number.")
    return int(digits)


def _no_number(name: str) -> float:
    raise Wrong(f"{name} is no number that can be kept.")


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Wrong(f"{shortened(twice)} is there twice in one object.")
    return found


def _known(place: str, raw: Any, kinds: Mapping[str, Any], problems: list[str]) -> dict[str, Any] | None:
    """Return the fields of an object that say something; None where one has another type or another name."""
    if not isinstance(raw, dict):
        problems.append(f"{place}: this must be an object, not {_kind(raw)}.")
        return None
    before = len(problems)
    for name, value in raw.items():
        if name not in kinds:
            problems.append(f"{place}: {shortened(name)} is not known here.")
        elif value is not None and not _is(value, kinds[name]):
            problems.append(f"{place}, {name}: this must be {KINDS[kinds[name]]}, not {_kind(value)}.")
        elif isinstance(value, str) and NOT_TEXT.search(value):
            problems.append(
                f"{place}, {name}: there is a NUL character or half a character, which is no text."
            )
    return (
        {name: value for name, value in raw.items() if value is not None} if len(problems) == before else None
    )


def _is(value: Any, kind: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, (int, float) if kind is float else kind)


def _kind(value: Any) -> str:
    return "a yes or no" if isinstance(value, bool) else KINDS.get(type(value), "nothing")


def _entry(place: str, raw: Any, problems: list[str]) -> Entry | None:
    """Return what one object says of a prompt; None if it cannot be, which `problems` then say."""
    if isinstance(raw, dict) and isinstance(raw.get("title"), str):
        place = f"{place} ({shortened(raw['title'])})"
    said = _known(place, raw, PROMPT, problems)
    if said is None:
        return None
    before = len(problems)
    tags = said.get("tags", [])
    if not all(isinstance(tag, str) and not NOT_TEXT.search(tag) for tag in tags):
        problems.append(f"{place}, tags: each of them must be text.")
        return None
    form = {"title": said.get("title", ""), "notes": said.get("notes", ""), "tags": ", ".join(tags)}
    known = around(place, form, problems)
    editions, live = _editions(place, said, problems)
    more = {
        "key": _read(place, said, "id", prompt_id, problems),
        "author": _read(place, said, "author", person, problems) or "",
        **{
            name: _read(place, said, name, moment, problems)
            for name in ("created_at", "changed_at", "archived_at")
        },
    }
    if known is None or len(problems) > before:
        return None
    # An `archived_at` that is null says that it is not archived.
    return Entry(
        place, known.title, editions, live, frozenset(raw), notes=known.notes, tags=known.tags, **more
    )


def _editions(place: str, said: Mapping[str, Any], problems: list[str]) -> tuple[tuple[Edition, ...], int]:
    """Return the versions in the order of their numbers, and the place of the live one, by default the last."""
    found: dict[int, Edition] = {}
    for at, raw in enumerate(said.get("versions", []), 1):
        here = f"{place}, version {at}"
        version = _known(here, raw, VERSION, problems)
        if version is None:
            continue
        number = version.get("number", at)
        if number in found or not 0 < number <= MOST_NUMBER:
            problems.append(
                f"{here}, number: {shortened(str(number))} is there twice, or no number of a version."
            )
        elif made := _edition(here, version, problems):
            found[number] = made
    if not said.get("versions"):
        problems.append(f"{place}: “versions” must have one at least.")
    numbers = sorted(found)
    live = said.get("live", numbers[-1] if numbers else 0)
    if numbers and live not in found and len(found) == len(said["versions"]):
        problems.append(f"{place}, live: there is no version {shortened(str(live))}.")
    return tuple(found[number] for number in numbers), numbers.index(live) if live in found else 0


def _edition(place: str, said: Mapping[str, Any], problems: list[str]) -> Edition | None:
    before = len(problems)
    known = {
        "author": _read(place, said, "author", person, problems) or "",
        "accepted_by": _read(place, said, "accepted_by", person, problems) or "",
        "written_at": _read(place, said, "created_at", moment, problems),
    }
    words = {
        name: value for name, value in said.items() if name not in ("author", "accepted_by", "created_at")
    }
    made = edition(place, words, problems, **known)
    return made if len(problems) == before else None


def _read(
    place: str, said: Mapping[str, Any], name: str, read: Callable[[str], Any], problems: list[str]
) -> Any:
    """Return a field as `read` reads it; None without it, and where it cannot be, which `problems` then say."""
    try:
        return read(said[name]) if name in said else None
    except Wrong as wrong:
        problems.append(f"{place}, {name}: {wrong}")
        return None
