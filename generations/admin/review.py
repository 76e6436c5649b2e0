"""Clips in review: the list with posters and filters, verdicts on several at once, and the way to the queue."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final, cast
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from generations.access import review as access
from generations.admin import review_news, review_queue, review_takes
from generations.admin.clip_search import ClipListAdmin
from generations.admin.listing import people_named
from generations.admin.poster import POSTER_HEIGHT, poster_of
from generations.lasting import lasted
from generations.lifecycle import review
from generations.models import ClipInReview, Generation, Review, User, Verdict
from generations.models.review import NOTE_LENGTH

AGES: Final = {"day": ("The last 24 hours", 1), "week": ("The last 7 days", 7), "older": ("Longer ago", 7)}
PRICES: Final = {
    "low": ("Under 5", {"price__lt": Decimal(5)}),
    "middle": ("5 to 10", {"price__gte": Decimal(5), "price__lt": Decimal(10)}),
    "high": ("10 and more", {"price__gte": Decimal(10)}),
}


class AgeFilter(admin.SimpleListFilter):
    """When the newest thing was said. By the numbers of reviews, which an index of clips ends with."""

    title = "last changed"
    parameter_name = "age"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices."""
        return [(name, label) for name, (label, _) in AGES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return what is as old as was chosen."""
        if self.value() not in AGES:
            return queryset
        since = timezone.now() - timedelta(days=AGES[str(self.value())][1])
        reviews = Review.objects.filter(at__gte=since).order_by("at", "id")
        first = reviews.values_list("pk", flat=True).first() or 2**63 - 1
        return queryset.filter(**{"review__lt" if self.value() == "older" else "review__gte": first})


class PriceFilter(admin.SimpleListFilter):
    """What the clip cost."""

    title = "price"
    parameter_name = "price"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices."""
        return [(name, label) for name, (label, _) in PRICES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return what cost as much as was chosen."""
        _, wanted = PRICES.get(str(self.value()), ("", {}))
        return queryset.filter(**wanted)


class VerdictActionForm(ActionForm):
    """An action, and the note that goes with it."""

    note = forms.CharField(
        label="Note:",
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.TextInput(attrs={"placeholder": "Needed to return", "autocomplete": "off"}),
    )


@admin.register(ClipInReview)
class ClipInReviewAdmin(ClipListAdmin):
    """What was handed in, newest first. A verdict is written by the same verb as in the queue."""

    list_display = ("poster", "title", "team", "owner", "said", "age", "cost")
    list_display_links = ("poster", "title")
    list_select_related = ("owner", "team", "account", "review__by")
    list_filter = (
        "verdict",
        "team",
        "owner",
        AgeFilter,
        PriceFilter,
    )
    search_fields = ("prompt",)
    search_help_text = "Words of the prompt, a clip’s id, or an owner."
    ordering = ("-review_id",)
    sortable_by = ("age",)
    action_form = VerdictActionForm
    actions = ("approve_selected", "return_selected")
    change_list_template = "admin/generations/clipinreview/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ClipInReview]:
        """What this reviewer may judge."""
        found: QuerySet[ClipInReview] = super().get_queryset(request)
        return found.filter(access.reviewable(request.user))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ClipInReview], search_term: str
    ) -> tuple[QuerySet[ClipInReview], bool]:
        """All of an owner's, else as clips are found."""
        if people := people_named(search_term.strip()):
            return queryset.filter(owner__in=people), False
        return super().get_search_results(request, queryset, search_term)

    def get_urls(self) -> list[URLPattern]:
        """Add the queue, takes side by side, and what an open page asks for."""
        pages = {
            "queue/": (review_queue.queue_page, "queue"),
            "queue/next": (review_queue.next_clip, "next"),
            "queue/hold": (review_queue.hold, "hold"),
        }
        ours = [
            path(route, self.admin_site.admin_view(view), name=f"generations_clipinreview_{name}")
            for route, (view, name) in pages.items()
        ]
        pages_of_one = {"takes/": (review_takes.takes_page, "takes"), "news": (review_news.news, "news")}
        ours += [
            path(
                f"<uuid:pk>/{route}",
                self.admin_site.admin_view(view),
                name=f"generations_clipinreview_{name}",
            )
            for route, (view, name) in pages_of_one.items()
        ]
        return [*ours, *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """The clip with all that is known of it, instead of a form of fields."""
        try:
            pk = UUID(object_id)
        except ValueError as error:
            raise Http404("No such clip in review.") from error
        return review_queue.clip_page(request, pk)

    def has_judge_permission(self, request: HttpRequest) -> bool:
        """Whether this person may give a verdict."""
        return access.may_judge(request.user)

    @admin.display(description="poster")
    def poster(self, clip: ClipInReview) -> SafeString | str:
        """The poster, small."""
        return poster_of(clip, POSTER_HEIGHT)

    @admin.display(description="verdict")
    def said(self, clip: ClipInReview) -> SafeString:
        """The verdict with its note; and, for the actions, which review this page has shown."""
        note = clip.review.note if clip.review else ""
        hidden = format_html('<input type="hidden" name="seen-{}" value="{}">', clip.pk, clip.review_id)
        text = f"{clip.get_verdict_display()}: {note}" if note else clip.get_verdict_display()
        return format_html('<span class="said said--{}">{}</span>{}', clip.verdict, text, hidden)

    @admin.display(description="changed", ordering="review_id")
    def age(self, clip: ClipInReview) -> str:
        """How long ago the newest was said."""
        return f"{lasted(clip.review.at)} ago" if clip.review else ""

    @admin.display(description="price")
    def cost(self, clip: ClipInReview) -> str:
        """What it cost."""
        return f"{clip.price} {clip.currency}"

    @admin.action(description="Approve", permissions=["judge"])
    def approve_selected(self, request: HttpRequest, queryset: QuerySet[ClipInReview]) -> None:
        """Approve those that have not changed since the list was drawn."""
        _judge_all(request, queryset, Verdict.APPROVED)

    @admin.action(description="Return with the note", permissions=["judge"])
    def return_selected(self, request: HttpRequest, queryset: QuerySet[ClipInReview]) -> None:
        """Return those that have not changed since the list was drawn, all with the same note."""
        _judge_all(request, queryset, Verdict.RETURNED)


def _judge_all(request: HttpRequest, clips: QuerySet[ClipInReview], verdict: Verdict) -> None:
    """Judge each by the verb of the queue; say how many, and each reason for leaving some."""
    note, left, done = request.POST.get("note", "")[:NOTE_LENGTH], Counter[str](), 0
    for clip in clips.order_by("review_id"):
        try:
            review.judge(cast(User, request.user), clip, verdict, note, _seen(request, clip))
        except review.ReviewRefusal as refusal:
            left[str(refusal)] += 1
        else:
            done += 1
    if done:
        messages.success(request, f"{done} clip{'s' * (done != 1)} {verdict.value}.")
    for why, count in left.items():
        messages.warning(request, f"{count} left as {'it is' if count == 1 else 'they are'}: {why}")


def _seen(request: HttpRequest, clip: Generation) -> int | None:
    """The review that the list showed; of a clip on another of its pages, the newest."""
    said = request.POST.get(f"seen-{clip.pk}", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else clip.review_id
