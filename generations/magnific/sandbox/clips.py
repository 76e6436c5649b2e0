"""Serves result files over HTTP: whole or in parts, and as badly as the faults ask."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from generations.magnific.sandbox.answers import INSTEAD, Answer
from generations.magnific.sandbox.encode import Stopped
from generations.magnific.sandbox.ranges import NotSatisfiable, parse_range
from generations.magnific.sandbox.sending import send, send_head
from generations.magnific.sandbox.timeline import Outcome, Status, Task

if TYPE_CHECKING:
    from generations.magnific.sandbox.handler import Handler

PIECE: Final = 65_536
SHORT_SHARE: Final = 0.6
"""Of a file whose end is missing: with its index in front, some players take it for whole."""
FAULTS: Final = ("error_file", "html_file", "gzip_file", "cut_file", "short_file", "slow_file")
PIECES_A_SECOND: Final = 20
"""Of a slow file."""


def send_clip(handler: "Handler", task_id: str) -> int:
    """Answer a request for a result file; return the status."""
    token = parse_qs(urlsplit(handler.path).query).get("token", [""])[0]
    if not handler.server.links.is_valid(task_id, token, time.time()):
        return send(handler, Answer(403, {"message": "The link is invalid or has expired"}))
    task = handler.server.store.find(task_id)
    if task is None or not _has_file(task):
        return send(handler, Answer(404, {"message": "Not found"}))
    try:
        clip = handler.server.files.path(task)
    except Stopped:
        return send(handler, Answer(503, {"message": "Shutting down"}, {"connection": "close"}))
    is_fetch = handler.command != "HEAD"
    fault = handler.server.mishaps.on_task(*FAULTS, task=task) if is_fetch else None
    return send(handler, INSTEAD[fault]) if fault in INSTEAD else _send_file(handler, clip, task_id, fault)


def _has_file(task: Task) -> bool:
    return task.outcome is Outcome.CLIP and task.status(time.time()) is Status.COMPLETED


def _send_file(handler: "Handler", clip: Path, task_id: str, fault: str | None) -> int:
    """Send the file, or the part of it that was asked for."""
    size = clip.stat().st_size
    etag = f'"{task_id}"'
    if fault == "short_file":
        size, etag = int(size * SHORT_SHARE), f'"{task_id}-short"'
    headers = {"content-type": "video/mp4", "accept-ranges": "bytes", "etag": etag}
    current = handler.headers.get("if-range", etag) == etag
    try:
        wanted = parse_range(handler.headers.get("range", ""), size) if current else None
    except NotSatisfiable:
        send_head(handler, 416, headers | {"content-range": f"bytes */{size}", "content-length": "0"})
        return 416
    first, last = wanted or (0, size - 1)
    if wanted:
        headers["content-range"] = f"bytes {first}-{last}/{size}"
    status = 206 if wanted else 200
    send_head(handler, status, headers | {"content-length": str(last - first + 1)})
    if handler.command != "HEAD":
        _copy(handler, clip, first, last - first + 1, fault)
    return status


def _copy(handler: "Handler", clip: Path, offset: int, count: int, fault: str | None) -> None:
    if fault == "cut_file":
        count //= 2
        handler.close_connection = True
    rate = handler.server.config.slow_rate if fault == "slow_file" else 0
    longest = max(1, rate // PIECES_A_SECOND) if rate else PIECE
    with clip.open("rb") as file:
        file.seek(offset)
        while count and (piece := file.read(min(longest, count))):
            handler.wfile.write(piece)
            count -= len(piece)
            if rate:
                time.sleep(len(piece) / rate)
