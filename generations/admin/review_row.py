"""Every act of review, kept: handed in, approved, returned."""

from django.contrib import admin
from django.db.models import Q

from generations.admin.listing import KeySearchMixin, OfClipMixin, clips_named, people_named
from generations.admin.readonly import ReadOnlyAdmin
from generations.models import Review


@admin.register(Review)
class ReviewAdmin(KeySearchMixin, OfClipMixin, ReadOnlyAdmin):
    """What was said of clips, by whom. The database refuses to change it: a new verdict is a new row."""

    list_display = ("at", "poster", "clip", "verdict", "by", "note")
    list_display_links = ("at",)
    list_select_related = ("generation", "by")
    list_filter = ("verdict",)
    search_help_text = "A clip’s id, a task id or a reviewer."
    date_hierarchy = "at"
    ordering = ("-id",)
    sortable_by = ()
    fields = ("generation", "verdict", "by", "note", "at")

    def named(self, text: str) -> Q:
        """What was said of a clip, or by somebody."""
        return Q(generation__in=clips_named(text)) | Q(by__in=people_named(text))
