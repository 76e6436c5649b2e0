"""What a lead says about a charge that is unknown."""

from typing import Any, Final

from django import forms

from generations.models import Charged, Generation

REASON_LENGTH: Final = 200
DECISIONS: Final = ((Charged.YES.value, "It was charged"), (Charged.NO.value, "Nothing was charged"))


class ChargeForm(forms.Form):
    """One decision about one clip, and how it is known."""

    charged = forms.ChoiceField(
        choices=DECISIONS,
        error_messages={
            "required": "Press one of the two buttons.",
            "invalid_choice": "Press one of the two buttons.",
        },
    )
    reason = forms.CharField(
        max_length=REASON_LENGTH,
        error_messages={
            "required": "Say how you know: the clip’s history keeps it with your name. Nothing was changed."
        },
    )

    def __init__(self, generation: Generation, data: Any = None) -> None:
        super().__init__(data, auto_id=f"id_{generation.pk}_%s")
        self.generation = generation
