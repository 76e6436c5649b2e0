"""What an import would do to a library, prompt by prompt, and why."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from generations.lifecycle.library_entries import Edition, Entry
from generations.lifecycle.prompts import Draft
from generations.models import Library, Prompt, PromptTag, Version


class Fate(StrEnum):
    """What becomes of a prompt of the file."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True)
class Step:
    """One prompt of the file; `prompt` is the one here that it is, if there is one.

    `added` are versions that are not here yet. Afterwards `live` is live: the one at this place among them, a
    version that is here, or what is live already (None); `tags` are on it. `reasons` are for people.
    """

    entry: Entry
    fate: Fate
    reasons: tuple[str, ...]
    prompt: Prompt | None = None
    added: tuple[Edition, ...] = ()
    live: int | Version | None = None
    last: int = 0
    tags: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text that is live afterwards."""
        if isinstance(self.live, int):
            return self.added[self.live].draft.text
        live = self.live or (self.prompt and self.prompt.live)
        return live.text if live else ""

    @property
    def mark(self) -> list[object]:
        """All that it was decided by: another mark is another import."""
        here = self.prompt and (str(self.prompt.pk), self.prompt.live_id, self.last)
        return [here, self.fate, self.reasons]


@dataclass(frozen=True)
class Plan:
    """All steps of an import; with `problems`, sentences with their places, it cannot be done."""

    steps: tuple[Step, ...]
    problems: tuple[str, ...]

    def of(self, fate: Fate) -> list[Step]:
        """Return the steps that lead to this."""
        return [step for step in self.steps if step.fate == fate]

    @property
    def changes(self) -> bool:
        """Whether anything would be different afterwards."""
        return any(step.fate != Fate.SAME for step in self.steps)

    @property
    def fingerprint(self) -> str:
        """64 hex digits, equal for equal plans."""
        return sha256(json.dumps([step.mark for step in self.steps]).encode()).hexdigest()


@dataclass(frozen=True)
class Shelf:
    """What is in the library: its prompts by key and by title, their versions and tags by the prompt's id."""

    keys: dict[UUID, Prompt]
    titles: dict[str, list[Prompt]]
    versions: dict[UUID, list[Version]] = field(default_factory=lambda: defaultdict(list))
    tags: dict[UUID, set[str]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, library: Library) -> "Shelf":
        """Read a library. Three queries."""
        prompts = list(library.prompts.select_related("live"))
        titles: dict[str, list[Prompt]] = defaultdict(list)
        for prompt in prompts:
            titles[prompt.title].append(prompt)
        shelf = cls({prompt.key: prompt for prompt in prompts}, titles)
        for version in Version.objects.filter(prompt__library=library).order_by("number"):
            shelf.versions[version.prompt_id].append(version)
        for tag in PromptTag.objects.filter(prompt__library=library):
            shelf.tags[tag.prompt_id].add(tag.name)
        return shelf

    def find(self, entry: Entry) -> list[Prompt]:
        """Return what an entry may be: by its key, or by its title where it has none."""
        if entry.key is None:
            return self.titles.get(entry.title, [])
        return [self.keys[entry.key]] if entry.key in self.keys else []


def make_plan(library: Library, entries: Sequence[Entry]) -> Plan:
    """Return what importing these would do. Three queries."""
    shelf = Shelf.of(library)
    found = [(entry, shelf.find(entry)) for entry in entries]
    problems = [*_ambiguous(found), *_twice(found)]
    if problems:
        return Plan((), tuple(problems))
    return Plan(tuple(_existing(entry, here[0], shelf) if here else _new(entry) for entry, here in found), ())


def _ambiguous(found: Iterable[tuple[Entry, list[Prompt]]]) -> list[str]:
    return [
        f"{entry.place}: {len(here)} prompts here are called “{entry.title}”. Write the id of the one meant."
        for entry, here in found
        if len(here) > 1
    ]


def _twice(found: Iterable[tuple[Entry, list[Prompt]]]) -> list[str]:
    """What is there twice in the file: by its id, by its title alone, or by one each."""
    first: dict[object, str] = {}
    problems = []
    for entry, here in found:
        same = here[0].pk if here else entry.key or entry.title
        if same in first:
            problems.append(f"{entry.place}: this is the same prompt as in {first[same]}. Keep one of them.")
        first.setdefault(same, entry.place)
    return problems


def _new(entry: Entry) -> Step:
    count = len(entry.editions)
    reason = "One version" if count == 1 else f"{count} versions, number {entry.live + 1} is live"
    archived = ("Archived",) if entry.archived_at else ()
    return Step(entry, Fate.NEW, (reason, *archived), added=entry.editions, live=entry.live, tags=entry.tags)


def _existing(entry: Entry, prompt: Prompt, shelf: Shelf) -> Step:
    versions = shelf.versions[prompt.pk]
    editions = tuple(replace(one, draft=_settled(entry, one.draft, prompt.live)) for one in entry.editions)
    added = _added(editions, versions)
    live = _live(editions[entry.live], added, versions, prompt)
    last = versions[-1].number if versions else 0
    here = shelf.tags[prompt.pk]
    tags = entry.tags if "tags" in entry.given else tuple(here)
    reasons = (*_about_versions(added, live, last), *_about_rest(entry, prompt, here))
    if not reasons:
        return Step(entry, Fate.SAME, ("All of it is here already",), prompt, last=last)
    return Step(entry, Fate.CHANGED, reasons, prompt, added, live, last, tags)


def _settled(entry: Entry, draft: Draft, live: Version | None) -> Draft:
    """The draft with what the file does not say as it is in the live version."""
    if live is None:
        return draft
    open_fields = Draft.__dataclass_fields__.keys() - entry.settled
    return replace(draft, **{name: getattr(live, name) for name in open_fields})


def _added(editions: Sequence[Edition], versions: Sequence[Version]) -> tuple[Edition, ...]:
    """Those that are not here yet: a version is known again by what it holds, as often as it is here."""
    here = Counter(map(Draft.of, versions))
    added = []
    for edition in editions:
        if here[edition.draft]:
            here[edition.draft] -= 1
        else:
            added.append(edition)
    return tuple(added)


def _live(
    wanted: Edition, added: Sequence[Edition], versions: Sequence[Version], prompt: Prompt
) -> int | Version | None:
    if prompt.live and Draft.of(prompt.live) == wanted.draft:
        return None
    place = next((at for at, edition in enumerate(added) if edition is wanted), None)
    if place is not None:
        return place
    return next(version for version in reversed(versions) if Draft.of(version) == wanted.draft)


def _about_versions(added: Sequence[Edition], live: int | Version | None, last: int) -> list[str]:
    reasons = []
    if added:
        numbers = f"{last + 1}" if len(added) == 1 else f"{last + 1} to {last + len(added)}"
        reasons.append(f"New version{'s' if len(added) > 1 else ''} {numbers}")
    if live is not None:
        number = live.number if isinstance(live, Version) else last + 1 + live
        reasons.append(f"Version {number} goes live")
    return reasons


def _about_rest(entry: Entry, prompt: Prompt, tags: set[str]) -> list[str]:
    is_archived, to_archive = prompt.archived_at is not None, entry.archived_at is not None
    differs = {
        f"Title: “{prompt.title}” becomes “{entry.title}”": prompt.title != entry.title,
        "Other notes": "notes" in entry.given and prompt.notes != entry.notes,
        f"Tags: {', '.join(entry.tags) or 'none'}": "tags" in entry.given and tags != set(entry.tags),
        "To be archived": "archived_at" in entry.given and to_archive and not is_archived,
        "Put back on the shelf": "archived_at" in entry.given and is_archived and not to_archive,
    }
    return [reason for reason, is_so in differs.items() if is_so]
