"""Where Magnific calls: public, signed, small."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from generations.lifecycle import callbacks

LONGEST_BODY = 100_000
"""Bytes; a delivery is a task and its link."""
HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


@csrf_exempt
@require_POST
def magnific(request: HttpRequest, token: str) -> HttpResponse:
    """Keep a delivery and answer at once; what it means is found out later, with our own key.

    204 once it is kept (also for a token we do not know), 401 badly signed, 404 without a secret, 413 too long.
    The signature proves who calls, so there is no CSRF token to ask for.
    """
    if not settings.MAGNIFIC_WEBHOOK_SECRETS:
        return HttpResponse(status=404)
    try:
        body = request.read(LONGEST_BODY + 1)
        if len(body) > LONGEST_BODY:
            return HttpResponse(status=413)
        callbacks.receive(token, {name: request.headers.get(name, "") for name in HEADERS}, body)
    except callbacks.NotSigned:
        return HttpResponse(status=401)
    return HttpResponse(status=204)
