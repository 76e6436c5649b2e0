"""Forms about libraries of prompts."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms

from generations.lifecycle.libraries import NAME_LENGTH
from generations.models import Library, Owner, Team

TEAM_PREFIX: Final = f"{Owner.TEAM}-"


class OneLineField(forms.CharField):
    """One line that can be read, with single blanks."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs, widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}))

    def to_python(self, value: Any) -> str:
        """Return the line. Raises ValidationError for signs that nobody sees."""
        line = " ".join(str(value or "").split())
        if not line.isprintable():
            raise forms.ValidationError("There are signs in it that nobody can see. Type it again.")
        return line


class RenameForm(forms.Form):
    """Another name for a library."""

    name = OneLineField(max_length=NAME_LENGTH, error_messages={"required": "Give the library a name."})


class LibraryForm(RenameForm):
    """A new library: whose it is, is chosen among `teams`, oneself and, for an admin, everyone."""

    whose = forms.ChoiceField(
        label="For whom",
        help_text="A team’s leads manage its library, its members add and suggest, its viewers read.",
    )

    def __init__(self, teams: Sequence[Team], data: Any = None, *, may_for_all: bool) -> None:
        super().__init__(data)
        self.teams = {f"{TEAM_PREFIX}{team.pk}": team for team in teams}
        choices = [(value, f"Team {team}") for value, team in self.teams.items()]
        choices.append((Owner.PRIVATE, Owner.PRIVATE.label))
        choices += [(Owner.EVERYONE, "Everyone, in all teams")] if may_for_all else []
        self.fields["whose"].choices = choices  # type: ignore[attr-defined]

    @property
    def team(self) -> Team | None:
        """The team that was chosen, if one was. Only for a valid form."""
        return self.teams.get(self.cleaned_data["whose"])

    @property
    def kind(self) -> Owner:
        """Whose it is to be. Only for a valid form."""
        return Owner.TEAM if self.team else Owner(self.cleaned_data["whose"])


class LibraryField(forms.ModelChoiceField):
    """One of some libraries, each with whose it is."""

    def label_from_instance(self, obj: Library) -> str:
        """Return the name, and whose it is where that is not plain."""
        return f"{obj} · {obj.owner_name}"


class IntoForm(forms.Form):
    """Where a prompt is to go."""

    library = LibraryField(
        queryset=Library.objects.none(),
        empty_label=None,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose a library."),
    )

    def __init__(self, libraries: Any, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["library"].queryset = libraries.select_related("team", "user")  # type: ignore[attr-defined]
