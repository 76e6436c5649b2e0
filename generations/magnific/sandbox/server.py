"""Puts the sandbox together and runs it: blocking for the command, in threads for tests."""

import ipaddress
import logging
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import ThreadingHTTPServer
from typing import Any, Final

from generations.magnific.sandbox.api import Api
from generations.magnific.sandbox.bodies import Bodies
from generations.magnific.sandbox.callbacks import CallbackSender
from generations.magnific.sandbox.config import SandboxConfig
from generations.magnific.sandbox.faults import Faults, parse_shares
from generations.magnific.sandbox.files import ClipFiles
from generations.magnific.sandbox.handler import Handler
from generations.magnific.sandbox.links import Links
from generations.magnific.sandbox.mishaps import Mishaps
from generations.magnific.sandbox.store import Store

logger = logging.getLogger(__name__)

STOP_SECONDS: Final = 1.0
"""How long each background thread may take to end; what is cut off there is done after a restart."""


class SandboxServer(ThreadingHTTPServer):
    """The HTTP server with the parts that its handlers use."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, config: SandboxConfig) -> None:
        super().__init__((config.host, config.port), Handler)
        self._open: set[socket.socket] = set()
        self.config = config
        self.store = Store(config.data_dir / "sandbox.sqlite3")
        self.links = Links(self.origin, self.store.link_secret(), config.link_seconds)
        self.files = ClipFiles(config.data_dir / "files", config.megabytes, plain=config.plain)
        self.faults = Faults(parse_shares(config.faults), config.seed)
        self.mishaps = Mishaps(self.faults, self.store)
        bodies = Bodies(self.links, self.mishaps)
        self.api = Api(config, self.store, bodies, self.mishaps, self.files.want)
        self.callbacks = CallbackSender(config, self.store, bodies, self.mishaps)

    @property
    def origin(self) -> str:
        """The address in result links, without a slash at the end."""
        host, port = self.server_address[:2]
        return (self.config.public_url or f"http://{host!s}:{port}").rstrip("/")

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return ipaddress.ip_address(str(self.server_address[0])).is_loopback

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept a connection, and remember it while it is open."""
        connection, address = super().get_request()
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        """Close one connection."""
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End every open connection, so that none is answered after the sandbox has stopped."""
        for connection in self._open.copy():
            with suppress(OSError):  # It may have been closed by its own thread meanwhile.
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay quiet about clients that went away; report everything else."""
        if isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            logger.info("a client at %s went away", client_address[0])
        else:
            logger.exception("a request from %s failed", client_address[0])


class Sandbox:
    """A sandbox in threads of this process. Raises OSError if the address cannot be bound."""

    def __init__(self, config: SandboxConfig) -> None:
        self._server = SandboxServer(config)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def base_url(self) -> str:
        """The origin to give to a client, with the real port."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    @property
    def store(self) -> Store:
        """The tasks, for tests that look."""
        return self._server.store

    def start(self) -> None:
        """Serve from now on."""
        self._server.files.start()
        self._server.callbacks.start()
        self._thread.start()

    def stop(self) -> None:
        """Stop serving. What was due and unsent is sent after the next start."""
        self._server.shutdown()
        self._server.server_close()
        self._server.hang_up()
        self._server.callbacks.stop(STOP_SECONDS)
        self._server.files.stop(STOP_SECONDS)


@contextmanager
def running_sandbox(config: SandboxConfig) -> Iterator[Sandbox]:
    """Give a sandbox that serves inside the `with` block."""
    sandbox = Sandbox(config)
    sandbox.start()
    try:
        yield sandbox
    finally:
        sandbox.stop()


def serve(config: SandboxConfig) -> None:
    """Serve until SIGTERM or SIGINT; must be called in the main thread. Raises OSError like Sandbox."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    with running_sandbox(config) as sandbox:
        sys.stdout.write(f"Sandbox serves at {sandbox.base_url}\n")
        sys.stdout.flush()
        if not config.webhook_secret:
            logger.warning("no webhook secret is set: no callbacks are sent")
        ended.wait()
