"""The last safety for a task id: a file per answered POST, on disk before the database is asked.

It is removed when the database has taken the answer. What is left over, after a crash between the two or
while the database refused, the sweep reads.
"""

import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from generations.lifecycle.verdict import Verdict
from generations.media.parts import sync

logger = logging.getLogger(__name__)


def write(submission_id: int, verdict: Verdict) -> None:
    """Put the answer of a submission on disk for good. Raises OSError if the disk refuses."""
    path = _path(submission_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.draft")
    draft.write_text(json.dumps(verdict.as_json()))
    sync(draft)
    draft.replace(path)
    sync(path.parent)


def discard(submission_id: int) -> None:
    """Remove the receipt of an answer that the database has."""
    _path(submission_id).unlink(missing_ok=True)


def left_over() -> Iterator[tuple[int, Verdict]]:
    """Give every submission whose answer may not be in the database. A file nobody can read is reported."""
    for path in sorted(Path(settings.RECEIPTS_DIR).glob("*.json")):
        try:
            yield int(path.stem), Verdict.from_json(json.loads(path.read_text()))
        except FileNotFoundError:
            continue
        except (ValueError, KeyError, TypeError):
            logger.exception("The receipt %s cannot be read; it is kept for a person.", path.name)


def _path(submission_id: int) -> Path:
    return Path(settings.RECEIPTS_DIR) / f"{submission_id}.json"
