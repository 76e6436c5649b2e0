"""Prompts to start from, at hand while somebody writes: those of the libraries, and those they ordered before."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from generations.access.prompts import ordered_prompts, shown_prompts
from generations.forms.gallery import TEXT_LENGTH
from generations.lifecycle import prompt_history
from generations.lifecycle.finding import NoMark
from generations.lifecycle.prompt_finding import PromptFilter
from generations.models import OrderedPrompt, Prompt
from generations.views.signed_in import MemberRequest, TeamRequest, in_team, signed_in

LIBRARY, ORDERED = "library", "ordered"
TABS: Final = ((LIBRARY, "Libraries"), (ORDERED, "Ordered by you"))
PAGE_SIZE: Final = 20
OPTIONS: Final = 8
RECALLED: Final = 50
LARGEST_NUMBER: Final = 2**63 - 1


@dataclass(frozen=True)
class Start:
    """One prompt to start from: `use` is the address that fills the form, `place` continues after it."""

    title: str
    text: str
    note: str
    use: str
    place: str


@in_team
@require_safe
def pick(request: TeamRequest) -> HttpResponse:
    """Show prompts with the words `?q=`, of the libraries or of `?tab=ordered`; a panel shows the parts."""
    tab = ORDERED if request.GET.get("tab") == ORDERED else LIBRARY
    rows = (_ordered if tab == ORDERED else _of_libraries)(request)
    page = rows[:PAGE_SIZE]
    query = {"tab": tab, "q": _words(request)}
    context = {"tab": tab, "tabs": TABS, "words": _words(request), "rows": page}
    context["older"] = urlencode(query | {"before": page[-1].place}) if len(rows) > PAGE_SIZE else ""
    return render(request, _template(request), context)


@signed_in
@require_safe
def options(request: MemberRequest) -> HttpResponse:
    """Answer with the first prompts of the libraries that have the words `?q=`, as options of a list box."""
    found = PromptFilter(text=_words(request)).find(shown_prompts(request.user), request.user)
    rows = [_start(prompt) for prompt in found.select_related("live", "library")[:OPTIONS]]
    return render(request, "prompts/_find.html", {"rows": rows})


@in_team
@require_safe
def recall(request: TeamRequest) -> JsonResponse:
    """Answer with the texts that the member ordered last in this team, the newest first."""
    newest = prompt_history.find(ordered_prompts(request.membership), "")[:RECALLED]
    return JsonResponse({"texts": list(newest.values_list("text", flat=True))})


def _template(request: TeamRequest) -> str:
    if not request.htmx:
        return "prompts/pick.html"
    is_part = "before" in request.GET or request.htmx.target == "pick-rows"
    return "prompts/_pick_rows.html" if is_part else "prompts/_pick.html"


def _words(request: HttpRequest) -> str:
    return request.GET.get("q", "")[:TEXT_LENGTH]


def _of_libraries(request: TeamRequest) -> list[Start]:
    """Raises Http404 for a place that is none."""
    asked, before = PromptFilter(text=_words(request)), request.GET.get("before", "")
    found = asked.find(shown_prompts(request.user), request.user)
    try:
        rest = asked.after(found, before) if before else found
    except NoMark as error:
        raise Http404("No such page.") from error
    return [_start(prompt, asked) for prompt in rest.select_related("live", "library")[: PAGE_SIZE + 1]]


def _start(prompt: Prompt, asked: PromptFilter | None = None) -> Start:
    return Start(
        title=prompt.title,
        text=prompt.live.text if prompt.live else "",
        note=str(prompt.library),
        use=f"{reverse('create')}?{urlencode({'prompt': str(prompt.pk)})}",
        place=asked.mark(prompt) if asked else "",
    )


def _ordered(request: TeamRequest) -> list[Start]:
    """Raises Http404 for a place that is none."""
    place: Any = request.GET.get("before")
    if place is not None:
        if not place.isascii() or not place.isdecimal() or int(place) > LARGEST_NUMBER:
            raise Http404("No such page.")
        place = int(place)
    found = prompt_history.find(ordered_prompts(request.membership), _words(request), before=place)
    return [_again(row) for row in found.select_related("clip")[: PAGE_SIZE + 1]]


def _again(row: OrderedPrompt) -> Start:
    """Its newest clip is what it starts from, with all settings."""
    return Start(
        title="",
        text=row.text,
        note=f"{row.clip.aspect_ratio} · {row.clip.duration} s",
        use=f"{reverse('create')}?{urlencode({'from': str(row.clip_id)})}",
        place=str(row.number),
    )
