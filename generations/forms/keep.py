"""What can be done to keep a clip: one thing at a time."""

from typing import Any, Final

from django import forms

from generations.lifecycle.collections import NAME_LENGTH
from generations.lifecycle.tags import NoTag, tag_name
from generations.models.favourite import RATING_MAX

LABELS: Final = ("tag", "remove_tag", "collection", "new_collection", "remove_collection")
"""What is the team's, and for those who may order; the others are one's own."""


class KeepForm(forms.Form):
    """Exactly one of its fields is sent, and says what to do; 0 stars takes one's own back."""

    favourite = forms.ChoiceField(required=False, choices=[("on", "on"), ("off", "off")])
    stars = forms.IntegerField(required=False, min_value=0, max_value=RATING_MAX)
    tag = forms.CharField(required=False, max_length=400)
    remove_tag = forms.CharField(required=False)
    collection = forms.UUIDField(required=False)
    new_collection = forms.CharField(required=False)
    remove_collection = forms.UUIDField(required=False)

    @property
    def verb(self) -> str:
        """The name of the field that was sent; nothing unless it is one."""
        sent = [name for name in self.fields if name in self.data]
        return sent[0] if len(sent) == 1 else ""

    @property
    def value(self) -> Any:
        """What it says. Only for a valid form."""
        return self.cleaned_data[self.verb]

    def clean_tag(self) -> list[str]:
        """Return one or more tags; a comma parts them. Raises ValidationError."""
        return self._tags("tag", self.cleaned_data["tag"].split(","))

    def clean_remove_tag(self) -> list[str]:
        """Return the tag to take off. Raises ValidationError."""
        return self._tags("remove_tag", [self.cleaned_data["remove_tag"]])

    def clean_new_collection(self) -> str:
        """Return a name in one line. Raises ValidationError."""
        name = " ".join(self.cleaned_data["new_collection"].split())
        if self.verb != "new_collection":
            return name
        if not name or not name.isprintable():
            raise forms.ValidationError("Write a name that can be read.")
        if len(name) > NAME_LENGTH:
            raise forms.ValidationError(f"A name has {NAME_LENGTH} characters at most; this has {len(name)}.")
        return name

    def clean(self) -> dict[str, Any]:
        """Return the values. Raises ValidationError if nothing, or more than one thing, is to be done."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.verb:
            raise forms.ValidationError("Nothing was changed: say one thing at a time.")
        if self.verb not in self.errors and cleaned.get(self.verb) in (None, ""):
            self.add_error(self.verb, "Nothing was changed: this says nothing.")
        return cleaned

    def _tags(self, field: str, texts: list[str]) -> list[str]:
        if self.verb != field:
            return []
        words = [text for text in texts if text.strip()] or [""]
        try:
            return list(dict.fromkeys(tag_name(text) for text in words))
        except NoTag as error:
            raise forms.ValidationError(str(error)) from error
