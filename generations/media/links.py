"""Decides which links may be fetched, and opens them without going anywhere else.

Plain `http.client` on a socket of our own: it follows no redirect, reads no proxy or netrc from
the environment, decodes nothing, and lets the address be checked before the first byte is sent.
"""

import re
import socket
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import IPv4Address, IPv6Network, ip_address
from urllib.parse import SplitResult, quote, urlsplit

import certifi

from generations.deadlines import call_after
from generations.media.errors import LinkRefused, TransferBroken, TransferStopped

CONNECT_SECONDS = 10.0
MAX_LINK_LENGTH = 8192
DEFAULT_PORTS = {"http": 80, "https": 443}
LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
HOST_NAME = re.compile(rf"(?!.{{254}}){LABEL}(\.{LABEL})*")
# RFC 6052: addresses through which an IPv6-only network reaches IPv4.
NAT64 = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True)
class Link:
    """A link that passed the checks; `target` (path and query) bears the signature.

    `any_address` is true where the settings name the whole origin: then the address it leads to
    is as trusted as the name.
    """

    scheme: str
    host: str
    port: int
    target: str = field(repr=False)
    any_address: bool


def check_link(url: str, allowed_hosts: Sequence[str]) -> Link:
    """The link behind `url`, or LinkRefused.

    An entry of `allowed_hosts` is a host, `*.` and a domain (its subdomains, not itself), or an
    origin such as `http://127.0.0.1:8001`. Hosts are https on the default port only.
    """
    parts, port = _split(url)
    host = parts.hostname or ""
    whole_origin = (parts.scheme, host, port) in {_origin(e) for e in allowed_hosts if "://" in e}
    if not whole_origin:
        _check_host(parts.scheme, host, port, allowed_hosts)
    path = parts.path or "/"
    target = quote(f"{path}?{parts.query}" if parts.query else path, safe="!$%&'()*+,/:;=?@[]~")
    return Link(parts.scheme, host, port, target, whole_origin)


def _split(url: str) -> tuple[SplitResult, int]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        # Not chained: the original message quotes the link.
        raise LinkRefused("The link cannot be read.") from None
    if len(url) > MAX_LINK_LENGTH or parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise LinkRefused("The link is not a web address.")
    if parts.username is not None or parts.password is not None:
        raise LinkRefused("The link carries a user name.", host=parts.hostname)
    return parts, DEFAULT_PORTS[parts.scheme] if port is None else port


def _origin(entry: str) -> tuple[str, str, int]:
    parts, port = _split(entry)
    return parts.scheme, parts.hostname or "", port


def _check_host(scheme: str, host: str, port: int, allowed_hosts: Sequence[str]) -> None:
    if not HOST_NAME.fullmatch(host) or not any(_matches(host, entry.lower()) for entry in allowed_hosts):
        raise LinkRefused("The link's host is not an allowed one.", host=host)
    if (scheme, port) != ("https", 443):
        raise LinkRefused("The link is not plain https.", host=host)


def _matches(host: str, entry: str) -> bool:
    if entry.startswith("*."):
        return host.endswith(entry[1:])
    return host == entry


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet, also where IPv6 wraps an IPv4 one."""
    ip = ip_address(address.partition("%")[0])
    if ip.version == 6:
        wrapped = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1]
        if ip in NAT64:
            wrapped = IPv4Address(int(ip) & 0xFFFFFFFF)
        ip = wrapped or ip
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


@contextmanager
def open_link(
    link: Link, headers: Mapping[str, str], *, deadline: float, stall_seconds: float
) -> Iterator[HTTPResponse]:
    """GET `link`; yields the answer once its headers are there, the body unread.

    `deadline` is on the monotonic clock and cuts the connection whatever it is doing;
    `stall_seconds` is the longest silence. Raises LinkRefused, TransferBroken, TransferStopped.
    """
    with ExitStack() as stack:
        with network_errors(link.host, deadline):
            sock = stack.enter_context(closing(_connect(link, deadline)))
            sock.settimeout(stall_seconds)
            stack.enter_context(_cut_at(sock, deadline))
            stream = _secure(link, sock) if link.scheme == "https" else sock
            stack.enter_context(closing(stream))
            response = stack.enter_context(closing(_ask(link, stream, headers)))
        yield response


@contextmanager
def network_errors(host: str, deadline: float) -> Iterator[None]:
    """Turn what sockets and `http.client` raise into TransferStopped (time up) or TransferBroken."""
    try:
        yield
    except (OSError, HTTPException) as error:
        if time.monotonic() >= deadline:
            raise TransferStopped("The time for this transfer is up.", host=host) from error
        raise TransferBroken(f"The connection failed ({type(error).__name__}).", host=host) from error


def _connect(link: Link, deadline: float) -> socket.socket:
    seconds = min(CONNECT_SECONDS, deadline - time.monotonic())
    if seconds <= 0:
        raise TransferStopped("The time for this transfer is up.", host=link.host)
    sock = socket.create_connection((link.host, link.port), timeout=seconds)
    # The address connected to, not one looked up before: a name may change its mind in between.
    if not link.any_address and not is_public(sock.getpeername()[0]):
        sock.close()
        raise LinkRefused("The link leads to a private address.", host=link.host)
    return sock


def _secure(link: Link, sock: socket.socket) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=certifi.where())
    return context.wrap_socket(sock, server_hostname=link.host)


def _ask(link: Link, stream: socket.socket, headers: Mapping[str, str]) -> HTTPResponse:
    connection = HTTPConnection(link.host, link.port)
    connection.auto_open = 0
    connection.sock = stream
    connection.request("GET", link.target, headers={"Host": _host_header(link), **headers})
    return connection.getresponse()


def _host_header(link: Link) -> str:
    host = f"[{link.host}]" if ":" in link.host else link.host
    return host if link.port == DEFAULT_PORTS[link.scheme] else f"{host}:{link.port}"


@contextmanager
def _cut_at(sock: socket.socket, deadline: float) -> Iterator[None]:
    """Shut `sock` down at `deadline`: a read timeout alone never ends on a dripping answer.

    On a duplicate, since TLS takes the original over and must not be torn away from within.
    """
    with closing(sock.dup()) as duplicate:
        cut = call_after(deadline - time.monotonic(), partial(_shut_down, duplicate))
        try:
            yield
        finally:
            cut.cancel()


def _shut_down(sock: socket.socket) -> None:
    # The other side may have hung up in the same moment.
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
