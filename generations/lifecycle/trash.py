"""The trash: clips that nobody needs any more leave the gallery at once, their files after a grace period."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from generations.models import Event, Generation, Revision, User
from generations.models.states import ENDED

logger = logging.getLogger(__name__)

TRASHED: Final = "moved to the trash"
RESTORED: Final = "taken out of the trash"
PURGED: Final = "its files were removed for good, {days} days after it was moved to the trash"
FILES: Final = ("video_name", "poster_name", "preview_name", "strip_name", "proxy_name")
BATCH: Final = 500
"""Rows that change in one transaction: others order meanwhile."""
MOST_PURGED: Final = 50
"""Clips whose files one sweep removes."""


def trash(generations: Iterable[Generation], *, actor: User, at: datetime | None = None) -> list[Generation]:
    """Move those to the trash that have ended and are not there; return them. Open pages drop their tiles.

    All of one call, or of several with the same `at`, bear the same moment in `trashed_at`, so that they can be
    taken back together. What is still on its way stays: nobody could see any more what becomes of it.
    """
    at, moved = at or timezone.now(), []
    for some in _batches(generations):
        with transaction.atomic():
            revision = Revision.take()
            rows = Generation.objects.filter(
                pk__in=[one.pk for one in some], state__in=ENDED, trashed_at=None
            )
            going = list(rows.only("state"))
            rows.update(trashed_at=at, trashed_by=actor, revision=revision)
            _write_down(going, TRASHED, actor)
        moved += going
    for one in moved:
        one.trashed_at, one.trashed_by = at, actor
    return moved


def restore(generations: Iterable[Generation], *, actor: User) -> list[Generation]:
    """Take those out of the trash whose files are still there; return them. To open pages they are new."""
    back: list[Generation] = []
    for some in _batches(generations):
        with transaction.atomic():
            revision = Revision.take()
            rows = Generation.objects.filter(
                pk__in=[one.pk for one in some], trashed_at__isnull=False, purged_at=None
            )
            coming = list(rows.only("state"))
            Generation.objects.filter(pk__in=[one.pk for one in coming]).update(
                trashed_at=None, trashed_by=None, revision=revision, born_revision=revision
            )
            _write_down(coming, RESTORED, actor)
        back += coming
    return back


def trashed_at_once(generations: QuerySet[Generation], at: datetime, *, actor: User) -> QuerySet[Generation]:
    """Return what `actor` moved to the trash in one go at this moment."""
    return generations.filter(trashed_at=at, trashed_by=actor, purged_at=None)


def due_to_purge() -> QuerySet[Generation]:
    """Return what has been in the trash for longer than its grace, oldest first."""
    long_ago = timezone.now() - timedelta(days=settings.TRASH_DAYS)
    return Generation.objects.filter(trashed_at__lt=long_ago, purged_at=None).order_by("trashed_at")


def purge() -> int:
    """Remove the files of what is due; return how many clips. Their rows, history and money stay.

    The row says so first: a crash in between leaves files that nothing names, never a clip without its file.
    """
    why = PURGED.format(days=settings.TRASH_DAYS)
    count = 0
    for generation in due_to_purge()[:MOST_PURGED]:
        with transaction.atomic():
            revision = Revision.take()
            still = due_to_purge().filter(pk=generation.pk).order_by()
            if not still.update(purged_at=timezone.now(), revision=revision):
                continue  # Somebody took it back.
            generation.note(why)
        _remove_files(generation)
        count += 1
    return count


def _remove_files(generation: Generation) -> None:
    for name in filter(None, (getattr(generation, field) for field in FILES)):
        try:
            (Path(settings.MEDIA_ROOT) / name).unlink(missing_ok=True)
        except OSError:
            logger.exception("A file of %s, long in the trash, could not be removed.", generation.pk)


def _write_down(generations: Iterable[Generation], why: str, actor: User) -> None:
    Event.objects.bulk_create(
        Event(generation=one, from_state=one.state, to_state=one.state, why=why, actor=actor)
        for one in generations
    )


def _batches(generations: Iterable[Generation]) -> Iterable[list[Generation]]:
    rows = list(generations)
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]
