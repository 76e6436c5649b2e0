"""What people say about a clip, mostly at a moment of it."""

from typing import ClassVar, Final

from django.db import models

from generations.models.generation import Generation
from generations.models.user import User
from generations.moment import timecode

TEXT_LENGTH: Final = 2000


class Comment(models.Model):
    """A comment, or with a `thread` an answer to one: there is one level of them.

    `moment_ms` is where in the clip, in milliseconds; none means all of it. One that was taken back stays without
    its text. `resolved_at` says that the thread needs nothing any more; the history has each time it was said.
    """

    generation = models.ForeignKey(Generation, models.PROTECT, related_name="comments")
    thread = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replies")
    by = models.ForeignKey(User, models.PROTECT, related_name="comments")
    text = models.CharField(max_length=TEXT_LENGTH, blank=True)
    moment_ms = models.PositiveIntegerField(null=True, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    objects: ClassVar[models.Manager["Comment"]] = models.Manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(taken_back_at__isnull=True) | models.Q(text=""),
                name="comment_taken_back_is_empty",
            ),
            models.CheckConstraint(
                condition=models.Q(resolved_at__isnull=True, resolved_by__isnull=True)
                | models.Q(resolved_at__isnull=False, resolved_by__isnull=False, thread__isnull=True),
                name="comment_resolved_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"Comment {self.pk} by {self.by}"

    @property
    def moment(self) -> str:
        """0:03.12, or nothing for a comment on all of the clip."""
        return "" if self.moment_ms is None else timecode(self.moment_ms / 1000)

    @property
    def place(self) -> str:
        """Where it stands on a page: the end of its link."""
        return f"comment-{self.pk}"

    @property
    def is_taken_back(self) -> bool:
        """Whether its author has removed the text."""
        return self.taken_back_at is not None
