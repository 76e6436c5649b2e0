"""One POST to Magnific."""

import secrets
from typing import ClassVar

from django.db import models

from generations.models.account import Account
from generations.models.generation import Generation


class Outcome(models.TextChoices):
    """What the POST came to."""

    OPEN = "open", "Open"
    ACCEPTED = "accepted", "Accepted"
    REFUSED = "refused", "Refused"
    NOT_TAKEN = "not_taken", "Not taken"
    UNSURE = "unsure", "Unsure"
    RELEASED = "released", "Never received"
    GIVEN_UP = "given_up", "Given up"


def new_callback_token() -> str:
    """A token nobody guesses; it names the Submission in its callback address."""
    return secrets.token_urlsafe(32)


class Submission(models.Model):
    """Written and committed before a byte is sent, with everything that tells who sent it.

    `boot_id`, `pid` and `pid_started` (clock ticks since boot) tell later whether the sender still lives;
    `answered_at` is when the wait ended, `sender_reported` whether the sender itself said how (else it may
    still be writing). `evidence` is the beginning of the answer, without key or link signatures.
    """

    generation = models.ForeignKey(Generation, models.PROTECT, related_name="submissions")
    account = models.ForeignKey(Account, models.PROTECT, related_name="submissions")
    callback_token = models.CharField(max_length=64, unique=True, default=new_callback_token, editable=False)
    fence = models.BigIntegerField()
    host = models.CharField(max_length=255)
    boot_id = models.CharField(max_length=36, blank=True)
    pid = models.PositiveIntegerField()
    pid_started = models.BigIntegerField(default=0)
    claimed_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)
    task_id = models.CharField(max_length=200, blank=True, db_index=True)
    problem = models.CharField(max_length=300, blank=True)
    evidence = models.TextField(blank=True)
    sender_reported = models.BooleanField(default=False)
    absent_since = models.DateTimeField(null=True, blank=True)
    absent_reads = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager["Submission"]] = models.Manager()

    class Meta:
        ordering = ["-claimed_at"]
        indexes = [
            models.Index(fields=["outcome", "claimed_at"], name="submission_outcome_claimed"),
            # By the other one a planner that knows how nearly all are accepted looks through all.
            models.Index(
                fields=["outcome", "answered_at"],
                condition=models.Q(outcome=Outcome.UNSURE),
                name="submission_unsure",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["generation"],
                condition=models.Q(outcome=Outcome.OPEN),
                name="submission_one_open_per_generation",
            ),
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=False) | models.Q(outcome=Outcome.OPEN),
                name="submission_answered_has_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome=Outcome.ACCEPTED) | ~models.Q(task_id=""),
                name="submission_accepted_has_task",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {self.task_id}".strip()
