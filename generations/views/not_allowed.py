"""The page of an address that was called in a way it does not know: Django's own answer is an empty one."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render


def explain_not_allowed(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: a 405 to a browser gets a page like that of 404, and still says what is allowed."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        is_browser = "text/html" in request.headers.get(
            "Accept", ""
        )  # Programs take anything, or say nothing.
        is_seen = is_browser and "HX-Request" not in request.headers
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or not is_seen:
            return response
        page = render(request, "405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    return answer
