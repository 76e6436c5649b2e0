"""The nightly check: are the saved files still there, and still what they were?"""

import logging
import time
from datetime import timedelta
from typing import Final

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from generations import queue, stopping
from generations.lifecycle import alarm
from generations.media.parts import sha256_of
from generations.models import Generation, State

logger = logging.getLogger(__name__)

CHECK_EVERY_DAYS: Final = 1
PIECE_SECONDS: Final = 60.0
"""One task of the queue hashes for so long, then rings for the next."""


def check_files() -> None:
    """Re-hash saved files, those longest unchecked first, for a while; go on in another task if some are left."""
    ends = time.monotonic() + PIECE_SECONDS
    for generation in due().order_by(F("file_checked_at").asc(nulls_first=True), "pk").iterator(100):
        if time.monotonic() > ends or stopping.is_requested():
            queue.kick_file_check()
            return
        _check(generation)
    damaged = Generation.objects.filter(state=State.READY).exclude(file_damage="")
    if damaged.exists():
        alarm.tell_admins("files_damaged", {"generations": damaged[:50], "count": damaged.count()})


def due() -> QuerySet[Generation]:
    """Return the ready clips whose file was not looked at for a day."""
    long_ago = timezone.now() - timedelta(days=CHECK_EVERY_DAYS) / 2
    unchecked = Q(file_checked_at=None) | Q(file_checked_at__lt=long_ago)
    return Generation.objects.filter(unchecked, state=State.READY)


def _check(generation: Generation) -> None:
    """Write down what is wrong with a file, or that nothing is (any more)."""
    try:
        damage = "" if sha256_of(generation.video_path) == generation.video_sha256 else "changed"
    except FileNotFoundError:
        damage = "missing"
    except OSError as error:
        damage = f"unreadable: {error.strerror}"
    if damage:
        logger.error("The file of %s is %s.", generation.pk, damage)
    Generation.objects.filter(pk=generation.pk).update(
        file_checked_at=timezone.now(), file_damage=damage[:100]
    )
