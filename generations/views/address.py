"""Addresses as people outside see them."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from generations.site import public_url


def public_site(request: HttpRequest) -> str:
    """Return the beginning of every link we hand out: the public address, else the host that was asked."""
    return public_url() or f"{request.scheme}://{request.get_host()}"


def safe_way_back(request: HttpRequest, default: str) -> str:
    """Return where the visitor came from (`next` in the form, else the Referer) if that is on this site."""
    for url in (request.POST.get("next", ""), request.headers.get("Referer", "")):
        if url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure()):
            return url
    return default
