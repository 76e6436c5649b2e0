"""The history of all generations, newest first."""

from django.contrib import admin

from generations.admin.readonly import ReadOnlyAdmin
from generations.models import Event


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """Who moved what, when and why."""

    list_display = ("at", "generation", "from_state", "to_state", "who", "why")
    list_select_related = ("generation", "actor")
    list_filter = ("to_state", "agent")
    search_fields = ("why", "generation__id", "generation__task_id")
    date_hierarchy = "at"
    ordering = ("-at", "-id")
    fields = ("generation", "at", "from_state", "to_state", "actor", "agent", "why")
    show_full_result_count = False
