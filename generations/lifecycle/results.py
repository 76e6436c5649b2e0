"""What came of prompts: the clips of each version, and the figures that a library is sorted by."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Avg, Count, F, Q, QuerySet, Sum

from generations.lifecycle.approval import NONE, Approval, Cost, counts
from generations.models import Charged, Favourite, Generation, Prompt, State, Version
from generations.models.price import CENT


@dataclass(frozen=True)
class Results:
    """Of one version: clips ordered and ready, favourites of all people, the mean of the stars, verdicts and money.

    `price` is what was or may have been paid, in the CURRENCY setting's; rehearsal costs nothing.
    """

    version: Version
    clips: int = 0
    ready: int = 0
    favourites: int = 0
    rating: float = 0
    price: Decimal = Decimal(0)
    approval: Approval = NONE

    @property
    def cost(self) -> Cost:
        """What one approved clip and second cost, of all that went into the version's clips."""
        return self.approval.cost(self.price)


def count_uses(version: Version, clips: int) -> None:
    """Count clips that were ordered from a version."""
    Prompt.objects.filter(pk=version.prompt_id).update(uses=F("uses") + clips)


def refresh(generations: Iterable[Generation]) -> None:
    """Count stars and favourites anew for the prompts that these clips were made from."""
    versions = {one.prompt_version_id for one in generations if one.prompt_version_id}
    for prompt in Prompt.objects.filter(versions__in=versions).distinct():
        clips = Generation.objects.filter(prompt_version__prompt=prompt)
        mean = clips.filter(rating__gt=0).aggregate(mean=Avg("rating"))["mean"]
        liked = Favourite.objects.filter(generation__prompt_version__prompt=prompt).count()
        Prompt.objects.filter(pk=prompt.pk).update(rating=mean or 0, clip_favourites=liked)


def results_of(prompt: Prompt, seen: QuerySet[Generation]) -> list[Results]:
    """Return what each version brought, the newest first, counting the clips that are `seen`. Three queries."""
    clips = seen.filter(prompt_version__prompt=prompt).order_by()
    figures = {row["prompt_version"]: row for row in _figures(clips)}
    liked = dict(clips.values_list("prompt_version").annotate(count=Count("favourites")))
    return [
        _results(version, figures[version.pk], liked[version.pk])
        if version.pk in figures
        else Results(version)
        for version in prompt.versions.select_related("author", "accepted_by")
    ]


def _figures(clips: QuerySet[Generation]) -> Iterable[Any]:
    free = (
        Q(account__is_rehearsal=True) | Q(state=State.CANCELLED) | Q(state=State.FAILED, charged=Charged.NO)
    )
    return clips.values("prompt_version").annotate(
        clips=Count("pk"),
        ready=Count("pk", filter=Q(state=State.READY)),
        mean=Avg("rating", filter=Q(rating__gt=0)),
        sum=Sum("price", filter=~free & Q(currency=settings.CURRENCY)),
        **counts(),
    )


def _results(version: Version, row: dict[str, Any], favourites: int) -> Results:
    price, approval = Decimal(row["sum"] or 0).quantize(CENT), Approval.of_row(row)
    return Results(version, row["clips"], row["ready"], favourites, row["mean"] or 0, price, approval)
