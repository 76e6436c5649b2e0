"""The verbs for several clips: who may do which to what, and what is said of it."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from generations.access import changeable, own
from generations.forms import organise as names
from generations.lifecycle import collections, liking, review, share, tags, trash
from generations.models import Collection, Generation, Team, User
from generations.models.states import ENDED

Batch = list[Generation]
NOT_THEIRS: Final = "not theirs"
IN_TRASH: Final = "in the trash"


@dataclass(frozen=True)
class Verb:
    """`do` returns those it was done to, or None for all.

    `said` has places for how many and for `named`, a tag or collection; `none` is said where there were none.
    `may` picks those that a person may do it to, and `not_theirs` says what the others are not theirs to do.
    `skips` says why one that they may do it to stays as it is.
    """

    do: Callable[[Batch, User], Batch | None]
    said: str
    none: str
    named: str = ""
    may: Callable[[User, Iterable[Generation]], set[UUID]] | None = None
    not_theirs: str = ""
    skips: Callable[[Generation], str] = lambda clip: ""

    def sentence(self, tally: "Tally") -> str:
        """Say what was done and what was left out: 3 clips moved to the trash; 2 are not yours to move."""
        text = self.said if tally.done else self.none
        said = [text.format(clips=_clips(tally.done), are=_are(tally.done), named=self.named)]
        for why, count in tally.left.items():
            if count:
                reason = self.not_theirs if why == NOT_THEIRS else why
                said.append(f"{count:,} {_are(count)} {reason}")
        return "; ".join(said) + "."


@dataclass
class Tally:
    """What came of it: how many and which it was done to, and how many were left out for which reason."""

    done: int = 0
    ids: list[UUID] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)


def act(verb: Verb, batches: Iterable[Batch], actor: User, *, keep_ids: bool) -> Tally:
    """Do it, batch by batch. The ids are kept only where few are meant."""
    tally = Tally()
    for batch in batches:
        may = verb.may(actor, batch) if verb.may else None
        theirs = batch if may is None else [clip for clip in batch if clip.pk in may]
        done = verb.do(theirs, actor)
        done = theirs if done is None else done
        tally.done += len(done)
        tally.left[NOT_THEIRS] += len(batch) - len(theirs)
        tally.left.update(filter(None, map(verb.skips, theirs)))
        if keep_ids:
            tally.ids += [clip.pk for clip in done]
    return tally


def verb_of(action: str, at: datetime) -> Verb:
    """Return one of the verbs that need nothing but clips; what goes to the trash bears the moment `at`."""
    if action == names.TRASH:
        return Verb(
            lambda batch, actor: trash.trash(batch, actor=actor, at=at),
            "{clips} moved to the trash",
            "Nothing moved to the trash",
            may=changeable,
            not_theirs="not yours to move",
            skips=_on_its_way,
        )
    return PLAIN[action]


def tagging(action: str, team: Team, word: str) -> Verb:
    """Return the verb that puts a tag of the team on clips, or takes it off."""
    if action == names.TAG:
        said = "{clips} {are} tagged “{named}” now"
        return Verb(lambda batch, actor: _tag(team, word, batch, actor), said, "Nothing was tagged", word)
    said = "The tag “{named}” is off {clips}"
    return Verb(lambda batch, actor: _untag(team, word, batch), said, "Nothing was changed", word)


def collecting(action: str, collection: Collection) -> Verb:
    """Return the verb that puts clips into a collection, or takes them out."""
    named: dict[str, Any] = {"named": collection.name, "none": "Nothing was changed"}
    if action == names.COLLECT:
        return Verb(
            lambda batch, actor: _nothing(collections.add(collection, batch, actor=actor)),
            "{clips} {are} in “{named}” now",
            **named,
        )
    return Verb(
        lambda batch, actor: _nothing(collections.remove(collection, batch)),
        "{clips} {are} not in “{named}” any more",
        **named,
    )


def _nothing(count: int) -> None:
    """What is said is true of all, also of those that it was true of before."""


def _tag(team: Team, word: str, batch: Batch, actor: User) -> None:
    tags.add(team, word, batch, actor=actor)


def _untag(team: Team, word: str, batch: Batch) -> None:
    """A tag that is on no clip any more is gone, so it is looked for each time."""
    if tag := team.tags.filter(name=word).first():
        tags.remove(tag, batch)


def _on_its_way(clip: Generation) -> str:
    return "" if clip.state in ENDED else "still on the way, and can go there later"


def _clips(count: int) -> str:
    return f"{count:,} clip{'s' * (count != 1)}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


PLAIN: Final = {
    names.FAVOURITE: Verb(
        lambda batch, actor: _nothing(liking.favour(actor, batch)),
        "{clips} {are} among your favourites now",
        "Nothing was changed",
    ),
    names.UNFAVOURITE: Verb(
        lambda batch, actor: _nothing(liking.unfavour(actor, batch)),
        "{clips} {are} not among your favourites any more",
        "Nothing was changed",
    ),
    names.RESTORE: Verb(
        lambda batch, actor: trash.restore(batch, actor=actor),
        "{clips} {are} out of the trash again",
        "Nothing was taken out of the trash",
        may=changeable,
        not_theirs="not yours to take out",
    ),
    names.HAND_IN: Verb(
        lambda batch, actor: review.hand_in(actor, batch),
        "{clips} handed in for review",
        "Nothing was handed in",
        may=changeable,
        not_theirs="not yours to hand in",
        skips=review.why_not,
    ),
    names.SHARE: Verb(
        lambda batch, actor: share.share_all(batch, actor=actor),
        "{clips} {are} shared with the team now",
        "Nothing new was shared",
        may=own,
        not_theirs="not yours to share",
    ),
    names.KEEP_PRIVATE: Verb(
        lambda batch, actor: share.keep_all_private(batch, actor=actor),
        "{clips} {are} private now: only you and the admins see what is private",
        "Nothing was made private",
        may=own,
        not_theirs="not yours to keep private",
    ),
}
