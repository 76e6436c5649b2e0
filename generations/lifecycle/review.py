"""Review: members hand in clips, reviewers approve or return them. A fact about a clip, beside its state.

All of these take the revision first, as the trash and sharing do: what they read in their transaction holds until
its end, and open pages hear of it.
"""

import logging
from collections.abc import Iterable
from typing import Final

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import OuterRef, Q, Subquery

from generations.lifecycle import approval, notices
from generations.models import Event, Generation, Review, Revision, State, User, Verdict

logger = logging.getLogger(__name__)

BATCH: Final = 500
"""Clips that change in one transaction."""
WHY_LENGTH: Final = 300
SAID: Final = {
    Verdict.WAITING: "handed in for review",
    Verdict.APPROVED: "approved",
    Verdict.RETURNED: "returned",
}
"""What the history says of each."""
STANDS: Final = {
    Verdict.WAITING.value: "waiting for review already",
    Verdict.APPROVED.value: "approved already",
}
"""What is not handed in again as it stands."""
OPEN: Final = ("", Verdict.RETURNED)
"""What may be handed in: nobody has judged it, or it came back."""


class ReviewRefusal(Exception):
    """Nothing was changed; the text says why."""


class NotInReview(ReviewRefusal):
    """The clip was never handed in, or reviewers do not see it any more."""


class NoteMissing(ReviewRefusal):
    """Who returns a clip says why."""

    def __init__(self) -> None:
        super().__init__("Say what should be better: the note goes to who made the clip.")


class JudgedMeanwhile(ReviewRefusal):
    """Somebody else has judged the clip, or it was handed in again, since the reviewer looked."""

    def __init__(self, newest: Review) -> None:
        note = f": “{newest.note}”" if newest.note else ""
        super().__init__(
            f"Meanwhile {newest.who} {_did(newest)} this clip{note}. Nothing was changed; look at it again."
        )


def may_be_handed_in() -> Q:
    """A condition: ready, its files here, shared with its team, and neither waiting nor approved."""
    here = Q(state=State.READY, trashed_at=None, purged_at=None, is_private=False)
    return here & Q(verdict__in=OPEN)


def why_not(clip: Generation) -> str:
    """Return why a clip cannot be handed in, as the end of a sentence; nothing if it can."""
    if clip.state != State.READY:
        return "not ready"
    if clip.is_trashed:
        return "in the trash"
    if clip.is_private:
        return "private: share with the team first"
    return STANDS.get(clip.verdict, "")


def hand_in(actor: User | None, clips: Iterable[Generation], answer: str = "") -> list[Generation]:
    """Put clips before the reviewers, with an answer to what they said before; return those it was done to.

    What `may_be_handed_in` does not hold for is left out: `why_not` says why. Without an `actor` the team's setting
    does it.
    """
    ids, done = [one.pk for one in clips], list[Generation]()
    for start in range(0, len(ids), BATCH):
        with transaction.atomic():
            revision = Revision.take()
            rows = Generation.objects.filter(may_be_handed_in(), pk__in=ids[start : start + BATCH])
            rows = rows.select_related("team").only("state", "prompt_version", "team__reviewed_inside")
            some = list(rows.order_by("number"))
            _write(some, Verdict.WAITING, actor, answer.strip(), revision)
            notices.tell_of_hand_in(some, actor)
        done += some
    return done


def hand_in_saved(clip: Generation) -> None:
    """Hand in a clip that becomes ready in this transaction, where its team wants all of them judged.

    A fault here is logged and takes nothing back: a paid clip must not wait for the reviewers' sake. A database
    that is away is raised: then the clip is not ready either.
    """
    try:
        with transaction.atomic():
            if clip.team.hands_in_all:
                hand_in(None, [clip])
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("%s is ready and could not be handed in for review.", clip.pk)


def judge(reviewer: User, clip: Generation, verdict: Verdict, note: str, seen: int | None) -> Review:
    """Approve or return a clip; return what was written. `seen` is the id of the newest review the reviewer knows.

    Raises NotInReview, NoteMissing, or JudgedMeanwhile when another review is the newest by now.
    """
    note = note.strip()
    if verdict == Verdict.RETURNED and not note:
        raise NoteMissing
    with transaction.atomic():
        revision = Revision.take()
        now = Generation.objects.select_related("review__by", "team").get(pk=clip.pk)
        _refuse(now, seen)
        _write([now], verdict, reviewer, note, revision)
        said = Review.objects.select_related("by").filter(generation=now).latest("pk")
        notices.tell_of_verdict(now, said)
        return said


def earlier(clip: Generation) -> list[Review]:
    """Return all that was said of a clip, newest first. One query."""
    return list(clip.reviews.select_related("by"))


def _refuse(now: Generation, seen: int | None) -> None:
    if now.is_trashed:
        raise NotInReview("This clip was moved to the trash meanwhile. Nothing was changed.")
    if now.review is None:
        raise NotInReview("Nobody has handed this clip in. Nothing was changed.")
    if now.is_private:
        raise NotInReview("Its owner keeps this clip private now. Nothing was changed.")
    if now.review_id != seen:
        raise JudgedMeanwhile(now.review)


def _write(clips: list[Generation], verdict: Verdict, by: User | None, note: str, revision: int) -> None:
    """Write a review and a line of history for each, and what the newest verdict is, whoever had them in claim."""
    Review.objects.bulk_create(Review(generation=clip, verdict=verdict, by=by, note=note) for clip in clips)
    newest = Review.objects.filter(generation=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    Generation.objects.filter(pk__in=[clip.pk for clip in clips]).update(
        review=Subquery(newest),
        verdict=verdict,
        revision=revision,
        review_claimed_by=None,
        review_claimed_until=None,
    )
    approval.refresh(clips)
    why = f"{SAID[verdict]}: {note}" if note else SAID[verdict]
    Event.objects.bulk_create(
        Event(
            generation=clip,
            from_state=clip.state,
            to_state=clip.state,
            why=why if len(why) <= WHY_LENGTH else f"{why[: WHY_LENGTH - 1]}…",
            actor=by,
            agent="" if by else "review",
        )
        for clip in clips
    )


def _did(review: Review) -> str:
    return {Verdict.WAITING: "handed in"}.get(Verdict(review.verdict), review.verdict)
