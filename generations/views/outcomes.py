"""What became of one's own clips, for whoever has a page open: whichever page it is."""

from datetime import timedelta
from typing import Any, Final, TypeVar

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import trigger_client_event

from generations.models import Generation, State
from generations.views.signed_in import MemberRequest

ENDED: Final = (State.READY, State.FAILED)
MOST: Final = 10
"""More at once is told of the newest; it travels in a header."""
NEWS_SECONDS: Final = 600
"""An older end is no news, even if its clip has changed in something else since."""

AnswerT = TypeVar("AnswerT", bound=HttpResponseBase)


def with_outcomes(answer: AnswerT, request: MemberRequest, since: int) -> AnswerT:
    """Let the page know which of the person's clips, of any team, have come or failed since a revision. One query.

    A clip may be told of twice, as when its poster is made: the browser tells people once.
    """
    lately = timezone.now() - timedelta(seconds=NEWS_SECONDS)
    ended = Generation.objects.filter(
        owner=request.user, revision__gt=since, state__in=ENDED, trashed_at=None
    )
    found = ended.filter(state_at__gt=lately).order_by("-revision")[:MOST]
    if told := [_outcome(clip) for clip in found]:
        trigger_client_event(answer, "outcomes", {"clips": told})
    return answer


def _outcome(clip: Generation) -> dict[str, Any]:
    """What a notice of it says. The poster of one that has just come may still be on its way."""
    return {
        "id": str(clip.pk),
        "title": clip.title,
        "state": clip.state,
        "url": clip.get_absolute_url(),
        "poster": reverse("clip-poster", args=[clip.pk]) if clip.state == State.READY else "",
        "is_pictured": bool(clip.poster_name),
    }
