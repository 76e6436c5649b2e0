"""Signs of life of the worker clusters."""

from typing import ClassVar

from django.db import models
from django.utils import timezone


class Heartbeat(models.Model):
    """When a cluster last did anything, a row a cluster."""

    cluster = models.CharField(max_length=30, primary_key=True)
    beat_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Heartbeat"]] = models.Manager()

    def __str__(self) -> str:
        return f"{self.cluster} at {self.beat_at:%H:%M:%S}"

    @classmethod
    def beat(cls, cluster: str) -> None:
        """Note that `cluster` works, now."""
        cls.objects.update_or_create(cluster=cluster, defaults={"beat_at": timezone.now()})
