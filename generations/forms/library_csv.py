"""Prompts as a table: one line each, with the columns of the export, of which only title and text must be there."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Final

from generations.csv_file import as_written
from generations.forms.library_entry import (
    DEFAULTS,
    FileRefused,
    Wrong,
    around,
    edition,
    prompt_id,
    shortened,
)
from generations.lifecycle.library_entries import Entry
from generations.lifecycle.library_export import COLUMNS
from generations.lifecycle.prompts import Draft

NEEDED: Final = ("title", "text")
SEPARATORS: Final = ",;\t"
"""What spreadsheets write between cells; which one, the first line shows."""
EMPTY_IS_USUAL: Final = ("aspect_ratio", "duration", "cfg_scale")


def read_csv(text: str) -> list[Entry]:
    """Return the prompts of a table. Raises FileRefused."""
    lines = _lines(text)
    _, header = next(lines, (1, []))
    names = _columns(header)
    problems: list[str] = []
    entries = []
    for number, cells in lines:
        if len(cells) != len(names):
            problems.append(f"Line {number}: there are {len(cells)} cells for {len(names)} columns.")
        elif entry := _entry(f"Line {number}", dict(zip(names, cells, strict=True)), problems):
            entries.append(entry)
    if problems:
        raise FileRefused(problems)
    return entries


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each line that has something in it, with the number at which it begins. Raises FileRefused."""
    first = text.splitlines()[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cells):
                yield begins, [as_written(cell) for cell in cells]
            begins = reader.line_num + 1
    except csv.Error as error:
        raise FileRefused([f"Line {begins}: this cannot be read as a table ({error})."]) from error


def _columns(header: list[str]) -> list[str]:
    names = [name.strip().casefold() for name in header]
    unknown = [name for name in names if name not in COLUMNS]
    problems = [
        f"Line 1: there is no column {shortened(name)}; there is {', '.join(COLUMNS)}." for name in unknown
    ]
    twice = dict.fromkeys(name for name in names if names.count(name) > 1 and name not in unknown)
    problems += [f"Line 1: the column “{name}” is there twice." for name in twice]
    problems += [f"Line 1: the column “{name}” is missing." for name in NEEDED if name not in names]
    if problems:
        raise FileRefused(problems)
    return names


def _entry(place: str, said: Mapping[str, str], problems: list[str]) -> Entry | None:
    """Return what a line says; None if it cannot be, which `problems` then say."""
    given = {name: cell for name, cell in said.items() if cell.strip() or name not in EMPTY_IS_USUAL}
    before, key = len(problems), None
    try:
        key = prompt_id(given["id"].strip()) if given.get("id", "").strip() else None
    except Wrong as wrong:
        problems.append(f"{place}, id: {wrong}")
    texts = {name: given[name] for name in ("text", *DEFAULTS) if name in given}
    known = around(place, {name: given.get(name, "") for name in ("title", "notes", "tags")}, problems)
    made = edition(place, texts, problems)
    if known is None or made is None or len(problems) > before:
        return None
    return Entry(
        place=f"{place} (“{known.title}”)",
        title=known.title,
        editions=(made,),
        live=0,
        given=frozenset(given),
        key=key,
        notes=known.notes,
        tags=known.tags,
        settled=frozenset(Draft.__dataclass_fields__.keys() & given.keys()),
    )
