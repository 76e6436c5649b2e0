"""The last safety for a task id: a file per POST, made before the claim and filled before the database is asked.

It is removed when the database has taken the answer. What is left over, after a crash between the two or
while the database refused, the sweep reads. A place that cannot be written is thus found before money moves.
Only where the database refuses is the disk waited for: until then the machine itself would have to fail.
"""

import json
import logging
import os
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from generations.lifecycle.verdict import Verdict
from generations.media.errors import DiskFull
from generations.media.parts import disk_errors, sync

logger = logging.getLogger(__name__)

ROOM_BYTES: Final = 4096
"""More than an answer needs: what the disk has no room for shows before money moves."""
OLD_SECONDS: Final = 3600.0


def prepare(*callback_tokens: str) -> None:
    """Make empty receipts with room for answers. Raises OSError or DiskFull if the disk does not take them.

    Then nothing may be sent.
    """
    folder = Path(settings.RECEIPTS_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    for token in callback_tokens:
        with disk_errors(), _path(token).open("xb") as file:
            file.write(b" " * ROOM_BYTES)
    sync(folder)


def fill(callback_token: str, verdict: Verdict) -> None:
    """Write the answer of a submission into its receipt. A disk that refuses is logged.

    Written in place, with a checksum: one that was cut by a crash can be told. `keep` makes it outlast a power cut.
    """
    body, path = json.dumps(verdict.as_json()), _path(callback_token)
    with _logged(path):
        if not path.exists():  # Its claim was closed meanwhile, and the sweep has cleared it away.
            prepare(callback_token)
        with path.open("r+b") as file:
            file.write(f"{body}\n{_check(body)}".encode())
            file.truncate()


def keep(callback_token: str) -> None:
    """Wait until a filled receipt is on disk for good. A disk that refuses is logged."""
    path = _path(callback_token)
    with _logged(path), path.open("rb") as file:
        os.fsync(file.fileno())


@contextmanager
def _logged(path: Path) -> Iterator[None]:
    try:
        with disk_errors():
            yield
    except (OSError, DiskFull):
        logger.exception("The receipt %s cannot be written.", path.stem)


def discard(*callback_tokens: str) -> None:
    """Remove the receipts of answers that the database has, or of claims that were not made.

    One that cannot be removed does no harm: its answer is no news when the sweep reads it again.
    """
    for token in callback_tokens:
        try:
            _path(token).unlink(missing_ok=True)
        except OSError:
            logger.exception("The receipt %s cannot be removed.", token)


def is_old(callback_token: str) -> bool:
    """Whether a receipt is older than any claim: its sender ended between making it and claiming."""
    return time.time() - _path(callback_token).stat().st_mtime > OLD_SECONDS


def left_over() -> Iterator[tuple[str, Verdict | None]]:
    """Give every callback token that has a receipt, with its answer or None while there is none.

    A file that nobody can read is reported and kept.
    """
    for path in sorted(Path(settings.RECEIPTS_DIR).glob("*.json")):
        try:
            values = _values(path.read_text())
            yield path.stem, Verdict.from_json(values) if values else None
        except FileNotFoundError:
            continue
        except (ValueError, KeyError, TypeError):
            logger.exception("The receipt %s cannot be read; it is kept for a person.", path.name)


def _values(text: str) -> dict[str, Any] | None:
    """Return the answer in a receipt, or None while there is none. Raises ValueError for what a crash may have cut.

    An earlier version wrote no checksum, but put whole files in place.
    """
    body, newline, check = text.strip(" ").partition("\n")
    if newline and check != _check(body):
        raise ValueError("It is not whole.")
    return json.loads(body) if body else None


def _check(body: str) -> str:
    return f"{zlib.crc32(body.encode()):08x}\n"


def _path(callback_token: str) -> Path:
    return Path(settings.RECEIPTS_DIR) / f"{callback_token}.json"
