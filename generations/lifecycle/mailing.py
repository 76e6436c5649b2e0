"""Notices by mail: one mail holds all that somebody has not seen, some minutes after the first of them.

A mail is claimed before it is handed to the server. It is tried again only if the server surely has not taken it:
where nobody can tell, as when a worker dies, it counts as sent, and its notices are on the page.
"""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from generations import mail
from generations.access.comments import own_notices
from generations.lifecycle.notices import choices_of
from generations.models import Notice, Told, User

logger = logging.getLogger(__name__)

AGAIN: Final = timedelta(minutes=10)
"""Until a mail that the server did not take is tried once more."""
GIVEN_UP: Final = timedelta(days=2)
"""A notice that could not leave for so long stays on the page alone."""
MOST: Final = 1000
"""Due notices that one look goes by; there is another look in a minute."""
LISTED: Final = 30
"""Notices that a mail lists; of more it says how many."""


def is_due() -> bool:
    """Whether a mail should leave."""
    return _due().exists()


def send_due() -> None:
    """Write to everybody for whom something is due; the first sign that the mail server is away ends it."""
    people = set(_due().values_list("user", flat=True)[:MOST])
    for user in User.objects.filter(pk__in=people):
        try:
            _send(user)
        except mail.ServerAway:
            logger.exception(
                "The mail server is away: notices wait on the page, and their mails are tried again."
            )
            return


def _due() -> QuerySet[Notice]:
    """Whose time has come. What bears one too far ahead was written before a clock was set back."""
    now = timezone.now()
    longest = max(AGAIN, timedelta(seconds=settings.NOTICE_MAIL_SECONDS))
    return Notice.objects.filter(
        Q(mail_after__lte=now) | Q(mail_after__gt=now + longest), mail_after__isnull=False
    ).order_by()


def _send(user: User) -> None:
    """Send one person's mail. Raises ServerAway; after another refusal the mail waits, or is given up."""
    moment = timezone.now()
    mine = _claim(user, moment)
    told = _worth_telling(user, mine)
    mine.exclude(pk__in=[notice.pk for notice in told]).update(mailed_at=None)
    if not told:
        return
    context = {"user": user, "notices": told[:LISTED], "count": len(told), "first": told[0]}
    try:
        mail.send(user.email, "notices", context)
    except mail.NotTaken as error:
        _give_back(mine, moment)
        if isinstance(error, mail.ServerAway):
            raise
        logger.exception("The mail with notices for user %s did not leave; it is tried again.", user.pk)
    except OSError:
        logger.exception(
            "The mail with notices for user %s may not have left; it is not sent twice.", user.pk
        )


def _claim(user: User, moment: datetime) -> QuerySet[Notice]:
    """Mark all that waits for somebody as sent at `moment`, and return it: nobody else sends it any more."""
    with transaction.atomic():
        Notice.objects.filter(user=user, mail_after__isnull=False).update(mailed_at=moment, mail_after=None)
    return Notice.objects.filter(user=user, mailed_at=moment)


def _worth_telling(user: User, claimed: QuerySet[Notice]) -> list[Notice]:
    """Return what is still to be told, newest first: unseen, of clips that they see, of kinds that go by mail."""
    if not user.is_active or not user.email:
        return []
    kinds = [kind for kind, told in choices_of(user).items() if told == Told.MAIL]
    found = own_notices(user).filter(pk__in=claimed.values("pk"), seen_at=None, kind__in=kinds)
    return list(found.select_related("generation", "comment", "review", "by"))


def _give_back(claimed: QuerySet[Notice], moment: datetime) -> None:
    too_old = claimed.filter(at__lt=moment - GIVEN_UP)
    if given_up := too_old.update(mailed_at=None):
        logger.error("%s notices could not leave by mail for %s; they are on the page.", given_up, GIVEN_UP)
    claimed.update(mailed_at=None, mail_after=moment + AGAIN)
