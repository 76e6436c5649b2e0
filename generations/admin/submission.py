"""What was sent to Magnific, and what came back."""

from django.contrib import admin

from generations.admin.readonly import ReadOnlyAdmin
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
    fields = (
        *("generation", "account", "claimed_at", "answered_at", "outcome", "http_status", "task_id"),
        *("problem", "evidence", "fence", "host", "boot_id", "pid", "pid_started"),
    )
