"""A library as a file to take along, and files that are imported into one: first seen, then all or nothing."""

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from generations.access.prompts import managed_library, own_upload, visible_library
from generations.csv_file import csv_lines, harmless
from generations.forms.library_entry import FileRefused
from generations.forms.library_file import MOST_BYTES, read_file
from generations.forms.library_upload import TOO_LARGE, UploadForm
from generations.lifecycle.library_export import COLUMNS, as_json, live_rows
from generations.lifecycle.library_import import Imported, PlanChanged, import_library, keep_upload
from generations.lifecycle.library_plan import Fate, Plan, make_plan
from generations.models import Library, LibraryUpload
from generations.views.signed_in import MemberRequest, signed_in

MOST_SHOWN: Final = 100
"""Problems of one file: who has more will not read them."""


@signed_in
@require_safe
def json_file(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Answer all of a library: prompts, versions, and which are live."""
    library = visible_library(request.user, pk)
    answer = HttpResponse(as_json(library), content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = _as_file(library, "json")
    return answer


@signed_in
@require_safe
def csv_file(request: MemberRequest, pk: UUID) -> StreamingHttpResponse:
    """Answer the live texts of a library, for a spreadsheet."""
    library = visible_library(request.user, pk)
    rows = ([harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in live_rows(library))
    return StreamingHttpResponse(
        csv_lines(COLUMNS, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": _as_file(library, "csv")},
    )


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Ask for a file, and keep one that can be read for its preview."""
    library = managed_library(request.user, pk)
    if request.method != "POST":
        return _page(request, library, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if "file" not in request.FILES and int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        form.errors.clear()
        form.add_error("file", TOO_LARGE)
        return _page(request, library, form, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if not form.is_valid():
        return _page(request, library, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    file = form.cleaned_data["file"]
    content = file.read()
    try:
        read_file(content)
    except FileRefused as refused:
        return _refuse(request, library, file.name, refused.problems)
    kept = keep_upload(library, file.name, content, actor=request.user)
    return redirect("prompt-library-preview", library.pk, kept.pk)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: MemberRequest, pk: UUID, upload: UUID) -> HttpResponse:
    """Show what importing a file would do, prompt by prompt; do exactly that once it is confirmed."""
    kept = own_upload(request.user, pk, upload)
    if kept.imported_at:
        messages.success(request, f"“{kept}” has been imported already.")
        return redirect(_shelf(kept.library))
    entries = read_file(bytes(kept.content))
    if request.method != "POST":
        return _show(request, kept, make_plan(kept.library, entries))
    try:
        plan = import_library(kept, entries, request.POST.get("fingerprint", ""))
    except PlanChanged as changed:
        return _show(request, kept, changed.plan, str(changed))
    except Imported:
        messages.success(request, f"“{kept}” has been imported already.")
    else:
        new, other = len(plan.of(Fate.NEW)), len(plan.of(Fate.CHANGED))
        messages.success(request, f"Imported: {new} new, {other} changed. Everything else is as it was.")
    return redirect(_shelf(kept.library))


def _show(request: MemberRequest, kept: LibraryUpload, plan: Plan, changed: str = "") -> HttpResponse:
    if plan.problems:
        return _refuse(request, kept.library, kept.name, list(plan.problems))
    context: dict[str, Any] = {"upload": kept, "library": kept.library, "plan": plan, "changed": changed}
    context |= {"new": plan.of(Fate.NEW), "changed_ones": plan.of(Fate.CHANGED), "same": plan.of(Fate.SAME)}
    status = HTTPStatus.CONFLICT if changed else HTTPStatus.OK
    return render(request, "prompts/import_preview.html", context, status=status)


def _refuse(request: MemberRequest, library: Library, name: str, problems: list[str]) -> HttpResponse:
    """Show the form again with all that is wrong with the file."""
    context = {"problems": problems[:MOST_SHOWN], "more": len(problems) - MOST_SHOWN, "name": name}
    return _page(request, library, UploadForm(), HTTPStatus.UNPROCESSABLE_ENTITY, **context)


def _page(
    request: MemberRequest,
    library: Library,
    form: UploadForm,
    status: int = HTTPStatus.OK,
    **context: Any,
) -> HttpResponse:
    known = {"library": library, "form": form, **context}
    return render(request, "prompts/import.html", known, status=status)


def _shelf(library: Library) -> str:
    return f"{reverse('prompts')}?library={library.pk}"


def _as_file(library: Library, ending: str) -> str:
    name = slugify(library.name) or "prompts"
    return f'attachment; filename="{name}-{timezone.localdate():%Y-%m-%d}.{ending}"'
