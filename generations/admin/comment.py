"""What people say about clips."""

from django.contrib import admin
from django.db.models import Q

from generations.admin.listing import KeySearchMixin, OfClipMixin, clips_named, people_named
from generations.admin.readonly import ReadOnlyAdmin
from generations.models import Comment


@admin.register(Comment)
class CommentAdmin(KeySearchMixin, OfClipMixin, ReadOnlyAdmin):
    """Comments and answers of all clips. They are written, resolved and taken back on the clip's page."""

    list_display = ("at", "poster", "clip", "moment", "by", "text")
    list_display_links = ("at",)
    list_select_related = ("generation", "by")
    search_help_text = "A clip’s id, a task id or who wrote it."
    ordering = ("-id",)
    sortable_by = ()
    fields = (
        "generation",
        "thread",
        "moment",
        "by",
        "text",
        "at",
        "taken_back_at",
        "resolved_at",
        "resolved_by",
    )
    readonly_fields = ("moment",)

    def named(self, text: str) -> Q:
        """What was said of a clip, or by somebody."""
        return Q(generation__in=clips_named(text)) | Q(by__in=people_named(text))
