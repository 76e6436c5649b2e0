"""The door of every page: who is not signed in goes to sign in, also when only a fragment was asked for."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from generations.models import User

P = ParamSpec("P")


class MemberRequest(HttpRequest):
    """A request that has passed the door."""

    user: User
    htmx: HtmxDetails


Page = Callable[Concatenate[MemberRequest, P], HttpResponseBase]


def signed_in(page: Page[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let only signed-in people to `page`; a fragment's request makes the whole browser go to sign in."""

    @wraps(page)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        member = cast(MemberRequest, request)
        if not request.user.is_authenticated:
            return _to_sign_in(member)
        return page(member, *args, **kwargs)

    return guarded


def _to_sign_in(request: MemberRequest) -> HttpResponseBase:
    if not request.htmx:
        way_back = request.get_full_path() if request.method in ("GET", "HEAD") else resolve_url("create")
        return redirect_to_login(way_back)
    back = request.htmx.current_url_abs_path or resolve_url("create")
    query = urlencode({"next": back, "signed_out": "yes"})
    return HttpResponseClientRedirect(f"{resolve_url(settings.LOGIN_URL)}?{query}")
