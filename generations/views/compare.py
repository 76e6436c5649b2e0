"""Two to four clips in step, side by side."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from generations.access import visible_generations
from generations.views.comparison import compare as compare_clips
from generations.views.look import CLIPS_MIN, OFFSET_MAX, Look, NotComparable
from generations.views.signed_in import MemberRequest, signed_in
from generations.views.tiles import RELATED, Tile, tiles

NOT_FOUND: Final = {
    1: "One of these clips does not exist, or is not yours to see.",
    2: "Two of these clips do not exist, or are not yours to see.",
    3: "Three of these clips do not exist, or are not yours to see.",
}
NONE_FOUND: Final = "These clips do not exist, or are not yours to see."


@signed_in
@require_safe
def compare(request: MemberRequest) -> HttpResponse:
    """Show the clips of `?clips=` in step; `Look` says what else the address may hold."""
    try:
        look = Look.read(request.GET)
    except NotComparable as refused:
        return _refuse(request, refused)
    found = visible_generations(request.user).select_related(*RELATED).filter(pk__in=look.clips)
    there = {tile.generation.pk: tile for tile in tiles(found, request)}
    shown = [there[pk] for pk in look.clips if pk in there]
    try:
        _check(look, shown)
    except NotComparable as refused:
        return _refuse(request, refused, look, shown)
    context = {"comparison": compare_clips(look, shown), "offset_max": OFFSET_MAX}
    return render(request, "generations/compare.html", context)


def _check(look: Look, shown: Sequence[Tile]) -> None:
    """Raises NotComparable where a clip is somebody else's, or has no file to play."""
    missing = len(look.clips) - len(shown)
    if missing:
        why = NOT_FOUND[missing] if shown else NONE_FOUND
        raise NotComparable(why, HTTPStatus.NOT_FOUND)
    if not all(tile.has_file for tile in shown):
        raise NotComparable("Only clips that can be played can be compared.")


def _refuse(
    request: MemberRequest, refused: NotComparable, look: Look | None = None, shown: Sequence[Tile] = ()
) -> HttpResponse:
    """Say what is wrong; where enough clips are left without what is wrong, lead to those."""
    playable = [tile.generation.pk for tile in shown if tile.has_file]
    context = {
        "why": str(refused),
        "unplayable": [tile for tile in shown if not tile.has_file],
        "rest_url": look.url(playable) if look and len(playable) >= CLIPS_MIN else "",
    }
    return render(request, "generations/not_comparable.html", context, status=refused.status)
