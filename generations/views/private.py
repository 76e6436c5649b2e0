"""Nothing on the way may keep what people see: pages name them and their work, also those that say 404."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase


def keep_private(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: `private, no-store` on every answer that does not say itself who may keep it, as files do."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return answer
