"""A library as a file: everything as JSON, or the live texts as rows of a table."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from generations.lifecycle.prompts import Draft
from generations.models import Library, Prompt, Version

FORMAT: Final = "kling-4k-studio/prompts"
FORMAT_VERSION: Final = 1
COLUMNS: Final = (
    "id",
    "title",
    "text",
    "negative_prompt",
    "aspect_ratio",
    "duration",
    "cfg_scale",
    "tags",
    "notes",
)
ORDER: Final = ("created_at", "key")


def as_json(library: Library) -> str:
    """Return all of a library: prompts, archived ones too, with all versions and which is live, one a line."""
    prompts = library.prompts.select_related("created_by", "live").prefetch_related(
        "tags", "versions__author", "versions__accepted_by"
    )
    head = {"format": FORMAT, "version": FORMAT_VERSION, "library": library.name}
    said = json.dumps(head | {"exported_at": _time(timezone.now())}, ensure_ascii=False)
    lines = [json.dumps(_prompt(prompt), ensure_ascii=False) for prompt in prompts.order_by(*ORDER)]
    return said[:-1] + ', "prompts": [\n' + ",\n".join(lines) + "\n]}\n"


def live_rows(library: Library) -> Iterator[list[object]]:
    """Yield the live version of each prompt that is not archived, in the order of COLUMNS."""
    shown = library.prompts.filter(archived_at=None, live__isnull=False)
    for prompt in shown.select_related("live").prefetch_related("tags").order_by(*ORDER):
        draft = asdict(Draft.of(prompt.live)) if prompt.live else {}
        around = {"id": str(prompt.key), "title": prompt.title, "notes": prompt.notes}
        row = draft | around | {"tags": ", ".join(_tags(prompt))}
        yield [row[name] for name in COLUMNS]


def _prompt(prompt: Prompt) -> dict[str, Any]:
    return {
        "id": str(prompt.key),
        "title": prompt.title,
        "notes": prompt.notes,
        "tags": _tags(prompt),
        "author": prompt.by,
        "created_at": _time(prompt.created_at),
        "changed_at": _time(prompt.changed_at),
        "archived_at": _time(prompt.archived_at),
        "live": prompt.live.number if prompt.live else None,
        "versions": [_version(version) for version in reversed(prompt.versions.all())],
    }


def _version(version: Version) -> dict[str, Any]:
    return {
        "number": version.number,
        **asdict(Draft.of(version)),
        "note": version.note,
        "author": version.author_name or str(version.author),
        "accepted_by": version.accepter or None,
        "created_at": _time(version.created_at),
    }


def _tags(prompt: Prompt) -> list[str]:
    return sorted(tag.name for tag in prompt.tags.all())


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
