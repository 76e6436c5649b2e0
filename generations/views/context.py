"""What every page of a signed-in person shows around its content."""

from datetime import timedelta
from functools import cached_property
from typing import Any, Final
from zlib import crc32

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from generations.lifecycle import figures
from generations.lifecycle.limits import Budgets, budgets, leads_of
from generations.models import Account, Membership, Outcome, Price, Submission
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
        """Who can help in the chosen team: ada or bo."""
        return leads_of(self.membership.team) if self.membership else "An admin"

    @cached_property
    def around(self) -> str:
        """A short word for what stands around a page, which is another one when any of it changes."""
        pauses = self.account.paused_kind, self.membership and self.membership.team.paused_at
        return f"{crc32(repr((self.budgets, pauses)).encode()):08x}"

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
