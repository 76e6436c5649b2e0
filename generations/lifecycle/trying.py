"""What each test of the set-up does, and how it says what it found. Every wait here has an end."""

import os
import time
from pathlib import Path
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Final, NamedTuple

import requests
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone

from generations import mail, site
from generations.lifecycle.callbacks import TRIAL_TOKEN, are_on
from generations.lifecycle.room import free_bytes
from generations.magnific import transport
from generations.magnific.client import USER_AGENT, Client
from generations.magnific.errors import AccountBlocked, Unavailable
from generations.magnific.signature import sign
from generations.media.errors import DiskFull
from generations.media.parts import disk_errors, sync
from generations.models import Delivery, Trial

LIMITS: Final = transport.Limits(connect_timeout=5, deadline=10, max_body=10_000)
BODY: Final = b'{"test": "of the set-up"}'
PIECE: Final = 256 * 1024
"""Bytes that are written to the disk and read back."""

LIMITED: Final = (
    "Magnific answers, and asks us to be slower (429): nothing is asked for a while. The key was not judged."
)
NO_TASKS: Final = "no task in its list: 200, or the 404 of an account without any"
NO_CALLBACKS: Final = (
    "Callbacks are off: they need both PUBLIC_URL and MAGNIFIC_WEBHOOK_SECRETS. The list is read instead."
)
NOT_REACHED: Final = (
    "{url} could not be reached from here ({why}). Magnific may still reach it from outside, but look at DNS, the "
    "proxy and the firewall."
)
CUT_OFF: Final = "{url} did not answer in full within {seconds:.0f} s ({why})."
NOT_KEPT: Final = (
    "The address took the delivery, but it is not in this database: PUBLIC_URL leads to another installation."
)
STATUSES: Final = {
    401: "The address answers 401: the web process knows another secret than this one. Restart both.",
    404: "The address answers 404: the web process has no secret, or PUBLIC_URL leads to another site.",
}
MOVED: Final = (
    "The address sends us elsewhere ({status}). Callbacks follow nothing: PUBLIC_URL must be the last one."
)
OTHER: Final = "The address answers {status}, where 204 is due. Look at the proxy in between, and at web.log."
ARRIVED: Final = "A signed delivery went to {url} and was kept, within {ms} ms. It is for no submission."
NO_MAIL: Final = "EMAIL_URL is not set: mails are written to a log and reach nobody."
NO_ADDRESS: Final = "Your account has no e-mail address to send a test to."


class Found(NamedTuple):
    """What a test came to, in a sentence or two."""

    is_good: bool
    words: str


def key(client: Client) -> Found:
    """Ask for the list of tasks. Raises RateLimited."""
    begun = time.monotonic()
    try:
        listing = client.list()
    except AccountBlocked as error:
        return Found(False, f"{error.message}{_status(error.http_status)}")
    except Unavailable as error:
        return Found(False, f"{error.message}{_status(error.http_status)}")
    count = len(listing.tasks)
    seen = f"200, {count} task{'' if count == 1 else 's'} in its list" if count else NO_TASKS
    if settings.REHEARSAL:
        return Found(
            True, f"The sandbox answers ({seen}). No key is set: this is a rehearsal, nothing is paid."
        )
    return Found(True, f"Magnific accepts the key ({seen}, within {_ms(begun)} ms). Asking cost nothing.")


def callback(trial: Trial) -> Found:
    """Send a delivery to our own address as Magnific would, and look whether it has arrived here."""
    if not are_on():
        return Found(False, NO_CALLBACKS)
    url, begun = settings.PUBLIC_URL + reverse("magnific-callback", args=[TRIAL_TOKEN]), time.monotonic()
    webhook_id, now = f"set-up-{trial.pk}", int(time.time())
    headers = {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(now),
        "webhook-signature": sign(settings.MAGNIFIC_WEBHOOK_SECRETS[0], webhook_id, now, BODY),
        "Content-Type": "application/json",
        "Connection": "close",
        "User-Agent": USER_AGENT,
    }
    try:
        answer = transport.exchange(
            requests.Request("POST", url, headers=headers, data=BODY).prepare(), LIMITS
        )
    except transport.NotWritten as error:
        return Found(False, NOT_REACHED.format(url=settings.PUBLIC_URL, why=error))
    return _judge_callback(answer, webhook_id, begun)


def _judge_callback(answer: transport.Answer, webhook_id: str, begun: float) -> Found:
    if answer.status is None or answer.fault:
        words = CUT_OFF.format(
            url=settings.PUBLIC_URL, seconds=LIMITS.deadline, why=answer.fault or "nothing"
        )
        return Found(False, words)
    if answer.status == 204 and Delivery.objects.filter(webhook_id=webhook_id).exists():
        return Found(True, ARRIVED.format(url=settings.PUBLIC_URL, ms=_ms(begun)))
    if answer.status == 204:
        return Found(False, NOT_KEPT)
    words = MOVED if 300 <= answer.status < 400 else STATUSES.get(answer.status, OTHER)
    return Found(False, words.format(status=answer.status))


def mail_server(trial: Trial) -> Found:
    """Send a mail to who asked."""
    to = trial.asked_by.email
    if not mail.is_configured():
        return Found(False, NO_MAIL)
    if not to:
        return Found(False, NO_ADDRESS)
    try:
        mail.send(to, "set_up", {"person": trial.asked_by, "site": site.public_url()})
    except OSError as error:
        cause = error.__cause__ or error
        if isinstance(cause, SMTPException):
            return Found(False, f"The mail server refuses: {_said(cause)}")
        why = getattr(cause, "strerror", "") or type(cause).__name__
        return Found(
            False, f"The mail server at {settings.EMAIL_HOST}:{settings.EMAIL_PORT} cannot be reached: {why}."
        )
    return Found(True, f"The mail server took a mail to {to}. Look whether it has arrived.")


def storage(trial: Trial) -> Found:
    """Write a small file where clips are saved, force it to the disk, read it back, remove it."""
    folder, begun, written = Path(settings.MEDIA_ROOT) / "parts", time.monotonic(), os.urandom(PIECE)
    path = folder / f"set-up-{trial.pk}"
    try:
        with disk_errors():
            folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(written)
            sync(path)
            sync(folder)
            read = path.read_bytes()
            path.unlink()
            free = filesizeformat(free_bytes())
    except DiskFull:
        return Found(False, f"The disk of {folder} is full. Make room: clips wait until then.")
    except OSError as error:
        return Found(False, f"{folder} does not take files: {error.strerror}.")
    if read != written:
        return Found(False, f"{folder} gives back other bytes than were written. Do not trust this disk.")
    return Found(True, f"Written, synced, read back and removed within {_ms(begun)} ms. {free} free.")


def ping(trial: Trial) -> Found:
    """Say how long the question was on its way."""
    seconds = max(0.0, (timezone.now() - trial.asked_at).total_seconds())
    return Found(True, f"Answered after {seconds:.1f} s.")


def _said(error: SMTPException) -> str:
    """Return a mail server's own words, with their number."""
    code: int
    said: bytes | str
    if isinstance(error, SMTPRecipientsRefused) and error.recipients:
        code, said = next(iter(error.recipients.values()))
    elif isinstance(error, SMTPResponseException):
        code, said = error.smtp_code, error.smtp_error
    else:
        return str(error) or type(error).__name__
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return f"{code} {' '.join(words.split())[:300]}"


def _status(status: int | None) -> str:
    return f" ({status})" if status else ""


def _ms(begun: float) -> int:
    return round(1000 * (time.monotonic() - begun))
