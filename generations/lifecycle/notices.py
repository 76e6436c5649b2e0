"""Telling people about clips: written in the transaction of what they are told of, seen when they look.

Nobody is told of what they did themselves, nor of a clip that they may not watch.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from generations import mail
from generations.access.comments import own_notices, people_who_see, reviewers_of
from generations.lifecycle.mentions import mentioned
from generations.models import Comment, Generation, Notice, NoticeChoice, NoticeKind, Review, Told, User
from generations.models.notice import USUAL

MOST_COUNTED: Final = 9
"""Unseen notices that are counted; more are shown as 9+."""
KEPT: Final = timedelta(days=90)
"""After which notices go: what they tell of stays where it is."""
BATCH: Final = 1000


def tell_of_comment(comment: Comment) -> None:
    """Tell those who are named, who wrote in the thread, and the clip's owner: each once, of what is closest."""
    clip, told = comment.generation, {comment.by_id}
    closest = {
        NoticeKind.MENTION: {user.pk for user in mentioned(comment.text, clip)},
        NoticeKind.REPLY: _writers(comment),
        NoticeKind.COMMENT: {clip.owner_id},
    }
    everybody = people_who_see(clip).filter(pk__in=set().union(*closest.values()) - told)
    people = {user.pk: user for user in everybody}
    for kind, ids in closest.items():
        wanted = [people[pk] for pk in ids - told if pk in people]
        told |= _tell(wanted, kind, generation=clip, comment=comment, by=comment.by)


def tell_of_verdict(clip: Generation, review: Review) -> None:
    """Tell the owner that their clip was approved or returned."""
    owner = people_who_see(clip).filter(pk=clip.owner_id).exclude(reviews=review)
    _tell(owner, NoticeKind.VERDICT, generation=clip, review=review, by=review.by)


def tell_of_hand_in(clips: Collection[Generation], by: User | None) -> None:
    """Tell the reviewers that clips of one or more teams were handed in: one notice each until they look."""
    for some in _by_team(clips):
        people = reviewers_of(some[-1].team).exclude(pk__in=[by.pk] if by else [])
        waiting = Notice.objects.filter(user__in=people, kind=NoticeKind.HANDED_IN, seen_at=None)
        # Written first: who looks at this moment is told anew.
        waiting.update(count=F("count") + len(some), generation=some[-1], by=by, at=timezone.now())
        new = people.exclude(pk__in=waiting.values("user"))
        _tell(new, NoticeKind.HANDED_IN, generation=some[-1], by=by, count=len(some))


def unseen(user: User) -> int:
    """Return how many notices somebody has not seen, one more than MOST_COUNTED at most. One query."""
    return own_notices(user).filter(seen_at=None)[: MOST_COUNTED + 1].count()


def see(notice: Notice) -> None:
    """Note that somebody has looked at a notice: it goes by no mail any more."""
    _see(Notice.objects.filter(pk=notice.pk))


def see_all(user: User, newest: Notice | None) -> int:
    """Note that somebody has seen all that is not newer than what their page showed; return how many it were."""
    if newest is None:
        return 0
    older = Q(at__lt=newest.at) | Q(at=newest.at, pk__lte=newest.pk)
    return _see(Notice.objects.filter(older, user=user))


def see_clip(user: User, clip: UUID) -> int:
    """Note that somebody opens a clip: what they were told of it is seen. What waits for review is the queue's."""
    return _see(own_notices(user).filter(generation=clip).exclude(kind=NoticeKind.HANDED_IN))


def see_queue(user: User) -> int:
    """Note that a reviewer opens the queue: they know that something was handed in."""
    return _see(Notice.objects.filter(user=user, kind=NoticeKind.HANDED_IN))


def forget(comment: Comment) -> None:
    """Remove what was told of a comment whose author has taken it back."""
    Notice.objects.filter(comment=comment).delete()


def choices_of(user: User) -> dict[NoticeKind, Told]:
    """Return how somebody wants to be told of each kind. One query."""
    made = dict(NoticeChoice.objects.filter(user=user).values_list("kind", "told"))
    return {kind: Told(made.get(kind, usual)) for kind, usual in USUAL.items()}


def choose(user: User, choices: dict[NoticeKind, Told]) -> None:
    """Tell somebody from now on as they say; what waits to go by mail and is not to any more stays on the page."""
    NoticeChoice.objects.bulk_create(
        (NoticeChoice(user=user, kind=kind, told=told) for kind, told in choices.items()),
        update_conflicts=True,
        unique_fields=["user", "kind"],
        update_fields=["told"],
    )
    quiet = [kind for kind, told in choices.items() if told != Told.MAIL]
    waiting = Notice.objects.filter(user=user, kind__in=quiet, mail_after__isnull=False)
    waiting.update(mail_after=None)


def tidy() -> None:
    """For the sweep: remove notices that are long over, some at a time."""
    old = Notice.objects.filter(at__lt=timezone.now() - KEPT).order_by("at")
    Notice.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:BATCH])).delete()


def _see(notices: QuerySet[Notice]) -> int:
    return notices.filter(seen_at=None).update(seen_at=timezone.now(), mail_after=None)


def _writers(comment: Comment) -> set[int]:
    if comment.thread_id is None:
        return set()
    thread = Comment.objects.filter(Q(pk=comment.thread_id) | Q(thread=comment.thread_id))
    return set(thread.values_list("by_id", flat=True))


def _by_team(clips: Iterable[Generation]) -> Collection[list[Generation]]:
    found: dict[int, list[Generation]] = {}
    for clip in clips:
        found.setdefault(clip.team_id, []).append(clip)
    return found.values()


def _tell(people: Iterable[User], kind: NoticeKind, **what: Any) -> set[int]:
    """Write a notice for each who wants to be told of this kind; return who that is."""
    people = list(people)
    made = NoticeChoice.objects.filter(user__in=people, kind=kind) if people else []
    choices = {choice.user_id: choice.told for choice in made}
    wanted = {user: choices.get(user.pk, USUAL[kind]) for user in people}
    Notice.objects.bulk_create(
        Notice(user=user, kind=kind, mail_after=_mail_after(user, told), **what)
        for user, told in wanted.items()
        if told != Told.OFF
    )
    return {user.pk for user, told in wanted.items() if told != Told.OFF}


def _mail_after(user: User, told: str) -> datetime | None:
    if told != Told.MAIL or not user.email or not mail.is_configured():
        return None
    return timezone.now() + timedelta(seconds=settings.NOTICE_MAIL_SECONDS)
