"""Signs of life of the worker clusters."""

from datetime import timedelta
from typing import ClassVar, Final

from django.db import models
from django.utils import timezone

OFTEN: Final = timedelta(seconds=1)


class Heartbeat(models.Model):
    """When a cluster last did anything, a row a cluster."""

    cluster = models.CharField(max_length=30, primary_key=True)
    beat_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Heartbeat"]] = models.Manager()

    def __str__(self) -> str:
        return f"{self.cluster} at {self.beat_at:%H:%M:%S}"

    @classmethod
    def beat(cls, cluster: str) -> None:
        """Note that `cluster` works, now, unless that was noted within the last second."""
        now = timezone.now()
        if not cls.objects.filter(pk=cluster, beat_at__gt=now - OFTEN, beat_at__lte=now).exists():
            cls.objects.update_or_create(cluster=cluster, defaults={"beat_at": now})
