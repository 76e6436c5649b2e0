"""Writing prompts: new ones, versions of those that are there, and suggestions to who decides."""

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from generations import constraints
from generations.access import visible_generation
from generations.access.prompts import (
    fits_as_example,
    libraries_to_add_to,
    prompt_to_edit,
    saves_prompt,
    shown_clips,
)
from generations.forms.prompt import (
    NOTES_LENGTH,
    RAW_LENGTH,
    TITLE_LENGTH,
    WORD_LENGTH,
    AroundForm,
    DraftForm,
    NewPromptForm,
    PromptForm,
)
from generations.lifecycle.prompts import Around, Draft, NothingChanged, Overtaken, add_prompt, edit
from generations.lifecycle.suggestions import suggest
from generations.models import Generation, Library, Prompt, Version
from generations.views.prompt_cards import best_clips
from generations.views.signed_in import MemberRequest, signed_in

NOTHING_TO_ADD_TO: Final = "There is no library that you may add to. Make one of your own, or ask a lead."
NO_SUCH_CLIP: Final = "There is no such clip that you can see, or it is not ready."
FIRST: Final = {
    "negative_prompt": constraints.NEGATIVE_PROMPT_DEFAULT,
    "cfg_scale": constraints.CFG_SCALE_DEFAULT,
    "aspect_ratio": constraints.ASPECT_RATIO_DEFAULT,
    "duration": constraints.DURATION_DEFAULT,
}
CHOICES: Final = 8
"""Clips of a prompt to choose an example from."""


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MemberRequest) -> HttpResponse:
    """Add a prompt to a library: `?library=` is chosen beforehand, `?from=` a clip whose prompt it begins with.

    With `draft` it begins with what was written on Create.
    """
    libraries = libraries_to_add_to(request.user)
    if not libraries.exists():
        messages.error(request, NOTHING_TO_ADD_TO)
        return redirect("prompt-libraries")
    is_draft = "draft" in request.POST  # The Create form came along; nothing is saved yet.
    data = request.POST if request.method == "POST" and not is_draft else None
    form = NewPromptForm(
        libraries, data, initial=FIRST | (_drafted(request) if is_draft else _asked_for(request))
    )
    if form.is_valid():
        library: Library = form.cleaned_data["library"]
        around = _around(request, form, library)
        if around:
            note = form.cleaned_data["note"]
            made = add_prompt(library, draft=form.draft(), actor=request.user, note=note, **vars(around))
            messages.success(request, f"“{made}” is in {library}.")
            return redirect("prompt", made.pk)
    return _page(request, form)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def edit_prompt(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Save another version of a prompt, or suggest one to who decides."""
    prompt = prompt_to_edit(request.user, pk)
    if prompt.live is None:
        raise PermissionDenied("This prompt has no version.")
    saves = saves_prompt(request.user, prompt)
    data = request.POST if request.method == "POST" else None
    form = (PromptForm if saves else DraftForm)(data, initial=_as_it_is(prompt, prompt.live))
    if form.is_valid():
        answer = (
            _save(request, prompt, form) if isinstance(form, PromptForm) else _suggest(request, prompt, form)
        )
        if answer:
            return answer
    return _page(request, form, prompt)


def _save(request: MemberRequest, prompt: Prompt, form: PromptForm) -> HttpResponse | None:
    """Save what is different; None if that is refused, which the form then says."""
    around = _around(request, form, prompt.library, prompt)
    if around is None:
        return None
    said = {"note": form.cleaned_data["note"], "live": form.cleaned_data["live"]}
    of = form.cleaned_data["of"] or 0
    try:
        version = edit(prompt, form.draft(), of=of, actor=request.user, around=around, **said)
    except Overtaken as overtaken:
        form.add_error(None, str(overtaken))
        form.take_as_known(overtaken.live.number)
        return None
    if version is None:
        messages.success(request, "Saved. The text and its settings are as they were.")
    else:
        live = "It is live." if said["live"] else "It is not live yet: that is done under Versions."
        messages.success(request, f"Saved as version {version.number}. {live}")
    return redirect("prompt", prompt.pk)


def _suggest(request: MemberRequest, prompt: Prompt, form: DraftForm) -> HttpResponse | None:
    """Keep a suggestion; None if nothing in it is different, which the form then says."""
    of = prompt.versions.filter(number=form.cleaned_data["of"] or 0).first() or prompt.live
    if of is None:
        return None
    try:
        suggest(prompt, form.draft(), of=of, actor=request.user, note=form.cleaned_data["note"])
    except NothingChanged as error:
        form.add_error(None, str(error))
        return None
    messages.success(request, "Suggested. Who manages the library decides; you see it here.")
    return redirect(f"{reverse('prompt', args=[prompt.pk])}?tab=suggestions")


def _around(
    request: MemberRequest, form: AroundForm, library: Library, prompt: Prompt | None = None
) -> Around | None:
    """Return what stands around the text; None where the clip cannot be the example, which the form then says."""
    wanted = form.example_id
    field = "example_address" if form.cleaned_data["example_address"] else "example"
    said = {name: form.cleaned_data[name] for name in ("title", "notes", "tags")}
    if wanted is None:
        return Around(**said, example=None)
    if prompt and wanted == prompt.example_id:
        return Around(**said, example=prompt.example)
    clip = shown_clips(request.user).filter(pk=wanted).first()
    problem = fits_as_example(request.user, clip, library) if clip else NO_SUCH_CLIP
    if problem:
        form.add_error(field, problem)
        return None
    return Around(**said, example=clip)


def _asked_for(request: MemberRequest) -> dict[str, Any]:
    """What the address says that a new prompt begins with. Raises Http404 for a clip that is not theirs to see."""
    asked: dict[str, Any] = {"library": request.GET.get("library")}
    if source := _clip_of(request):
        asked |= vars(Draft.of_clip(source)) | {"example_address": source.get_absolute_url()}
    return asked


def _drafted(request: MemberRequest) -> dict[str, Any]:
    """What a new prompt begins with that was written on Create; its form says what is wrong with it."""
    said = {name: request.POST[name] for name in FIRST if name in request.POST}
    return said | {"text": request.POST.get("prompt", "")[:RAW_LENGTH]}


def _clip_of(request: MemberRequest) -> Generation | None:
    try:
        pk = UUID(request.GET.get("from", ""))
    except ValueError:
        return None
    return visible_generation(request.user, pk)


def _as_it_is(prompt: Prompt, live: Version) -> dict[str, Any]:
    around = {"title": prompt.title, "notes": prompt.notes, "example": prompt.example_id, "live": True}
    tags = ", ".join(prompt.tags.values_list("name", flat=True))
    return vars(Draft.of(live)) | around | {"tags": tags, "of": live.number}


def _page(request: MemberRequest, form: DraftForm, prompt: Prompt | None = None) -> HttpResponse:
    context = {
        "form": form,
        "prompt": prompt,
        "saves": isinstance(form, AroundForm),
        "clips": _choices(request, prompt) if prompt and isinstance(form, AroundForm) else [],
        "constraints": constraints,
        "lengths": {
            "raw": RAW_LENGTH,
            "title": TITLE_LENGTH,
            "notes": NOTES_LENGTH,
            "word": WORD_LENGTH,
        },
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "prompts/edit.html", context, status=status)


def _choices(request: MemberRequest, prompt: Prompt) -> list[Generation]:
    """The clips to choose the example from: the prompt's best, and the one that it is."""
    found = best_clips(prompt, request.user, CHOICES)
    if prompt.example_id and prompt.example_id not in {clip.pk for clip in found}:
        found = [*shown_clips(request.user).filter(pk=prompt.example_id), *found]
    return found
