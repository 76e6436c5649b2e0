"""The trash: what can be taken out again, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from generations.access import trashed_generations
from generations.forms.organise import IN_TRASH
from generations.models import Generation
from generations.views.signed_in import TeamRequest, in_team
from generations.views.tiles import RELATED, Tile, tiles

PAGE_SIZE: Final = 48


@dataclass(frozen=True)
class Trashed:
    """A tile in the trash, and when its files go."""

    tile: Tile

    @property
    def days(self) -> int:
        """Days until the files are removed, 0 on the last one and when that is due."""
        at = self.tile.generation.trashed_at
        left = at + timedelta(days=settings.TRASH_DAYS) - timezone.now() if at else timedelta()
        return max(0, round(left / timedelta(days=1)))


@in_team
@require_safe
def trash(request: TeamRequest) -> HttpResponse:
    """Show what the member may take out of the team's trash, what went there last first; `?before=` continues."""
    lies_there, before = trashed_generations(request.membership), request.GET.get("before", "")
    rest = lies_there.filter(_beyond(*_read(before))) if before else lies_there
    ordered = rest.select_related(*RELATED, "trashed_by").order_by("-trashed_at", "-number")
    rows = list(ordered[: PAGE_SIZE + 1])
    page = rows[:PAGE_SIZE]
    context = {
        "trashed": [Trashed(tile) for tile in tiles(page, request)],
        "older": _mark(page) if len(rows) > PAGE_SIZE else "",
        "is_first_page": not before,
        "count": lies_there.count(),
        "grace": settings.TRASH_DAYS,
        "whose": IN_TRASH,
    }
    return render(request, "generations/trash.html", context)


def _mark(page: Sequence[Generation]) -> str:
    last = page[-1]
    return f"{last.trashed_at.isoformat() if last.trashed_at else ''}_{last.number}"


def _read(mark: str) -> tuple[datetime, int]:
    """Read where a page ended. Raises Http404 for what is no such place."""
    when, _, number = mark.partition("_")
    try:
        at = parse_datetime(when)
        place = int(number)
    except ValueError as error:
        raise Http404("No such page.") from error
    if at is None or timezone.is_naive(at) or abs(place) >= 2**63:
        raise Http404("No such page.")
    return at, place


def _beyond(at: datetime, number: int) -> Q:
    return Q(trashed_at__lte=at) & (Q(trashed_at__lt=at) | Q(number__lt=number))
