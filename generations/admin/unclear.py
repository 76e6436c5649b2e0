"""The page "Unclear": every submission in doubt beside the ids that it may have made, and three ways out."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from generations.forms.unclear import ADOPT, QUEUE_AGAIN, UnclearForm
from generations.lifecycle import callbacks, strangers, unclear
from generations.lifecycle.sender import Sender
from generations.lifecycle.unclear import Unclear
from generations.models import Account, Event, Generation, Outcome, State, StrangerTask, Submission, User

MOST: Final = 50
"""Rows of a kind that one page shows."""
THOUGHT_LOST: Final = timedelta(days=7)
"""Submissions released or given up for so long are still offered the ids that turn up."""
DECIDED: Final = "That one is in doubt no more: an answer came, or somebody was faster. Nothing was changed."
SAID: Final = {
    ADOPT: "Adopted. Magnific is asked about {} at once.",
    QUEUE_AGAIN: "{} waits in line again and will be sent once more.",
}
GAVE_UP: Final = "Given up on {}. A task that turns up later is still taken."


@dataclass(frozen=True)
class Case:
    """A submission in doubt with all that is known about it."""

    submission: Submission
    candidates: list[StrangerTask]
    form: UnclearForm

    @property
    def generation(self) -> Generation:
        """What was to be made."""
        return self.submission.generation

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided; a task of what was thought lost can still be adopted."""
        return self.submission.outcome == Outcome.UNSURE

    @property
    def sender_has_ended(self) -> bool:
        """Whether it is certain that the sending process is gone."""
        sent_by = self.submission
        return Sender(sent_by.host, sent_by.boot_id, sent_by.pid, sent_by.pid_started).has_ended


@require_http_methods(["GET", "HEAD", "POST"])
def unclear_page(request: HttpRequest) -> HttpResponse:
    """Show what waits for a decision, or take one. Raises PermissionDenied for all but superusers."""
    if not request.user.is_superuser:
        raise PermissionDenied
    form = None
    if request.method == "POST":
        number = request.POST.get("submission", "")
        submission = get_object_or_404(Submission, pk=int(number) if number.isdecimal() else None)
        form = UnclearForm(submission, request.POST)
        if form.is_valid():
            _decide(request, submission, form.cleaned_data)
            return redirect("admin:generations_submission_unclear")
    return render(request, "admin/generations/submission/unclear.html", _context(request, form))


def _decide(request: HttpRequest, submission: Submission, chosen: dict[str, Any]) -> None:
    actor, why = cast(User, request.user), chosen["reason"]
    try:
        if chosen["decision"] == ADOPT:
            unclear.adopt(submission, chosen["task_id"], actor=actor, why=why)
        elif chosen["decision"] == QUEUE_AGAIN:
            unclear.queue_again(submission, actor=actor, why=why)
        else:
            unclear.give_up(submission, actor=actor, why=why)
    except unclear.Decided as decided:
        messages.warning(request, str(decided) or DECIDED)
        return
    clip = submission.generation
    link = format_html('<a href="{}">{}</a>', clip.get_absolute_url(), clip.title)
    messages.success(request, format_html(SAID.get(chosen["decision"], GAVE_UP), link))


def _context(request: HttpRequest, form: UnclearForm | None) -> dict[str, Any]:
    accounts = Account.objects.order_by("-pk")
    doubts = [one for account in accounts for one in unclear.unclear(account)]
    unknown = StrangerTask.objects.filter(is_old=False).select_related("account")
    return {
        **admin.site.each_context(request),
        "title": "Unclear",
        "opts": Submission._meta,
        "cases": _cases(doubts, form),
        "count": len(doubts),
        "lost": _cases(_thought_lost(), form),
        "strangers": unknown[:MOST],
        "callbacks_are_on": callbacks.are_on(),
        "decisions": _decisions(),
        "accounts_url": reverse("admin:generations_account_changelist"),
    }


def _cases(found: list[Unclear], form: UnclearForm | None) -> list[Case]:
    """Return what is drawn of each, with the form that was just filled in for one of them."""
    submissions = [one.submission for one in found[:MOST]]
    prefetch_related_objects(submissions, "generation__owner", "generation__events__actor", "deliveries")
    cases = []
    for one in found[:MOST]:
        is_this = form is not None and form.submission.pk == one.submission.pk
        its_form = form if form is not None and is_this else UnclearForm(one.submission)
        cases.append(Case(one.submission, one.candidates[:MOST], its_form))
    return cases


def _thought_lost() -> list[Unclear]:
    """What was released or given up lately, where an id has turned up since that it may have made."""
    lately = timezone.now() - THOUGHT_LOST
    lost = Submission.objects.filter(
        outcome__in=[Outcome.RELEASED, Outcome.GIVEN_UP],
        claimed_at__gt=lately,
        account__strangers__is_old=False,
        account__strangers__first_seen_at__gte=F("claimed_at"),
    )
    found = lost.select_related("generation__account", "account").distinct()[:MOST]
    return [Unclear(one, strangers.candidates(one.account, one)) for one in found]


def _decisions() -> QuerySet[Event]:
    """What people did lately about generations that had once been in doubt, newest first."""
    doubtful = Event.objects.filter(from_state=State.UNSURE).values("generation")
    by_people = Event.objects.filter(generation__in=doubtful, actor__isnull=False).exclude(from_state="")
    return by_people.select_related("generation", "actor").order_by("-at", "-id")[:20]
