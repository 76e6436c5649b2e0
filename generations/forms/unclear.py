"""The forms with which an admin decides: what became of a submission, and what goes on with an account."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from generations.models import Generation, Submission

ADOPT: Final = "adopt"
QUEUE_AGAIN: Final = "queue_again"
GIVE_UP: Final = "give_up"
REASON_LENGTH: Final = 200
IS_TASK_ID: Final = RegexValidator(
    r"\A[A-Za-z0-9_][!-~]{0,199}\Z", "A task id has no spaces and begins with a letter or digit."
)
"""What `magnific.messages.TASK_ID` takes: with anything else no task could ever be asked about."""
SAY_WHY: Final = "Say why: the history keeps it with your name."


class ReasonForm(forms.Form):
    """What every decision has: a reason."""

    reason = forms.CharField(
        max_length=REASON_LENGTH,
        error_messages={"required": SAY_WHY},
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )


class UnclearForm(ReasonForm):
    """One decision about one submission; the id to adopt is chosen among candidates or pasted."""

    decision = forms.ChoiceField(
        choices=[(ADOPT, "Adopt"), (QUEUE_AGAIN, "Never received"), (GIVE_UP, "Give up")],
        error_messages={"required": "Press one of the three buttons."},
    )
    task_id = forms.CharField(required=False, max_length=200)
    pasted_id = forms.CharField(
        required=False,
        validators=[IS_TASK_ID],
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, submission: Submission, data: Any = None) -> None:
        super().__init__(data, auto_id=f"id_{submission.pk}_%s")
        self.submission = submission

    def clean(self) -> dict[str, Any]:
        """Return the values, `task_id` being the one to adopt. Raises ValidationError where there is not one."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("decision") == ADOPT and "pasted_id" in cleaned:
            cleaned["task_id"] = self._one_id(cleaned)
        return cleaned

    def _one_id(self, cleaned: dict[str, Any]) -> str:
        ids = {cleaned.get("task_id", ""), cleaned["pasted_id"]} - {""}
        if len(ids) != 1:
            raise ValidationError(
                "Choose one of the ids, or paste one." if not ids else "Choose one id only."
            )
        (task_id,) = ids
        account = self.submission.account_id
        if any(model.objects.filter(account=account, task_id=task_id).exists() for model in HAVE_TASKS):
            raise ValidationError("This id belongs to another clip already.")
        return str(task_id)


HAVE_TASKS: Final[tuple[type[Generation] | type[Submission], ...]] = (Generation, Submission)


class AccountForm(ReasonForm):
    """One decision about an account."""

    RESUME: Final = "resume"
    PUT_ASIDE: Final = "put_aside"
    SHARED: Final = "shared"
    OURS_ALONE: Final = "ours_alone"

    decision = forms.ChoiceField(choices=[(name, name) for name in (RESUME, PUT_ASIDE, SHARED, OURS_ALONE)])
