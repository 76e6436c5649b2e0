"""A real HTTP server on loopback that answers each request as the test wrote down."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[BaseHTTPRequestHandler], None]
ETAG = '"version-1"'


@dataclass
class Server:
    """`answers` are used up in order, the last one stays; `requests` are the headers that came."""

    answers: list[Answer] = field(default_factory=list)
    requests: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    origin: str = ""

    def next_answer(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def running(server: Server) -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.paths.append(self.path)
            server.requests.append({name.lower(): value for name, value in self.headers.items()})
            try:
                server.next_answer()(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Be quiet."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.origin = f"http://127.0.0.1:{httpd.server_port}"
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()


def head(handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str]) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()


def status(code: int, body: bytes = b"", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def answer(handler: BaseHTTPRequestHandler) -> None:
        head(handler, code, {"Content-Length": str(len(body)), **named})
        handler.wfile.write(body)

    return answer


def whole(data: bytes, *, send: int | None = None, etag: str = ETAG, **headers: str) -> Answer:
    """All of `data` with its length; only the first `send` bytes really come."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        tag = {"ETag": etag} if etag else {}
        length = {"Content-Length": str(len(data)), "Content-Type": "video/mp4"}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        head(handler, 200, length | tag | named)
        handler.wfile.write(data[:send])

    return answer


def ranged(data: bytes, *, etag: str = ETAG, send: int | None = None) -> Answer:
    """A server that does ranges well; only `send` bytes of each answer really come."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        found = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
        if not found or handler.headers.get("If-Range") != etag:
            return whole(data, send=send, etag=etag)(handler)
        start = int(found[1])
        return partial(data, start, send=send, etag=etag)(handler)

    return answer


def partial(
    data: bytes, start: int, *, total: int | None = None, etag: str = ETAG, send: int | None = None
) -> Answer:
    """A 206 from `start` whatever was asked for."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        content_range = f"bytes {start}-{len(data) - 1}/{total or len(data)}"
        length = str(len(data) - start)
        head(handler, 206, {"Content-Range": content_range, "Content-Length": length, "ETag": etag})
        handler.wfile.write(data[start:][:send])

    return answer


def chunked(data: bytes, *, finish: bool = True, etag: str = ETAG) -> Answer:
    """`data` in one chunk, without a length; unfinished if told so."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.protocol_version = "HTTP/1.1"
        head(handler, 200, {"Transfer-Encoding": "chunked", "ETag": etag})
        handler.wfile.write(
            f"{len(data):x}\r\n".encode() + data + b"\r\n" + (b"0\r\n\r\n" if finish else b"")
        )
        handler.close_connection = True

    return answer


def drip(data: bytes, *, every: float, at_once: int = 0, in_headers: bool = False) -> Answer:
    """`data` byte by byte, `every` seconds one, after the first `at_once`; or headers that never end."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if in_headers:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        else:
            head(handler, 200, {"Content-Length": str(len(data)), "ETag": ETAG})
            handler.wfile.write(data[:at_once])
        for byte in data[at_once:]:
            handler.wfile.write(b"x" if in_headers else bytes([byte]))
            handler.wfile.flush()
            time.sleep(every)

    return answer


def silent(seconds: float) -> Answer:
    """Nothing at all for a while."""
    return lambda handler: time.sleep(seconds)
