"""Telling the admins: by the state of the account, which every page shows, and by mail."""

import logging
from functools import partial

from django.db import transaction

from generations import mail
from generations.models import Account, User

logger = logging.getLogger(__name__)


def pause(account: Account, kind: str, reason: str) -> None:
    """Stop sending for an account, and tell the admins if it was sending until now."""
    if account.pause(kind, reason):
        logger.error("Sending is paused for %s: %s", account, reason)
        tell_admins("sending_paused", {"account": account, "reason": reason})


def tell_admins(name: str, context: dict[str, object]) -> None:
    """Mail `emails/<name>.txt` to all admins once this transaction is through; a mail that fails is logged."""
    admins = User.objects.filter(is_superuser=True, is_active=True).exclude(email="")
    for address in admins.values_list("email", flat=True):
        transaction.on_commit(partial(_send, address, name, context))


def _send(address: str, name: str, context: dict[str, object]) -> None:
    try:
        mail.send(address, name, context)
    except OSError:
        logger.exception("The mail %s to %s did not leave.", name, address)
