"""The web server: `python -m kling_site.web`. granian serves the WSGI application on HOST:PORT."""

import os
import socket
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from granian.constants import Interfaces
from granian.server import Server

from generations.orphans import tie_forks


def main() -> None:
    """Serve until SIGTERM or Ctrl-C, then give open requests 5 seconds.

    Two workers of 64 threads: a download holds a thread for as long as it lasts, pages must not wait for it.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kling_site.settings")
    tie_forks()
    Server(
        "kling_site.wsgi:application",
        address=address_of(settings.HOST),
        port=settings.PORT,
        interface=Interfaces.WSGI,
        workers=2,
        blocking_threads=64,
        websockets=False,
        workers_kill_timeout=5,
        respawn_failed_workers=True,
    ).serve()


def address_of(host: str) -> str:
    """Return the numeric address of a host name, which is all that granian binds to. Raises OSError."""
    return str(socket.getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM)[0][4][0])


if __name__ == "__main__":
    try:
        main()
    except ImproperlyConfigured as error:
        sys.exit(str(error))
