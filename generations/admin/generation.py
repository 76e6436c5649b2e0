"""Generations: every fact of each, and the two verbs that a person has."""

from typing import cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince

from generations.admin.readonly import ReadOnlyAdmin, ReadOnlyInline
from generations.lifecycle.cancel import cancel
from generations.lifecycle.retry import MayHaveBeenCharged, NotRetryable, retry
from generations.models import Event, Generation, Submission, User
from generations.views.words import words

POSTER_HEIGHT = 54
"""Pixels in the list."""

AGAIN = "{} ordered again, as new generations."
ALREADY = "{} not ordered again: a retry is under way or has succeeded."
CHARGED = "{} may have been charged already. Retry them one by one on their clip pages, where this is asked."
NOT_OVER = "{} left alone: only failed and cancelled ones can be retried."
RETRY_OUTCOMES = (
    (messages.SUCCESS, AGAIN),
    (messages.INFO, ALREADY),
    (messages.WARNING, CHARGED),
    (messages.WARNING, NOT_OVER),
)


class EventInline(ReadOnlyInline):
    """The history of one generation."""

    model = Event
    fields = ("at", "from_state", "to_state", "who", "why")
    verbose_name_plural = "history"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        """Fetch names in the same query."""
        return super().get_queryset(request).select_related("actor")


class SubmissionInline(ReadOnlyInline):
    """What was sent for one generation."""

    model = Submission
    fields = ("claimed_at", "outcome", "http_status", "task_id", "problem", "answered_at")


@admin.register(Generation)
class GenerationAdmin(ReadOnlyAdmin):
    """State, cost and history are written by the application; a person cancels or retries.

    `result_url` is a signed link, that is a secret, and not shown.
    """

    list_display = (
        "poster",
        "title",
        "owner",
        "state_words",
        "age",
        "cost",
        "aspect_ratio",
        "length",
        "page",
    )
    list_display_links = ("poster", "title")
    list_select_related = ("owner", "account")
    list_filter = (
        "state",
        "account__is_rehearsal",
        "aspect_ratio",
        "duration",
        ("owner", admin.RelatedOnlyFieldListFilter),
        "failure",
        "charged",
    )
    search_fields = ("prompt", "task_id", "id")
    search_help_text = "Words of the prompt, a task id or a clip's id."
    date_hierarchy = "created_at"
    list_per_page = 50
    show_full_result_count = False
    actions = ("cancel_selected", "retry_selected")
    inlines = (EventInline, SubmissionInline)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "poster",
                    "state_words",
                    "page",
                    "owner",
                    "account",
                    "order",
                    "take",
                    "retry_of",
                )
            },
        ),
        ("Wish", {"fields": ("prompt", "negative_prompt", "cfg_scale", "aspect_ratio", "duration")}),
        ("Money", {"fields": ("cost", "charged")}),
        (
            "State",
            {
                "fields": (
                    "state",
                    "created_at",
                    "state_at",
                    "accepted_at",
                    "completed_at",
                    "ready_at",
                    "failure",
                    "failure_reason",
                )
            },
        ),
        (
            "At Magnific",
            {"fields": ("task_id", "vendor_status", "vendor_checked_at", "empty_since", "nudged_at")},
        ),
        (
            "Saving",
            {
                "fields": (
                    "received_bytes",
                    "expected_bytes",
                    "save_fence",
                    "save_after",
                    "save_failures",
                    "save_problem",
                )
            },
        ),
        (
            "Clip",
            {
                "fields": (
                    "video_name",
                    "video_bytes",
                    "video_sha256",
                    "video_width",
                    "video_height",
                    "video_duration",
                    "video_codec",
                    "video_frames",
                    "video_warning",
                    "poster_name",
                    "poster_failures",
                )
            },
        ),
    )

    def view_on_site(self, generation: Generation) -> str:
        """The clip page."""
        return generation.get_absolute_url()

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Whoever may change generations may cancel and retry them."""
        return request.user.has_perm("generations.change_generation")

    @admin.display(description="poster")
    def poster(self, generation: Generation) -> SafeString | str:
        """The poster, small; nothing where there is none yet."""
        if not generation.poster_name:
            return "–"
        width = round(POSTER_HEIGHT * generation.frame.width / generation.frame.height)
        url = reverse("clip-poster", args=[generation.pk])
        return format_html(
            '<img src="{}" width="{}" height="{}" alt="" loading="lazy">', url, width, POSTER_HEIGHT
        )

    @admin.display(description="title", ordering="prompt")
    def title(self, generation: Generation) -> str:
        """The beginning of the prompt."""
        return generation.title

    @admin.display(description="state", ordering="state")
    def state_words(self, generation: Generation) -> str:
        """The state in the words of the pages, its place in line left out."""
        said = words(generation, generation.account, place=None, usual=None)
        return f"{said.title}: {said.detail}" if said.detail else said.title

    @admin.display(description="age", ordering="created_at")
    def age(self, generation: Generation) -> str:
        """How long ago it was ordered."""
        return timesince(generation.created_at, depth=1)

    @admin.display(description="price", ordering="price")
    def cost(self, generation: Generation) -> str:
        """The price that was shown when it was ordered."""
        return f"{generation.price} {generation.currency}"

    @admin.display(description="length", ordering="duration")
    def length(self, generation: Generation) -> str:
        """Seconds."""
        return f"{generation.duration} s"

    @admin.display(description="clip page")
    def page(self, generation: Generation) -> SafeString:
        """A link to what its owner sees."""
        return format_html('<a href="{}">Open</a>', generation.get_absolute_url())

    @admin.action(description="Cancel (nothing is spent)", permissions=["operate"])
    def cancel_selected(self, request: HttpRequest, queryset: QuerySet[Generation]) -> None:
        """Take those out of the line that were not sent; say how many were too late."""
        actor = cast(User, request.user)
        outcomes = [cancel(generation, actor=actor) for generation in queryset]
        if cancelled := outcomes.count(True):
            messages.success(request, f"{cancelled} cancelled before being sent, nothing spent.")
        if late := outcomes.count(False):
            messages.warning(request, f"{late} left alone: only what still waits in line can be cancelled.")

    @admin.action(description="Retry as a new generation", permissions=["operate"])
    def retry_selected(self, request: HttpRequest, queryset: QuerySet[Generation]) -> None:
        """Order failed and cancelled ones anew, never one that may have been charged."""
        outcomes = [
            _retry(generation, cast(User, request.user)) for generation in queryset.order_by("created_at")
        ]
        for level, sentence in RETRY_OUTCOMES:
            if count := outcomes.count(sentence):
                messages.add_message(request, level, sentence.format(count))


def _retry(generation: Generation, actor: User) -> str:
    """Retry one generation; return the sentence that counts it."""
    earlier = set(generation.retries.values_list("pk", flat=True))
    try:
        return ALREADY if retry(generation, actor=actor).pk in earlier else AGAIN
    except MayHaveBeenCharged:
        return CHARGED
    except NotRetryable:
        return NOT_OVER
