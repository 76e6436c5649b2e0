"""One database's pages of Django admin, asked for in a process of their own, as `gallery_pages` does.

Runs inside Django: `manage.py shell -c "from bench import admin_pages; admin_pages.serve()"`.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.urls import reverse

from bench import gallery_pages
from bench.gallery_data import IN_A_THIRD, SELDOM
from generations.models import ClipInReview, Generation, Submission, User


class Pages(gallery_pages.Pages):
    """The pages, by name, as an admin sees them."""

    tile = re.compile(r'<tr[^>]*><t[dh] class="(?:action-checkbox|field-)')

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Name and address of each page."""
        yield "home", reverse("admin:index")
        yield "set-up", reverse("set-up")
        for model in sorted(admin.site._registry, key=lambda model: model._meta.label):
            name = f"{model._meta.app_label}_{model._meta.model_name}"
            yield f"list: {model._meta.verbose_name_plural}"[:26], reverse(f"admin:{name}_changelist")
        yield from self._clips()
        yield from self._reviews()

    def _clips(self) -> Iterator[tuple[str, str]]:
        clip = Generation.objects.filter(state="ready").order_by("number")[20]
        sent = Submission.objects.get(generation=clip)
        bo = User.objects.get(username="bo").pk
        yield "clips: a rare word", _list("generation", q=SELDOM)
        yield "clips: a third", _list("generation", q=IN_A_THIRD)
        yield "clips: a task id", _list("generation", q=clip.task_id)
        yield "clips: failed", _list("generation", state__exact="failed")
        yield "clips: by bo", _list("generation", owner__id__exact=bo)
        yield "clips: this year", _list("generation", created_at__year=clip.created_at.year)
        yield "clips: page 3", _list("generation", p=3)
        yield "a clip", reverse("admin:generations_generation_change", args=[clip.pk])
        yield "events: of a clip", _list("event", q=clip.pk)
        yield "submissions: a task id", _list("submission", q=sent.task_id)
        yield "deliveries: a task id", _list("delivery", q=sent.task_id)
        yield "ledger: of a clip", _list("ledgerentry", q=clip.pk)

    def _reviews(self) -> Iterator[tuple[str, str]]:
        bo = User.objects.get(username="bo").pk
        clip = ClipInReview.objects.filter(verdict="approved").first()
        assert clip
        yield "reviews: waiting", _list("clipinreview", verdict__exact="waiting")
        yield "reviews: by bo", _list("clipinreview", owner__id__exact=bo)
        yield "reviews: this week", _list("clipinreview", age="week")
        yield "reviews: dear", _list("clipinreview", price="high")
        yield "reviews: a third", _list("clipinreview", q=IN_A_THIRD)
        yield "reviews: one", reverse("admin:generations_clipinreview_change", args=[clip.pk])
        yield "reviews: the queue", reverse("admin:generations_clipinreview_queue")


def serve() -> None:
    """Answer as `gallery_pages.serve` does."""
    gallery_pages.serve(Pages())


def _list(model: str, **asked: Any) -> str:
    return f"{reverse(f'admin:generations_{model}_changelist')}?{urlencode(asked)}"
