"""What somebody is told about clips, and how they want to be told."""

from typing import ClassVar, Final

from django.db import models
from django.utils import timezone

from generations.models.comment import Comment
from generations.models.generation import Generation
from generations.models.review import Review
from generations.models.user import User


class NoticeKind(models.TextChoices):
    """What there is to be told of, what is closest to the person first."""

    MENTION = "mention", "Somebody mentions me in a comment"
    REPLY = "reply", "Somebody answers in a thread that I wrote in"
    COMMENT = "comment", "Somebody comments on my clip"
    VERDICT = "verdict", "My clip is approved or returned"
    HANDED_IN = "handed-in", "Clips are handed in for review"


class Told(models.TextChoices):
    """How somebody is told of a kind."""

    MAIL = "mail", "On the page and by mail"
    PAGE = "page", "On the page"
    OFF = "off", "Not at all"


USUAL: Final = dict.fromkeys(NoticeKind, Told.MAIL) | {NoticeKind.HANDED_IN: Told.PAGE}
"""Until somebody chooses: what is handed in may be a great deal."""


class Notice(models.Model):
    """Something that one person is told. Its words are where they were written: in the comment or the review.

    `by` is nobody where the team hands in by itself. `count` says how many clips were handed in since the person
    last looked, `generation` being the newest. `mail_after` is when it may go by mail, none if it must not or has.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="notices", db_index=False)
    kind = models.CharField(max_length=9, choices=NoticeKind.choices)
    generation = models.ForeignKey(Generation, models.PROTECT, related_name="+", db_index=False)
    comment = models.ForeignKey(Comment, models.PROTECT, null=True, blank=True, related_name="notices")
    review = models.ForeignKey(
        Review, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    count = models.PositiveIntegerField(default=1)
    at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True, blank=True)
    mail_after = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Notice"]] = models.Manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["user", "-at", "-id"], name="notice_of_user"),
            models.Index(
                fields=["user", "-at", "-id"], condition=models.Q(seen_at=None), name="notice_unseen"
            ),
            models.Index(
                fields=["mail_after"], condition=models.Q(mail_after__isnull=False), name="notice_mail_after"
            ),
            models.Index(fields=["at"], name="notice_at"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=NoticeKind.values), name="notice_kind_known"),
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(kind=NoticeKind.HANDED_IN, seen_at=None),
                name="notice_handed_in_once",
            ),
        ]

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> str:
        """What has happened, without the text that was written."""
        if self.kind == NoticeKind.HANDED_IN:
            return f"{self.count:,} clip{'s were' if self.count != 1 else ' was'} handed in for review"
        return f"{self.by.username if self.by else 'Somebody'} {self._did}{self._where}"

    @property
    def text(self) -> str:
        """What was written: the comment, or the reviewer's note."""
        return self.comment.text if self.comment else self.review.note if self.review else ""

    @property
    def _did(self) -> str:
        verdict = self.review.verdict if self.review else ""
        return {
            NoticeKind.MENTION.value: "mentioned you",
            NoticeKind.REPLY.value: "answered in a thread that you wrote in",
            NoticeKind.COMMENT.value: "commented on your clip",
            NoticeKind.VERDICT.value: f"{verdict} your clip",
        }[self.kind]

    @property
    def _where(self) -> str:
        return f" at {self.comment.moment}" if self.comment and self.comment.moment else ""


class NoticeChoice(models.Model):
    """How one person wants to be told of a kind; without a row it is as usual."""

    user = models.ForeignKey(User, models.PROTECT, related_name="notice_choices", db_index=False)
    kind = models.CharField(max_length=9, choices=NoticeKind.choices)
    told = models.CharField(max_length=4, choices=Told.choices)

    objects: ClassVar[models.Manager["NoticeChoice"]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="notice_choice_once"),
            models.CheckConstraint(condition=models.Q(told__in=Told.values), name="notice_choice_told"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_told_display()}"
