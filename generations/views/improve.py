"""Improve: a text is left to be written better, looked after, and taken over or not."""

from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from generations import constraints
from generations.access.prompts import may_improve, own_improvement
from generations.forms.order import OrderForm
from generations.forms.text import PromptField
from generations.lifecycle.improve import NotNow, stop
from generations.lifecycle.improve import start as start_improving
from generations.models import Improvement
from generations.views.rewriting import Rewriting
from generations.views.signed_in import MemberRequest, signed_in

ORDERS_ONLY: Final = "You watch here. A lead can make you a member, who may have prompts improved."
FIELDS: Final = ("prompt", "text")
"""Names that a field with a prompt may have in a form."""
KEPT: Final = ("negative_prompt", "aspect_ratio", "duration", "cfg_scale", "takes", "is_private")
"""Of a form that is left without scripts, what it is filled with again."""


class ImproveForm(forms.Form):
    """The text; an empty one lets Magnific invent one."""

    text = PromptField(name="The prompt", max_length=constraints.PROMPT_MAX_LENGTH, required=False)


@signed_in
@require_POST
def start(request: MemberRequest) -> HttpResponse:
    """Leave the field that `improve` names to be improved: a fragment that looks after it, or a page."""
    if not may_improve(request.user):
        raise PermissionDenied(ORDERS_ONLY)
    name = request.POST.get("improve", FIELDS[0])
    form = ImproveForm({"text": request.POST.get(name, "") if name in FIELDS else ""})
    if not form.is_valid():
        return _refuse(request, " ".join(map(str, form.errors["text"])))
    try:
        improvement = start_improving(request.user, form.cleaned_data["text"])
    except NotNow as error:
        return _refuse(request, str(error))
    if request.htmx:
        context = _context(request, improvement) | {"other": improvement.text != form.cleaned_data["text"]}
        return render(request, "generations/_improvement.html", context)
    _keep_draft(request)
    query = urlencode({"back": request.POST.get("back", "")})
    return redirect(f"{resolve_url('improvement', improvement.pk)}?{query}")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def improvement(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Show what has become of it; a POST stops waiting. An open page says by `seen` what it shows already."""
    found = own_improvement(request.user, pk)
    if request.method == "POST":
        stop(found)
        return HttpResponse() if request.htmx else redirect(_back(request))
    if not request.htmx:
        return render(request, "generations/improvement.html", _context(request, found))
    if request.GET.get("seen") == Rewriting(found).word:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return render(request, "generations/_improvement.html", _context(request, found))


def improved_text(request: MemberRequest) -> str:
    """Return the answer that `?improved=` names, for a form that starts with it. Raises Http404."""
    try:
        found = own_improvement(request.user, UUID(request.GET["improved"]))
    except ValueError as error:
        raise Http404("No such text.") from error
    return found.answer or found.text


def _context(request: MemberRequest, found: Improvement) -> dict[str, Any]:
    return {"rewriting": Rewriting(found), "improvement": found, "back": _back(request)}


def _refuse(request: MemberRequest, why: str) -> HttpResponse:
    """Say why nothing is asked."""
    page = "generations/_improvement.html" if request.htmx else "generations/improvement.html"
    if not request.htmx:
        _keep_draft(request)
    context = {"refusal": why, "back": _back(request)}
    return render(request, page, context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _back(request: MemberRequest) -> str:
    """Where the form is: an address of ours, by default the Create page."""
    asked = request.POST.get("back") or request.GET.get("back") or ""
    is_ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if is_ours else resolve_url("create")


def _keep_draft(request: MemberRequest) -> None:
    """Without scripts the whole Create form came along: it is there again when they come back."""
    if "nonce" not in request.POST:
        return
    form = OrderForm(request.POST)
    form.is_valid()
    said = {name: form.cleaned_data[name] for name in KEPT if name in form.cleaned_data}
    text = request.POST.get("prompt", "")[: 2 * constraints.PROMPT_MAX_LENGTH]
    request.session["draft"] = said | {"prompt": text}
