"""Telling admins and leads: by what every page shows, by the history, and by mail."""

import logging
from functools import partial
from typing import Final

from django.core.cache import cache
from django.db import transaction
from django.db.models import QuerySet

from generations import mail
from generations.models import Account, AccountEvent, Role, Team, User

logger = logging.getLogger(__name__)

MAIL_AGAIN_SECONDS: Final = 3600
"""Between two mails about the same trouble of one account: a key that works by turns must not fill mailboxes."""


def pause(account: Account, kind: str, reason: str) -> None:
    """Stop sending for an account, and tell the admins if it was sending until now."""
    if not account.pause(kind, reason):
        return
    logger.error("Sending is paused for %s: %s", account, reason)
    AccountEvent.objects.create(account=account, what=f"paused: {kind}", why=reason[:300])
    if cache.add(f"told:{account.pk}:{kind}", True, MAIL_AGAIN_SECONDS):
        tell_admins("sending_paused", {"account": account, "reason": reason})


def mark_shared(account: Account) -> None:
    """Note that somebody else uses the key: from now on the list proves nothing, until an admin looks."""
    if Account.objects.filter(pk=account.pk, is_shared=False).update(is_shared=True):
        logger.error(
            "%s lists tasks that are not ours: the list proves nothing until an admin looks.", account
        )
        why = "its list shows tasks that are not ours"
        AccountEvent.objects.create(account=account, what="used by somebody else", why=why)
        tell_admins("key_shared", {"account": account})


def tell_admins(name: str, context: dict[str, object]) -> None:
    """Mail `emails/<name>.txt` to all admins once this transaction is through; a mail that fails is logged."""
    transaction.on_commit(partial(_tell, User.objects.filter(is_superuser=True), name, context))


def tell_leads(team: Team, name: str, context: dict[str, object]) -> None:
    """Mail `emails/<name>.txt` to the team's leads once this transaction is through, like `tell_admins`.

    A team without a lead who reads mail is the admins' to look after.
    """
    leads = User.objects.filter(memberships__team=team, memberships__role=Role.LEAD)
    people = leads if _reachable(leads).exists() else User.objects.filter(is_superuser=True)
    transaction.on_commit(partial(_tell, people, name, context))


def _tell(people: QuerySet[User], name: str, context: dict[str, object]) -> None:
    """The first sign that the mail server is away ends it: each address would wait for it in vain."""
    for address in _reachable(people).values_list("email", flat=True):
        try:
            mail.send(address, name, context)
        except (mail.ServerAway, ConnectionError, TimeoutError):
            logger.exception("The mail server does not take the mail %s.", name)
            return
        except OSError:
            logger.exception("The mail %s to %s did not leave.", name, address)


def _reachable(people: QuerySet[User]) -> QuerySet[User]:
    return people.filter(is_active=True).exclude(email="")
