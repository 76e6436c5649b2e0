"""The view of the gallery that a clip was opened from, and what comes before and after it there."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from django.core.cache import cache
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse

from generations.forms.gallery import FilterForm, query_of
from generations.lifecycle.finding import ClipFilter
from generations.models import Generation
from generations.views.poll import TEAM_PAGE, WHOSE, shown_on
from generations.views.signed_in import MemberRequest, current_membership

FAR: Final = 500
"""Places from the first that are counted; further on nobody asks which it is."""
TOTAL_SECONDS: Final = 60
"""How long the number of all may be out of date."""


@dataclass(frozen=True)
class Beside:
    """Where a clip was opened from, and its neighbours there: None where it is the first or the last.

    `query` goes with every link, so that the view stays the same. `position` counts from 1, None where it would be
    dear to count or the clip is not among what is shown.
    """

    query: str
    previous: Generation | None = None
    next: Generation | None = None
    position: int | None = None
    total: int = 0

    @property
    def gallery(self) -> str:
        """The address of the view."""
        return f"{reverse('gallery')}?{self.query}"

    @property
    def said(self) -> str:
        """12 of 1,284."""
        return f"{self.position:,} of {max(self.position, self.total):,}" if self.position else ""


def view_of(request: MemberRequest, generation: Generation) -> tuple[str, ClipFilter]:
    """Return the page of the gallery, mine or the team's, and the filter that a clip was opened from.

    A fragment asks for the page that it belongs to.
    """
    query = request.GET
    if request.htmx:
        query = QueryDict(urlsplit(request.htmx.current_url_abs_path or "").query)
    usual = WHOSE["gallery"] if generation.owner_id == request.user.pk else WHOSE[TEAM_PAGE]
    page = TEAM_PAGE if query.get("whose", usual) == WHOSE[TEAM_PAGE] else "gallery"
    return page, FilterForm(query).filter


def view_query(request: MemberRequest, generation: Generation) -> str:
    """Return the same as the query of an address. No query of the database."""
    page, asked = view_of(request, generation)
    query = query_of(asked)
    query["whose"] = WHOSE[page]
    return query.urlencode()


def beside(request: MemberRequest, generation: Generation) -> Beside:
    """Return a clip's neighbours. Five quick queries at most, however many clips there are.

    A clip of another team than the chosen one has none: it cannot have been opened from its gallery.
    """
    query, membership = view_query(request, generation), current_membership(request)
    if membership is None or membership.team_id != generation.team_id:
        return Beside(query)
    page, asked = view_of(request, generation)
    found = asked.find(shown_on(request, page), request.user)
    mark = asked.mark(generation)
    position = _position(asked, found, generation)
    return Beside(
        query,
        previous=asked.before(found, mark).first(),
        next=asked.after(found, mark).first(),
        position=position,
        total=_total(request, page, query, found) if position else 0,
    )


def _position(asked: ClipFilter, found: QuerySet[Generation], generation: Generation) -> int | None:
    if not found.filter(pk=generation.pk).exists():
        return None
    ahead = asked.before(found, asked.mark(generation))[:FAR].count()
    return ahead + 1 if ahead < FAR else None


def _total(request: MemberRequest, page: str, query: str, found: QuerySet[Generation]) -> int:
    membership = current_membership(request)
    key = sha256(f"{page} {membership and membership.pk} {query}".encode()).hexdigest()
    return cache.get_or_set(f"clips-{key}", found.count, TOTAL_SECONDS) or 0
