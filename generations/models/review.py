"""What reviewers say of clips: a row for each act, never changed."""

from typing import ClassVar, Final

from django.db import models

from generations.models.user import User

NOTE_LENGTH: Final = 1000


class Verdict(models.TextChoices):
    """Where a clip stands in review; one that was never handed in has none."""

    WAITING = "waiting", "Waiting for review"
    APPROVED = "approved", "Approved"
    RETURNED = "returned", "Returned"


class Review(models.Model):
    """One act: a clip was handed in, approved or returned. Written once; the database refuses to change it.

    `by` is nobody where the team hands in by itself whatever is ready. `note` is the reviewer's reason, or the
    answer of who hands in again. The newest one is copied onto the generation, in the same transaction.
    """

    generation = models.ForeignKey("generations.Generation", models.PROTECT, related_name="reviews")
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="reviews")
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["Review"]] = models.Manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["at", "id"], name="review_at")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verdict__in=Verdict.values), name="review_verdict_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(verdict=Verdict.RETURNED) | ~models.Q(note=""),
                name="review_returned_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} by {self.who}"

    @property
    def who(self) -> str:
        """A name for people."""
        return self.by.username if self.by else "the team’s setting"
