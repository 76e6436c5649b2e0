"""Finding clips in the admin's lists, by indexes alone."""

from typing import Any, Final

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.db.models import QuerySet
from django.http import HttpRequest

from generations import constraints
from generations.admin.listing import clips_named
from generations.admin.readonly import ReadOnlyAdmin
from generations.models.prompt_index import with_place

MOST_FOUND: Final = 500
"""Clips that are counted of any search: PostgreSQL looks at each prompt on the way, 16 µs apiece."""


class ClipListAdmin(ReadOnlyAdmin):
    """A list of clips, searched by `find_clips`."""

    def most_counted(self, request: HttpRequest) -> int:
        """Fewer of what is searched for."""
        return MOST_FOUND if request.GET.get(SEARCH_VAR, "").strip() else super().most_counted(request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """A clip by its id or task, or all whose prompts have these words."""
        return find_clips(queryset, search_term, is_sorted="o" in request.GET), False


def find_clips(found: QuerySet[Any], text: str, *, is_sorted: bool) -> QuerySet[Any]:
    """Return those that `text` names: by id or task id, else by words of the prompt, newest first.

    `is_sorted` keeps another order that somebody has asked for.
    """
    text = text.strip()
    if not text:
        return found
    if clips := clips_named(text):
        return found.filter(pk__in=clips)
    worded: QuerySet[Any] = with_place(found, text)
    return worded if is_sorted else worded.order_by("-place")


class DurationFilter(admin.SimpleListFilter):
    """How long a clip is: what can be ordered, rather than what a look through all clips would find."""

    title = "duration"
    parameter_name = "duration"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices, in seconds."""
        return [(str(seconds), f"{seconds} s") for seconds in constraints.DURATIONS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the clips of that length."""
        known = {str(seconds) for seconds in constraints.DURATIONS}
        return queryset.filter(duration=self.value()) if self.value() in known else queryset
