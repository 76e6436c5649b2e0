"""Tests of the set-up, kept: who asked, when, and what was found."""

from django.contrib import admin

from generations.admin.readonly import ReadOnlyAdmin
from generations.models import Trial


@admin.register(Trial)
class TrialAdmin(ReadOnlyAdmin):
    """Every press of a button on the page “Set-up”."""

    list_display = ("asked_at", "what", "is_good", "found", "asked_by", "answered_at")
    list_select_related = ("asked_by",)
    list_filter = ("what", "is_good")
