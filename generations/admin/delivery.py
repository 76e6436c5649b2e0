"""What Magnific called about."""

from django.contrib import admin
from django.db.models import Q

from generations.admin.listing import KeySearchMixin, OfClipMixin, clips_named
from generations.admin.readonly import ReadOnlyAdmin
from generations.models import Delivery, Generation, Submission


@admin.register(Delivery)
class DeliveryAdmin(KeySearchMixin, OfClipMixin, ReadOnlyAdmin):
    """Callbacks that were signed well. The body is not shown: it may hold a signed link, that is a secret."""

    list_display = ("received_at", "poster", "status", "task_id", "clip", "is_stale", "read_at")
    list_display_links = ("received_at",)
    list_select_related = ("submission__generation",)
    list_filter = ("is_stale", ("read_at", admin.EmptyFieldListFilter))
    search_help_text = "A clip’s id, a task id that a submission has, or a delivery’s id."
    ordering = ("-id",)
    sortable_by = ()
    fields = (
        *("webhook_id", "received_at", "status", "task_id", "submission", "clip"),
        *("secret_encoding", "is_stale", "read_at"),
    )

    def clip_of(self, row: Delivery) -> Generation | None:
        """The clip of the submission that it names."""
        return row.submission.generation if row.submission else None

    def named(self, text: str) -> Q:
        """A clip, one of its tasks, or the delivery itself."""
        of_clip = Q(generation__in=clips_named(text)) | Q(task_id=text)
        sent = list(Submission.objects.filter(of_clip).values_list("pk", flat=True))
        return Q(submission__in=sent) | Q(webhook_id=text)
