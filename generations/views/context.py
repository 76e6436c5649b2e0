"""What every page of a signed-in person shows around its content."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from generations.lifecycle import figures
from generations.models import Account

THEMES = ("light", "dark")


@dataclass(frozen=True)
class Studio:
    """The state of the house. Asks the database only for what a template uses: two queries at most."""

    rehearsal: bool

    @cached_property
    def account(self) -> Account:
        """Whom we ask now."""
        return Account.objects.current()

    @cached_property
    def load(self) -> figures.Load:
        """How many run and how many wait, everybody's together."""
        return figures.load(self.account)

    @property
    def paused(self) -> str:
        """Why sending waits, as a sentence, or nothing."""
        return self.account.paused_reason or "No reason was given." if self.account.is_paused else ""


def studio(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `studio`, and `theme` ("light", "dark" or "" for the system's)."""
    theme = request.COOKIES.get("theme", "")
    return {"studio": Studio(rehearsal=settings.REHEARSAL), "theme": theme if theme in THEMES else ""}
