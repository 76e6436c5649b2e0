"""The nightly check: are the saved files still there, and still what they were?"""

import hashlib
import logging
import time
from datetime import timedelta
from typing import Final

from django.core.cache import cache
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from generations import queue, stopping
from generations.lifecycle import alarm
from generations.media.parts import sha256_of
from generations.models import Generation, State

logger = logging.getLogger(__name__)

AGENT: Final = "file check"
DUE_AFTER: Final = timedelta(hours=12)
PIECE_SECONDS: Final = 60.0
"""One task of the queue hashes for so long, then rings for the next."""
TOLD: Final = "files-damaged"
TELL_AGAIN_SECONDS: Final = 7 * 86400


def check_files() -> None:
    """Re-hash saved files, those longest unchecked first, for a while; go on in another task if some are left."""
    ends = time.monotonic() + PIECE_SECONDS
    oldest_first = due().order_by(F("file_checked_at").asc(nulls_first=True), "pk")
    for pk in list(oldest_first.values_list("pk", flat=True)):
        if time.monotonic() > ends or stopping.is_requested():
            queue.kick_file_check()
            return
        _check(Generation.objects.get(pk=pk))
    _tell_of_damage()


def due() -> QuerySet[Generation]:
    """Return the ready clips whose file was not looked at for half a day; of a run cut short, the rest."""
    now = timezone.now()
    unchecked = Q(file_checked_at=None) | Q(file_checked_at__lt=now - DUE_AFTER) | Q(file_checked_at__gt=now)
    return Generation.objects.filter(unchecked, state=State.READY, purged_at=None)


def _check(generation: Generation) -> None:
    """Write down when a file was looked at, and what is wrong with it now if that is news."""
    damage = _damage(generation)[:100]
    Generation.objects.filter(pk=generation.pk).update(file_checked_at=timezone.now())
    if damage == generation.file_damage:
        return
    generation.change(file_damage=damage)
    generation.note(f"the saved file is {damage or 'whole again'}", agent=AGENT)
    if damage:
        logger.error("The file of %s is %s.", generation.pk, damage)


def _damage(generation: Generation) -> str:
    try:
        return "" if sha256_of(generation.video_path) == generation.video_sha256 else "changed"
    except FileNotFoundError:
        return "missing"
    except OSError as error:
        return f"unreadable: {error.strerror}"


def _tell_of_damage() -> None:
    """Mail what is damaged, once; again when something else is, or after a week."""
    damaged = (
        Generation.objects.filter(state=State.READY, purged_at=None).exclude(file_damage="").order_by("pk")
    )
    found = sorted(f"{pk} {damage}" for pk, damage in damaged.values_list("pk", "file_damage"))
    told = hashlib.sha256("\n".join(found).encode()).hexdigest()
    if found and cache.get(TOLD) != told:
        cache.set(TOLD, told, TELL_AGAIN_SECONDS)
        alarm.tell_admins("files_damaged", {"generations": damaged[:50], "count": len(found)})
