"""What Magnific called about."""

from django.contrib import admin

from generations.admin.readonly import ReadOnlyAdmin
from generations.models import Delivery


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Callbacks that were signed well. The body is not shown: it may hold a signed link, that is a secret."""

    list_display = (
        "received_at",
        "status",
        "task_id",
        "submission",
        "secret_encoding",
        "is_stale",
        "read_at",
    )
    list_select_related = ("submission",)
    list_filter = ("status", "is_stale", "secret_encoding")
    search_fields = ("task_id", "webhook_id")
    date_hierarchy = "received_at"
    show_full_result_count = False
    fields = ("webhook_id", *list_display)
