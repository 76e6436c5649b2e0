"""The Create form: exactly what the API accepts, each wrong value with a sentence of its own."""

import math
from typing import Any, Final, cast
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from generations import constraints
from generations.forms.organise import NameField
from generations.forms.passing import PassedOverField
from generations.forms.text import FilledField, GapField, PromptField, gap_name, read_or_none
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
NEW_COLLECTION: Final = "new"
"""Instead of a collection's id: one to be made."""
SHOWN: Final = 30


def quoted(value: str) -> str:
    """The value as typed, short enough for a sentence."""
    return f"“{value if len(value) <= SHOWN else value[: SHOWN - 1] + '…'}”"


PAIR_TAKES: Final = (
    f"Two texts side by side have up to {constraints.TAKES_MAX // 2} takes each: an order has "
    f"{constraints.TAKES_MAX} clips at most."
)
COLLECTION_GONE: Final = "The chosen collection is gone; nothing was ordered. Choose another one, or none."


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


class CollectionField(forms.UUIDField):
    """The id of a collection, "new" for one to be made, or nothing."""

    def to_python(self, value: Any) -> Any:
        """Return the id, "new" or None. Raises ValidationError."""
        return NEW_COLLECTION if value == NEW_COLLECTION else super().to_python(value)


class OrderForm(forms.Form):
    """A wish, how many takes of it, and the nonce that makes a double click one order.

    A field that is absent from the data has the API's own default (one take); a present but empty negative
    prompt is sent as empty, and any other empty field is an error. `price` and `team` are the ids of those that the
    page showed: an order costs what was read, and the team whose name was read, or nothing is ordered. `another`
    says that an equal clip which was made lately is known. The clips go into `collection`, or into the one that
    `collection_name` says where that is "new". Variables in the prompt are fields of their own, `gap_name` says how
    they are called; the checked prompt is the final text. `prompt_version` is the id of the version it comes from.
    `passed_over` are the keys of the advice that its author knows of.
    A form with `beside` orders that text too, in the same settings, each with as many takes.
    """

    prompt = FilledField(
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
    collection = CollectionField(required=False, error_messages={"invalid": COLLECTION_GONE})
    collection_name = NameField(required=False)
    prompt_version = forms.IntegerField(required=False)
    passed_over = PassedOverField(required=False)
    beside = FilledField(
        name="The second prompt",
        max_length=constraints.PROMPT_MAX_LENGTH,
        error_messages={"required": "Write the second prompt too, or start from one version alone."},
    )
    beside_version = forms.IntegerField(required=False)

    def __init__(self, data: QueryDict | None = None, initial: dict[str, Any] | None = None) -> None:
        self.typed = data.copy() if data is not None else None
        if self.typed is not None:
            for name, default in DEFAULTS.items():
                self.typed.setdefault(name, str(default))
        super().__init__(self.typed, initial={**DEFAULTS, "nonce": uuid4(), **(initial or {})})
        said = self.initial if self.typed is None else self.typed
        self.is_pair = "beside" in said
        if not self.is_pair:
            del self.fields["beside"], self.fields["beside_version"]
        for name in self.texts:
            pattern = read_or_none(said.get(name))
            for variable in pattern.variables if pattern else ():
                self.fields.setdefault(gap_name(variable.name), GapField(variable))

    def clean(self) -> dict[str, Any]:
        """Fill the prompt, and see that a new collection has a name."""
        cleaned = super().clean() or {}
        for name in self.texts:
            self._fill(name, cleaned)
        if self.is_pair:
            self._refuse_pair(cleaned)
        if cleaned.get("collection") == NEW_COLLECTION and cleaned.get("collection_name") == "":
            self.add_error("collection_name", "Give the new collection a name, or choose none.")
        return cleaned

    def _fill(self, text: str, cleaned: dict[str, Any]) -> None:
        """Put what was given into the gaps of a text, once all of it is good."""
        pattern = read_or_none(cleaned.get(text))
        gaps = [variable.name for variable in pattern.variables] if pattern else []
        if text not in cleaned or not cleaned.keys() >= set(map(gap_name, gaps)):
            return
        filled = {name: cleaned[gap_name(name)] for name in gaps}
        try:
            cleaned[text] = cast(FilledField, self.fields[text]).fill(cleaned[text], filled)
        except ValidationError as error:
            self.add_error(text, error)

    def _refuse_pair(self, cleaned: dict[str, Any]) -> None:
        """See that two texts are two, and no more clips than an order has."""
        if cleaned.get("prompt") and cleaned.get("prompt") == cleaned.get("beside"):
            self.add_error("beside", "Both texts are the same once they are filled in. Change one of them.")
        if cleaned.get("takes", 0) * len(self.texts) > constraints.TAKES_MAX:
            self.add_error("takes", PAIR_TAKES)

    @property
    def _gap_fields(self) -> dict[str, GapField]:
        return {name: field for name, field in self.fields.items() if isinstance(field, GapField)}

    @property
    def gaps(self) -> list[forms.BoundField]:
        """The fields of the prompt's variables, in their order."""
        return [self[name] for name in self._gap_fields]

    @property
    def filled(self) -> dict[str, str]:
        """What the variables of a valid form were filled with, by the name of the field."""
        return {name: self.cleaned_data[name] for name in self._gap_fields}

    def drafted(self, name: str = "prompt") -> str:
        """Return one of its texts as far as it is filled, also of a form that is not valid or was not sent."""
        pattern, text = read_or_none(self[name].value()), str(self[name].value() or "")
        given = {field.variable.name: str(self[gap].value() or "") for gap, field in self._gap_fields.items()}
        return pattern.draft(given) if pattern else text

    def passed_over_keys(self) -> list[str]:
        """Return the keys of the advice that was passed over, also of a form that is not valid or was not sent."""
        return cast(PassedOverField, self.fields["passed_over"]).to_python(self["passed_over"].value())

    @property
    def texts(self) -> tuple[str, ...]:
        """The fields of the texts that are ordered: one, or two side by side."""
        return ("prompt", "beside") if self.is_pair else ("prompt",)

    @property
    def clips(self) -> int:
        """How many clips one press makes, to draw the page with."""
        return int(self.shown("takes")) * len(self.texts)

    @property
    def takes_offered(self) -> list[str]:
        """The choices of takes: two texts leave room for fewer of each."""
        most = constraints.TAKES_MAX // len(self.texts)
        return [str(takes) for takes in range(constraints.TAKES_MIN, most + 1)]

    def wish(self, text: str = "prompt") -> Wish:
        """Return the checked wish with one of its texts. Only for a valid form."""
        same = {name: self.cleaned_data[name] for name in Wish.__dataclass_fields__ if name != "prompt"}
        return Wish(prompt=self.cleaned_data[text], **same)

    def shown(self, name: str) -> Any:
        """Return the value of a setting to draw the page with: a wrong one is drawn as the default."""
        if self.is_bound:
            return self.cleaned_data.get(name, DEFAULTS[name])
        return self.initial[name]

    def renew_nonce(self) -> None:
        """Make the next press of a form that was sent an order of its own."""
        if self.typed is not None:
            self.typed["nonce"] = str(uuid4())

    def forget_version(self) -> None:
        """Let the next press of the form order its text without the version that it came from."""
        if self.typed is not None:
            self.typed["prompt_version"] = self.typed["beside_version"] = ""
