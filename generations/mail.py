"""The mails this application writes; how they leave is `EMAIL_URL`'s business."""

from smtplib import SMTPNotSupportedError, SMTPRecipientsRefused, SMTPResponseException
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string

UNREAD_BACKENDS = ("console.EmailBackend", "dummy.EmailBackend")
ANSWERS: Final = (SMTPResponseException, SMTPRecipientsRefused, SMTPNotSupportedError)
"""The server's clear no, of those that come while a mail is handed over."""


class NotTaken(OSError):
    """It is certain that the mail server has not taken a mail; the cause says why."""


class ServerAway(NotTaken):
    """Nobody could be asked: the next mail would wait in vain as well."""


def is_configured() -> bool:
    """Whether a mail reaches people, rather than only the server's log."""
    return not settings.EMAIL_BACKEND.endswith(UNREAD_BACKENDS)


def send(to: str, name: str, context: dict[str, Any]) -> None:
    """Send `emails/<name>.txt` to one address. Raises OSError (SMTPException is one) when it cannot leave.

    Of these NotTaken says that it surely has not; after another one the server may have it.
    """
    subject = " ".join(render_to_string(f"emails/{name}_subject.txt", context).split())
    message = EmailMessage(subject, render_to_string(f"emails/{name}.txt", context), None, [to])
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:
        raise ServerAway(f"The mail server is away: {error}") from error
    try:
        connection.send_messages([message])
    except ANSWERS as error:
        raise NotTaken(f"The mail server does not take it: {error}") from error
    finally:
        connection.close()
