"""The page of one prompt: its content, its versions, what is suggested, and what came of it."""

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from generations.access import visible_generations
from generations.access.prompts import (
    adds_to_library,
    libraries_to_add_to,
    manages_library,
    saves_prompt,
    visible_prompt,
)
from generations.forms.prompt import DecideForm
from generations.lifecycle.prompt_liking import favourite_prompts_of
from generations.lifecycle.results import results_of
from generations.models import Decision, Prompt, Suggestion, Version
from generations.variables import BadVariables, read
from generations.views.prompt_cards import best_by_version, best_clips, clips_for
from generations.views.prompt_changes import change
from generations.views.signed_in import MemberRequest, signed_in

POSTERS: Final = 8
"""Of each version, on the tab of results."""
CLIPS: Final = 12
"""Of the prompt, on the tab of its content."""
FIRST_TAB: Final = "content"


@signed_in
@require_safe
def prompt(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Show a prompt; `?tab=` is versions, suggestions or results."""
    return prompt_page(request, visible_prompt(request.user, pk), request.GET.get("tab", FIRST_TAB))


def prompt_page(
    request: MemberRequest,
    prompt: Prompt,
    tab: str,
    *,
    status: int = HTTPStatus.OK,
    **extra: Any,
) -> HttpResponse:
    """Draw the page; `extra` is a form with what was wrong in it. An unknown tab is the first one."""
    tab = tab if tab in TABS else FIRST_TAB
    manages = manages_library(request.user, prompt.library)
    context: dict[str, Any] = {
        "prompt": prompt,
        "tab": tab,
        "manages": manages,
        "saves": manages or saves_prompt(request.user, prompt),
        "adds": manages or adds_to_library(request.user, prompt.library),
        "is_favourite": bool(favourite_prompts_of(request.user, [prompt])),
        "waiting": prompt.suggestions.filter(decision=Decision.WAITING).count(),
    }
    context |= TABS[tab](request, prompt) | extra
    return render(request, "prompts/prompt.html", context, status=status)


def _content(request: MemberRequest, prompt: Prompt) -> dict[str, Any]:
    try:
        variables = read(prompt.live.text).variables if prompt.live else ()
    except BadVariables:
        variables = ()
    into = libraries_to_add_to(request.user).select_related("team", "user")
    return {
        "live": prompt.live,
        "variables": variables,
        "tags": prompt.tags.all(),
        "clip": clips_for([prompt], request.user).get(prompt.pk),
        "clips": best_clips(prompt, request.user, CLIPS),
        "into": into.exclude(pk=prompt.library_id),
    }


def _versions(request: MemberRequest, prompt: Prompt) -> dict[str, Any]:
    """All versions, and what differs between two: those of `?a=` and `?b=`, else the newest and the one before."""
    versions = list(prompt.versions.select_related("author", "accepted_by"))
    after = _numbered(versions, request.GET.get("b", "")) or versions[0]
    at = versions.index(after)
    before = _numbered(versions, request.GET.get("a", "")) or versions[min(at + 1, len(versions) - 1)]
    return {
        "versions": versions,
        "before": before,
        "after": after,
        "change": change(before, after),
        "pins": prompt.pins.select_related("version", "before", "actor"),
    }


def _numbered(versions: list[Version], number: str) -> Version | None:
    return next((one for one in versions if str(one.number) == number), None)


def _suggestions(request: MemberRequest, prompt: Prompt) -> dict[str, Any]:
    related = ("of", "author", "decided_by", "version")
    found = list(prompt.suggestions.select_related(*related))
    return {
        "waiting_ones": [_suggested(one) for one in found if one.decision == Decision.WAITING],
        "decided_ones": [_suggested(one) for one in found if one.decision != Decision.WAITING],
        "decide_form": DecideForm(),
    }


def _suggested(suggestion: Suggestion) -> dict[str, Any]:
    return {"suggestion": suggestion, "change": change(suggestion.of, suggestion)}


def _results(request: MemberRequest, prompt: Prompt) -> dict[str, Any]:
    posters = best_by_version(prompt, request.user, POSTERS)
    found = results_of(prompt, visible_generations(request.user))
    return {
        "rows": [{"results": one, "clips": posters.get(one.version.pk, [])} for one in found],
        "has_clips": any(one.clips for one in found),
    }


TABS: Final = {
    FIRST_TAB: _content,
    "versions": _versions,
    "suggestions": _suggestions,
    "results": _results,
}
