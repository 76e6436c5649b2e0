"""What is done with a prompt as it stands: moved, copied, archived, liked, another version made live, decided."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST

from generations.access.prompts import (
    library_to_add_to,
    managed_prompt,
    own_suggestion,
    prompt_to_save,
    visible_prompt,
)
from generations.forms.prompt import DecideForm
from generations.lifecycle import prompts, suggestions
from generations.lifecycle.prompt_liking import favour_prompt, unfavour_prompt
from generations.models import Library, Prompt, Suggestion
from generations.views.prompt import prompt_page
from generations.views.signed_in import MemberRequest, signed_in


@signed_in
@require_POST
def favourite(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Mark a prompt for oneself, or take the mark away; a star's own request gets the star back."""
    prompt = visible_prompt(request.user, pk)
    wanted = request.POST.get("favourite") == "yes"
    (favour_prompt if wanted else unfavour_prompt)(prompt, request.user)
    if not request.htmx:
        return redirect("prompt", pk)
    answer = render(request, "prompts/_star.html", {"prompt": prompt, "is_favourite": wanted})
    patch_vary_headers(answer, ["HX-Request"])
    return answer


@signed_in
@require_POST
def make_live(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Make a version the one that is used."""
    prompt = managed_prompt(request.user, pk)
    number = request.POST.get("version", "")
    if not (number.isascii() and number.isdecimal()):
        raise Http404("No such version.")
    version = get_object_or_404(prompt.versions, number=int(number))
    if prompts.make_live(prompt, version, actor=request.user):
        messages.success(request, f"Version {number} is live now.")
    return redirect(_tab(prompt, "versions"))


@signed_in
@require_POST
def move(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Put a prompt into another library."""
    prompt = managed_prompt(request.user, pk)
    library = _into(request)
    prompts.move(prompt, library, actor=request.user)
    messages.success(request, f"It is in {library} now, with all of its versions.")
    return redirect("prompt", pk)


@signed_in
@require_POST
def copy(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Put a copy of the live version into another library."""
    prompt = visible_prompt(request.user, pk)
    library = _into(request)
    copied = prompts.copy(prompt, library, actor=request.user)
    messages.success(request, f"This is the copy in {library}. It begins with version 1.")
    return redirect("prompt", copied.pk)


@signed_in
@require_POST
def archive(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take a prompt off the shelf, or put it back."""
    prompt = prompt_to_save(request.user, pk)
    if request.POST.get("archived") == "yes":
        prompts.archive(prompt, actor=request.user)
        messages.success(request, "Archived. Its clips and versions stay, and it can be put back.")
    else:
        prompts.put_back(prompt, actor=request.user)
        messages.success(request, "It is back among the prompts.")
    return redirect("prompt", pk)


@signed_in
@require_POST
def decide(request: MemberRequest, pk: UUID, suggestion: int) -> HttpResponse:
    """Accept a suggestion or decline it."""
    prompt = managed_prompt(request.user, pk)
    found = get_object_or_404(prompt.suggestions, pk=suggestion)
    form = DecideForm(request.POST)
    if not form.is_valid():
        wrong = {"decide_form": form, "wrong_one": found.pk}
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return prompt_page(request, prompt, "suggestions", status=status, **wrong)
    try:
        messages.success(request, _decide(request, found, form))
    except suggestions.Decided as faster:
        messages.error(request, str(faster))
    return redirect(_tab(prompt, "suggestions"))


@signed_in
@require_POST
def withdraw(request: MemberRequest, pk: UUID, suggestion: int) -> HttpResponse:
    """Take one's own suggestion back."""
    found = own_suggestion(request.user, pk, suggestion)
    try:
        suggestions.withdraw(found)
        messages.success(request, "Withdrawn. It stays here to be seen, and nobody has to decide.")
    except suggestions.Decided as faster:
        messages.error(request, str(faster))
    return redirect(_tab(found.prompt, "suggestions"))


def _decide(request: MemberRequest, suggestion: Suggestion, form: DecideForm) -> str:
    """Do as the form says; return what was done. Raises Decided."""
    why = form.cleaned_data["why"]
    if form.cleaned_data["decision"] == "accept":
        version = suggestions.accept(suggestion, actor=request.user, why=why)
        return f"Accepted: it is version {version.number}, and live."
    suggestions.decline(suggestion, actor=request.user, why=why)
    return "Declined. The prompt is as it was."


def _into(request: MemberRequest) -> Library:
    """Return the library that was chosen. Raises Http404 or PermissionDenied."""
    try:
        pk = UUID(request.POST.get("library", ""))
    except ValueError as error:
        raise Http404("No such library.") from error
    return library_to_add_to(request.user, pk)


def _tab(prompt: Prompt, tab: str) -> str:
    return f"{reverse('prompt', args=[prompt.pk])}?tab={tab}"
