"""The mails this application writes; how they leave is `EMAIL_URL`'s business."""

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string

UNREAD_BACKENDS = ("console.EmailBackend", "dummy.EmailBackend")


def is_configured() -> bool:
    """Whether a mail reaches people, rather than only the server's log."""
    return not settings.EMAIL_BACKEND.endswith(UNREAD_BACKENDS)


def send(to: str, name: str, context: dict[str, Any]) -> None:
    """Send `emails/<name>.txt` to one address. Raises OSError (SMTPException is one) when it cannot leave."""
    subject = " ".join(render_to_string(f"emails/{name}_subject.txt", context).split())
    send_mail(subject, render_to_string(f"emails/{name}.txt", context), None, [to])
