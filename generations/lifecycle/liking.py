"""Favourites and stars: what people think of clips."""

from collections.abc import Collection as Sized
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Avg

from generations.lifecycle import results
from generations.models import Favourite, Generation, Rating, Revision, User

BATCH: Final = 1000


def favour(user: User, generations: Sized[Generation]) -> int:
    """Mark clips as favourites of `user`; return how many were none before."""
    before = user.favourites.count()
    Favourite.objects.bulk_create(
        (Favourite(user=user, generation=one) for one in generations), ignore_conflicts=True, batch_size=BATCH
    )
    results.refresh(generations)
    return user.favourites.count() - before


def unfavour(user: User, generations: Sized[Generation]) -> int:
    """Take the mark away; return how many had it."""
    count = user.favourites.filter(generation__in=generations).delete()[0]
    results.refresh(generations)
    return count


def favourites_of(user: User, generations: Iterable[Generation]) -> set[UUID]:
    """Return the ids of those that `user` has marked. One query."""
    by_number = {one.number: one.pk for one in generations}
    mine = user.favourites.filter(generation__in=list(by_number))
    return {by_number[number] for number in mine.values_list("generation__number", flat=True)}


def rate(generation: Generation, user: User, stars: int) -> float:
    """Give a clip one to five stars, 0 to take one's own back; return the mean of all. Open pages follow."""
    with transaction.atomic():
        revision = Revision.take()
        if stars:
            Rating.objects.update_or_create(generation=generation, user=user, defaults={"stars": stars})
        else:
            Rating.objects.filter(generation=generation, user=user).delete()
        mean = generation.ratings.aggregate(mean=Avg("stars"))["mean"] or 0.0
        generation.change(rating=mean, revision=revision)
        results.refresh([generation])
    return mean
