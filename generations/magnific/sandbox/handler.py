"""HTTP/1.1 around the API, the result files and the view for tests."""

import json
import logging
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, quote, urlsplit

from generations.magnific.sandbox import contract
from generations.magnific.sandbox.api import Answer
from generations.magnific.sandbox.encode import Stopped
from generations.magnific.sandbox.links import FILE_PATH
from generations.magnific.sandbox.ranges import NotSatisfiable, parse_range
from generations.magnific.sandbox.timeline import Outcome, Status

if TYPE_CHECKING:
    from generations.magnific.sandbox.server import SandboxServer

logger = logging.getLogger(__name__)

PIECE: Final = 65_536


class BadRequest(Exception):
    """A request whose body cannot be told from the next request; the connection closes."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.answer = Answer(status, {"message": message}, {"connection": "close"})


class Handler(BaseHTTPRequestHandler):
    """One connection. Requests are read whole before they are answered, so that keep-alive holds."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "SandboxServer"

    def setup(self) -> None:
        """Take the configured patience with slow senders."""
        super().setup()
        self.connection.settimeout(self.server.config.client_timeout)

    def do_GET(self) -> None:
        """Answer a GET."""
        self._answer()

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET

    def _answer(self) -> None:
        started = time.monotonic()
        path = urlsplit(self.path).path
        try:
            body = self._body()
        except BadRequest as error:
            status = self._send_json(error.answer)
        else:
            status = self._route(path, body)
        milliseconds = round((time.monotonic() - started) * 1000)
        logger.info("%s %s %d %d ms", self.command, quote(path), status, milliseconds)

    def _route(self, path: str, body: bytes) -> int:
        if path == contract.PATH or path.startswith(contract.PATH + "/"):
            return self._send_json(self.server.api.answer(self.command, path, self.headers, body))
        if self.command in ("GET", "HEAD") and (match := FILE_PATH.fullmatch(path)):
            return self._send_clip(match[1])
        if self.command == "GET" and path == "/sandbox/tasks" and self.server.is_loopback:
            return self._send_json(Answer(200, self.server.overview()))
        return self._send_json(Answer(404, {"message": "Not found"}))

    def _body(self) -> bytes:
        """Return the request's body. Raises BadRequest for one that is too long, too slow or unmeasured."""
        length = self.headers.get("content-length", "0")
        if "transfer-encoding" in self.headers:
            raise BadRequest(411, "Send a Content-Length")
        if not (length.isascii() and length.isdigit()):
            raise BadRequest(400, "Content-Length is not a number")
        if len(length) > 12 or int(length) > self.server.config.max_body:
            raise BadRequest(413, "Request body is too large")
        return self._read(int(length))

    def _read(self, length: int) -> bytes:
        deadline = time.monotonic() + self.server.config.client_timeout
        body = bytearray()
        while len(body) < length:
            piece = self.rfile.read1(length - len(body))
            if not piece:
                raise BadRequest(400, "Request body ended early")
            if time.monotonic() > deadline:
                raise BadRequest(408, "Request body came too slowly")
            body += piece
        return bytes(body)

    def _send_json(self, answer: Answer) -> int:
        body = json.dumps(answer.body).encode()
        headers = {"content-type": "application/json", "cache-control": "no-store"} | answer.headers
        self._send_head(answer.status, headers | {"content-length": str(len(body))})
        if self.command != "HEAD":
            self.wfile.write(body)
        return answer.status

    def _send_head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _send_clip(self, task_id: str) -> int:
        """Send a result file, or the part of it that was asked for."""
        token = parse_qs(urlsplit(self.path).query).get("token", [""])[0]
        if not self.server.links.is_valid(task_id, token, time.time()):
            return self._send_json(Answer(403, {"message": "The link is invalid or has expired"}))
        task = self.server.store.find(task_id)
        finished = task is not None and task.status(time.time()) is Status.COMPLETED
        if task is None or not finished or task.outcome is not Outcome.CLIP:
            return self._send_json(Answer(404, {"message": "Not found"}))
        try:
            clip = self.server.files.path(task)
        except Stopped:
            return self._send_json(Answer(503, {"message": "Shutting down"}, {"connection": "close"}))
        return self._send_file(clip, f'"{task_id}"')

    def _send_file(self, clip: Path, etag: str) -> int:
        size = clip.stat().st_size
        headers = {"content-type": "video/mp4", "accept-ranges": "bytes", "etag": etag}
        current = self.headers.get("if-range", etag) == etag
        try:
            wanted = parse_range(self.headers.get("range", ""), size) if current else None
        except NotSatisfiable:
            self._send_head(416, headers | {"content-range": f"bytes */{size}", "content-length": "0"})
            return 416
        first, last = wanted or (0, size - 1)
        status = 206 if wanted else 200
        if wanted:
            headers["content-range"] = f"bytes {first}-{last}/{size}"
        self._send_head(status, headers | {"content-length": str(last - first + 1)})
        if self.command != "HEAD":
            self._copy(clip, first, last - first + 1)
        return status

    def _copy(self, clip: Path, offset: int, count: int) -> None:
        with clip.open("rb") as file:
            file.seek(offset)
            while count and (piece := file.read(min(PIECE, count))):
                self.wfile.write(piece)
                count -= len(piece)

    def version_string(self) -> str:
        """Name this server in the `Server` header, without its Python version."""
        return "Sandbox"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of its own: the one line a request is written in `_answer`."""
