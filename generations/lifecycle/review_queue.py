"""The line of clips that wait for review: each is before one reviewer at a time, for as long as a claim lasts."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from generations.models import Generation, User, Verdict

CLAIM_SECONDS: Final = 180
"""An open page renews its claim every minute; without scripts it ends by itself."""
AT_ONCE: Final = 20
"""Clips that are tried before somebody is told that there is nothing: others may be as quick."""


def waiting(clips: QuerySet[Generation]) -> QuerySet[Generation]:
    """Return those of `clips` that wait for a verdict, what has waited longest first."""
    return clips.filter(verdict=Verdict.WAITING).order_by("review_id")


def claim_next(reviewer: User, clips: QuerySet[Generation], but: Collection[UUID] = ()) -> UUID | None:
    """Claim what has waited longest and nobody else has before them, `but` these; return its id, or None."""
    free = waiting(clips).filter(_free_for(reviewer)).exclude(pk__in=but)
    ids = free.values_list("pk", flat=True)[:AT_ONCE]
    return next((pk for pk in list(ids) if claim(reviewer, pk)), None)


def claim(reviewer: User, pk: UUID) -> bool:
    """Take or renew the right to judge a waiting clip. False if somebody else has it, or it waits no more."""
    wanted = Generation.objects.filter(_free_for(reviewer), pk=pk, verdict=Verdict.WAITING)
    until = timezone.now() + timedelta(seconds=CLAIM_SECONDS)
    with transaction.atomic():  # Begun so, it waits for SQLite's lock in short naps.
        return bool(wanted.update(review_claimed_by=reviewer, review_claimed_until=until))


def release(reviewer: User, pk: UUID) -> None:
    """Let others have a clip that `reviewer` passes over."""
    with transaction.atomic():
        mine = Generation.objects.filter(pk=pk, review_claimed_by=reviewer)
        mine.update(review_claimed_by=None, review_claimed_until=None)


def holder(clip: Generation, reviewer: User) -> User | None:
    """Return who else has the clip before them now, if anybody."""
    is_theirs = clip.review_claimed_by_id not in (None, reviewer.pk)
    until = clip.review_claimed_until
    return clip.review_claimed_by if is_theirs and until and until > timezone.now() else None


def _free_for(reviewer: User) -> Q:
    """A condition: not before another. Also one claimed further ahead than any claim lasts (a clock set back)."""
    now = timezone.now()
    ended = Q(review_claimed_until__lt=now)
    ended |= Q(review_claimed_until__gt=now + timedelta(seconds=2 * CLAIM_SECONDS))
    return Q(review_claimed_by=None) | Q(review_claimed_by=reviewer) | ended
