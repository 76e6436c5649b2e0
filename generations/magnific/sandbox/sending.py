"""Puts an answer on its connection: whole, or spoilt in the manner it asks for."""

import functools
import json
import socket
import struct
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from generations.magnific.sandbox.answers import Answer, Manner

if TYPE_CHECKING:
    from generations.magnific.sandbox.handler import Handler

ENDLESS: Final = 900_000
"""Bytes that a dripping answer announces: hours, and less than clients care to refuse unread."""
MEGABYTE: Final = 1_000_000
GZIP_WINDOW: Final = 31
"""zlib's `wbits` for a gzip header with the largest window."""


def send(handler: "Handler", answer: Answer) -> int:
    """Send an answer; return its status, 0 for none. Raises OSError when the client has gone."""
    MANNERS[answer.manner](handler, answer)
    return answer.status


def send_head(handler: "Handler", status: int, headers: dict[str, str]) -> None:
    """Send the status line and the headers."""
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()


def _whole(handler: "Handler", answer: Answer) -> None:
    is_page = isinstance(answer.body, str)
    body = answer.body.encode() if is_page else json.dumps(answer.body).encode()
    content_type = "text/html; charset=utf-8" if is_page else "application/json"
    headers = {"content-type": content_type, "cache-control": "no-store"} | answer.headers
    send_head(handler, answer.status, headers | {"content-length": str(len(body))})
    if handler.command != "HEAD":
        handler.wfile.write(body)


def _closed(handler: "Handler", answer: Answer) -> None:
    handler.close_connection = True


def _reset(handler: "Handler", answer: Answer) -> None:
    """Close at once without lingering, which sends RST. Nobody else may shut the socket down first."""
    handler.close_connection = True
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    socket.close(handler.connection.detach())


def _hung(handler: "Handler", answer: Answer) -> None:
    handler.close_connection = True
    handler.connection.settimeout(handler.server.config.hang_seconds)
    with suppress(OSError):  # However it ends, it has ended.
        handler.connection.recv(1)


def _dripping(handler: "Handler", answer: Answer) -> None:
    handler.close_connection = True
    headers = {"content-type": "application/json", "content-length": str(ENDLESS)}
    send_head(handler, answer.status, headers | answer.headers)
    for _ in range(ENDLESS):
        handler.wfile.write(b" ")
        time.sleep(handler.server.config.drip_seconds)


def _bomb(handler: "Handler", answer: Answer) -> None:
    body = bomb(handler.server.config.bomb_megabytes)
    headers = {"content-type": "application/json"} | answer.headers
    headers |= {"content-encoding": "gzip", "content-length": str(len(body))}
    send_head(handler, answer.status, headers)
    handler.wfile.write(body)


MANNERS: Final[dict[Manner, Callable[["Handler", Answer], None]]] = {
    Manner.WHOLE: _whole,
    Manner.CLOSED: _closed,
    Manner.RESET: _reset,
    Manner.HUNG: _hung,
    Manner.DRIPPING: _dripping,
    Manner.BOMB: _bomb,
}


@functools.cache
def bomb(megabytes: int) -> bytes:
    """Return so many megabytes of spaces, a thousandth as long in gzip."""
    press = zlib.compressobj(wbits=GZIP_WINDOW)
    spaces = b" " * MEGABYTE
    return b"".join(press.compress(spaces) for _ in range(megabytes)) + press.flush()
