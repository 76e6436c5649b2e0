"""The review queue: one clip large, its verdict a key, the next one loaded ahead; works as plain forms too."""

from http import HTTPStatus
from typing import Any, Final, cast
from uuid import UUID

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST

from generations.access import review as access
from generations.admin import review_takes
from generations.admin.review_news import said_of
from generations.forms.review import SKIP, JudgeForm
from generations.lifecycle import review, review_queue
from generations.models import ClipInReview, Generation, Revision, User, Verdict
from generations.models.review import NOTE_LENGTH
from generations.views.context import studio_of
from generations.views.history import history

PAGE: Final = "admin/generations/clipinreview/review.html"
FRAGMENT: Final = "admin/generations/clipinreview/clip.html"
SAID_TEMPLATE: Final = "admin/generations/clipinreview/said.html"
SKIPPED: Final = "review_skipped"
"""Where the session keeps what this reviewer passes over: ids of reviews, so that what comes again is new."""
MOST_SKIPPED: Final = 500
SAID: Final = {Verdict.APPROVED: "Approved {}.", Verdict.RETURNED: "Returned {} with your note."}


@require_http_methods(["GET", "HEAD", "POST"])
def queue_page(request: HttpRequest) -> HttpResponse:
    """Show the clip that has waited longest, claimed for this reviewer. A POST forgets what they skipped."""
    access.refuse_who_may_not_judge(request.user)
    if request.method == "POST":
        request.session.pop(SKIPPED, None)
        return redirect("admin:generations_clipinreview_queue")
    studio_of(request).opens_queue()
    clip = _next(request)
    if clip is None:
        skipped = len(request.session.get(SKIPPED, ()))
        return render(request, PAGE, _around(request, "Review") | {"skipped": skipped})
    studio_of(request).opens_clip(clip.pk)
    return render(request, PAGE, _around(request, "Review") | _about(request, clip))


@require_POST
def next_clip(request: HttpRequest) -> HttpResponse:
    """Claim one more clip and return it to be shown when its turn comes; nothing (204) if no other waits."""
    access.refuse_who_may_not_judge(request.user)
    clip = _next(request, but=_ids(request))
    if clip is None:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return render(request, FRAGMENT, _about(request, clip) | {"is_ahead": True})


@require_POST
def hold(request: HttpRequest) -> HttpResponse:
    """Renew the claims on what an open page shows and has loaded ahead."""
    access.refuse_who_may_not_judge(request.user)
    for pk in _ids(request):
        review_queue.claim(cast(User, request.user), pk)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@require_http_methods(["GET", "HEAD", "POST"])
def clip_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one clip that was handed in, whatever its verdict, or take one."""
    clip = access.reviewable_generation(cast(User, request.user), pk)
    studio_of(request).opens_clip(pk)
    form = JudgeForm(request.POST) if request.method == "POST" else None
    is_quiet = "quiet" in request.POST
    try:
        said = _decide(request, clip, form) if form else None
    except review.ReviewRefusal as refusal:
        if is_quiet:
            said = format_html("{}: {}", _link(clip), str(refusal))
            return _say(request, messages.ERROR, said, HTTPStatus.CONFLICT)
        messages.error(request, str(refusal))
        if "takes" in request.POST:
            return redirect("admin:generations_clipinreview_takes", pk)
        clip, form = access.reviewable_generation(cast(User, request.user), pk), None
        said = None
    if said is not None:
        return _say(request, messages.SUCCESS, said) if is_quiet else _go_on(request, clip, said)
    if form and is_quiet:
        return _say(request, messages.ERROR, form.sentence, HTTPStatus.UNPROCESSABLE_ENTITY)
    status = HTTPStatus.OK if request.method != "POST" else HTTPStatus.UNPROCESSABLE_ENTITY
    context = _around(request, clip.title) | _about(request, clip) | {"form": form}
    return render(request, PAGE, context, status=status)


def _decide(request: HttpRequest, clip: Generation, form: JudgeForm) -> str | SafeString | None:
    """Do what was chosen; return what to say of it, or None where the form is wrong. Raises ReviewRefusal."""
    reviewer = cast(User, request.user)
    if not form.is_valid():
        return None
    said = form.cleaned_data
    if said["verdict"] == SKIP:
        skipped = [*request.session.get(SKIPPED, ()), clip.review_id]
        request.session[SKIPPED] = skipped[-MOST_SKIPPED:]
        review_queue.release(reviewer, clip.pk)
        return ""
    try:
        review.judge(reviewer, clip, Verdict(said["verdict"]), said["note"], said["seen"])
    except review.NoteMissing as missing:
        form.add_error("note", str(missing))
        return None
    done = format_html(SAID[said["verdict"]], _link(clip))
    is_chosen = said["verdict"] == Verdict.APPROVED and "takes" not in request.POST
    return done + _offer(reviewer, clip) if is_chosen else done


def _offer(reviewer: User, clip: Generation) -> SafeString:
    """The way to what becomes of the other takes; nothing where none is open."""
    count = review_takes.open_beside(reviewer, clip)
    if not count:
        return SafeString()
    url = reverse("admin:generations_clipinreview_takes", args=[clip.pk])
    what = "Another take of it waits" if count == 1 else f"{count} other takes of it wait"
    return format_html(
        ' {}: <a href="{}">say what becomes of {}</a>.', what, url, "it" if count == 1 else "them"
    )


def _link(clip: Generation) -> SafeString:
    """The clip's title, with its number where the order has other takes of it, which are called the same."""
    url = reverse("admin:generations_clipinreview_change", args=[clip.pk])
    is_one_of_several = clip.order.generations.exclude(pk=clip.pk).exists()
    which = f"take {clip.take} of " if is_one_of_several else ""
    return format_html('{}<a href="{}" dir="auto">{}</a>', which, url, clip.title)


def _go_on(request: HttpRequest, clip: Generation, said: str) -> HttpResponse:
    if said:
        messages.success(request, said)
    if "takes" in request.POST:
        return redirect("admin:generations_clipinreview_takes", clip.pk)
    return redirect(f"admin:generations_clipinreview_{'queue' if 'queue' in request.POST else 'changelist'}")


def _say(request: HttpRequest, level: int, said: str, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    context = {"said": said, "is_bad": level == messages.ERROR}
    return render(request, SAID_TEMPLATE, context, status=status)


def _next(request: HttpRequest, but: list[UUID] | None = None) -> Generation | None:
    reviewer = cast(User, request.user)
    found = access.reviewable_generations(reviewer).exclude(review__in=request.session.get(SKIPPED, ()))
    pk = review_queue.claim_next(reviewer, found, but or ())
    return access.reviewable_generation(reviewer, pk) if pk else None


def _ids(request: HttpRequest) -> list[UUID]:
    """Return the clips that a page names. Raises Http404 for what is no id."""
    try:
        return [UUID(text) for text in request.POST.getlist("clip")[: review_queue.AT_ONCE]]
    except ValueError as error:
        raise Http404("No such clip.") from error


def _around(request: HttpRequest, title: str) -> dict[str, Any]:
    """What stands around a page; the admin's sidebar would take room from the clip."""
    around = {"title": title, "opts": ClipInReview._meta, "is_nav_sidebar_enabled": False}
    return {**admin.site.each_context(request), **around}


def _about(request: HttpRequest, clip: Generation) -> dict[str, Any]:
    """Return all that is known of a clip in review. Eight queries."""
    reviewer, since = cast(User, request.user), Revision.current()
    is_queue = (
        request.path.startswith(reverse("admin:generations_clipinreview_queue")) or "queue" in request.POST
    )
    newest, *before = review.earlier(clip)
    siblings = [take for take in access.takes_to_judge(reviewer, clip) if take.pk != clip.pk]
    return {
        "clip": clip,
        "newest": newest,
        "before": before,
        "siblings": siblings,
        "history": history(clip),
        "holder": review_queue.holder(clip, reviewer),
        "note_length": NOTE_LENGTH,
        "is_waiting": clip.verdict == Verdict.WAITING,
        "since": since,
        **said_of(request, clip, is_queue=is_queue),
    }
