"""Invitations: a link that works once and ends by itself. Only its hash is kept."""

import logging
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from generations import mail
from generations.lifecycle.team import join, write_down
from generations.models import Invitation, Revision, User

logger = logging.getLogger(__name__)


class AlreadyAccepted(Exception):
    """Somebody has come in by this invitation: it needs no link."""


def new_link(invitation: Invitation, *, actor: User | None = None) -> str:
    """Save the invitation, new or old, with a fresh token and time limit; return the token, kept nowhere.

    A link given out before stops working. It is `actor`'s from now on, by default still that of who invited.
    Raises AlreadyAccepted.
    """
    token = secrets.token_urlsafe(32)
    invitation.invited_by = actor or invitation.invited_by
    invitation.token_hash = Invitation.hash_token(token)
    invitation.expires_at = timezone.now() + timedelta(days=settings.INVITATION_DAYS)
    role = invitation.get_role_display().lower()
    with transaction.atomic():
        what = "made a new link for" if invitation.pk else "invited"
        _save(invitation)
        write_down(invitation.team, invitation.invited_by, f"{what} {invitation.email} as {role}")
    return token


def _save(invitation: Invitation) -> None:
    """Save without touching what somebody who accepts at this moment writes. Raises AlreadyAccepted."""
    if invitation.pk is None:
        invitation.save()
        return
    still = Invitation.objects.filter(pk=invitation.pk, accepted_at=None)
    names = ("invited_by", "token_hash", "expires_at")
    if not still.update(**{name: getattr(invitation, name) for name in names}):
        raise AlreadyAccepted(f"{invitation.email} has accepted and needs no link.")


def withdraw(invitation: Invitation, *, actor: User) -> bool:
    """End an invitation; its link stops working. False if it was accepted or withdrawn a moment ago."""
    with transaction.atomic():
        gone, _ = Invitation.objects.filter(pk=invitation.pk, accepted_at=None).delete()
        if gone:
            write_down(invitation.team, actor, f"withdrew the invitation of {invitation.email}")
    return bool(gone)


def accept(invitation: Invitation, user: User) -> bool:
    """Let `user` into the team; one who is not yet in the database is saved.

    False when the link was used, expired or withdrawn a moment ago. Raises IntegrityError when the user name
    or the e-mail address was taken meanwhile. In both cases nothing is changed.
    """
    now = timezone.now()
    with transaction.atomic():
        Revision.take()
        still_open = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, expires_at__gt=now)
        if not still_open.update(accepted_at=now):
            return False
        if user.pk is None:
            user.save()
        Invitation.objects.filter(pk=invitation.pk).update(accepted_by=user)
        why = f", invited by {invitation.invited_by}"
        join(invitation.team, user, invitation.role, actor=user, why=why)
    return True


def send(invitation: Invitation, link: str) -> bool:
    """Mail the link where mail is set up; False if it did not leave, and somebody must hand it out."""
    if not mail.is_configured():
        return False
    context = {"invitation": invitation, "link": link, "inviter": invitation.invited_by}
    try:
        mail.send(invitation.email, "invitation", context)
    except OSError as error:
        logger.warning("Invitation %s could not be mailed: %s", invitation.pk, error)
        return False
    return True
