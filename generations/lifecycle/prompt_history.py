"""The prompts that somebody has ordered, the newest first, each once."""

import hashlib

from django.db.models import QuerySet

from generations.models import Generation, OrderedPrompt
from generations.models.search_text import has_words


def key_of(text: str) -> str:
    """Return 64 hex digits, equal for texts that differ in white space alone."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()


def remember(clip: Generation) -> None:
    """Put the text of a clip that was just ordered first in the history of whose order it is. One query."""
    row = OrderedPrompt(
        user_id=clip.order.owner_id,
        team_id=clip.order.team_id,
        key=key_of(clip.prompt),
        clip=clip,
        number=clip.number,
        text=clip.prompt,
    )
    OrderedPrompt.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["user", "team", "key"],
        update_fields=["clip", "number", "text", "search_text"],
    )


def find(mine: QuerySet[OrderedPrompt], text: str, *, before: int | None = None) -> QuerySet[OrderedPrompt]:
    """Return those of `mine` with all of these words, the newest first, from the number `before` on."""
    found = mine.filter(has_words(text)).order_by("-number")
    return found if before is None else found.filter(number__lt=before)
