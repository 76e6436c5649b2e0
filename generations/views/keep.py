"""Keeping one clip: a mark, stars, tags and collections, each with one press."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST

from generations.access import collection_for, labelled_generation, visible_generation
from generations.forms.keep import LABELS, KeepForm
from generations.lifecycle import collections, liking, tags
from generations.models import Generation, Tag, User
from generations.views.address import back_to_clip
from generations.views.kept import kept
from generations.views.signed_in import MemberRequest, signed_in

NEXT: Final = {"tag": "tag", "remove_tag": "tag"} | dict.fromkeys(LABELS[2:], "collect")
"""Where the keyboard goes on when what was pressed is not there any more."""


@signed_in
@require_POST
def keep(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Do the one thing that the form says; answer with how the clip is kept now."""
    form = KeepForm(request.POST)
    generation = (labelled_generation if form.verb in LABELS else visible_generation)(request.user, pk)
    if form.is_valid():
        VERBS[form.verb](generation, form.value, request.user)
    if not request.htmx:
        for errors in form.errors.values():
            messages.error(request, " ".join(map(str, errors)))
        return redirect(back_to_clip(request, generation))
    return _fragment(request, generation, form)


def _fragment(request: MemberRequest, generation: Generation, form: KeepForm) -> HttpResponse:
    context: dict[str, Any] = {
        "clip": generation,
        "keep": kept(request, generation),
        "problem": " ".join(map(str, form.errors.get(form.verb, form.non_field_errors()))),
        "typed": form.data.get(form.verb, "") if form.errors else "",
        "verb": form.verb,
        "goes_on": NEXT.get(form.verb, ""),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    answer = render(request, "generations/_keep.html", context, status=status)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _favourite(generation: Generation, value: str, user: User) -> None:
    (liking.favour if value == "on" else liking.unfavour)(user, [generation])


def _stars(generation: Generation, value: int, user: User) -> None:
    liking.rate(generation, user, value)


def _tag(generation: Generation, value: list[str], user: User) -> None:
    for name in value:
        tags.add(generation.team, name, [generation], actor=user)


def _remove_tag(generation: Generation, value: list[str], user: User) -> None:
    for tag in Tag.objects.filter(team=generation.team_id, name__in=value):
        tags.remove(tag, [generation])


def _collection(generation: Generation, value: UUID, user: User) -> None:
    collections.add(collection_for(generation, value), [generation], actor=user)


def _new_collection(generation: Generation, value: str, user: User) -> None:
    collections.add(collections.make(generation.team, value, actor=user), [generation], actor=user)


def _remove_collection(generation: Generation, value: UUID, user: User) -> None:
    collections.remove(collection_for(generation, value), [generation])


VERBS: Final[dict[str, Callable[[Generation, Any, User], None]]] = {
    "favourite": _favourite,
    "stars": _stars,
    "tag": _tag,
    "remove_tag": _remove_tag,
    "collection": _collection,
    "new_collection": _new_collection,
    "remove_collection": _remove_collection,
}
