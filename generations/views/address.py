"""Addresses as people outside see them."""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from generations.models import Generation
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


def back_to_clip(request: HttpRequest, generation: Generation) -> str:
    """Return the address of a clip, with the view of the gallery that the visitor has it from."""
    clip = generation.get_absolute_url()
    came_from = urlsplit(safe_way_back(request, clip))
    return f"{clip}?{came_from.query}" if came_from.path == clip and came_from.query else clip
