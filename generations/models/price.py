"""What a second of video is thought to cost, as dated rows."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone

CENT = Decimal("0.01")


class PriceManager(models.Manager["Price"]):
    """Finds the rate in force."""

    def in_force(self) -> "Price":
        """Return the newest row that is valid now. Raises Price.DoesNotExist if there is none."""
        return self.valid().latest("valid_from")

    def valid(self) -> models.QuerySet["Price"]:
        """Return the rows whose time has come, newest first."""
        return self.filter(valid_from__lte=timezone.now())


class Price(models.Model):
    """A rate per second from a moment on, in the `CURRENCY` setting; an estimate: the vendor gives none."""

    rate_per_second = models.DecimalField(
        max_digits=8, decimal_places=4, validators=[MinValueValidator(Decimal(0))]
    )
    valid_from = models.DateTimeField(default=timezone.now, unique=True)
    note = models.CharField(max_length=200, blank=True)

    objects: ClassVar[PriceManager] = PriceManager()

    class Meta:
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(condition=models.Q(rate_per_second__gte=0), name="price_not_negative")
        ]

    def __str__(self) -> str:
        return f"{self.rate_per_second} {self.currency}/s"

    @property
    def currency(self) -> str:
        """The studio's one currency."""
        return settings.CURRENCY

    def of(self, duration: int) -> Decimal:
        """Price of one clip of `duration` seconds, to the cent."""
        return (self.rate_per_second * duration).quantize(CENT)
