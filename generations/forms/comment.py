"""What somebody writes about a clip, and how they want to be told of what others write."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from generations.forms.text import PromptField
from generations.models import NoticeKind, Told
from generations.models.comment import TEXT_LENGTH
from generations.moment import read_moment

NO_MOMENT: Final = "Write a time such as 0:03.12, or leave it empty for the whole clip."


class CommentTextField(PromptField):
    """Plain text, counted in code points; blanks around it are nobody's."""

    def to_python(self, value: Any) -> str:
        """Return the text. Raises ValidationError for what is no text."""
        return super().to_python(value).strip()

    def validate(self, value: str) -> None:
        """Refuse nothing, and too much."""
        forms.Field.validate(self, value)
        over = len(value) - self.max_length
        if over > 0:
            raise ValidationError(
                f"A comment has {self.max_length:,} characters at most; this has {over:,} more."
            )


class CommentForm(forms.Form):
    """A comment at a moment of a clip or on all of it; with a thread, an answer."""

    text = CommentTextField(
        name="The comment",
        max_length=TEXT_LENGTH,
        error_messages={"required": "Write what you want to say."},
    )
    moment = forms.CharField(required=False, max_length=20, error_messages={"max_length": NO_MOMENT})
    thread = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    def clean_moment(self) -> int | None:
        """Return milliseconds, None for the whole clip. Raises ValidationError."""
        typed = self.cleaned_data["moment"]
        try:
            return read_moment(typed) if typed else None
        except ValueError as error:
            raise ValidationError(NO_MOMENT) from error


class NoticeChoiceForm(forms.Form):
    """How somebody wants to be told: a field for each kind."""

    def __init__(self, *args: Any, kinds: list[NoticeKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in kinds:
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label, choices=Told.choices, widget=forms.Select(attrs={"class": "input"})
            )

    @property
    def chosen(self) -> dict[NoticeKind, Told]:
        """What was chosen. Only for a valid form."""
        return {NoticeKind(name): Told(told) for name, told in self.cleaned_data.items()}
