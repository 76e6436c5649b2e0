"""Result files: made once, kept on disk, one at a time so that memory stays bounded."""

import hashlib
import logging
import queue
import threading
import time
from pathlib import Path
from typing import Final

from generations import constraints
from generations.magnific.sandbox.encode import Stopped, encode_second, repeat_second
from generations.magnific.sandbox.timeline import Outcome, Task

logger = logging.getLogger(__name__)

PLAIN_PROMPT: Final = "Rain at night"
"""Painted fastest."""


class ClipFiles:
    """Makes the MP4 of a task ahead of its first fetch if there is time, and at that fetch if not.

    `folder` gets `seconds/` (one encoded second a prompt, take and ratio) and `clips/` (one file a
    task, which is that second repeated). `megabytes` is the approximate size of a 5 s clip. If `plain`, all
    tasks share one picture, and those of one ratio and duration one file.
    """

    def __init__(self, folder: Path, megabytes: float, *, plain: bool = False) -> None:
        self._plain = plain
        self._clips = folder / "clips"
        self._seconds = folder / "seconds"
        self._bytes_a_second = int(megabytes * 1_000_000 / constraints.DURATION_DEFAULT)
        self._lock = threading.Lock()
        self._wanted: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._maker = threading.Thread(target=self._run, daemon=True)
        self._clips.mkdir(parents=True, exist_ok=True)
        self._seconds.mkdir(parents=True, exist_ok=True)

    def start(self) -> None:
        """Begin making the files that `want` asks for."""
        self._maker.start()

    def stop(self, timeout: float) -> None:
        """Give up what is being made; wait up to `timeout` seconds for that."""
        self._stopping.set()
        self._wanted.put(None)
        self._maker.join(timeout)

    def want(self, task: Task) -> None:
        """Make this task's file once it is in progress, unless it will have none."""
        if task.outcome is Outcome.CLIP:
            self._wanted.put(task)

    def path(self, task: Task) -> Path:
        """Return the task's file, made now if need be. Raises Stopped while the sandbox ends."""
        ratio, duration = _shape(task)
        shared = f"plain-{ratio.replace(':', 'x')}-{duration}-{self._bytes_a_second}"
        clip = self._clips / f"{shared if self._plain else task.task_id}.mp4"
        if not clip.exists():
            with self._lock:
                if not clip.exists():
                    self._make(task, clip)
        return clip

    def _make(self, task: Task, clip: Path) -> None:
        ratio, duration = _shape(task)
        prompt, take = (PLAIN_PROMPT, 0) if self._plain else (task.request["prompt"], task.take)
        name = hashlib.sha256(f"{prompt}\0{ratio}\0{take}\0{self._bytes_a_second}".encode()).hexdigest()
        second = self._seconds / f"{name}.mp4"
        if not second.exists():
            frame = constraints.FRAMES[ratio]
            encode_second(second, prompt, take, frame, self._bytes_a_second, self._stopping)
        repeat_second(second, clip, duration)

    def _run(self) -> None:
        while (task := self._wanted.get()) is not None and not self._stopping.is_set():
            started_at, _ = task.changes()[0]
            if self._stopping.wait(max(0.0, started_at - time.time())):
                return
            try:
                self.path(task)
            except Stopped:
                return
            except OSError:
                logger.exception(
                    "the file of %s could not be made ahead; its fetch tries again", task.task_id
                )


def _shape(task: Task) -> tuple[str, int]:
    """Return the aspect ratio and the seconds that were asked for."""
    ratio = task.request.get("aspect_ratio", constraints.ASPECT_RATIO_DEFAULT)
    return ratio, task.request.get("duration", constraints.DURATION_DEFAULT)
