"""Generations: every fact of each, and the two verbs that a person has."""

from typing import cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString

from generations.admin.charges import charges_page
from generations.admin.clip_search import ClipListAdmin, DurationFilter
from generations.admin.poster import POSTER_HEIGHT, poster_of
from generations.admin.readonly import ReadOnlyInline
from generations.lasting import lasted
from generations.lifecycle.cancel import cancel
from generations.lifecycle.limits import OverLimit
from generations.lifecycle.order import MayNotOrder
from generations.lifecycle.retry import MayHaveBeenCharged, NotRetryable, retry
from generations.models import Event, Generation, LedgerEntry, Rating, Review, State, Submission, User
from generations.views.words import Words, words

FAMILY = (("order", "take"), ("retry_of", "extra_of"), "prompt_version")
ASKED = (("vendor_status", "vendor_checked_at"), "is_provisional")
TIMES = ("accepted_at", "completed_at", "ready_at")
MADE = ("poster_name", "preview_name", "strip_name", "proxy_name")
TROUBLE = ("save_failures", "save_problem", "preview_failures", "proxy_failures")
FILE_FACTS = (
    ("video_bytes", "video_duration", "video_frames"),
    ("video_width", "video_height", "video_codec"),
    "video_warning",
    ("file_checked_at", "file_damage"),
)

LINKED_BY = ("collection_items__collection", "taggings__tag", "prompt_version__prompt")
"""Ways to clips that pages of collections, tags and prompts show."""

AGAIN = "{} ordered again, as new generations."
ALREADY = "{} not ordered again: a retry is under way or has succeeded."
CHARGED = "{} may have been charged already. Retry them one by one on their clip pages, where this is asked."
NOT_ALLOWED = (
    "{} not ordered: a limit would be passed, or the owner orders no more. Their clip pages say which."
)
NOT_OVER = "{} left alone: only failed and cancelled ones can be retried."
RETRY_OUTCOMES = (
    (messages.SUCCESS, AGAIN),
    (messages.INFO, ALREADY),
    (messages.WARNING, CHARGED),
    (messages.WARNING, NOT_ALLOWED),
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


class LedgerInline(ReadOnlyInline):
    """What was reserved and spent for one generation."""

    model = LedgerEntry
    fields = ("created_at", "kind", "reserved", "spent", "currency", "day", "member", "actor", "reason")
    verbose_name_plural = "ledger"

    def get_queryset(self, request: HttpRequest) -> QuerySet[LedgerEntry]:
        """Fetch names in the same query, in the order of time."""
        return super().get_queryset(request).select_related("member", "actor").order_by("pk")


class ReviewInline(ReadOnlyInline):
    """What was said of one generation."""

    model = Review
    fields = ("at", "verdict", "by", "note")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        """Fetch names in the same query."""
        return super().get_queryset(request).select_related("by")


class RatingInline(ReadOnlyInline):
    """The stars of one generation."""

    model = Rating
    fields = ("user", "stars", "rated_at")
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rating]:
        """Fetch names in the same query."""
        return super().get_queryset(request).select_related("user")


@admin.register(Generation)
class GenerationAdmin(ClipListAdmin):
    """State, cost and history are written by the application; a person cancels or retries.

    `result_url` is a signed link, that is a secret, and not shown.
    """

    list_display = ("poster", "title", "owner", "brief_state", "age", "cost", "shape", "page")
    list_display_links = ("poster", "title")
    list_select_related = ("owner", "team", "account")
    list_filter = (
        "state",
        "account__is_rehearsal",
        "aspect_ratio",
        DurationFilter,
        "team",
        "owner",
        "failure",
        "charged",
        ("file_damage", admin.EmptyFieldListFilter),
        ("trashed_at", admin.EmptyFieldListFilter),
    )
    search_fields = ("prompt",)
    search_help_text = "Words of the prompt, a task id or a clip’s id."
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-number")
    sortable_by = ("age",)
    see_also_by = {
        "submissions": ("submission", "generation"),
        "history": ("event", "generation"),
        "ledger": ("ledgerentry", "generation"),
        "reviews": ("review", "generation"),
        "retries": ("generation", "retry_of"),
    }
    actions = ("cancel_selected", "retry_selected")
    inlines = (EventInline, SubmissionInline, LedgerInline, ReviewInline, RatingInline)
    change_list_template = "admin/generations/generation/change_list.html"
    fieldsets = (
        (
            None,
            {"fields": ("poster", "full_state", "page", "owner", "team", "account", *FAMILY, "see_also")},
        ),
        ("Wish", {"fields": ("prompt", "negative_prompt", "cfg_scale", "aspect_ratio", "duration")}),
        ("Money", {"fields": ("cost", "charged")}),
        ("Kept", {"fields": ("number", "rating", "trashed_at", "trashed_by", "purged_at")}),
        ("State", {"fields": (("state", "state_at"), "created_at", *TIMES, "failure", "failure_reason")}),
        (
            "At Magnific",
            {"fields": ("task_id", *ASKED, "empty_since", "nudged_at")},
        ),
        ("Saving", {"fields": (("received_bytes", "expected_bytes"), "save_after", "save_fence", *TROUBLE)}),
        (
            "Clip",
            {
                "fields": (
                    "video_name",
                    "video_sha256",
                    "poster_name",
                    "preview_name",
                    "strip_name",
                    "proxy_name",
                    *FILE_FACTS,
                )
            },
        ),
    )

    def view_on_site(self, generation: Generation) -> str:
        """The clip page."""
        return generation.get_absolute_url()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Also by what other pages here link to."""
        return lookup in LINKED_BY or super().lookup_allowed(lookup, value, request)

    def get_urls(self) -> list[URLPattern]:
        """Add the page where unknown charges are decided."""
        page = self.admin_site.admin_view(charges_page)
        return [path("charges/", page, name="generations_generation_charges"), *super().get_urls()]

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Whoever may change generations may cancel and retry them."""
        return request.user.has_perm("generations.change_generation")

    @admin.display(description="poster")
    def poster(self, generation: Generation) -> SafeString | str:
        """The poster, small; nothing where there is none yet."""
        return poster_of(generation, POSTER_HEIGHT)

    @admin.display(description="title")
    def title(self, generation: Generation) -> str:
        """The beginning of the prompt."""
        return generation.title

    @admin.display(description="state")
    def brief_state(self, generation: Generation) -> str:
        """The pages' title of the state; of a failed one also whether money moved."""
        title = _words(generation).title
        return f"{title}. {generation.get_charged_display()}." if generation.state == State.FAILED else title

    @admin.display(description="state")
    def full_state(self, generation: Generation) -> str:
        """All that the pages say, except its place in line."""
        said = _words(generation)
        return f"{said.title}: {said.detail}" if said.detail else said.title

    @admin.display(description="age", ordering="created_at")
    def age(self, generation: Generation) -> str:
        """How long ago it was ordered."""
        return lasted(generation.created_at)

    @admin.display(description="price")
    def cost(self, generation: Generation) -> str:
        """The price that was shown when it was ordered."""
        return f"{generation.price} {generation.currency}"

    @admin.display(description="shape")
    def shape(self, generation: Generation) -> str:
        """Aspect ratio and seconds."""
        return f"{generation.aspect_ratio}, {generation.duration} s"

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


def _words(generation: Generation) -> Words:
    return words(generation, generation.account, place=None, usual=None)


def _retry(generation: Generation, actor: User) -> str:
    """Retry one generation; return the sentence that counts it."""
    earlier = set(generation.retries.values_list("pk", flat=True))
    try:
        return ALREADY if retry(generation, actor=actor).pk in earlier else AGAIN
    except MayHaveBeenCharged:
        return CHARGED
    except (OverLimit, MayNotOrder):
        return NOT_ALLOWED
    except NotRetryable:
        return NOT_OVER
