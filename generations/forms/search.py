"""Saving what the gallery is asked for."""

from django import forms
from django.http import QueryDict

from generations.forms.gallery import FilterForm, gallery_query
from generations.lifecycle.finding import ClipFilter
from generations.lifecycle.searches import NAME_LENGTH

MINE, TEAM = "mine", "team"


class SaveSearchForm(forms.Form):
    """A name, and the query of the gallery’s address as it stands; what it has beside a filter is dropped."""

    name = forms.CharField(
        max_length=NAME_LENGTH,
        error_messages={
            "required": "Give the search a name.",
            "max_length": f"A name has {NAME_LENGTH} characters at most.",
        },
    )
    query = forms.CharField(required=False, max_length=10_000)

    def clean_name(self) -> str:
        """Return the name with single blanks. Raises ValidationError for signs that nobody sees."""
        name = " ".join(self.cleaned_data["name"].split())
        if not name.isprintable():
            raise forms.ValidationError("The name has signs in it that nobody can see. Type it again.")
        return name

    def clean_query(self) -> str:
        """Return the query as the gallery writes it. Raises ValidationError for one that asks for nothing."""
        given = QueryDict(self.cleaned_data["query"])
        asked = FilterForm(given).filter
        if asked == ClipFilter():
            raise forms.ValidationError("There is nothing to save yet: search or filter first.")
        return gallery_query(asked, TEAM if given.get("whose") == TEAM else MINE)
