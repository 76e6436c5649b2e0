"""Generations with their words: what tiles and the clip page are drawn from."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import ClassVar, Final

from django.conf import settings
from django.db.models import QuerySet

from generations.access import changeable
from generations.lifecycle import figures, line
from generations.lifecycle.liking import favourites_of
from generations.models import Account, Charged, Generation, State, Team
from generations.models.states import RUNNING
from generations.views.context import Studio, studio_of
from generations.views.signed_in import MemberRequest
from generations.views.words import Words, words

RELATED: Final = ("owner", "review")
"""What a tile reads beside its generation, account and team aside, which `tiles` adds."""
UNDRAWN: Final = (
    *("search_text", "negative_prompt", "wish_key", "nudged_at", "task_id", "ask_now", "vendor_status"),
    *("vendor_checked_at", "result_url", "save_fence", "save_after", "save_failures", "save_unreadable"),
    *("video_name", "video_sha256", "video_codec", "video_frames", "file_checked_at", "preview_failures"),
    *("strip_name", "strip_count", "strip_width", "strip_height", "proxy_name", "proxy_bytes"),
    *("proxy_failures", "trashed_by", "retry_of", "review_claimed_by", "review_claimed_until"),
    *(
        f"owner__{name}"
        for name in ("password", "email", "last_login", "date_joined", "is_staff", "is_active")
    ),
)
"""Columns that no tile reads: half of a page's time went into fetching them."""
AGAIN: Final = {State.QUEUED, State.FAILED, State.CANCELLED}
"""Where a tile names what another take would cost."""


MOVING: Final = (*RUNNING, State.SAVING)
"""Where a tile looks different from second to second."""


@dataclass(frozen=True)
class Tile:
    """One generation as it is drawn for somebody: whether it is theirs, and theirs to cancel and retry.

    `may_order` says that they may make something of it, `is_favourite` that they have marked it. `again` is what
    another take would cost now, in `again_currency`; None while no price is in force.
    """

    template: ClassVar = "generations/_tile.html"
    drawn_as: ClassVar = "tile"
    reads: ClassVar = ("whose", "query")

    generation: Generation
    words: Words
    is_own: bool
    may_change: bool
    may_order: bool
    again: Decimal | None
    again_currency: str
    is_favourite: bool = False

    @property
    def looks(self) -> Hashable | None:
        """All that it is drawn from, to be told from another one by; None while a clock or a bar in it moves.

        Each change of a clip takes a revision.
        """
        clip = self.generation
        if clip.state in MOVING:
            return None
        own = (getattr(self, each.name) for each in fields(self) if each.name != "generation")
        facts = clip.pk, clip.revision, clip.is_private, clip.file_damage, clip.poster_name, clip.preview_name
        return (*facts, str(clip.owner), clip.owner.initials, *own)

    @property
    def actions(self) -> tuple[str, ...]:
        """What this person can press: of cancel, now, real, retry, edit."""
        return tuple(
            action
            for action in self.words.actions
            if (self.may_order if action == "edit" else self.may_change)
        )

    @property
    def is_ready(self) -> bool:
        """Whether the clip is here."""
        return self.generation.state == State.READY

    @property
    def has_file(self) -> bool:
        """Whether the clip can be played: it is here still, and was readable when it was last looked at."""
        is_here = self.is_ready and not self.generation.is_purged
        return is_here and self.generation.file_damage in ("", "changed")

    @property
    def retry_is_safe(self) -> bool:
        """Whether one press may order it again: no money moved, and no Cancel stood there a moment ago."""
        return self.generation.money == Charged.NO and self.generation.state != State.CANCELLED


def drawable(generations: QuerySet[Generation]) -> QuerySet[Generation]:
    """Return them with what a tile reads of them and of their owners; `tiles` adds their accounts and teams."""
    return generations.select_related(*RELATED).defer(*UNDRAWN)


def _relate(generations: Iterable[Generation], studio: Studio) -> None:
    """Give each its account and team, which are nearly always those that the page has read already."""
    accounts = {studio.account.pk: studio.account}
    if others := {one.account_id for one in generations} - accounts.keys():
        accounts |= Account.objects.in_bulk(others)
    teams = {membership.team_id: membership.team for membership in studio.memberships}
    if elsewhere := {one.team_id for one in generations} - teams.keys():
        teams |= Team.objects.in_bulk(elsewhere)
    for one in generations:
        one.account, one.team = accounts[one.account_id], teams[one.team_id]


def tiles(generations: Iterable[Generation], request: MemberRequest) -> list[Tile]:
    """Return a tile for each generation as the visitor sees it. Six queries at most."""
    generations = list(generations)
    if not generations:
        return []
    studio = studio_of(request)
    _relate(generations, studio)
    account, states = studio.account, {generation.state for generation in generations}
    places = line.places(account) if State.QUEUED in states else {}
    mine_to_change = changeable(request.user, generations, studio.memberships)
    usual = figures.usual_seconds(account) if State.RENDERING in states else None
    price = studio.price if states & AGAIN else None
    favourites = favourites_of(request.user, generations)
    return [
        Tile(
            generation,
            words(generation, account, place=places.get(generation.pk), usual=usual),
            is_own=generation.owner_id == request.user.pk,
            may_change=generation.pk in mine_to_change,
            may_order=studio.membership is not None and studio.membership.may_order,
            again=price.of(generation.duration) if price else None,
            again_currency=settings.CURRENCY,
            is_favourite=generation.pk in favourites,
        )
        for generation in generations
    ]
