"""Erasing what is known of a person: the account and what was theirs alone go, money and history stay whole."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Final, cast
from uuid import UUID

from django.contrib.admin.models import LogEntry
from django.db import models, transaction
from django.db.models import Q

from generations import append_only
from generations.lifecycle import leaving
from generations.lifecycle.inheriting import Inheritance, inheritances
from generations.lifecycle.library_figures import recount
from generations.lifecycle.mentions import called_otherwise
from generations.lifecycle.team import LastLead
from generations.models import (
    AuditEntry,
    AuditKind,
    Comment,
    Event,
    Generation,
    Improvement,
    Invitation,
    Library,
    LibraryUpload,
    Notice,
    NoticeChoice,
    OrderedPrompt,
    Pin,
    Prompt,
    Revision,
    SavedSearch,
    Suggestion,
    TeamEvent,
    User,
    Version,
)
from generations.models.comment import TEXT_LENGTH
from generations.models.states import ENDED
from generations.models.user import FORMER

AGENT: Final = "erase_person"
NO_ADDRESS: Final = "former-member-{}@erased.invalid"
"""The database wants an address of everybody, each another one; to this one nothing can ever be sent."""
OF_ONE: Final = (Improvement, OrderedPrompt, SavedSearch, LibraryUpload, Notice, NoticeChoice)
"""Drafts, history, searches and notices that nobody else sees."""
BY_THE_PROGRAM: Final[tuple[tuple[type[models.Model], str], ...]] = (
    (TeamEvent, "what"),
    (Event, "why"),
    (AuditEntry, "what"),
    (AuditEntry, "title"),
    (LogEntry, "object_repr"),
    (LogEntry, "change_message"),
    (Prompt, "author_name"),
    (Version, "author_name"),
    (Version, "accepted_name"),
)
"""Where the program itself writes the names of people into texts."""
HANDED_OVER: Final = "handed over from "
"""How the one line of a clip's history begins that names people."""


class ErasureRefusal(Exception):
    """Nothing was erased; the text says why."""


def before_erasing(person: User, named: Collection[User] = ()) -> list[Inheritance]:
    """Return what goes to whom if a person is erased, by default to the only other lead of each team.

    Raises ErasureRefusal, what `inheritances` raises, and LastLead: who the work still needs cannot go yet.
    """
    _refuse(person)
    if unled := leaving.unled(person):
        raise LastLead(unled[0])
    return inheritances(person, named)


def erase(person: User, agreed: Sequence[Inheritance], named: Collection[User] = ()) -> bool:
    """Erase what is known of a person; False if that was done before.

    `agreed` is what `before_erasing` returned for these `named`. Ledger, clips, reviews and history stay, under the
    name “former member N”. Raises what `before_erasing` does, also where anything else would go to somebody by now.
    """
    with transaction.atomic():
        Revision.take()
        person = User.objects.select_for_update().get(pk=person.pk)
        if person.is_erased:
            return False
        if before_erasing(person, named) != list(agreed):
            raise ErasureRefusal(
                f"The clips of {person} have changed meanwhile. Nothing was changed; begin anew."
            )
        heirs = {one.leaving.team_id: one.heir for one in agreed}
        leaving.deactivate(person, heirs, actor=None, agent=AGENT)
        _forget(person)
        _rename(person)
        AuditEntry.objects.note("erased a person’s data", AuditKind.PERSON, person, agent=AGENT, about=person)
    return True


def under_way(person: User) -> int:
    """Return how many clips that a person has or ordered are not at their end; of unsure ones nobody knows it."""
    theirs = Q(owner=person) | Q(order__owner=person)
    return Generation.objects.filter(theirs).exclude(state__in=ENDED).count()


def _refuse(person: User) -> None:
    count = under_way(person)
    if count:
        raise ErasureRefusal(
            f"{count} clip{'s' * (count != 1)} of {person} {'is' if count == 1 else 'are'} under way or unsure: "
            "wait for the end or cancel, and settle what is unsure."
        )
    admins = User.objects.filter(is_superuser=True, is_active=True)
    if person.is_superuser and person.is_active and not admins.exclude(pk=person.pk).exists():
        raise ErasureRefusal(f"{person} is the only admin: make another one first.")


def _forget(person: User) -> None:
    """Delete what was theirs alone, and what others can do without."""
    for model in OF_ONE:
        model._default_manager.filter(user=person).delete()
    Invitation.objects.filter(accepted_at=None).filter(
        Q(email__iexact=person.email) | Q(invited_by=person)
    ).delete()
    Invitation.objects.filter(Q(accepted_by=person) | Q(email__iexact=person.email)).update(
        email=NO_ADDRESS.format(person.pk)
    )
    libraries = Library.objects.filter(user=person)
    _delete_unused(Prompt.objects.filter(library__in=libraries))
    for library in libraries:
        if library.prompts.exists():
            recount(library)
        else:
            library.delete()


def _delete_unused(prompts: models.QuerySet[Prompt]) -> None:
    """Delete private prompts that no clip was made from; the others are a part of their clips' history."""
    used = Generation.objects.filter(prompt_version__isnull=False).values("prompt_version__prompt")
    ids = list(prompts.exclude(pk__in=used).values_list("pk", flat=True))
    Prompt.objects.filter(pk__in=ids).update(live=None)
    for model in (Pin, Suggestion, Version):
        model._default_manager.filter(prompt__in=ids).delete()
    Prompt.objects.filter(pk__in=ids).delete()
    _blank_titles(ids)


def _blank_titles(ids: Iterable[UUID]) -> None:
    """Take what is deleted by its title out of the audit; that something was done to it stays."""
    with append_only.rewriting(AuditEntry._meta.db_table):
        AuditEntry.objects.filter(object_id__in=[pk.hex for pk in ids]).update(title="")


def _rename(person: User) -> None:
    """Give the account a name that says nothing, and write it wherever the program wrote the old one."""
    before, address = person.username, person.email
    person.username, person.email = FORMER.format(person.pk), NO_ADDRESS.format(person.pk)
    person.first_name = person.last_name = ""
    person.is_staff = person.is_superuser = False
    person.last_login = None
    person.set_unusable_password()
    person.save()
    person.groups.clear()
    person.user_permissions.clear()
    known = {before: person.username, address: person.email}
    with append_only.rewriting(AuditEntry._meta.db_table):
        for model, field in BY_THE_PROGRAM:
            _rewrite(model, field, known)
    _call_otherwise(before, person.username)


def _call_otherwise(before: str, after: str) -> None:
    """Write the new name into the comments that call the person by the old one; all other words stay."""
    for comment in Comment.objects.filter(text__icontains=f"@{before}"):
        text = called_otherwise(comment.text, before, after)
        Comment.objects.filter(pk=comment.pk).update(text=text[:TEXT_LENGTH])


def _rewrite(model: type[models.Model], field: str, known: dict[str, str]) -> None:
    """Replace whole names and addresses in one column, each different text in one statement."""
    held = Q(*(Q((f"{field}__icontains", old)) for old in known if old), _connector=Q.OR)
    rows = model._default_manager.filter(held).order_by()
    if model is Event:
        rows = rows.filter(why__startswith=HANDED_OVER)
    for text in list(rows.values_list(field, flat=True).distinct()):
        new = _replacer(known)(text)
        if new != text:
            length = cast("models.Field[Any, Any]", model._meta.get_field(field)).max_length
            model._default_manager.filter(**{field: text}).update(**{field: new[:length]})


def _replacer(known: dict[str, str]) -> Callable[[str], Any]:
    """Return what replaces them. The address first, which may begin with the name."""
    old = sorted(filter(None, known), key=len, reverse=True)
    lowered = {name.lower(): new for name, new in known.items()}
    found = re.compile(rf"(?<![\w@.+-])({'|'.join(map(re.escape, old))})(?!\.*[\w@+-])", re.IGNORECASE)
    return lambda text: found.sub(lambda match: lowered[match[0].lower()], text)
