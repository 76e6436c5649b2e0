"""What was sent to Magnific, and what came back."""

from django.contrib import admin
from django.db.models import Q
from django.urls import URLPattern, path

from generations.admin.listing import KeySearchMixin, OfClipMixin, clips_named
from generations.admin.readonly import ReadOnlyAdmin
from generations.admin.unclear import unclear_page
from generations.models import Submission


@admin.register(Submission)
class SubmissionAdmin(KeySearchMixin, OfClipMixin, ReadOnlyAdmin):
    """One POST: its answer, and which process sent it. Its callback token is a secret and not shown."""

    list_display = ("claimed_at", "poster", "clip", "outcome", "http_status", "task_id", "problem", "host")
    list_display_links = ("claimed_at",)
    list_select_related = ("generation",)
    list_filter = ("outcome", "account")
    search_help_text = "A clip’s id or a task id."
    ordering = ("-id",)
    sortable_by = ()
    change_list_template = "admin/generations/submission/change_list.html"
    see_also_by = {"callbacks": ("delivery", "submission")}
    fields = (
        *("generation", "account", "claimed_at", "answered_at", "outcome", "http_status", "task_id"),
        *("problem", "evidence", "fence", "host", "boot_id", "pid", "pid_started"),
    )

    def get_urls(self) -> list[URLPattern]:
        """Add the page where doubts are settled."""
        page = self.admin_site.admin_view(unclear_page)
        return [path("unclear/", page, name="generations_submission_unclear"), *super().get_urls()]

    def named(self, text: str) -> Q:
        """A clip, or a task."""
        return Q(generation__in=clips_named(text)) | Q(task_id=text)
