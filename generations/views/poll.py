"""What an open page asks for, again and again: has anything changed since what it shows?"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from generations.access import own_generations, team_generations
from generations.forms.gallery import FilterForm, query_of
from generations.lifecycle.figures import Load
from generations.lifecycle.finding import ClipFilter
from generations.lifecycle.share import taken_back
from generations.models import Account, Generation, Revision, State
from generations.models.states import CHANGING
from generations.views.context import studio_of
from generations.views.signed_in import MemberRequest, current_membership

QUICK_SECONDS: Final = 2
"""While something of the person's own may still change."""
SLOW_SECONDS: Final = 60
"""Otherwise: another tab or a colleague may start something."""
POSTER_SECONDS: Final = 120
NEWEST: Final = 100
"""Among so many a clip is looked for whose poster is still to come."""
TEAM_PAGE: Final = "team"
WHOSE: Final = {"gallery": "mine", TEAM_PAGE: "team"}
"""The galleries, and whose clips they show."""
EVERYTHING: Final = ClipFilter()
PAGES: Final = ("create", "gallery", TEAM_PAGE, "clip")


def shown_on(request: MemberRequest, page: str) -> QuerySet[Generation]:
    """Return what a page of the chosen team may show: what the team shares, or one's own there."""
    membership = current_membership(request)
    if membership is None:
        return Generation.objects.none()
    return team_generations(membership) if page == TEAM_PAGE else own_generations(membership)


def taken_from(request: MemberRequest, page: str) -> QuerySet[Generation]:
    """Return what such a page may show no more although it once did: in the trash, or kept private since."""
    membership = current_membership(request)
    if membership is None:
        return Generation.objects.none()
    gone, of_team = Q(trashed_at__isnull=False), Generation.objects.filter(team=membership.team_id)
    if page == TEAM_PAGE:
        return of_team.filter(gone & Q(is_private=False) | taken_back())
    return of_team.filter(gone, owner=membership.user_id)


def _may_change(shown: QuerySet[Generation], account: Account) -> bool:
    """Whether one may still look different by itself: also a clip that has just come, until its poster is made.

    Two questions, each with an index: asked together they would go through all clips where nothing changes.
    """
    if shown.filter(state__in=CHANGING, account=account).order_by().exists():
        return True
    lately, newest = timezone.now() - timedelta(seconds=POSTER_SECONDS), shown.order_by("-number")[:NEWEST]
    without = Generation.objects.filter(pk__in=newest.values("pk"), state=State.READY, poster_name="")
    return without.filter(ready_at__gt=lately).exists()


@dataclass(frozen=True)
class Poll:
    """A page's knowledge: the revision, the load and the day it shows; on a clip page, which clip.

    `team` is the one that the page is about, 0 without any; `around` is the studio's. `has_player`
    says that the clip is there already: a playing video is never replaced. A gallery shows what was `asked` for;
    `takes_new` says that new clips belong in front of what it shows.
    """

    page: str
    since: int
    load: Load
    day: date
    team: int = 0
    around: str = ""
    is_quick: bool = True
    clip: UUID | None = None
    has_player: bool = False
    asked: ClipFilter = EVERYTHING
    takes_new: bool = True

    @classmethod
    def start(
        cls,
        request: MemberRequest,
        page: str,
        clip: UUID | None = None,
        *,
        asked: ClipFilter | None = None,
        takes_new: bool = True,
    ) -> "Poll":
        """Begin for a page about to be drawn. Call it before what the page shows is read: better twice than
        never.
        """
        since, studio = Revision.current(), studio_of(request)
        return cls(
            page,
            since,
            studio.load,
            timezone.localdate(),
            team=studio.membership.team_id if studio.membership else 0,
            around=studio.around,
            is_quick=_may_change(shown_on(request, page), studio.account),
            clip=clip,
            asked=asked or EVERYTHING,
            takes_new=takes_new,
        )

    @classmethod
    def read(cls, query: QueryDict) -> "Poll":
        """Read back what `url` says. Raises ValueError for anything else."""
        running, queued = (int(part) for part in query.get("load", "").split("-"))
        page, clip = query.get("page", ""), query.get("clip")
        if page not in PAGES or (page == "clip") != bool(clip):
            raise ValueError(f"No page for {page!r}.")
        return cls(
            page,
            int(query.get("since", "")),
            Load(running, queued),
            date.fromisoformat(query.get("day", "")),
            team=int(query.get("team", "0")),
            around=query.get("around", ""),
            clip=UUID(clip) if clip else None,
            has_player="player" in query,
            asked=FilterForm(QueryDict(query.get("filter", ""))).filter,
            takes_new="old" not in query,
        )

    @property
    def url(self) -> str:
        """The address to ask."""
        query = {
            "since": self.since,
            "page": self.page,
            "load": f"{self.load.running}-{self.load.queued}",
            "day": self.day.isoformat(),
            "team": self.team,
            "around": self.around,
        }
        if self.clip:
            query["clip"] = str(self.clip)
        if self.has_player:
            query["player"] = "yes"
        if asked := query_of(self.asked).urlencode():
            query["filter"] = asked
        if not self.takes_new:
            query["old"] = "yes"
        return f"{reverse('live')}?{urlencode(query)}"

    def shows_the_same_around(self, other: "Poll") -> bool:
        """Whether nothing has changed in what stands around the page."""
        return (self.load, self.around) == (other.load, other.around)

    @property
    def seconds(self) -> int:
        """The interval."""
        return QUICK_SECONDS if self.is_quick else SLOW_SECONDS

    def with_clip(self, *, is_changing: bool, has_player: bool) -> "Poll":
        """The same for a clip page, whose clip may be another person's."""
        return replace(self, is_quick=self.is_quick or is_changing, has_player=has_player)
