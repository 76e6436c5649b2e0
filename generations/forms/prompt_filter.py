"""What a library of prompts may be asked for in its address."""

from django import forms
from django.http import QueryDict

from generations.forms.gallery import TEXT_LENGTH, TagsField
from generations.forms.query import filled
from generations.lifecycle.prompt_finding import NEW, SORTS, PromptFilter


class PromptFilterForm(forms.Form):
    """The filter as fields of an address. What cannot be read does not count."""

    q = forms.CharField(required=False, max_length=TEXT_LENGTH)
    library = forms.UUIDField(required=False)
    tag = TagsField(required=False)
    author = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    favourite = forms.BooleanField(required=False)
    archived = forms.BooleanField(required=False)
    sort = forms.ChoiceField(required=False, choices=[(name, name) for name in SORTS])

    @property
    def filter(self) -> PromptFilter:
        """What was asked for, as far as it can be read."""
        self.is_valid()
        asked = self.cleaned_data.get
        return PromptFilter(
            text=asked("q") or "",
            library=asked("library"),
            tags=asked("tag") or (),
            author=asked("author"),
            favourite=bool(asked("favourite")),
            archived=bool(asked("archived")),
            sort=asked("sort") or NEW,
        )


def query_of(asked: PromptFilter) -> QueryDict:
    """Return a filter as the query of an address: only what differs from asking for nothing. Mutable."""
    return filled(
        q=asked.text,
        library=asked.library,
        tag=asked.tags,
        author=asked.author,
        favourite="on" if asked.favourite else "",
        archived="on" if asked.archived else "",
        sort=asked.sort if asked.sort != NEW else "",
    )
