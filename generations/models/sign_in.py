"""Signing in, in the audit: on pages, in the admin, after an invitation or a reset, all by Django's signals."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.dispatch import receiver
from django.utils import timezone

from generations.models.audit_entry import AuditEntry, AuditKind
from generations.models.user import User

FAILED: Final = "could not sign in: a wrong password, or a closed account"
ONCE_IN: Final = timedelta(minutes=1)
"""Entries stay for good: who tries passwords all day makes one of them a minute."""


@receiver(user_logged_in)
def note_sign_in(sender: Any, user: User, **options: Any) -> None:
    """Write down that somebody signed in."""
    AuditEntry.objects.note("signed in", AuditKind.PERSON, user, actor=user, about=user)


@receiver(user_login_failed)
def note_failure(sender: Any, credentials: Mapping[str, Any], **options: Any) -> None:
    """Write down that somebody tried a person's name. Another name is not kept: it may be a password, misplaced."""
    person = User.objects.filter(username=credentials.get("username")).first()
    if person and not _is_noted(person):
        AuditEntry.objects.note(FAILED, AuditKind.PERSON, person, about=person)


def _is_noted(person: User) -> bool:
    lately = AuditEntry.objects.filter(about=person, at__gt=timezone.now() - ONCE_IN)
    return lately.filter(what=FAILED).exists()
