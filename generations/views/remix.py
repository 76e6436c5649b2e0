"""Starting from a clip: with all of its settings, with its prompt alone, or with a longer take of the same."""

from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest

from generations import constraints
from generations.access import visible_generations
from generations.lifecycle.wish import Wish
from generations.models import Generation
from generations.views.signed_in import MemberRequest

ALL: Final = ""
PROMPT: Final = "prompt"
LONGER: Final = "longer"
SAYS: Final = {ALL: "From", PROMPT: "The prompt of", LONGER: "A longer take of"}


@dataclass(frozen=True)
class Remix:
    """The clip that a form starts from, and what it takes over: a key of SAYS. Each has a draft of its own."""

    clip: Generation
    kind: str = ALL

    @property
    def query(self) -> str:
        """The query of the Create page's address."""
        kinds = {ALL: {}, PROMPT: {"only": "prompt"}, LONGER: {"longer": "yes"}}
        return urlencode({"from": str(self.clip.pk), **kinds[self.kind]})

    @property
    def draft(self) -> str:
        """What the browser keeps the draft under."""
        return "-".join(filter(None, [str(self.clip.pk), self.kind]))

    @property
    def title(self) -> str:
        """What the clip is called."""
        return self.clip.title

    @property
    def address(self) -> str:
        """Where the clip is."""
        return self.clip.get_absolute_url()

    @property
    def says(self) -> str:
        """What stands before the clip's title."""
        return SAYS[self.kind]

    @property
    def values(self) -> dict[str, Any]:
        """What the form starts with."""
        if self.kind == PROMPT:
            return {"prompt": self.clip.prompt}
        longer = longer_than(self.clip.duration) if self.kind == LONGER else None
        return asdict(Wish.of(self.clip)) | ({"duration": longer} if longer else {})


def remix_of(request: MemberRequest) -> Remix | None:
    """Return what the address says to start from, None if it names no clip that is to be seen. Raises Http404."""
    if not (pk := request.GET.get("from")):
        return None
    clip = visible_generations(request.user).filter(pk=_uuid(pk)).first()
    return Remix(clip, _kind(request)) if clip else None


def longer_than(duration: int) -> int | None:
    """Return the next longer duration in seconds; None after the longest."""
    return next((seconds for seconds in constraints.DURATIONS if seconds > duration), None)


def _kind(request: HttpRequest) -> str:
    if request.GET.get("only") == "prompt":
        return PROMPT
    return LONGER if "longer" in request.GET else ALL


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404("No such clip.") from error
