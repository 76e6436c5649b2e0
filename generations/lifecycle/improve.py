"""Improve: a person leaves a text, the dispatcher has Magnific write it better, the person takes that or not."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q, Sum
from django.db.models.functions import Greatest
from django.utils import timezone

from generations.lifecycle import lease
from generations.models import Account, Improvement, Stage, User
from generations.models.improvement import OPEN

DAY: Final = timedelta(days=1)
KEPT: Final = timedelta(days=30)
"""How long a text and its answer are kept; longer than the day over which they are counted."""
PAUSED: Final = "Sending to Magnific is paused, so nothing was asked. Your text is as it was."
USED_UP: Final = "The day’s limit of {limit} improved texts is used up. Try again later."
STOPPED: Final = "You stopped waiting. Your text is as it was."
GAVE_UP: Final = "Magnific did not answer in time, so we stopped waiting. Your text is as it was."
CHANGED: Final = "The account was changed before Magnific was asked. Ask again if you still want it."


class NotNow(Exception):
    """Nothing can be improved at the moment; the text says why."""


def start(user: User, text: str) -> Improvement:
    """Leave a text of at most 2500 characters to be improved, and wake the dispatcher.

    One at a time: while another one of the person's is open, that one is returned. Raises NotNow.
    """
    account = Account.objects.current()
    with transaction.atomic():
        Account.objects.select_for_update().get(
            pk=account.pk
        )  # The day's texts are counted by one at a time.
        close_overdue(Q(user=user))
        if earlier := Improvement.objects.filter(OPEN, user=user).first():
            return earlier
        if account.is_paused:
            raise NotNow(PAUSED)
        if asked_lately(account) >= settings.IMPROVEMENTS_PER_DAY:
            raise NotNow(USED_UP.format(limit=settings.IMPROVEMENTS_PER_DAY))
        improvement = Improvement.objects.create(user=user, account=account, text=text)
        lease.kick(account)
    return improvement


def stop(improvement: Improvement) -> None:
    """Wait no more. What Magnific may still answer is not looked at."""
    Improvement.objects.filter(OPEN, pk=improvement.pk).update(stage=Stage.FAILED, failure=STOPPED)


def asked_lately(account: Account) -> int:
    """How many texts Magnific was given, or will be, that were left within a day; each repetition counts."""
    lately = Improvement.objects.filter(account=account, created_at__gt=timezone.now() - DAY)
    mattering = lately.filter(OPEN | Q(tries__gt=0))
    return mattering.aggregate(all=Sum(Greatest("tries", 1)))["all"] or 0


def close_overdue(*conditions: Q) -> None:
    """End the wait for what is open for too long. What bears a future time was made before a clock was set back."""
    now, longest = timezone.now(), timedelta(seconds=settings.IMPROVEMENT_GIVE_UP_SECONDS)
    overdue = Q(created_at__lte=now - longest) | Q(created_at__gt=now + longest)
    rows = Improvement.objects.filter(OPEN, overdue, *conditions)
    rows.update(stage=Stage.FAILED, failure=GAVE_UP)


def tidy() -> None:
    """For the sweep: end what nobody will end, and forget what is old."""
    close_overdue()
    others = Improvement.objects.filter(OPEN).exclude(account=Account.objects.current())
    others.update(stage=Stage.FAILED, failure=CHANGED)
    Improvement.objects.filter(created_at__lt=timezone.now() - KEPT).delete()


def is_slow(improvement: Improvement) -> bool:
    """Whether it takes longer than it usually does."""
    waited = (timezone.now() - improvement.created_at).total_seconds()
    return improvement.is_open and waited > settings.IMPROVEMENT_SLOW_SECONDS
