"""Importing prompts into a library: all that was previewed, or nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from generations.lifecycle import libraries
from generations.lifecycle.library_entries import Entry
from generations.lifecycle.library_figures import recount
from generations.lifecycle.library_plan import Fate, Plan, Step, make_plan
from generations.lifecycle.prompts import found_by
from generations.models import Library, LibraryUpload, Pin, Prompt, PromptTag, Revision, User, Version
from generations.models.prompt_word import keep_words

KEPT: Final = timedelta(days=1)
"""How long a file waits for somebody's word."""
BATCH: Final = 500
Pair = tuple[Step, Prompt]
WRITTEN: Final = ("title", "notes", "live", "changed_at", "archived_at", "search_text")


class PlanChanged(Exception):
    """The library is not as it was when the preview was made; nothing was imported. `plan` is the new one."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(
            "The library has changed since this preview was made; nothing was imported yet. This is a new one."
        )
        self.plan = plan


class Imported(Exception):
    """This file has been imported already."""


def keep_upload(library: Library, name: str, content: bytes, *, actor: User) -> LibraryUpload:
    """Keep a file until its importer has seen what it would do; what nobody came back for is forgotten."""
    LibraryUpload.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    return LibraryUpload.objects.create(library=library, name=name[-200:], content=content, user=actor)


def import_library(upload: LibraryUpload, entries: Sequence[Entry], fingerprint: str) -> Plan:
    """Do what the plan with this fingerprint says, with the uploader's name on it, all or nothing.

    `entries` are what the upload's content holds. Raises PlanChanged, and Imported for the second of two presses.
    """
    with transaction.atomic():
        Revision.take()  # From here on nobody else changes the library.
        fresh = LibraryUpload.objects.select_related("library", "user").get(pk=upload.pk)
        if fresh.imported_at:
            raise Imported
        plan = make_plan(fresh.library, entries)
        if plan.problems or plan.fingerprint != fingerprint:
            raise PlanChanged(plan)
        now = timezone.now()
        write([step for step in plan.steps if step.fate != Fate.SAME], fresh.library, fresh.user, now)
        fresh.imported_at, fresh.content = now, b""
        fresh.save(update_fields=["imported_at", "content"])
        libraries.note("imported prompts", fresh.library, fresh.user)
    return plan


def write(steps: Sequence[Step], library: Library, actor: User, now: datetime) -> None:
    """Write what steps of a plan say that change something. Within a transaction that took a revision."""
    pairs = [(step, step.prompt or _prompt(step.entry, library, actor)) for step in steps]
    for step, prompt in pairs:
        _describe(prompt, step, now)
    new = [prompt for step, prompt in pairs if step.prompt is None]
    Prompt.objects.bulk_create(new, batch_size=BATCH)
    _make_live(pairs, _write_versions(pairs, actor, now), actor)
    Prompt.objects.bulk_update(new, ["live"], batch_size=BATCH)
    Prompt.objects.bulk_update([step.prompt for step in steps if step.prompt], WRITTEN, batch_size=BATCH)
    _write_tags(pairs)
    keep_words(prompt for _, prompt in pairs)
    recount(library)


def _prompt(entry: Entry, library: Library, actor: User) -> Prompt:
    said: dict[str, Any] = {"key": entry.key, "created_at": entry.created_at, "changed_at": entry.changed_at}
    said = {name: value for name, value in said.items() if value}
    return Prompt(library=library, created_by=actor, author_name=entry.author, **said)


def _describe(prompt: Prompt, step: Step, now: datetime) -> None:
    """Set what stands around the text as the file says, and the words that it is found by."""
    entry = step.entry
    prompt.title = entry.title
    if "notes" in entry.given:
        prompt.notes = entry.notes
    if "archived_at" in entry.given and (prompt.archived_at is None) != (entry.archived_at is None):
        prompt.archived_at = entry.archived_at
    if step.prompt is not None and step.live is not None:
        prompt.changed_at = now
    prompt.search_text = found_by(prompt, step.text, step.tags)


def _write_versions(pairs: Sequence[Pair], actor: User, now: datetime) -> dict[tuple[UUID, int], Version]:
    """Write what is added; return it by the prompt's id and the place among what is added to it."""
    made = {
        (prompt.pk, at): edition.written(
            prompt=prompt, number=step.last + 1 + at, author=actor, imported_at=now
        )
        for step, prompt in pairs
        for at, edition in enumerate(step.added)
    }
    Version.objects.bulk_create(made.values(), batch_size=BATCH)
    return made


def _make_live(pairs: Sequence[Pair], made: Mapping[tuple[UUID, int], Version], actor: User) -> None:
    """Pin what is to be live; the prompts themselves are not written yet."""
    pins = []
    for step, prompt in pairs:
        if step.live is not None:
            version = step.live if isinstance(step.live, Version) else made[prompt.pk, step.live]
            pins.append(Pin(prompt=prompt, version=version, before=prompt.live, actor=actor))
            prompt.live = version
    Pin.objects.bulk_create(pins, batch_size=BATCH)


def _write_tags(pairs: Sequence[Pair]) -> None:
    """Put on the file's tags, where it has any to say."""
    told = [(step, prompt) for step, prompt in pairs if "tags" in step.entry.given]
    PromptTag.objects.filter(prompt__in=[prompt for step, prompt in told if step.prompt]).delete()
    PromptTag.objects.bulk_create(
        (PromptTag(prompt=prompt, name=name) for step, prompt in told for name in step.tags), batch_size=BATCH
    )
