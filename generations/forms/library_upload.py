"""The file that somebody wants to import."""

from typing import Final

from django import forms
from django.core.files.uploadedfile import UploadedFile

from generations.forms.library_file import MOST_BYTES

MEGABYTE: Final = 1_000_000
TOO_LARGE: Final = f"The file is too large: {MOST_BYTES // MEGABYTE} MB at most. Nothing of it was kept."


class UploadForm(forms.Form):
    """A file of prompts; what is in it, is judged when it is read."""

    file = forms.FileField(
        label="File",
        help_text=f"JSON or CSV as exported here, {MOST_BYTES // MEGABYTE} MB at most.",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".json,.csv,application/json,text/csv"}),
        error_messages={"required": "Choose a file.", "invalid": "Choose a file."},
    )

    def clean_file(self) -> UploadedFile:
        """Refuse what is too large. Raises ValidationError."""
        found: UploadedFile = self.cleaned_data["file"]
        if (found.size or 0) > MOST_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        return found
