"""What was sent to Magnific, and what came back."""

from django.contrib import admin
from django.urls import URLPattern, path

from generations.admin.readonly import ReadOnlyAdmin
from generations.admin.unclear import unclear_page
from generations.models import Submission


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    """One POST: its answer, and which process sent it. Its callback token is a secret and not shown."""

    list_display = ("claimed_at", "generation", "outcome", "http_status", "task_id", "problem", "host")
    list_select_related = ("generation",)
    list_filter = ("outcome", "http_status", "account")
    search_fields = ("task_id", "generation__id", "problem")
    date_hierarchy = "claimed_at"
    show_full_result_count = False
    change_list_template = "admin/generations/submission/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the page where doubts are settled."""
        page = self.admin_site.admin_view(unclear_page)
        return [path("unclear/", page, name="generations_submission_unclear"), *super().get_urls()]

    fields = (
        *("generation", "account", "claimed_at", "answered_at", "outcome", "http_status", "task_id"),
        *("problem", "evidence", "fence", "host", "boot_id", "pid", "pid_started"),
    )
