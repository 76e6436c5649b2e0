"""A server on a loopback socket that does to each connection exactly what a test wrote down."""

import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

CERTIFICATE = Path(__file__).with_name("loopback.pem")
"""A key and a certificate for 127.0.0.1 that nobody trusts, valid from 2020 to 2120."""

Behaviour = Callable[[socket.socket, list["Received"]], None]


class Received(NamedTuple):
    """A request as it came over the wire."""

    head: str
    body: bytes

    @property
    def line(self) -> str:
        return self.head.splitlines()[0] if self.head else ""

    @property
    def headers(self) -> dict[str, str]:
        pairs = (line.split(": ", 1) for line in self.head.splitlines()[1:] if line)
        return {name.lower(): value for name, value in pairs}


class ScriptedServer:
    """Plays one behaviour a connection, in their order; the last one serves all that follow."""

    def __init__(self, *behaviours: Behaviour, tls: bool = False) -> None:
        self.received: list[Received] = []
        self.connections = 0
        self._behaviours = behaviours
        self._tls = _server_context() if tls else None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    @property
    def url(self) -> str:
        scheme = "https" if self._tls else "http"
        return f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"

    def heard(self, count: int) -> list[Received]:
        """Wait until `count` connections were heard out: a caller may be gone before it is even accepted."""
        give_up_at = time.monotonic() + 10
        while len(self.received) < count and time.monotonic() < give_up_at:
            time.sleep(0.01)
        return self.received

    def __enter__(self) -> "ScriptedServer":
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for sock in (self._listener, *self._open):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            behaviour = self._behaviours[min(self.connections, len(self._behaviours) - 1)]
            self.connections += 1
            handle = connection.dup()
            self._open.append(handle)
            thread = threading.Thread(target=self._play, args=(behaviour, connection, handle), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _play(self, behaviour: Behaviour, connection: socket.socket, handle: socket.socket) -> None:
        with suppress(OSError), handle, connection:
            if self._tls is None:
                behaviour(connection, self.received)
                return
            with self._tls.wrap_socket(connection, server_side=True) as secured:
                behaviour(secured, self.received)


def respond(
    status: int,
    body: object = b"",
    headers: dict[str, str] | None = None,
    *,
    length: int | None = None,
    framed: bool = True,
) -> Behaviour:
    """Read the request, then answer. `length` overrides Content-Length, `framed=False` leaves it out."""

    def behaviour(connection: socket.socket, received: list[Received]) -> None:
        received.append(read_request(connection))
        connection.sendall(answer(status, body, headers, length=length, framed=framed))
        connection.shutdown(socket.SHUT_WR)

    return behaviour


def say(data: bytes, *, then: str = "close") -> Behaviour:
    """Read the request, send raw bytes, then `close`, `reset` or `hang` until the caller goes."""

    def behaviour(connection: socket.socket, received: list[Received]) -> None:
        received.append(read_request(connection))
        connection.sendall(data)
        if then == "hang":
            connection.recv(1)
        elif then == "reset":
            reset(connection)

    return behaviour


def drip(start: bytes, drops: bytes, *, pause: float = 0.02, unread: bool = False) -> Behaviour:
    """Read the request (unless `unread`), send `start`, then `drops` over and over until the caller goes."""

    def behaviour(connection: socket.socket, received: list[Received]) -> None:
        if not unread:
            received.append(read_request(connection))
        connection.sendall(start)
        while True:
            connection.sendall(drops)
            time.sleep(pause)

    return behaviour


def listen(connection: socket.socket, received: list[Received]) -> None:
    """Say nothing, and note whatever comes until the caller goes."""
    heard = b"".join(iter(lambda: connection.recv(65536), b""))
    received.append(Received("", heard))


def reset_unread(connection: socket.socket, received: list[Received]) -> None:
    """Reset the connection when the request is there, without reading it."""
    connection.recv(1, socket.MSG_PEEK)
    reset(connection)


def reset(connection: socket.socket) -> None:
    """Make the close send RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def answer(
    status: int,
    body: object = b"",
    headers: dict[str, str] | None = None,
    *,
    length: int | None = None,
    framed: bool = True,
) -> bytes:
    """Return the bytes of an HTTP answer; a body that is not bytes or text becomes JSON."""
    raw = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else _json(body)
    lines = [f"HTTP/1.1 {status} Whatever", "Content-Type: application/json"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if framed:
        lines.append(f"Content-Length: {len(raw) if length is None else length}")
    return "\r\n".join([*lines, "", ""]).encode() + raw


def read_request(connection: socket.socket) -> Received:
    """Read one request, head and body."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    received = Received(head.decode("latin-1"), body)
    missing = int(received.headers.get("content-length", 0)) - len(body)
    while missing > 0:
        piece = _more(connection)
        body += piece
        missing -= len(piece)
    return received._replace(body=body)


def _more(connection: socket.socket) -> bytes:
    piece = connection.recv(65536)
    if not piece:
        raise ConnectionAbortedError("The caller went away.")
    return piece


def _json(body: Any) -> bytes:
    return json.dumps(body).encode()


def _server_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context
