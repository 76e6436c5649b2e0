"""The libraries of prompts: made, renamed, and deleted when they are empty."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, Sum
from django.db.models.functions import Lower
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from generations.access.prompts import (
    led_teams,
    libraries_to_add_to,
    managed_libraries,
    managed_library,
    visible_libraries,
)
from generations.forms.library import LibraryForm, RenameForm
from generations.forms.people import in_house_style
from generations.lifecycle.libraries import LibraryRefusal, delete_library, make_library, rename_library
from generations.models import Library
from generations.views.signed_in import MemberRequest, signed_in


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def libraries(request: MemberRequest) -> HttpResponse:
    """Show the libraries that somebody may read, and make another one."""
    data = request.POST if request.method == "POST" else None
    teams = list(led_teams(request.user).order_by("name"))
    form = in_house_style(LibraryForm(teams, data, may_for_all=request.user.is_superuser))
    made = _make(request, form) if form.is_valid() else None
    if made:
        messages.success(request, f"“{made}” is there. Add its first prompt.")
        return redirect(f"{reverse('prompt-new')}?library={made.pk}")
    found = visible_libraries(request.user).select_related("team", "user", "created_by")
    count = Sum("figures__prompts", filter=Q(figures__tag="", figures__author=None), default=0)
    context = {
        "libraries": found.annotate(count=count).order_by(Lower("name")),
        "managed": set(managed_libraries(request.user).values_list("pk", flat=True)),
        "open": set(libraries_to_add_to(request.user).values_list("pk", flat=True)),
        "form": form,
    }
    return render(request, "prompts/libraries.html", context, status=_status(form))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def library(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Show one library to who manages it, and rename it."""
    found = managed_library(request.user, pk)
    data = request.POST if request.method == "POST" else None
    form = in_house_style(RenameForm(data, initial={"name": found.name}))
    if form.is_valid() and _rename(request, found, form):
        messages.success(request, f"It is called “{found}” now.")
        return redirect("prompt-libraries")
    context = {"library": managed_library(request.user, pk), "count": found.prompts.count(), "form": form}
    return render(request, "prompts/library.html", context, status=_status(form))


@signed_in
@require_POST
def delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take an empty library away."""
    found = managed_library(request.user, pk)
    try:
        delete_library(found, actor=request.user)
    except LibraryRefusal as refusal:
        messages.error(request, str(refusal))
        return redirect("prompt-library", pk)
    messages.success(request, f"“{found}” is gone.")
    return redirect("prompt-libraries")


def _make(request: MemberRequest, form: LibraryForm) -> Library | None:
    """Make it; None if that is refused, which the form then says."""
    try:
        return make_library(form.cleaned_data["name"], form.kind, actor=request.user, team=form.team)
    except LibraryRefusal as refusal:
        form.add_error("name", str(refusal))
        return None


def _rename(request: MemberRequest, library: Library, form: RenameForm) -> bool:
    try:
        rename_library(library, form.cleaned_data["name"], actor=request.user)
    except LibraryRefusal as refusal:
        form.add_error("name", str(refusal))
        return False
    return True


def _status(form: BaseForm) -> int:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
