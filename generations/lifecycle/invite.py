"""Invitations: a link that works once and ends by itself. Only its hash is kept."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from generations.lifecycle.team import join
from generations.models import Invitation, User


def new_link(invitation: Invitation) -> str:
    """Save the invitation, new or old, with a fresh token and time limit; return the token, kept nowhere.

    A link given out before stops working.
    """
    token = secrets.token_urlsafe(32)
    invitation.token_hash = Invitation.hash_token(token)
    invitation.expires_at = timezone.now() + timedelta(days=settings.INVITATION_DAYS)
    invitation.save()
    return token


def accept(invitation: Invitation, user: User) -> bool:
    """Save `user`, not yet in the database, as the one whom the invitation made.

    False when the link was used, expired or withdrawn a moment ago. Raises IntegrityError when the user name
    or the e-mail address was taken meanwhile. In both cases nothing is changed.
    """
    now = timezone.now()
    with transaction.atomic():
        still_open = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, expires_at__gt=now)
        if not still_open.update(accepted_at=now):
            return False
        user.save()
        join(invitation.team, user, invitation.role, actor=invitation.invited_by)
        Invitation.objects.filter(pk=invitation.pk).update(accepted_by=user)
    return True
