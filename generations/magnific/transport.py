"""One HTTP exchange on a connection of its own, which knows whether any of it left this machine.

Nothing is followed, repeated or taken from the environment (no proxies, netrc, certificate variables): the
request goes through `requests`' adapter alone, since its session is what reads all of those. The deadline
is for the whole exchange: a read timeout counts from byte to byte and never ends on a dripping answer.
"""

import socket
import threading
import zlib
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from types import TracebackType
from typing import Any, Final, cast

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from generations.deadlines import call_after

_PIECE: Final = 65_536
_GZIP_WINDOW: Final = 31
"""zlib's `wbits` for a gzip header with the largest window."""
_FAULTS: Final = (urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError)
"""All that adapter, pool, socket and parser raise; `requests`' own errors are OSErrors."""


class NotWritten(Exception):
    """The exchange ended before the first byte of the request was written: it certainly did not arrive."""


class _Withheld(Exception):
    """Connected, but no longer allowed to write."""


class _TooLarge(ValueError):
    """The answer is longer than the cap."""


class _UnknownEncoding(ValueError):
    """The body is compressed in a way that was not asked for."""


@dataclass(frozen=True)
class Limits:
    """Bounds of one exchange: seconds to connect (per address), seconds for everything, bytes of body."""

    connect_timeout: float
    deadline: float
    max_body: int


@dataclass
class Answer:
    """What came back, filled as it arrives; `fault` names what cut it short and is empty when it is whole."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=CaseInsensitiveDict)
    body: bytearray = field(default_factory=bytearray)
    fault: str = ""


def exchange(
    request: requests.PreparedRequest,
    limits: Limits,
    *,
    may_send: Callable[[], bool] = lambda: True,
    ca_file: str | None = None,
) -> Answer:
    """Send the request once and return all that came back within the limits.

    `may_send` is asked once, when connected, just before the first byte. `ca_file` replaces certifi's bundle.
    Raises `NotWritten` if nothing was written; every later fault is told in the answer's `fault`.
    """
    answer = Answer()
    with _Wire(limits.deadline, may_send) as wire:
        try:
            _receive(request, limits, wire, ca_file, answer)
            answer.body = _decoded(answer.body, answer.headers, limits.max_body)
        except (_Withheld, *_FAULTS) as error:
            if not wire.written:
                raise NotWritten("deadline" if wire.expired else _name(error)) from error
            answer.fault = _name(error)
        if wire.expired:
            answer.fault = "deadline"
    return answer


def _receive(
    request: requests.PreparedRequest, limits: Limits, wire: "_Wire", ca_file: str | None, answer: Answer
) -> None:
    """Fill `answer` with what arrives, undecoded: a small gzip can unfold into gigabytes."""
    timeouts = (min(limits.connect_timeout, limits.deadline), limits.deadline)
    with closing(_Adapter(wire)) as adapter:
        response = adapter.send(request, stream=True, timeout=timeouts, verify=ca_file or True)
        with closing(response):
            answer.status, answer.headers = response.status_code, response.headers
            while piece := response.raw.read1(_PIECE, decode_content=False):
                answer.body += piece
                if len(answer.body) > limits.max_body:
                    raise _TooLarge


def _decoded(body: bytearray, headers: Mapping[str, str], max_body: int) -> bytearray:
    """Undo a gzip that was not asked for, never beyond the cap."""
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("identity", ""):
        return body
    if encoding not in ("gzip", "x-gzip"):
        raise _UnknownEncoding(encoding)
    unfolder = zlib.decompressobj(_GZIP_WINDOW)
    try:
        text = unfolder.decompress(body, max_body + 1)
    except zlib.error as error:
        raise _UnknownEncoding(encoding) from error
    if len(text) > max_body:
        raise _TooLarge
    if not unfolder.eof:
        raise _UnknownEncoding("a cut gzip")
    return bytearray(text)


def _name(error: BaseException) -> str:
    """Return the name of what lies at the bottom: libraries wrap a refused connection four times."""
    while isinstance(below := error.__cause__ or error.__context__, _FAULTS):
        error = below
    return type(error).__name__.lstrip("_")


class _Wire:
    """Watches one exchange: remembers whether a byte was written, and cuts the connection at the deadline."""

    def __init__(self, deadline: float, may_send: Callable[[], bool]) -> None:
        self.written = False
        self.expired = False
        self._may_send = may_send
        self._guards: list[socket.socket] = []
        self._lock = threading.Lock()
        self._seconds = deadline

    def __enter__(self) -> "_Wire":
        self._deadline = call_after(self._seconds, self._cut)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._deadline.cancel()
        with self._lock:
            for guard in self._guards:
                guard.close()
            self._guards.clear()

    def opened(self, sock: socket.socket) -> None:
        """Keep a handle of our own: TLS takes the socket's away, and a closed one's number is used again."""
        with self._lock:
            self._guards.append(sock.dup())

    def writing(self) -> None:
        """Stand before every write; the first one needs leave, and is remembered before it happens."""
        if not self.written:
            if self.expired or not self._may_send():
                raise _Withheld
            self.written = True

    def _cut(self) -> None:
        with self._lock:
            self.expired = True
            for guard in self._guards:
                with suppress(OSError):  # the other side may have gone first
                    guard.shutdown(socket.SHUT_RDWR)


class _Connection(HTTPConnection):
    """A connection that reports to its wire."""

    def __init__(self, *args: Any, wire: _Wire, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._wire = wire

    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        self._wire.opened(sock)
        return sock

    def send(self, data: Any) -> None:
        """Connect first, so that a connection that fails is never taken for a write."""
        if self.sock is None:
            self.connect()
        self._wire.writing()
        super().send(data)


class _TLSConnection(_Connection, HTTPSConnection):
    """The same over TLS; its handshake is over before `send`."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLSConnection


class _Adapter(HTTPAdapter):
    """Serves one exchange: its pools are its own, it retries nothing."""

    def __init__(self, wire: _Wire) -> None:
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)
        self._wire = wire
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TLSPool}

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> HTTPConnectionPool:
        pool = cast(HTTPConnectionPool, super().get_connection_with_tls_context(*args, **kwargs))
        pool.conn_kw["wire"] = self._wire
        return pool
