"""A field for the advice that somebody has passed over."""

import re
from typing import Any, Final

from django import forms

KEY: Final = re.compile(r"[0-9a-f]{12}")
MOST: Final = 50
"""Of one text there are never so many; what a page carries along has an end."""


class PassedOverField(forms.Field):
    """Keys of advice: any number of values, each of one key or several with blanks. What is none is left out."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[str]:
        """Return the keys, each once."""
        words = " ".join(str(one) for one in value or ()).split()
        return [key for key in dict.fromkeys(words) if KEY.fullmatch(key)][:MOST]
