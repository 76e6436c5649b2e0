"""Fields for what Magnific is told in words, and for the gaps in it."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from generations.variables import BadVariables, NotFilled, Pattern, Variable, has_braces, read

REPLACEMENT_CHARACTER: Final = "\ufffd"
RAW_LENGTH: Final = 5000
"""Of a text with its variables as they are written; the final text is what Magnific's limit is for."""
GAP: Final = "var-"


class PromptField(forms.Field):
    """Text for the API: line ends become LF, everything else stays as typed; an all-blank text is empty.

    Length is counted in code points, after that. An unpaired surrogate can reach a form only from Python:
    over HTTP it has become U+FFFD, so both are refused as characters that did not arrive whole.
    """

    widget = forms.Textarea

    def __init__(self, *, name: str, max_length: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.name, self.max_length = name, max_length

    def to_python(self, value: Any) -> str:
        """Return the text with LF line ends. Raises ValidationError for what is no text."""
        text = str(value or "").replace("\r\n", "\n").replace("\r", "\n")
        if "\x00" in text:
            raise ValidationError(f"{self.name} contains a NUL character, which is no text. Remove it.")
        if REPLACEMENT_CHARACTER in text or any("\ud800" <= char <= "\udfff" for char in text):
            raise ValidationError(
                f"{self.name} contains a character that did not arrive whole (�). Type it again or remove it."
            )
        return text if text.strip() else ""

    def validate(self, value: str) -> None:
        """Refuse an empty text where one is needed, and one that is too long."""
        super().validate(value)
        over = len(value) - self.max_length
        if over > 0:
            raise ValidationError(
                f"{self.name} is {len(value)} characters long, {over} more than the {self.max_length} "
                "that Magnific takes."
            )


def refuse_bad_variables(text: str) -> Pattern:
    """Return the text in pieces. Raises ValidationError with all that is wrong with its variables."""
    try:
        return read(text)
    except BadVariables as error:
        raise ValidationError([ValidationError(problem) for problem in error.problems]) from error


class FilledField(PromptField):
    """A prompt in which variables may stand, which are filled before it is sent: only then its length counts."""

    def validate(self, value: str) -> None:
        """Refuse what cannot be read; without variables, what `PromptField` refuses."""
        if not has_braces(value):
            super().validate(value)
            return
        over = len(value) - RAW_LENGTH
        if over > 0:
            raise ValidationError(
                f"{self.name} is {len(value)} characters long with its variables, {over} more than the "
                f"{RAW_LENGTH} that can be filled in."
            )
        refuse_bad_variables(value)

    def fill(self, text: str, given: Mapping[str, str]) -> str:
        """Return the final text of a checked one. Raises ValidationError for one that Magnific does not take."""
        if not has_braces(text):
            return text
        try:
            final = self.to_python(read(text).fill(given))
        except NotFilled as error:
            raise ValidationError(list(error.problems.values())) from error
        super().validate(final)
        return final


class GapField(forms.Field):
    """What fills a variable; left empty, its default where it has one."""

    def __init__(self, variable: Variable) -> None:
        super().__init__(required=False)
        self.variable = variable

    def clean(self, value: Any) -> str:
        """Return what stands in the gap. Raises ValidationError."""
        try:
            return self.variable.value(str(value or ""))
        except ValueError as error:
            raise ValidationError(str(error)) from error


def gap_name(variable: str) -> str:
    """Return the name of the field that fills a variable."""
    return f"{GAP}{variable}"


def read_or_none(text: Any) -> Pattern | None:
    """Return a prompt in pieces as it was typed; None where its field has something to say about it."""
    text = str(text or "").replace("\r\n", "\n").replace("\r", "\n")
    try:
        return read(text) if len(text) <= RAW_LENGTH else None
    except BadVariables:
        return None
