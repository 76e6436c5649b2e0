"""What every page of a signed-in person shows around its content."""

from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from typing import Any, Final, cast
from uuid import UUID
from zlib import crc32

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from generations.lifecycle import figures, notices
from generations.lifecycle.limits import Budgets, budgets, leads_of
from generations.models import Account, Membership, Outcome, Price, Submission, User
from generations.views.signed_in import all_memberships, current_membership

SYSTEM: Final = "system"
THEMES: Final = (SYSTEM, "light", "dark")


class Studio:
    """The state of the house. Asks the database only for what is used: one query for each property at most."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def memberships(self) -> list[Membership]:
        """The teams that the person is in."""
        return all_memberships(self._request)

    @cached_property
    def membership(self) -> Membership | None:
        """The one they have chosen."""
        return current_membership(self._request)

    @property
    def rehearsal(self) -> bool:
        """Whether the sandbox makes the clips."""
        return settings.REHEARSAL

    @cached_property
    def budgets(self) -> Budgets | None:
        """What may still be spent in the chosen team; None without one, and in rehearsal, which has no limits."""
        if self.rehearsal or self.membership is None:
            return None
        return budgets(self.membership)

    @cached_property
    def price(self) -> Price | None:
        """What is in force, if something is."""
        return Price.objects.valid().first()

    @cached_property
    def leads(self) -> str:
        """Who can help in the chosen team: ada or bo, or You."""
        return leads_of(self.membership.team, self.membership.user) if self.membership else "An admin"

    @cached_property
    def around(self) -> str:
        """A short word for what stands around a page, which is another one when any of it changes."""
        pauses = self.account.paused_kind, self.membership and self.membership.team.paused_at
        return f"{crc32(repr((self.budgets, pauses, self.unseen)).encode()):08x}"

    @cached_property
    def unseen(self) -> int:
        """How many notices the person has not seen; one more than are counted, where there are more."""
        return notices.unseen(cast(User, self._request.user))

    def opens_clip(self, clip: UUID) -> None:
        """Note that what the person was told of a clip is seen; to be called before the clip is read.

        No query where nothing is unseen.
        """
        self._note_seen(notices.see_clip, clip)

    def opens_queue(self) -> None:
        """Note that what a reviewer was told of the queue is seen. No query where nothing is unseen."""
        self._note_seen(notices.see_queue)

    def _note_seen(self, see: Callable[..., int], *what: UUID) -> None:
        if self._request.method == "GET" and self.unseen and see(self._request.user, *what):
            del self.unseen

    @property
    def unseen_said(self) -> str:
        """The same as it is written: 9+ for more."""
        return str(self.unseen) if self.unseen <= notices.MOST_COUNTED else f"{notices.MOST_COUNTED}+"

    @cached_property
    def account(self) -> Account:
        """Whom we ask now."""
        return Account.objects.current()

    @cached_property
    def load(self) -> figures.Load:
        """How many run and how many wait, everybody's together."""
        return figures.load(self.account)

    @property
    def paused(self) -> bool:
        """Whether sending waits."""
        return self.account.is_paused

    @cached_property
    def unclear(self) -> int:
        """How many submissions only a callback or a person can still settle: the list had its time."""
        long_ago = timezone.now() - timedelta(seconds=settings.UNSURE_LIST_SECONDS)
        return Submission.objects.filter(outcome=Outcome.UNSURE, answered_at__lt=long_ago).count()


def studio_of(request: HttpRequest) -> Studio:
    """Return the request's one Studio, so that view and template ask once."""
    studio: Studio = request.__dict__.setdefault("studio", Studio(request))
    return studio


def studio(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `studio`, and `theme` ("light", "dark" or "" for the system's)."""
    theme = request.COOKIES.get("theme", SYSTEM)
    is_own = theme in THEMES and theme != SYSTEM
    return {"studio": studio_of(request), "theme": theme if is_own else ""}
