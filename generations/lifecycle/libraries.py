"""Libraries of prompts: made, named, and taken away when they are empty."""

from typing import Final

from django.db import IntegrityError, transaction

from generations.models import AuditEntry, AuditKind, Library, Owner, Revision, Team, User

NAME_LENGTH: Final = 80


class LibraryRefusal(Exception):
    """It cannot be so; the text says why."""


def make_library(name: str, kind: Owner, *, actor: User, team: Team | None = None) -> Library:
    """Make a library: of `team`, of everyone, or `actor`'s own. Raises LibraryRefusal where the name is taken."""
    whose = {"team": team if kind == Owner.TEAM else None, "user": actor if kind == Owner.PRIVATE else None}
    try:
        with transaction.atomic():
            library = Library.objects.create(name=name, kind=kind, created_by=actor, **whose)
            note("made the library", library, actor)
            return library
    except IntegrityError as error:
        raise LibraryRefusal(f"There is a library called “{name}” already.") from error


def rename_library(library: Library, name: str, *, actor: User) -> None:
    """Give a library another name. Raises LibraryRefusal where it is taken."""
    try:
        with transaction.atomic():
            note("renamed the library", library, actor)
            Library.objects.filter(pk=library.pk).update(name=name)
    except IntegrityError as error:
        raise LibraryRefusal(f"There is a library called “{name}” already.") from error
    library.name = name


def delete_library(library: Library, *, actor: User) -> None:
    """Take an empty library away. Raises LibraryRefusal while there are prompts in it, archived ones too."""
    with transaction.atomic():
        Revision.take()  # Nobody puts a prompt into it meanwhile.
        count = library.prompts.count()
        if count:
            what = "is a prompt" if count == 1 else f"are {count} prompts"
            raise LibraryRefusal(
                f"There {what} in it, archived ones counted. Move them to another one first."
            )
        note("deleted the library", library, actor)
        library.delete()


def note(what: str, library: Library, actor: User) -> None:
    """Write into the audit what was done to a library, under the name it had until then."""
    title, team = told_name(library), library.team_id
    AuditEntry.objects.note(what, AuditKind.OTHER, library, title=title, actor=actor, team_id=team)


def told_name(library: Library) -> str:
    """Return what a library is called where admins read: one that is private keeps its name to itself."""
    return "a private library" if library.kind == Owner.PRIVATE else library.name
