"""The last safety for a task id: a file per POST, made before the claim and filled before the database is asked.

It is removed when the database has taken the answer. What is left over, after a crash between the two or
while the database refused, the sweep reads. A place that cannot be written is thus found before money moves.
"""

import json
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.conf import settings

from generations.lifecycle.verdict import Verdict
from generations.media.parts import sync

logger = logging.getLogger(__name__)

EMPTY: Final = "null"
OLD_SECONDS: Final = 3600.0


def prepare(callback_token: str) -> None:
    """Make an empty receipt. Raises OSError or DiskFull if the disk does not take it: then nothing may be sent."""
    _write(_path(callback_token), EMPTY)


def fill(callback_token: str, verdict: Verdict) -> None:
    """Put the answer of a submission on disk for good. Raises OSError or DiskFull if the disk refuses."""
    _write(_path(callback_token), json.dumps(verdict.as_json()))


def discard(callback_token: str) -> None:
    """Remove the receipt of an answer that the database has, or of a claim that was lost.

    One that cannot be removed does no harm: its answer is no news when the sweep reads it again.
    """
    try:
        _path(callback_token).unlink(missing_ok=True)
    except OSError:
        logger.exception("The receipt %s cannot be removed.", callback_token)


def is_old(callback_token: str) -> bool:
    """Whether a receipt is older than any claim: its sender ended between making it and claiming."""
    return time.time() - _path(callback_token).stat().st_mtime > OLD_SECONDS


def remove_old_drafts() -> None:
    """Remove what a process left that was killed while it wrote a receipt: nothing was sent on its strength."""
    for draft in Path(settings.RECEIPTS_DIR).glob("*.draft"):
        if time.time() - draft.stat().st_mtime > OLD_SECONDS:
            draft.unlink(missing_ok=True)


def left_over() -> Iterator[tuple[str, Verdict | None]]:
    """Give every callback token that has a receipt, with its answer or None while there is none.

    A file that nobody can read is reported and kept.
    """
    for path in sorted(Path(settings.RECEIPTS_DIR).glob("*.json")):
        try:
            values = json.loads(path.read_text())
            yield path.stem, Verdict.from_json(values) if values else None
        except FileNotFoundError:
            continue
        except (ValueError, KeyError, TypeError):
            logger.exception("The receipt %s cannot be read; it is kept for a person.", path.name)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.draft")
    draft.write_text(text)
    sync(draft)
    draft.replace(path)
    sync(path.parent)


def _path(callback_token: str) -> Path:
    return Path(settings.RECEIPTS_DIR) / f"{callback_token}.json"
