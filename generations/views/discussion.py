"""What is said about a clip, as it is drawn: threads in the order of the clip, their answers under them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from generations.lifecycle.comments import may_be_commented
from generations.lifecycle.mentions import Piece, pieces
from generations.models import Comment, Generation, User
from generations.models.comment import TEXT_LENGTH


@dataclass(frozen=True)
class Said:
    """A comment as somebody sees it, with its text in pieces; whether it is theirs to take back."""

    comment: Comment
    text: Sequence[Piece]
    is_own: bool


@dataclass
class Thread:
    """A comment and its answers; whether the person may say that it needs nothing any more, or something again."""

    first: Said
    may_resolve: bool
    answers: list[Said] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether it still wants something: not where all of it was taken back."""
        return self.first.comment.resolved_at is None and not self.is_empty

    @property
    def is_empty(self) -> bool:
        """Whether nothing can be read in it any more."""
        return all(said.comment.is_taken_back for said in (self.first, *self.answers))

    @property
    def names(self) -> str:
        """Who wrote in it."""
        return ", ".join(dict.fromkeys(said.comment.by.username for said in (self.first, *self.answers)))


@dataclass(frozen=True)
class Discussion:
    """All that is said about a clip, and whether more can be. `way_back` is the page that it stands on."""

    threads: list[Thread]
    settled: list[Thread]
    may_comment: bool
    way_back: str
    length: int = TEXT_LENGTH

    @property
    def is_shown(self) -> bool:
        """Whether there is something to read or to write."""
        return self.may_comment or bool(self.threads or self.settled)

    @property
    def count(self) -> int:
        """How many comments can be read."""
        both = (*self.threads, *self.settled)
        return sum(
            not said.comment.is_taken_back for thread in both for said in (thread.first, *thread.answers)
        )


NOWHERE: Final = -1


def discussion(user: User, clip: Generation, way_back: str, *, resolves_all: bool) -> Discussion:
    """Return what is said about a clip. Two queries at most, however much it is."""
    comments = list(clip.comments.select_related("by", "resolved_by"))
    texts = pieces([comment.text for comment in comments], clip)
    threads: dict[int, Thread] = {}
    for comment, text in zip(comments, texts, strict=True):
        said = Said(comment, text, is_own=comment.by_id == user.pk and not comment.is_taken_back)
        if comment.thread_id is None:
            threads[comment.pk] = Thread(said, may_resolve=resolves_all or comment.by_id == user.pk)
        else:
            threads[comment.thread_id].answers.append(said)
    return Discussion(
        threads=sorted((one for one in threads.values() if one.is_open), key=_place),
        settled=sorted((one for one in threads.values() if not one.is_open), key=_place),
        may_comment=may_be_commented(clip),
        way_back=way_back,
    )


def _place(thread: Thread) -> tuple[int, int]:
    moment = thread.first.comment.moment_ms
    return NOWHERE if moment is None else moment, thread.first.comment.pk
