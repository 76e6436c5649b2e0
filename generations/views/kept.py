"""How a clip is kept: a person's own mark and stars, everybody's mean, the team's tags and collections."""

from dataclasses import dataclass, field
from typing import Final

from django.db.models import QuerySet

from generations.access import may_label
from generations.models import Collection, Generation, Tag
from generations.models.favourite import RATING_MAX, RATING_MIN
from generations.views.signed_in import MemberRequest

MOST_OFFERED: Final = 200
"""Tags and collections that are offered; others can be typed."""


@dataclass(frozen=True)
class Kept:
    """`stars` are the person's own, 0 for none; `mean` is that of all `ratings`.

    `may_label` says that they may tag and collect; `more_tags` and `more_collections` are what the clip is not in.
    """

    is_favourite: bool
    stars: int
    mean: float
    ratings: int
    tags: list[Tag]
    collections: list[Collection]
    may_label: bool
    more_tags: list[Tag] = field(default_factory=list)
    more_collections: list[Collection] = field(default_factory=list)

    @property
    def steps(self) -> range:
        """The stars that can be given."""
        return range(RATING_MIN, RATING_MAX + 1)


def kept(request: MemberRequest, generation: Generation) -> Kept:
    """Return how a clip is kept. Seven queries at most."""
    stars = dict(generation.ratings.values_list("user_id", "stars"))
    tags = list(Tag.objects.filter(taggings__generation=generation))
    collections = list(Collection.objects.filter(items__generation=generation))
    allowed = may_label(request.user, generation)
    return Kept(
        is_favourite=generation.favourites.filter(user=request.user).exists(),
        stars=stars.get(request.user.pk, 0),
        mean=sum(stars.values()) / len(stars) if stars else 0.0,
        ratings=len(stars),
        tags=tags,
        collections=collections,
        may_label=allowed,
        more_tags=_more(generation.team.tags.exclude(pk__in=[tag.pk for tag in tags])) if allowed else [],
        more_collections=_more_collections(generation, collections) if allowed else [],
    )


def _more(tags: QuerySet[Tag]) -> list[Tag]:
    return list(tags[:MOST_OFFERED])


def _more_collections(generation: Generation, own: list[Collection]) -> list[Collection]:
    others = Collection.objects.filter(team=generation.team_id).exclude(pk__in=[one.pk for one in own])
    return list(others[:MOST_OFFERED])
