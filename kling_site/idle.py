"""Hangs up on clients that keep the server waiting.

granian has timeouts for a request's head but none for its body: whoever announces a body and sends none, or a
byte at a time, holds one of the threads for as long as he likes (measured with granian 2.8.7: as many such
clients as there are threads stop every page). Nothing above the socket can end that wait, so this does, below:
a connection is shut down when nothing has been written to it for a while and nothing waits to be written.
Clients that fetch a file slowly, or pause it, always have something waiting; idle ones connect again.
"""

import fcntl
import os
import socket
import struct
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

LOOKS: Final = 5
"""In the time that a client may be silent; it is cut off at most one of them later."""
OPEN_FILES: Final = Path("/proc/self/fd")
LAST_DATA_SENT: Final = 44
"""Offset of `tcpi_last_data_sent`, milliseconds, in Linux' `struct tcp_info` (linux/tcp.h)."""


def watch(port: int, seconds: float) -> threading.Thread | None:
    """Cut off this process's clients at `port` that keep it waiting longer; None where there is no /proc."""
    if not OPEN_FILES.is_dir():
        return None
    thread = threading.Thread(target=_watch, args=(port, seconds), name="idle", daemon=True)
    thread.start()
    return thread


def cut_off(port: int, seconds: float) -> int:
    """Shut down the connections at `port` that nothing was written to for so long; return how many."""
    cut = 0
    for connection in _connections(port):
        with connection, suppress(OSError):  # It may have gone by itself.
            if _seconds_since_written(connection) > seconds and not _waits_to_be_written(connection):
                connection.shutdown(socket.SHUT_RDWR)
                cut += 1
    return cut


def _watch(port: int, seconds: float) -> None:
    while True:
        time.sleep(seconds / LOOKS)
        cut_off(port, seconds)


def _connections(port: int) -> Iterator[socket.socket]:
    """Give a handle of our own for each accepted connection: a number may be closed and used again any time."""
    for entry in OPEN_FILES.iterdir():
        try:
            if not str(entry.readlink()).startswith("socket:"):
                continue
            connection = socket.socket(fileno=os.dup(int(entry.name)))
        except OSError:
            continue
        if _is_accepted(connection, port):
            yield connection
        else:
            connection.close()


def _is_accepted(connection: socket.socket, port: int) -> bool:
    """Whether it is a client's connection to that port, rather than the listening socket or one of ours."""
    try:
        is_tcp = (
            connection.family in (socket.AF_INET, socket.AF_INET6) and connection.type == socket.SOCK_STREAM
        )
        return is_tcp and connection.getsockname()[1] == port and bool(connection.getpeername())
    except OSError:
        return False


def _seconds_since_written(connection: socket.socket) -> float:
    facts = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, LAST_DATA_SENT + 4)
    return int(struct.unpack_from("I", facts, LAST_DATA_SENT)[0]) / 1000


def _waits_to_be_written(connection: socket.socket) -> int:
    """Bytes that the other side has not taken yet (SIOCOUTQ, which is TIOCOUTQ; tcp(7))."""
    return int(struct.unpack("i", fcntl.ioctl(connection, termios.TIOCOUTQ, b"\0" * 4))[0])
