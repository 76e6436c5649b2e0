"""Slow clips: how slow they are changes with the clock alone, so open pages must be told."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from generations.models import Generation, Revision, State


def refresh() -> None:
    """Let open pages draw anew what renders for longer than SLOW_AFTER_SECONDS."""
    since = timezone.now() - timedelta(seconds=settings.SLOW_AFTER_SECONDS)
    slow = Generation.objects.filter(state=State.RENDERING, accepted_at__lt=since)
    if slow.exists():
        with transaction.atomic():
            slow.update(revision=Revision.take())
