"""A reviewer's verdict, and what becomes of the takes that were not chosen."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django import forms

from generations.lifecycle.takes import Way
from generations.models import Verdict
from generations.models.review import NOTE_LENGTH

SKIP: Final = "skip"
QUEUED: Final = "queued"


class JudgeForm(forms.Form):
    """What to do with a clip, why, and which review was the newest when the page was drawn."""

    verdict = forms.ChoiceField(
        choices=[(Verdict.APPROVED, "Approve"), (Verdict.RETURNED, "Return"), (SKIP, "Skip")],
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Approve the clip, return it, or skip it."
        ),
    )
    note = forms.CharField(
        required=False,
        max_length=NOTE_LENGTH,
        error_messages={"max_length": f"A note has {NOTE_LENGTH:,} characters at most."},
    )
    seen = forms.IntegerField(min_value=1, max_value=2**63 - 1)

    @property
    def sentence(self) -> str:
        """What is wrong, the first of it."""
        return next((str(errors[0]) for errors in self.errors.values()), "")


@dataclass(frozen=True)
class ShownTake:
    """A take as a page showed it: not sent yet, or with the id of its newest review, if it had one."""

    pk: UUID
    was_queued: bool
    seen: int | None

    @classmethod
    def read(cls, value: str) -> "ShownTake":
        """Read `<id>:queued`, `<id>:<review>` or `<id>:`. Raises ValueError."""
        pk, _, then = value.partition(":")
        if then and then != QUEUED and not (then.isascii() and then.isdecimal() and len(then) < 19):
            raise ValueError(f"{then!r} is no review.")
        was_queued = then == QUEUED
        return cls(UUID(pk), was_queued, None if was_queued or not then else int(then))


class OtherTakesForm(forms.Form):
    """What is done with the takes that were not chosen: which way, why, and which of them."""

    way = forms.ChoiceField(
        choices=[(way.value, way.value) for way in Way],
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Return them, or move them to the trash."
        ),
    )
    note = forms.CharField(
        required=False,
        max_length=NOTE_LENGTH,
        error_messages={"max_length": f"A note has {NOTE_LENGTH:,} characters at most."},
    )

    @property
    def sentence(self) -> str:
        """What is wrong, the first of it."""
        return next((str(errors[0]) for errors in self.errors.values()), "")
