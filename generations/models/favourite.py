"""What somebody likes: a favourite is one person's, a rating is theirs too and counts for everybody."""

from typing import ClassVar, Final

from django.db import models

from generations.models.generation import Generation
from generations.models.user import User

RATING_MIN: Final = 1
RATING_MAX: Final = 5


class Favourite(models.Model):
    """A clip that somebody has marked for themselves. It names the clip by its number, see `finding`."""

    user = models.ForeignKey(User, models.CASCADE, related_name="favourites", db_index=False)
    generation = models.ForeignKey(Generation, models.CASCADE, related_name="favourites", to_field="number")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["Favourite"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "generation"], name="favourite_once")]

    def __str__(self) -> str:
        return f"{self.generation} of {self.user}"


class Rating(models.Model):
    """One to five stars that somebody gives a clip; `Generation.rating` is the mean of all."""

    user = models.ForeignKey(User, models.CASCADE, related_name="ratings")
    generation = models.ForeignKey(Generation, models.CASCADE, related_name="ratings")
    stars = models.PositiveSmallIntegerField()
    rated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[models.Manager["Rating"]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["generation", "user"], name="rating_once"),
            models.CheckConstraint(
                condition=models.Q(stars__gte=RATING_MIN, stars__lte=RATING_MAX), name="rating_stars"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stars} of {RATING_MAX} by {self.user}"
