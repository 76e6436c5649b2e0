"""What somebody is told about clips, and how they want to be told."""

from datetime import datetime
from typing import Final

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from generations import mail
from generations.access import visible_generations
from generations.access.comments import own_notice, own_notices
from generations.access.review import may_judge
from generations.forms.comment import NoticeChoiceForm
from generations.lifecycle import notices as told
from generations.models import Notice, NoticeKind
from generations.views.context import studio_of
from generations.views.signed_in import MemberRequest, signed_in

PAGE_SIZE: Final = 30


@signed_in
@require_safe
def notices(request: MemberRequest) -> HttpResponse:
    """Show what the person was told, newest first; `?before=` continues."""
    before = request.GET.get("before", "")
    found = own_notices(request.user).select_related("generation", "comment", "review", "by")
    rest = found.filter(_beyond(*_read(before))) if before else found
    rows = list(rest.order_by("-at", "-pk")[: PAGE_SIZE + 1])
    page = rows[:PAGE_SIZE]
    context = {
        "notices": page,
        "newest": page[0] if page and not before else None,
        "has_unseen": studio_of(request).unseen > 0,
        "older": _mark(page[-1]) if len(rows) > PAGE_SIZE else "",
        "is_first_page": not before,
    }
    return render(request, "notices/notices.html", context)


@signed_in
@require_GET
def notice(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Lead to what a notice is about: it is seen by that."""
    found = own_notice(request.user, pk)
    told.see(found)
    return redirect(_place_of(request, found))


@signed_in
@require_POST
def seen(request: MemberRequest) -> HttpResponseBase:
    """Note that all is seen, up to the newest notice that the page has shown."""
    number = request.POST.get("newest", "")
    if number.isascii() and number.isdecimal() and len(number) < 19:
        told.see_all(request.user, own_notices(request.user).filter(pk=int(number)).first())
    return redirect("notices")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: MemberRequest) -> HttpResponseBase:
    """Choose, for each kind of notice, whether and how to be told."""
    chosen = told.choices_of(request.user)
    kinds = [kind for kind in NoticeKind if kind != NoticeKind.HANDED_IN or may_judge(request.user)]
    initial = {kind.value: chosen[kind] for kind in kinds}
    data = request.POST if request.method == "POST" else None
    form = NoticeChoiceForm(data, kinds=kinds, initial=initial)
    if form.is_valid():
        told.choose(request.user, form.chosen)
        messages.success(request, "Saved. It counts from the next notice on.")
        return redirect("notices")
    context = {"form": form, "mail_is_configured": mail.is_configured()}
    return render(request, "notices/choices.html", context, status=422 if form.errors else 200)


def _place_of(request: MemberRequest, found: Notice) -> str:
    """Return where a notice leads: to the review queue, the clip, or for who only judges it, its review."""
    if found.kind == NoticeKind.HANDED_IN:
        return reverse("admin:generations_clipinreview_queue")
    is_open = visible_generations(request.user).filter(pk=found.generation_id).exists()
    name = "clip" if is_open else "admin:generations_clipinreview_change"
    end = f"#{found.comment.place}" if found.comment else ""
    return reverse(name, args=[found.generation_id]) + end


def _mark(last: Notice) -> str:
    return f"{last.at.isoformat()}_{last.pk}"


def _read(mark: str) -> tuple[datetime, int]:
    """Read where a page ended. Raises Http404 for what is no such place."""
    when, _, number = mark.partition("_")
    try:
        at, place = parse_datetime(when), int(number)
    except ValueError as error:
        raise Http404("No such page.") from error
    if at is None or timezone.is_naive(at) or abs(place) >= 2**63:
        raise Http404("No such page.")
    return at, place


def _beyond(at: datetime, pk: int) -> Q:
    return Q(at__lte=at) & (Q(at__lt=at) | Q(pk__lt=pk))
