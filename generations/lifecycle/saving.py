"""Saving: from a signed link that lives an hour to a checked file that stays."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from generations import queue, stopping
from generations.durable import synced
from generations.lifecycle import attach, lease, review
from generations.media import parts
from generations.media.download import Downloaded, download
from generations.media.errors import (
    DiskFull,
    LinkExpired,
    LinkRefused,
    MediaError,
    NotVideo,
    NotWhole,
    ProbeFailed,
    TransferBroken,
    TransferStopped,
)
from generations.media.probe import VideoFacts, probe
from generations.models import Charged, Failure, Generation, Heartbeat, State

logger = logging.getLogger(__name__)

AGENT: Final = "saver"
CLAIM_MARGIN_SECONDS: Final = 30.0
"""A claim outlives its download by this: hashing, reading and renaming come after."""
BACKOFF_SECONDS: Final = (2.0, 10.0, 30.0, 120.0, 600.0)
DISK_FULL_SECONDS: Final = 60.0
NO_ROOM: Final = "The disk is full; saving waits for room, the clip is not lost."
UNREADABLE_TRIES: Final = 3
SHAPE_TOLERANCE: Final = 0.05
LENGTH_TOLERANCE_SECONDS: Final = 1.0
FAILURES_BEFORE_GIVING_UP: Final = 20
MOST_FAILURES: Final = 1000
BEAT_SECONDS: Final = 10.0
PROGRESS_SECONDS: Final = 1.0
"""Between two notes of how much is here: open pages ask every two seconds."""
NOTED_FROM_BYTES: Final = 1_000_000
"""What is smaller is here at once and needs no note of how much there is."""
TURN_SECONDS: Final = 10.0
"""Clips that one task has not begun by then go to other workers: large ones come side by side."""
MANY: Final = 20
"""While more clips than this wait to be copied, previews are left to the sweep: links die, previews do not."""


def save_all(generations: Sequence[UUID]) -> None:
    """Copy finished clips here, one after the other; what is not begun soon is left to whoever is free."""
    ends, saved = time.monotonic() + TURN_SECONDS, list[UUID]()
    for number, pk in enumerate(generations):
        if number and (stopping.is_requested() or time.monotonic() > ends):
            queue.kick_save(*generations[number:])
            break
        if save(pk):
            saved.append(pk)
    if saved and not many_wait():
        queue.kick_previews(saved[-1])


def save(pk: UUID) -> bool:
    """Copy a finished clip here and make it ready; a lost claim, or one too early, does nothing.

    True if it is ready. Trouble is written beside the state and tried again later; the sweep keeps the time.
    """
    if stopping.is_requested() or not _claim(pk):
        return False
    saver = _Saver(Generation.objects.to_book(pk))
    try:
        return saver.run()
    except (MediaError, OSError) as error:
        saver.put_off(error)
        return False


def may_be_claimed() -> Q:
    """A condition: nobody saves it now. Also one claimed further ahead than any claim lasts (a clock set back)."""
    now = timezone.now()
    return Q(save_after=None) | Q(save_after__lte=now) | Q(save_after__gt=now + 3 * _longest_claim())


def many_wait() -> bool:
    """Whether so many clips wait to be copied that nothing else should be begun."""
    waiting = Generation.objects.filter(may_be_claimed(), state=State.SAVING).exclude(result_url="")
    return waiting.order_by()[: MANY + 1].count() > MANY


def _longest_claim() -> timedelta:
    return timedelta(seconds=settings.SAVE_SECONDS + CLAIM_MARGIN_SECONDS)


def _claim(pk: UUID) -> bool:
    """Take the right to save, for as long as a download may last, if nobody has it and there is a link."""
    now = timezone.now()
    waits = Generation.objects.filter(may_be_claimed(), pk=pk, state=State.SAVING).exclude(result_url="")
    until = now + _longest_claim()
    with transaction.atomic():  # Begun so, it waits for SQLite's lock in short naps.
        return bool(waits.update(save_fence=F("save_fence") + 1, save_after=until, nudged_at=now))


@dataclass
class _Saver:
    """One claim's work; it writes about the generation only while its fence is the newest."""

    generation: Generation
    next_report: float = 0.0
    next_beat: float = field(default_factory=lambda: time.monotonic() + BEAT_SECONDS)

    def run(self) -> bool:
        """Download, check, put in place, ready: True then. Raises MediaError or OSError for what can be retried."""
        part = self._part()
        downloaded = self._download(part)
        facts, warning = self._read(part, downloaded)
        is_provisional = self.generation.is_provisional
        if is_provisional and facts and not _fits(self.generation, facts):
            why = "the adopted task's clip is not what was ordered"
            attach.reject(self.generation, why, only_if=self._mine)
            return False
        name = self._put_in_place(part, downloaded)
        return self._make_ready(
            why=f"{downloaded.bytes / 1e6:.1f} MB, {warning or 'checked'}",
            is_provisional=is_provisional and facts is None,
            video_name=name,
            video_bytes=downloaded.bytes,
            video_sha256=downloaded.sha256,
            video_warning=warning,
            received_bytes=downloaded.bytes,
            **_facts(facts),
        )

    def _make_ready(self, why: str, **file: Any) -> bool:
        """Move, and hand in for review where the team wants it; False if the claim was lost meanwhile."""
        # Undone by a power cut, it would need a link that may have died meanwhile.
        with synced(), transaction.atomic():
            is_ready = self.generation.move(
                State.READY,
                agent=AGENT,
                why=why,
                only_if=self._mine,
                ready_at=timezone.now(),
                charged=Charged.YES,
                result_url="",
                save_problem="",
                **file,
            )
            if is_ready:
                review.hand_in_saved(self.generation)
        return is_ready

    def put_off(self, error: MediaError | OSError) -> None:
        """Let the claim go and say when the next try may start, and why this one ended."""
        logger.warning("Saving %s: %s", self.generation.pk, error)
        if self._is_hopeless(error):
            self.generation.move(
                State.FAILED,
                agent=AGENT,
                why=str(error),
                only_if=self._mine,
                failure=Failure.NO_FILE,
                failure_reason=str(error)[:500],
                charged=Charged.UNKNOWN,
            )
            return
        changes, wait = _next_try(error, self.generation)
        changes["save_after"] = timezone.now() + timedelta(seconds=wait)
        if not self.generation.change(only_if=self._mine & Q(state=State.SAVING), **changes):
            return
        if isinstance(error, LinkExpired):
            lease.kick(self.generation.account)
        elif isinstance(error, TransferStopped):
            queue.kick_save(self.generation.pk)

    @property
    def _mine(self) -> Q:
        return Q(save_fence=self.generation.save_fence)

    def _is_hopeless(self, error: MediaError | OSError) -> bool:
        """Whether no way to the file is left: many tries failed, the last ones more than a day after the first."""
        waited = timezone.now() - (self.generation.completed_at or self.generation.state_at)
        too_long = waited.total_seconds() > settings.GIVE_UP_AFTER_SECONDS
        counts = not isinstance(error, DiskFull | TransferStopped)
        return counts and too_long and self.generation.save_failures >= FAILURES_BEFORE_GIVING_UP

    def _part(self) -> Path:
        """This claim's own file, begun with what the earlier claim left."""
        folder = Path(settings.MEDIA_ROOT) / "parts"
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f"{self.generation.pk}.{self.generation.save_fence}"
        earlier = folder / f"{self.generation.pk}.{self.generation.save_fence - 1}"
        if earlier.exists():
            parts.copy_part(earlier, part)
            parts.discard_part(earlier)
        return part

    def _download(self, part: Path) -> Downloaded:
        return download(
            self.generation.result_url,
            part,
            allowed_hosts=settings.MAGNIFIC_RESULT_HOSTS,
            time_budget=settings.SAVE_SECONDS,
            should_stop=stopping.is_requested,
            on_progress=self._report,
        )

    def _report(self, received: int, expected: int | None) -> None:
        now = time.monotonic()
        if now >= self.next_beat:
            Heartbeat.beat(queue.SAVING_CLUSTER)
            self.next_beat = now + BEAT_SECONDS
        is_large = expected is None or expected >= NOTED_FROM_BYTES
        if is_large and now >= self.next_report:
            self.next_report = now + PROGRESS_SECONDS
            self.generation.change(only_if=self._mine, received_bytes=received, expected_bytes=expected)

    def _read(self, part: Path, downloaded: Downloaded) -> tuple[VideoFacts | None, str]:
        """Read the file; one that came whole by its length but stays unreadable is kept, with a warning."""
        try:
            return probe(part), ""
        except ProbeFailed as error:
            return None, f"Kept as it came: {error}"
        except (NotVideo, NotWhole) as error:
            tries = self.generation.save_unreadable + 1
            if downloaded.length_known and tries >= UNREADABLE_TRIES:
                return None, f"Kept as it came: {error}"
            self.generation.change(only_if=self._mine, save_unreadable=tries)
            parts.discard_part(part)
            raise

    def _put_in_place(self, part: Path, downloaded: Downloaded) -> str:
        """Give the file its name for good. A saved file is never overwritten: other content gets another."""
        root = Path(settings.MEDIA_ROOT)
        key = self.generation.pk.hex
        for ending in ("mp4", f"{self.generation.save_fence}.mp4"):
            name = f"videos/{key[:2]}/{key}.{ending}"
            target = root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                parts.put_in_place(part, target)
                return name
            if parts.sha256_of(target) == downloaded.sha256:
                parts.discard_part(part)
                return name
        raise TransferBroken("Another file stands where this clip belongs.")


def _fits(generation: Generation, facts: VideoFacts) -> bool:
    """Whether a file can be what was ordered, by its shape and its length to a second."""
    if not facts.height:
        return False
    ordered = generation.frame.width / generation.frame.height
    same_shape = abs(facts.width / facts.height - ordered) < SHAPE_TOLERANCE
    return same_shape and abs(facts.duration - generation.duration) <= LENGTH_TOLERANCE_SECONDS


def _facts(facts: VideoFacts | None) -> dict[str, Any]:
    if facts is None:
        return {}
    return {
        "video_width": facts.width,
        "video_height": facts.height,
        "video_duration": facts.duration,
        "video_codec": facts.codec,
        "video_frames": facts.frames,
    }


def _next_try(error: MediaError | OSError, generation: Generation) -> tuple[dict[str, Any], float]:
    """What to note and how many seconds to wait: an interrupted transfer goes on at once."""
    if isinstance(error, TransferStopped):
        return {}, 0.0
    if isinstance(error, DiskFull):
        return {"save_problem": NO_ROOM}, DISK_FULL_SECONDS
    failures = generation.save_failures
    changes = {"save_problem": _sentence(error), "save_failures": min(failures + 1, MOST_FAILURES)}
    wait = BACKOFF_SECONDS[min(failures, len(BACKOFF_SECONDS) - 1)]
    if isinstance(error, LinkExpired):
        return changes | {"result_url": "", "ask_now": True}, wait if failures else 0.0
    if isinstance(error, LinkRefused):
        return changes, BACKOFF_SECONDS[-1]
    return changes, wait


def _sentence(error: MediaError | OSError) -> str:
    """What to tell people: a fault of our disk in its own words, without the path."""
    said = str(error) if isinstance(error, MediaError) else f"Our disk says: {error.strerror or error}."
    return said[:300]
