"""HTTP/1.1 around the API, the result files and the sandbox's own addresses."""

import logging
import time
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from generations.magnific.sandbox import contract, control
from generations.magnific.sandbox.answers import Answer
from generations.magnific.sandbox.clips import send_clip
from generations.magnific.sandbox.links import FILE_PATH
from generations.magnific.sandbox.sending import send

if TYPE_CHECKING:
    from generations.magnific.sandbox.server import SandboxServer

logger = logging.getLogger(__name__)


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
            status = send(self, error.answer)
        else:
            status = self._route(path, body)
        milliseconds = round((time.monotonic() - started) * 1000)
        logger.info("%s %s %d %d ms", self.command, quote(path), status, milliseconds)

    def _route(self, path: str, body: bytes) -> int:
        if any(path == base or path.startswith(f"{base}/") for base in contract.PATHS):
            return send(self, self.server.api.answer(self.command, path, self.headers, body))
        if self.command in ("GET", "HEAD") and (match := FILE_PATH.fullmatch(path)):
            return send_clip(self, match[1])
        if path.startswith("/sandbox/") and self.server.is_loopback:
            return send(self, control.answer(self.server, self.command, path, body))
        return send(self, Answer(404, {"message": "Not found"}))

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

    def version_string(self) -> str:
        """Name this server in the `Server` header, without its Python version."""
        return "Sandbox"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of its own: the one line a request is written in `_answer`."""
