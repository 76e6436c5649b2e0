"""Forms of the prompts in a library: the text with its variables, the settings, and what stands around them."""

import re
from typing import Any, Final, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from generations import constraints
from generations.forms.library import IntoForm, OneLineField
from generations.forms.order import OrderForm
from generations.forms.text import RAW_LENGTH, PromptField, refuse_bad_variables
from generations.lifecycle.prompts import Draft
from generations.lifecycle.tags import NoTag, tag_name
from generations.variables import Pattern, Variable

TITLE_LENGTH: Final = 120
NOTES_LENGTH: Final = 5000
WORD_LENGTH: Final = 300
MOST_TAGS: Final = 12
CLIP_ADDRESS: Final = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE
)
NO_CLIP: Final = "This is no address of a clip that you can see. Copy it from the clip’s page."


class VariableTextField(PromptField):
    """A prompt's text in which variables may stand; all that is wrong with them is said at the field."""

    def validate(self, value: str) -> None:
        """Refuse what cannot be read, and what can never fit Magnific's limit whatever fills it."""
        forms.Field.validate(self, value)
        over = len(value) - self.max_length
        if over > 0:
            raise ValidationError(
                f"{self.name} is {len(value)} characters long, {over} more than the {self.max_length} "
                "that a library keeps."
            )
        _refuse_the_endless(value, refuse_bad_variables(value))


def _refuse_the_endless(value: str, pattern: Pattern) -> None:
    """Raise ValidationError for a text that is too long however little its variables are filled with."""
    least, most = _least_length(pattern), constraints.PROMPT_MAX_LENGTH
    if least <= most:
        return
    if not pattern.variables:
        raise ValidationError(
            f"The prompt is {len(value)} characters long, {len(value) - most} more than the {most} "
            "that Magnific takes."
        )
    raise ValidationError(
        f"However it is filled in, this has at least {least} characters; Magnific takes {most}. "
        f"Take {least - most} away."
    )


def _least_length(pattern: Pattern) -> int:
    """How long the final text is when every variable has its shortest value."""
    shortest = {variable.name: _shortest(variable) for variable in pattern.variables}
    return sum(
        shortest[piece.variable.name] if piece.variable else len(piece.text) for piece in pattern.pieces
    )


def _shortest(variable: Variable) -> int:
    if variable.choices:
        return min(map(len, variable.choices))
    return min(1, len(variable.default)) if variable.default is not None else 1


class DraftForm(forms.Form):
    """What a version or a suggestion holds, with a word on what is different.

    `of` is the number of the version that was changed: somebody may have saved another one meanwhile.
    """

    text = VariableTextField(
        name="The prompt",
        max_length=RAW_LENGTH,
        error_messages={"required": "Write a prompt: what should be seen, and how it moves."},
    )
    negative_prompt = OrderForm.base_fields["negative_prompt"]
    aspect_ratio = OrderForm.base_fields["aspect_ratio"]
    duration = OrderForm.base_fields["duration"]
    cfg_scale = OrderForm.base_fields["cfg_scale"]
    note = OneLineField(required=False, max_length=WORD_LENGTH)
    of = forms.IntegerField(required=False)

    def draft(self) -> Draft:
        """Return the checked draft. Only for a valid form."""
        return Draft(**{name: self.cleaned_data[name] for name in Draft.__dataclass_fields__})


class AroundForm(forms.Form):
    """What stands around a prompt: title, tags, notes, and the clip that shows what comes of it.

    `example` is the id of one of the prompt's clips, `example_address` another clip's address, which goes first.
    """

    title = OneLineField(
        max_length=TITLE_LENGTH, error_messages={"required": "Give it a title that others find it by."}
    )
    tags = forms.CharField(required=False, max_length=1000)
    notes = forms.CharField(required=False, max_length=NOTES_LENGTH, widget=forms.Textarea)
    example = forms.UUIDField(required=False, error_messages={"invalid": NO_CLIP})
    example_address = forms.CharField(required=False, max_length=500)

    def clean_tags(self) -> tuple[str, ...]:
        """Return the tags, each once. Raises ValidationError."""
        words = [word for word in self.cleaned_data["tags"].split(",") if word.strip("# \t\n")]
        try:
            names = tuple(dict.fromkeys(map(tag_name, words)))
        except NoTag as error:
            raise ValidationError(str(error)) from error
        if len(names) > MOST_TAGS:
            raise ValidationError(f"{len(names)} tags are too many; {MOST_TAGS} at most.")
        return names

    def clean_example_address(self) -> UUID | None:
        """Return the id of the clip that the address is of. Raises ValidationError."""
        address = self.cleaned_data["example_address"].strip()
        if not address:
            return None
        found = CLIP_ADDRESS.findall(address)
        if len(found) != 1:
            raise ValidationError(NO_CLIP)
        return UUID(found[0])

    @property
    def example_id(self) -> UUID | None:
        """The clip that was chosen, if one was. Only for a valid form."""
        return self.cleaned_data["example_address"] or self.cleaned_data["example"]


class PromptForm(AroundForm, DraftForm):
    """A prompt with all that belongs to it, as its author and who manages the library save it."""

    live = forms.BooleanField(required=False)

    def take_as_known(self, number: int) -> None:
        """Let the next press be meant for another live version, of which the form has told."""
        data = cast(QueryDict, self.data).copy()
        data["of"] = str(number)
        self.data = data


class NewPromptForm(AroundForm, DraftForm, IntoForm):
    """A prompt that is to go into a library."""


class DecideForm(forms.Form):
    """A lead's word on a suggestion: accepted with or without one, declined with a reason."""

    decision = forms.ChoiceField(choices=[("accept", "Accept"), ("decline", "Decline")])
    why = OneLineField(required=False, max_length=WORD_LENGTH)

    def clean(self) -> dict[str, Any]:
        """Ask for a reason where something is declined."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("decision") == "decline" and not cleaned.get("why") and not self.errors:
            self.add_error("why", "Say why: who suggested it sees this.")
        return cleaned
