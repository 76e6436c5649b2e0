"""The Create form: exactly what the API accepts, each wrong value with a sentence of its own."""

import math
from typing import Any, Final
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from generations import constraints
from generations.lifecycle.wish import Wish

NOW, TONIGHT = "now", "tonight"
WHEN: Final = (NOW, TONIGHT)
DEFAULTS: Final[dict[str, Any]] = {
    "negative_prompt": constraints.NEGATIVE_PROMPT_DEFAULT,
    "cfg_scale": constraints.CFG_SCALE_DEFAULT,
    "aspect_ratio": constraints.ASPECT_RATIO_DEFAULT,
    "duration": constraints.DURATION_DEFAULT,
    "takes": constraints.TAKES_MIN,
    "when": NOW,
}
REPLACEMENT_CHARACTER: Final = "\ufffd"
SHOWN: Final = 30


def quoted(value: str) -> str:
    """The value as typed, short enough for a sentence."""
    return f"“{value if len(value) <= SHOWN else value[: SHOWN - 1] + '…'}”"


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


class GuidanceField(forms.Field):
    """A number from 0 to 1. NaN and infinity are no numbers here."""

    def to_python(self, value: Any) -> float:
        """Return the number. Raises ValidationError."""
        text = str(value).strip()
        low, high = constraints.CFG_SCALE_MIN, constraints.CFG_SCALE_MAX
        try:
            number = math.nan if "_" in text else float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise ValidationError(
                f"Guidance must be a number from {low:g} to {high:g}; {quoted(text)} is none."
            )
        if not low <= number <= high:
            raise ValidationError(f"Guidance must lie between {low:g} and {high:g}; {quoted(text)} does not.")
        return number + 0.0  # -0.0 becomes 0.0


class OneOfField(forms.TypedChoiceField):
    """One of a few values; the sentence for another one names what was sent and what there is."""

    def __init__(self, *, values: tuple[Any, ...], sentence: str, **kwargs: Any) -> None:
        super().__init__(choices=[(str(value), value) for value in values], **kwargs)
        self.sentence = sentence

    def validate(self, value: Any) -> None:
        """Refuse what is not among the choices, nothing included."""
        if not self.valid_value(value):
            raise ValidationError(self.sentence.format(value=quoted(str(value)) if value else "nothing"))


class OrderForm(forms.Form):
    """A wish, how many takes of it, and the nonce that makes a double click one order.

    A field that is absent from the data has the API's own default (one take); a present but empty negative
    prompt is sent as empty, and any other empty field is an error. `price` and `team` are the ids of those that the
    page showed: an order costs what was read, and the team whose name was read, or nothing is ordered. `another`
    says that an equal clip which was made lately is known.
    """

    prompt = PromptField(
        name="The prompt",
        max_length=constraints.PROMPT_MAX_LENGTH,
        error_messages={"required": "Write a prompt: what should be seen, and how it moves."},
    )
    negative_prompt = PromptField(
        name="The negative prompt", max_length=constraints.NEGATIVE_PROMPT_MAX_LENGTH, required=False
    )
    aspect_ratio = OneOfField(
        values=constraints.ASPECT_RATIOS,
        sentence="The frame is 16:9, 9:16 or 1:1; {value} is not offered.",
    )
    duration = OneOfField(
        values=constraints.DURATIONS,
        coerce=int,
        sentence=(
            f"The length is a whole number of seconds from {constraints.DURATIONS[0]} to "
            f"{constraints.DURATIONS[-1]}; {{value}} is not."
        ),
    )
    cfg_scale = GuidanceField()
    takes = OneOfField(
        values=tuple(range(constraints.TAKES_MIN, constraints.TAKES_MAX + 1)),
        coerce=int,
        sentence=f"Takes go from {constraints.TAKES_MIN} to {constraints.TAKES_MAX}; {{value}} does not fit.",
    )
    nonce = forms.UUIDField(
        error_messages=dict.fromkeys(
            ("required", "invalid"), "The form arrived incomplete, nothing was ordered. Press Generate again."
        )
    )

    price = forms.IntegerField(required=False)
    team = forms.IntegerField(required=False)
    is_private = forms.BooleanField(required=False)
    when = OneOfField(values=tuple(WHEN), sentence="It is sent now or tonight; {value} is no time.")
    another = forms.BooleanField(required=False)

    def __init__(self, data: QueryDict | None = None, initial: dict[str, Any] | None = None) -> None:
        self.typed = data.copy() if data is not None else None
        if self.typed is not None:
            for name, default in DEFAULTS.items():
                self.typed.setdefault(name, str(default))
        super().__init__(self.typed, initial={**DEFAULTS, "nonce": uuid4(), **(initial or {})})

    def wish(self) -> Wish:
        """Return the checked wish. Only for a valid form."""
        return Wish(**{name: self.cleaned_data[name] for name in Wish.__dataclass_fields__})

    def shown(self, name: str) -> Any:
        """Return the value of a setting to draw the page with: a wrong one is drawn as the default."""
        if self.is_bound:
            return self.cleaned_data.get(name, DEFAULTS[name])
        return self.initial[name]

    def renew_nonce(self) -> None:
        """Make the next press of a form that was sent an order of its own."""
        if self.typed is not None:
            self.typed["nonce"] = str(uuid4())
