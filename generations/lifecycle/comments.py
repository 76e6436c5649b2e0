"""Comments on a clip: written, answered, resolved, taken back.

All of these take the revision first and give it to the clip, so that open pages hear of it.
"""

from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from generations.lifecycle import notices
from generations.models import Comment, Generation, Revision, State, User

AGAIN: Final = timedelta(seconds=10)
MOST: Final = 1000
"""Comments on one clip: they are shown all at once."""
RESOLVED: Final = "resolved a comment{}"
REOPENED: Final = "opened a comment{} again"
TAKEN_BACK: Final = "took back a comment{}"


class CommentRefusal(Exception):
    """Nothing was written; the text says why."""


class NoSuchMoment(CommentRefusal):
    """The clip is over before that."""


def may_be_commented(clip: Generation) -> bool:
    """Whether there is something to talk about: the clip is here, and not in the trash."""
    return clip.state == State.READY and not clip.is_trashed


def comment(
    clip: Generation, text: str, *, actor: User, moment_ms: int | None = None, thread: Comment | None = None
) -> Comment:
    """Write a comment on a clip, at a moment or on all of it, or an answer to a thread; tell who should know.

    Raises CommentRefusal. An answer opens a resolved thread again. The same once more within seconds is a second
    press, and gives the first.
    """
    if moment_ms is not None and moment_ms > 1000 * (clip.video_duration or clip.duration):
        raise NoSuchMoment(f"This clip is {clip.video_duration or clip.duration:.2f} s long.")
    with transaction.atomic():
        revision = Revision.take()
        now = Generation.objects.select_related("team", "owner").get(pk=clip.pk)
        said: dict[str, Any] = {
            "thread": thread,
            "by": actor,
            "text": text,
            "moment_ms": None if thread else moment_ms,
        }
        if pressed_before := now.comments.filter(at__gt=timezone.now() - AGAIN, **said).first():
            return pressed_before
        _refuse(now, thread)
        written = Comment.objects.create(generation=now, **said)
        if thread:
            _set_resolved(thread, now, None)
        _show(now, revision)
        notices.tell_of_comment(written)
    return written


def resolve(thread: Comment, *, actor: User) -> bool:
    """Say that a thread needs nothing any more. False if that was said."""
    return _say_resolved(thread, actor, is_resolved=True)


def reopen(thread: Comment, *, actor: User) -> bool:
    """Say that a thread needs something after all. False if it was open."""
    return _say_resolved(thread, actor, is_resolved=False)


def take_back(comment: Comment, *, actor: User) -> bool:
    """Remove the text of a comment, and what was told of it; that it was there stays. False if it was done."""
    with transaction.atomic():
        revision = Revision.take()
        there = Comment.objects.filter(pk=comment.pk, taken_back_at=None)
        if not there.update(text="", taken_back_at=timezone.now()):
            return False
        notices.forget(comment)
        _note(comment, TAKEN_BACK, actor)
        _show(comment.generation, revision)
    return True


def _refuse(clip: Generation, thread: Comment | None) -> None:
    if not may_be_commented(clip):
        raise CommentRefusal(
            "This clip is in the trash." if clip.is_trashed else "Comments come once the clip is here."
        )
    if thread and (thread.thread_id or thread.generation_id != clip.pk):
        raise CommentRefusal("That is no thread of this clip.")
    if clip.comments.count() >= MOST:
        raise CommentRefusal(f"This clip has {MOST:,} comments, more than anybody reads.")


def _say_resolved(thread: Comment, actor: User, *, is_resolved: bool) -> bool:
    with transaction.atomic():
        revision = Revision.take()
        if not _set_resolved(thread, thread.generation, actor if is_resolved else None):
            return False
        _note(thread, RESOLVED if is_resolved else REOPENED, actor)
        _show(thread.generation, revision)
    return True


def _set_resolved(thread: Comment, clip: Generation, by: User | None) -> bool:
    was = Comment.objects.filter(pk=thread.pk, generation=clip, thread=None, resolved_at__isnull=bool(by))
    return bool(was.update(resolved_at=timezone.now() if by else None, resolved_by=by))


def _note(comment: Comment, what: str, actor: User) -> None:
    comment.generation.note(what.format(f" at {comment.moment}" if comment.moment else ""), actor=actor)


def _show(clip: Generation, revision: int) -> None:
    Generation.objects.filter(pk=clip.pk).update(revision=revision)
