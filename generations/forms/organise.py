"""What is asked of several clips at once, and the names of collections."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import QueryDict

from generations.forms.gallery import FilterForm
from generations.lifecycle.collections import NAME_LENGTH
from generations.lifecycle.finding import ClipFilter
from generations.lifecycle.tags import NoTag, tag_name

FAVOURITE, UNFAVOURITE = "favourite", "unfavourite"
TAG, UNTAG = "tag", "untag"
COLLECT, UNCOLLECT = "collect", "uncollect"
TRASH, RESTORE = "trash", "restore"
SHARE, KEEP_PRIVATE = "share", "keep-private"
HAND_IN = "hand-in"
MARKS: Final = (FAVOURITE, UNFAVOURITE, TAG, UNTAG, COLLECT, UNCOLLECT)
ACTIONS: Final = (*MARKS, TRASH, RESTORE, SHARE, KEEP_PRIVATE, HAND_IN)
MINE, TEAM, IN_TRASH = "mine", "team", "trash"
MOST: Final = 1000
"""Clips named one by one; more than that are asked for by what they match."""
FILTER_LENGTH: Final = 4000


def clean_name(text: str) -> str:
    """Return a collection's name with single blanks. Raises ValidationError for signs that nobody sees."""
    name = " ".join(text.split())
    if not name.isprintable():
        raise forms.ValidationError("The name has signs in it that nobody can see. Type it again.")
    return name


class NameField(forms.CharField):
    """The name of a collection."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=NAME_LENGTH,
            error_messages={
                "required": "Give the collection a name.",
                "max_length": f"A name has {NAME_LENGTH} characters at most.",
            },
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        """Return the name. Raises ValidationError."""
        return clean_name(super().clean(value))


class NameForm(forms.Form):
    """A collection's name."""

    name = NameField()


class IdsField(forms.Field):
    """Clips by their ids, each once."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[UUID]:
        """Return the ids. Raises ValidationError."""
        try:
            ids = list(dict.fromkeys(UUID(text) for text in value or ()))
        except ValueError as error:
            raise forms.ValidationError("One of these is no clip. Reload the page.") from error
        if len(ids) > MOST:
            raise forms.ValidationError(f"{MOST} clips at most can be chosen one by one.")
        return ids


class ActForm(forms.Form):
    """One action on several clips: those of `ids`; with `all` those that match `filter` among `whose`; with `at`
    those that one moved to the trash at that moment.

    `tag` is a word. `collection` is an id; without one `name` says which, and makes it if there is none of that
    name. Clips are taken out of the one that is filtered by. `quiet` says that the page shows what came of it by
    itself.
    """

    action = forms.ChoiceField(
        choices=[(name, name) for name in ACTIONS],
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Nothing is done with clips by this name."
        ),
    )
    ids = IdsField(required=False)
    all = forms.BooleanField(required=False)
    filter = forms.CharField(required=False, max_length=FILTER_LENGTH)
    whose = forms.ChoiceField(required=False, choices=[(name, name) for name in (MINE, TEAM, IN_TRASH)])
    at = forms.DateTimeField(required=False)
    tag = forms.CharField(required=False)
    collection = forms.UUIDField(required=False, error_messages={"invalid": "There is no such collection."})
    name = NameField(required=False)
    quiet = forms.BooleanField(required=False)

    def clean_tag(self) -> str:
        """Return the tag as it is kept. Raises ValidationError if one is needed and this is none."""
        if self.data.get("action") not in (TAG, UNTAG):
            return ""
        try:
            return tag_name(self.cleaned_data["tag"])
        except NoTag as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        """See that clips are named, and the collection where one is needed."""
        cleaned = super().clean() or {}
        action = cleaned.get("action")
        if not (cleaned.get("ids") or cleaned.get("all") or cleaned.get("at") or "ids" in self.errors):
            raise forms.ValidationError("No clip is chosen. Choose some first.")
        if cleaned.get("at") and action != RESTORE:
            raise forms.ValidationError("Only what went to the trash is known by its moment.")
        if action == UNCOLLECT:
            cleaned["collection"] = cleaned.get("collection") or self._filter(cleaned).collection
        is_named = cleaned.get("collection") or (action == COLLECT and cleaned.get("name"))
        if action in (COLLECT, UNCOLLECT) and not is_named and not self.errors:
            raise forms.ValidationError("Choose a collection, or give a new one a name.")
        return cleaned

    @staticmethod
    def _filter(cleaned: dict[str, Any]) -> ClipFilter:
        return FilterForm(QueryDict(cleaned.get("filter", ""))).filter

    @property
    def asked(self) -> ClipFilter:
        """The filter. Only for a valid form."""
        return self._filter(self.cleaned_data)

    @property
    def moment(self) -> datetime | None:
        """When they were moved to the trash, if that is how they are named. Only for a valid form."""
        at: datetime | None = self.cleaned_data["at"]
        return at

    @property
    def sentence(self) -> str:
        """What is wrong, for a message. Only for a form that is not valid."""
        return " ".join(str(error) for errors in self.errors.values() for error in errors)
