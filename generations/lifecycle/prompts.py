"""Prompts of a library: every save is a version, one of them is live, and nothing changes history."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from generations.lifecycle.libraries import told_name
from generations.lifecycle.library_figures import recount
from generations.models import (
    AuditEntry,
    AuditKind,
    Generation,
    Library,
    Pin,
    Prompt,
    PromptTag,
    Revision,
    Text,
    User,
    Version,
)
from generations.models.prompt_word import keep_words
from generations.plain_text import plain_words


class NothingChanged(Exception):
    """The version says what the live one says; the text says so."""

    def __init__(self) -> None:
        super().__init__("Nothing is different from the live version.")


class Overtaken(Exception):
    """Somebody has changed what is live meanwhile; the text says who and how."""

    def __init__(self, live: Version) -> None:
        super().__init__(
            f"Version {live.number}, by {live.author}, has gone live meanwhile. "
            "Look at it, then save again if yours is still better."
        )
        self.live = live


@dataclass(frozen=True)
class Draft:
    """What a version holds: the API's fields, the prompt with its variables; `duration` in seconds."""

    text: str
    negative_prompt: str
    cfg_scale: float
    aspect_ratio: str
    duration: int

    @classmethod
    def of(cls, kept: Text) -> "Draft":
        """The draft that a version or a suggestion holds."""
        return cls(**{field.name: getattr(kept, field.name) for field in fields(cls)})

    @classmethod
    def of_clip(cls, generation: Generation) -> "Draft":
        """The draft that a clip was made from."""
        names = {field.name for field in fields(cls)} - {"text"}
        return cls(text=generation.prompt, **{name: getattr(generation, name) for name in names})


@dataclass(frozen=True)
class Around:
    """What stands around the text of a prompt; `tags` are in the form of `tags.tag_name`."""

    title: str
    notes: str
    tags: tuple[str, ...]
    example: Generation | None


def add_prompt(
    library: Library,
    title: str,
    draft: Draft,
    *,
    actor: User,
    note: str = "",
    notes: str = "",
    tags: Iterable[str] = (),
    example: Generation | None = None,
) -> Prompt:
    """Put a prompt into a library; its first version is live. `tags` are in the form of `tags.tag_name`."""
    with transaction.atomic():
        Revision.take()
        prompt = Prompt.objects.create(
            library=library, title=title, notes=notes, example=example, created_by=actor
        )
        PromptTag.objects.bulk_create(PromptTag(prompt=prompt, name=name) for name in dict.fromkeys(tags))
        pin(prompt, save_as(prompt, draft, actor, note), actor)
        recount(library)
    return prompt


def save_version(
    prompt: Prompt,
    draft: Draft,
    *,
    actor: User,
    note: str = "",
    live: bool = True,
    of: int | None = None,
) -> Version:
    """Save another version and make it live, if wanted. `of` is the number of the version that was changed.

    Raises NothingChanged, and Overtaken where another one than `of` is live by now.
    """
    with transaction.atomic():
        Revision.take()  # Two people may save at once: each gets a number.
        prompt.refresh_from_db()
        if prompt.live and of is not None and prompt.live.number != of:
            raise Overtaken(prompt.live)
        if prompt.live and Draft.of(prompt.live) == draft:
            raise NothingChanged
        version = save_as(prompt, draft, actor, note)
        if live:
            pin(prompt, version, actor)
    return version


def edit(
    prompt: Prompt,
    draft: Draft,
    *,
    of: int,
    actor: User,
    note: str,
    live: bool,
    around: Around,
) -> Version | None:
    """Save all that is different, or nothing; None where the text and its settings are as they were.

    Raises Overtaken where another version than the one numbered `of` is live by now.
    """
    with transaction.atomic():
        try:
            version = save_version(prompt, draft, actor=actor, note=note, live=live, of=of)
        except NothingChanged:
            version = None
        describe(prompt, **vars(around))
    return version


def make_live(prompt: Prompt, version: Version, *, actor: User) -> bool:
    """Make a version the one that is used, with the actor's name on it. False if it is so already."""
    with transaction.atomic():
        Revision.take()
        prompt.refresh_from_db()
        if prompt.live_id == version.pk:
            return False
        pin(prompt, version, actor)
    return True


def describe(
    prompt: Prompt, *, title: str, notes: str, tags: Iterable[str], example: Generation | None
) -> None:
    """Change what stands around the text: no version, for no clip is made from it."""
    with transaction.atomic():
        Revision.take()
        prompt.title, prompt.notes, prompt.example = title, notes, example
        prompt.save(update_fields=["title", "notes", "example"])
        prompt.tags.all().delete()
        PromptTag.objects.bulk_create(PromptTag(prompt=prompt, name=name) for name in dict.fromkeys(tags))
        index(prompt)
        recount(prompt.library)


def move(prompt: Prompt, library: Library, *, actor: User) -> None:
    """Put a prompt, with all of its versions, into another library."""
    with transaction.atomic():
        Revision.take()
        if library.prompts.filter(
            key=prompt.key
        ).exists():  # An imported copy is there: they are two from now on.
            prompt.key = uuid4()
        before, prompt.library = prompt.library, library
        prompt.save(update_fields=["library", "key"])
        recount(before, library)
        _note(f"moved from {told_name(before)} to {told_name(library)}", prompt, actor)


def copy(prompt: Prompt, library: Library, *, actor: User) -> Prompt:
    """Put a copy of the live version into another library, and return it; where it came from is in its note."""
    live = prompt.versions.select_related("prompt__library").get(pk=prompt.live_id or 0)
    with transaction.atomic():
        _note(f"copied into {told_name(library)}", prompt, actor)
        return add_prompt(
            library,
            prompt.title,
            Draft.of(live),
            actor=actor,
            note=f"Copied from {live} in {live.prompt.library}"[:300],
            notes=prompt.notes,
            tags=prompt.tags.values_list("name", flat=True),
            example=prompt.example,
        )


def archive(prompt: Prompt, *, actor: User) -> None:
    """Take a prompt off the shelf: clips still lead to its versions, and it can be put back."""
    _shelve(prompt, timezone.now(), "archived", actor)


def put_back(prompt: Prompt, *, actor: User) -> None:
    """Show an archived prompt again."""
    _shelve(prompt, None, "put back", actor)


def _shelve(prompt: Prompt, archived_at: datetime | None, what: str, actor: User) -> None:
    with transaction.atomic():
        Revision.take()
        prompt.archived_at = archived_at
        prompt.save(update_fields=["archived_at"])
        recount(prompt.library)
        _note(what, prompt, actor)


def index(prompt: Prompt) -> None:
    """Write down the words that a prompt is found by: title, notes, tags, and the live version's text."""
    text = prompt.live.text if prompt.live else ""
    prompt.search_text = found_by(prompt, text, prompt.tags.values_list("name", flat=True))
    prompt.save(update_fields=["search_text"])
    keep_words([prompt])


def found_by(prompt: Prompt, text: str, tags: Iterable[str]) -> str:
    """Return the words that a prompt with this live text and these tags is found by."""
    return plain_words("\n".join([prompt.title, prompt.notes, text, *tags]))


def save_as(prompt: Prompt, draft: Draft, actor: User, note: str, accepted_by: User | None = None) -> Version:
    """Write a version down, with the next number. Within a transaction that took a revision."""
    last = prompt.versions.order_by("-number").values_list("number", flat=True).first() or 0
    return Version.objects.create(
        prompt=prompt,
        number=last + 1,
        author=actor,
        note=note[:300],
        accepted_by=accepted_by,
        **asdict(draft),
    )


def pin(prompt: Prompt, version: Version, actor: User) -> None:
    """Make a version live. Within a transaction that took a revision."""
    Pin.objects.create(prompt=prompt, version=version, before=prompt.live, actor=actor)
    _note(f"made version {version.number} live", prompt, actor)
    prompt.live, prompt.changed_at = version, timezone.now()
    prompt.save(update_fields=["live", "changed_at"])
    index(prompt)


def _note(what: str, prompt: Prompt, actor: User) -> None:
    team = prompt.library.team_id
    AuditEntry.objects.note(what, AuditKind.PROMPT, prompt, actor=actor, team_id=team)
