"""What the gallery may be asked for in its address."""

from typing import Any, Final

from django import forms
from django.http import QueryDict

from generations import constraints
from generations.forms.query import filled
from generations.lifecycle.finding import NEW, SORTS, STATES, ClipFilter
from generations.lifecycle.tags import NoTag, tag_name
from generations.models import Verdict
from generations.models.favourite import RATING_MAX, RATING_MIN

TEXT_LENGTH: Final = 200
MOST_TAGS: Final = 8


class TagsField(forms.Field):
    """Several tags, each a word as it is kept; what is none is refused."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> tuple[str, ...]:
        """Return the tags, each once. Raises ValidationError."""
        try:
            names = tuple(dict.fromkeys(tag_name(text) for text in value or ()))
        except NoTag as error:
            raise forms.ValidationError(str(error)) from error
        if len(names) > MOST_TAGS:
            raise forms.ValidationError(f"{MOST_TAGS} tags at most.")
        return names


class FilterForm(forms.Form):
    """The filter as fields of an address. What cannot be read is named at its field and does not count."""

    q = forms.CharField(required=False, max_length=TEXT_LENGTH)
    state = forms.MultipleChoiceField(required=False, choices=[(name, name) for name in STATES])
    ratio = forms.MultipleChoiceField(
        required=False, choices=[(ratio, ratio) for ratio in constraints.ASPECT_RATIOS]
    )
    duration = forms.TypedMultipleChoiceField(
        required=False, coerce=int, choices=[(seconds, seconds) for seconds in constraints.DURATIONS]
    )
    owner = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    favourite = forms.BooleanField(required=False)
    rating = forms.IntegerField(required=False, min_value=RATING_MIN, max_value=RATING_MAX)
    tag = TagsField(required=False)
    review = forms.ChoiceField(required=False, choices=Verdict.choices)
    collection = forms.UUIDField(required=False)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)
    sort = forms.ChoiceField(required=False, choices=[(name, name) for name in SORTS])

    def clean(self) -> dict[str, Any]:
        """Refuse a range of days that ends before it begins."""
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", "This is before the first day.")
        return cleaned

    @property
    def filter(self) -> ClipFilter:
        """What was asked for, as far as it can be read."""
        self.is_valid()
        asked = self.cleaned_data.get
        return ClipFilter(
            text=asked("q") or "",
            states=tuple(asked("state") or ()),
            ratios=tuple(asked("ratio") or ()),
            durations=tuple(asked("duration") or ()),
            owner=asked("owner"),
            favourite=bool(asked("favourite")),
            rating=asked("rating") or 0,
            tags=asked("tag") or (),
            verdict=asked("review") or "",
            collection=asked("collection"),
            since=asked("since"),
            until=asked("until"),
            sort=asked("sort") or NEW,
        )


def query_of(asked: ClipFilter) -> QueryDict:
    """Return a filter as the query of an address: only what differs from asking for nothing. Mutable."""
    return filled(
        q=asked.text,
        state=asked.states,
        ratio=asked.ratios,
        duration=asked.durations,
        owner=asked.owner,
        favourite="on" if asked.favourite else "",
        rating=asked.rating,
        tag=asked.tags,
        review=asked.verdict,
        collection=asked.collection,
        since=asked.since,
        until=asked.until,
        sort=asked.sort if asked.sort != NEW else "",
    )


def gallery_query(asked: ClipFilter, whose: str) -> str:
    """Return the query of the gallery's address, in the one way that it is written; `whose` is mine or team."""
    query = query_of(asked)
    query["whose"] = whose
    return query.urlencode()
