"""Tasks in Magnific's list that none of our submissions is known to have made."""

from django.contrib import admin

from generations.admin.readonly import ReadOnlyAdmin
from generations.models import StrangerTask


@admin.register(StrangerTask)
class StrangerTaskAdmin(ReadOnlyAdmin):
    """Unknown ids, and how steadily they are shown. What is done about them is on the page “Unclear”."""

    list_display = ("task_id", "account", "status", "first_seen_at", "last_seen_at", "reads", "is_old")
    list_select_related = ("account",)
    list_filter = ("is_old", "account", "status")
    search_fields = ("task_id",)
    date_hierarchy = "first_seen_at"
