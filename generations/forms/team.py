"""Forms about teams."""

from decimal import Decimal
from typing import Any, Final

from django import forms

from generations.lifecycle.leaving import default_heir, heirs
from generations.models import Membership, Role, Team, User
from generations.plain_text import plain_words

WORDS_LENGTH: Final = 10_000
MOST_WORDS: Final = 200
LIMIT_HINT = "Empty means no limit."


def limit_field(label: str) -> forms.DecimalField:
    """Return a field for an amount of the studio's currency that may be left empty."""
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=Decimal(0),
        max_digits=10,
        decimal_places=2,
        help_text=LIMIT_HINT,
        error_messages={
            "min_value": "A limit cannot be below zero.",
            "invalid": "Write an amount, like 250.00.",
        },
        widget=forms.NumberInput(attrs={"step": "0.01", "inputmode": "decimal", "autocomplete": "off"}),
    )


class TeamNameMixin:
    """A name is one line that can be read: it stands in subjects of mails too."""

    def clean_name(self) -> str:
        """Return the name with single blanks. Raises ValidationError for signs that nobody sees."""
        name = " ".join(self.cleaned_data["name"].split())  # type: ignore[attr-defined]
        if not name.isprintable():
            raise forms.ValidationError("The name has signs in it that nobody can see. Type it again.")
        return name


class SettingsForm(TeamNameMixin, forms.ModelForm):
    """What a lead sets for a team."""

    monthly_limit = limit_field("Limit a month")
    daily_limit = limit_field("Limit a day")

    class Meta:
        model = Team
        fields = ("name", "monthly_limit", "daily_limit")


class WordsForm(forms.Form):
    """The words and phrases that a team warns of, one a line; commas part them too."""

    words = forms.CharField(
        label="One word or phrase a line",
        required=False,
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto", "spellcheck": "false"}),
    )

    def clean_words(self) -> list[str]:
        """Return the list, each once. Raises ValidationError for one that no text could have."""
        lines = self.cleaned_data["words"].replace(",", "\n").splitlines()
        words = {plain_words(word): word for line in lines if (word := " ".join(line.split()))}
        if "" in words:
            raise forms.ValidationError(
                f"“{words['']}” has no letter or digit in it, so no prompt can have it."
            )
        if len(words) > MOST_WORDS:
            raise forms.ValidationError(f"{len(words)} are too many to be read; {MOST_WORDS} at most.")
        return list(words.values())


class ReviewForm(forms.ModelForm):
    """How a team's clips are judged."""

    class Meta:
        model = Team
        fields = ("hands_in_all", "reviewed_inside")


class MemberForm(forms.Form):
    """What a lead sets for one person in the team."""

    role = forms.ChoiceField(choices=Role.choices, help_text="Viewers watch, members order, leads manage.")
    monthly_limit = limit_field("Limit a month")

    def __init__(self, membership: Membership, data: Any = None) -> None:
        initial = {"role": membership.role, "monthly_limit": membership.monthly_limit}
        super().__init__(data, initial=initial)


class PauseForm(forms.Form):
    """Why sending waits."""

    why = forms.CharField(
        label="Why",
        max_length=200,
        error_messages={"required": "Say why: everybody in the team sees it."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class HeirField(forms.ModelChoiceField):
    """Somebody of the team who takes clips over."""

    def label_from_instance(self, obj: Membership) -> str:
        """Return the name, and whether they lead."""
        return f"{obj.user} ({obj.get_role_display().lower()})"


class HeirForm(forms.Form):
    """To whom somebody's clips go; without clips there is nothing to choose.

    `prefix` tells the teams of one person apart.
    """

    def __init__(
        self, leaving: Membership, actor: User, *, clips: int, data: Any = None, prefix: str = ""
    ) -> None:
        super().__init__(data, prefix=prefix)
        self.leaving, self.clips = leaving, clips
        if clips:
            self.fields["heir"] = HeirField(
                heirs(leaving),
                label=f"Who takes over {clips} clip{'s' * (clips != 1)}",
                initial=default_heir(leaving, actor),
                empty_label=None,
                error_messages=dict.fromkeys(
                    ("required", "invalid_choice"), "Choose a lead or a member who is in the team now."
                ),
            )

    @property
    def heir(self) -> Membership | None:
        """The chosen one. Only for a valid form."""
        chosen: Membership | None = self.cleaned_data.get("heir")
        return chosen
