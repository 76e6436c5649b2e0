"""The application's addresses, and two pages with no clips on them to measure by."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import include, path

from generations.views.signed_in import MemberRequest, signed_in


@signed_in
def empty(request: MemberRequest) -> HttpResponse:
    """Show the frame that all pages have, with nothing in it."""
    return render(request, "base.html")


@signed_in
def bare(request: MemberRequest) -> HttpResponse:
    """Answer somebody who is signed in with their name: all middleware, session and person, but no template."""
    return HttpResponse(request.user.username)


urlpatterns = [
    path("empty", empty, name="empty"),
    path("bare", bare, name="bare"),
    path("", include("kling_site.urls")),
]
