"""Texts that people had improved, without what they say: that is nobody else's business."""

from django.contrib import admin

from generations.admin.readonly import ReadOnlyAdmin
from generations.models import Improvement


@admin.register(Improvement)
class ImprovementAdmin(ReadOnlyAdmin):
    """Who asked when, and how it went."""

    list_display = ("created_at", "user", "account", "stage", "tries", "asked_at", "next_ask_at", "failure")
    list_select_related = ("user", "account")
    list_filter = ("stage", "account")
    search_fields = ("user__username", "task_id", "id")
    date_hierarchy = "created_at"
    exclude = ("text", "answer")
