"""Comments on a clip: written, answered, resolved and taken back; on its page and in the admin's review alike."""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import reswap

from generations.access.comments import (
    discussed_generation,
    own_comment,
    people_who_see,
    resolvable_thread,
    resolves_all,
    visible_comment,
)
from generations.forms.comment import CommentForm
from generations.lifecycle import comments
from generations.models import Comment, Generation
from generations.models.comment import TEXT_LENGTH
from generations.views.discussion import discussion
from generations.views.signed_in import MemberRequest, signed_in

MOST_PEOPLE: Final = 8


@signed_in
@require_POST
def write(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """Write a comment or an answer. What cannot be written is said at its field, and stays there."""
    clip, form = discussed_generation(request.user, pk), CommentForm(request.POST)
    thread = _thread(request, pk, form)
    if not form.is_valid():
        return _refused(request, clip, form)
    said = form.cleaned_data
    try:
        written = comments.comment(
            clip, said["text"], actor=request.user, moment_ms=said["moment"], thread=thread
        )
    except comments.CommentRefusal as refusal:
        form.add_error("moment" if isinstance(refusal, comments.NoSuchMoment) else "text", str(refusal))
        return _refused(request, clip, form)
    return _shown(request, clip, written)


@signed_in
@require_POST
def resolve(request: MemberRequest, pk: UUID, comment: int) -> HttpResponseBase:
    """Say that a thread needs nothing any more (`resolved` is yes), or that it does after all."""
    thread = resolvable_thread(request.user, pk, comment)
    verb = comments.resolve if request.POST.get("resolved") == "yes" else comments.reopen
    verb(thread, actor=request.user)
    return _shown(request, thread.generation, thread)


@signed_in
@require_POST
def take_back(request: MemberRequest, pk: UUID, comment: int) -> HttpResponseBase:
    """Remove the text of one's own comment."""
    own = own_comment(request.user, pk, comment)
    comments.take_back(own, actor=request.user)
    return _shown(request, own.generation, own)


@signed_in
@require_safe
def people(request: MemberRequest, pk: UUID) -> HttpResponse:
    """List a few of those who may be mentioned and whose user name begins with `q`."""
    clip, begins = discussed_generation(request.user, pk), request.GET.get("q", "")[:150]
    found = people_who_see(clip).exclude(pk=request.user.pk).filter(username__istartswith=begins)
    context = {"people": found.order_by("username")[:MOST_PEOPLE]}
    return render(request, "comments/_people.html", context)


def _thread(request: MemberRequest, clip: UUID, form: CommentForm) -> Comment | None:
    """Return the thread that is answered. Raises Http404 for one of another clip."""
    typed = form.data.get("thread", "")
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 19):
        raise Http404("No such thread.")
    return visible_comment(request.user, clip, int(typed))


def _shown(request: MemberRequest, clip: Generation, said: Comment) -> HttpResponseBase:
    """Answer with all that is said by now, or lead to what was just said."""
    if not request.htmx:
        return redirect(f"{_way_back(request, clip)}#{said.place}")
    context = {
        "clip": clip,
        "discussion": discussion(
            request.user, clip, _way_back(request, clip), resolves_all=resolves_all(request.user, clip)
        ),
    }
    answer = render(request, "comments/_threads.html", context)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _refused(request: MemberRequest, clip: Generation, form: CommentForm) -> HttpResponse:
    """Say what is wrong: under the fields of the page that asks, else on a page with what was typed."""
    context = {
        "clip": clip,
        "form": form,
        "thread": form.data.get("thread", ""),
        "way_back": _way_back(request, clip),
        "length": TEXT_LENGTH,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if not request.htmx:
        return render(request, "comments/refused.html", context, status=status)
    answer = render(request, "comments/_problems.html", context, status=status)
    patch_vary_headers(answer, ["HX-Request"])
    return reswap(answer, "none")


def _way_back(request: MemberRequest, clip: Generation) -> str:
    """Return the page that the form says it stands on, without what a link's end adds; else the clip's own."""
    url = request.POST.get("next", "").partition("#")[0]
    if url and url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure()):
        return url
    return reverse("clip", args=[clip.pk])
