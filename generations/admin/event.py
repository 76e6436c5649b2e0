"""The history of all generations, newest first."""

from django.contrib import admin
from django.db.models import Q

from generations.admin.listing import KeySearchMixin, OfClipMixin, clips_named
from generations.admin.readonly import ReadOnlyAdmin
from generations.models import Event


@admin.register(Event)
class EventAdmin(KeySearchMixin, OfClipMixin, ReadOnlyAdmin):
    """Who moved what, when and why. The largest of all tables: a clip has five rows or more."""

    list_display = ("at", "poster", "clip", "from_state", "to_state", "who", "why")
    list_display_links = ("at",)
    list_select_related = ("generation", "actor")
    list_filter = ("to_state",)
    search_help_text = "A clip’s id or a task id."
    ordering = ("-id",)
    sortable_by = ()
    fields = ("generation", "at", "from_state", "to_state", "actor", "agent", "why")

    def named(self, text: str) -> Q:
        """All that happened to a clip."""
        return Q(generation__in=clips_named(text))
