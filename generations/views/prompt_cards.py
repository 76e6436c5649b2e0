"""Prompts as cards: each with its picture and what the visitor has marked."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber

from generations.access.prompts import shown_clips
from generations.lifecycle.prompt_liking import favourite_prompts_of
from generations.models import Generation, Prompt, User

RELATED: Final = ("live", "created_by")
"""What a card reads beside its prompt; its tags are prefetched."""
DRAWN: Final = (
    *("key", "title", "author_name", "uses", "rating", "changed_at", "clip_favourites", "approved_share"),
    *("live__text", "live__aspect_ratio", "created_by__username"),
)
"""The columns it reads, and those that lists go by."""
PICTURE: Final = ("poster_name", "poster_width", "poster_height", "preview_name")
"""What it reads of its clip."""
BEST_FIRST: Final = ("-rating", "-number")


@dataclass(frozen=True)
class Card:
    """One prompt as it is drawn for somebody; `clip` is its example, else the best of its clips that they see."""

    template: ClassVar = "prompts/_card.html"
    drawn_as: ClassVar = "card"
    reads: ClassVar = ()

    prompt: Prompt
    clip: Generation | None
    is_favourite: bool

    @property
    def looks(self) -> Hashable:
        """All that it is drawn from; a version never changes."""
        prompt, clip = self.prompt, self.clip
        picture = (clip.pk, *(getattr(clip, name) for name in PICTURE)) if clip else ()
        facts = prompt.pk, prompt.live_id, prompt.title, prompt.by, prompt.uses, prompt.rating
        return (*facts, *(tag.name for tag in prompt.tags.all()), self.is_favourite, picture)


def drawable(prompts: QuerySet[Prompt]) -> QuerySet[Prompt]:
    """Return them with what a card reads. Two queries."""
    return prompts.select_related(*RELATED).only(*DRAWN).prefetch_related("tags")


def cards(prompts: Sequence[Prompt], user: User) -> list[Card]:
    """Return a card for each prompt. Three queries at most."""
    if not prompts:
        return []
    clips, favourites = clips_for(prompts, user), favourite_prompts_of(user, prompts)
    return [Card(prompt, clips.get(prompt.pk), prompt.pk in favourites) for prompt in prompts]


def clips_for(prompts: Iterable[Prompt], user: User) -> dict[UUID, Generation]:
    """Return the clip that stands for each prompt, by the prompt's id. Two queries."""
    ids = [prompt.pk for prompt in prompts]
    mine = shown_clips(user).filter(prompt_version__prompt=OuterRef("pk")).order_by(*BEST_FIRST)
    best = Prompt.objects.filter(pk__in=ids).order_by()
    wanted = list(best.values_list("pk", "example", Subquery(mine.values("pk")[:1])))
    found = shown_clips(user).only(*PICTURE).in_bulk([pk for _, *clips in wanted for pk in clips if pk])
    chosen = {pk: found.get(example) or found.get(clip) for pk, example, clip in wanted}
    return {pk: clip for pk, clip in chosen.items() if clip}


def best_clips(prompt: Prompt, user: User, most: int) -> list[Generation]:
    """Return the best clips of a prompt that `user` sees, whatever version they were made from."""
    return list(shown_clips(user).filter(prompt_version__prompt=prompt).order_by(*BEST_FIRST)[:most])


def best_by_version(prompt: Prompt, user: User, most: int) -> dict[int, list[Generation]]:
    """Return the best clips of each version that `user` sees, by the version's id. One query."""
    best: QuerySet[Generation] = shown_clips(user).filter(prompt_version__prompt=prompt)
    rank = Window(
        RowNumber(),
        partition_by=F("prompt_version_id"),
        order_by=[F("rating").desc(), F("number").desc()],
    )
    found: dict[int, list[Generation]] = {}
    for clip in best.annotate(rank=rank).filter(rank__lte=most).order_by("rank"):
        found.setdefault(clip.prompt_version_id or 0, []).append(clip)
    return found
