"""Is a port free?"""

import errno
import socket

from kling_site.web import address_of

HIGHEST_PORT = 65535


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now. Raises OSError for a host that is not this machine's."""
    address = address_of(host)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        socket.create_server((address, port), family=family).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return False
        raise
    return True


def next_free(host: str, port: int) -> int:
    """Return `port` or the first free one above it. Raises OSError when there is none."""
    for candidate in range(port, HIGHEST_PORT + 1):
        if is_free(host, candidate):
            return candidate
    raise OSError(errno.EADDRINUSE, f"no free port from {port} on")
