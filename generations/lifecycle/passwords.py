"""Passwords that people choose for themselves."""

from typing import Final

from django.db import transaction

from generations.models import AuditEntry, AuditKind, User

CHANGED: Final = "chose another password"
RESET: Final = "chose a new password with a link from the mail"


def choose_password(person: User, password: str, what: str) -> User:
    """Give a person the password that they chose, and return them. `what`, CHANGED or RESET, is for the audit."""
    with transaction.atomic():
        person.set_password(password)
        person.save(update_fields=["password"])
        AuditEntry.objects.note(what, AuditKind.PERSON, person, actor=person, about=person)
    return person
