"""The picture of a clip in lists."""

from typing import Final

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from generations.models import Generation

POSTER_HEIGHT: Final = 54
"""Pixels in a list."""


def poster_of(generation: Generation, height: int) -> SafeString | str:
    """Return a picture of the clip, so many pixels high; a dash where there is none yet."""
    if not generation.poster_name:
        return "–"
    width = round(height * generation.frame.width / generation.frame.height)
    url = reverse("clip-poster", args=[generation.pk])
    return format_html('<img src="{}" width="{}" height="{}" alt="" loading="lazy">', url, width, height)
