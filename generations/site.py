"""The address that people outside use."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings


def public_url() -> str:
    """Return `PUBLIC_URL` if links for people may begin with it, else nothing.

    One that only this machine can reach tells the sandbox where to call, and nobody else anything.
    """
    return "" if _is_loopback(urlsplit(settings.PUBLIC_URL).hostname or "") else settings.PUBLIC_URL


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
