"""The page "Set-up": what is set, never a secret itself, and a button to test each part."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, cast

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from generations import mail
from generations.lifecycle import callbacks, health, trials
from generations.lifecycle.room import room
from generations.models import Account, Trial, Tried, User
from generations.site import public_url

EARLIER: Final = 20
"""Rows of the page's last table."""
UNKNOWN: Final = "There is no such test."


@dataclass(frozen=True)
class Part:
    """One part of the set-up: its facts, a button, and the tests that the button asks for."""

    name: str
    title: str
    button: str
    help: str
    tests: tuple[Tried, ...]
    facts: Callable[[], list[tuple[str, str]]]


@dataclass
class Shown:
    """A part as it stands now."""

    part: Part
    facts: list[tuple[str, str]]
    results: list["Result"] = field(default_factory=list)

    @property
    def is_waiting(self) -> bool:
        """Whether the page should look again soon."""
        return any(result.is_waiting for result in self.results)


@dataclass(frozen=True)
class Result:
    """The newest test of something."""

    trial: Trial

    @property
    def is_waiting(self) -> bool:
        """Whether an answer may still come."""
        return self.trial.is_open and not trials.is_overdue(self.trial)

    @property
    def is_good(self) -> bool:
        """Whether it was found to work."""
        return self.trial.is_good

    @property
    def words(self) -> str:
        """What was found."""
        return trials.nobody(self.trial) if trials.is_overdue(self.trial) else self.trial.found


@require_http_methods(["GET", "HEAD", "POST"])
def set_up_page(request: HttpRequest) -> HttpResponse:
    """Show every part with what its last test found, or ask for a test. Raises PermissionDenied."""
    if not request.user.is_superuser:
        raise PermissionDenied
    if request.method == "POST":
        return _ask(request)
    newest = trials.newest()
    shown = [
        Shown(part, part.facts(), [Result(newest[what]) for what in part.tests if what in newest])
        for part in PARTS
    ]
    context = {
        **admin.site.each_context(request),
        "title": "Set-up",
        "parts": shown,
        "is_waiting": any(one.is_waiting for one in shown),
        "earlier": Trial.objects.exclude(answered_at=None).select_related("asked_by")[:EARLIER],
    }
    return render(request, "admin/set_up.html", context)


def _ask(request: HttpRequest) -> HttpResponse:
    part = next((one for one in PARTS if one.name == request.POST.get("part")), None)
    if part is None:
        messages.error(request, UNKNOWN)
        return redirect("set-up")
    trials.ask(part.tests, actor=cast(User, request.user))
    return redirect(f"{reverse('set-up')}#{part.name}")


def _key() -> list[tuple[str, str]]:
    account = Account.objects.current()
    return [
        (
            "MAGNIFIC_API_KEY",
            "not set: rehearsal, the sandbox makes the clips" if settings.REHEARSAL else "set",
        ),
        ("Address", settings.MAGNIFIC_BASE_URL),
        ("Sending", f"paused: {account.paused_reason}" if account.is_paused else "on"),
    ]


def _callback() -> list[tuple[str, str]]:
    url, secrets = settings.PUBLIC_URL, len(settings.MAGNIFIC_WEBHOOK_SECRETS)
    here = "" if public_url() or not url else ", which only this machine can reach"
    counted = "1 secret set" if secrets == 1 else f"{secrets} secrets set, any of which may sign"
    return [
        ("PUBLIC_URL", f"{url}{here}" if url else "not set"),
        ("MAGNIFIC_WEBHOOK_SECRETS", counted if secrets else "not set"),
        ("Callbacks", "on" if callbacks.are_on() else "off: the list of tasks is read instead"),
    ]


def _mail() -> list[tuple[str, str]]:
    if not mail.is_configured():
        return [("EMAIL_URL", "not set: mails are written to a log and reach nobody")]
    safety = "TLS" if settings.EMAIL_USE_SSL else "STARTTLS" if settings.EMAIL_USE_TLS else "not encrypted"
    signs_in = "with a user name and a password" if settings.EMAIL_HOST_USER else "without signing in"
    return [
        ("EMAIL_URL", f"set: {settings.EMAIL_HOST}:{settings.EMAIL_PORT}, {safety}, {signs_in}"),
        ("Sender", settings.DEFAULT_FROM_EMAIL),
    ]


def _storage() -> list[tuple[str, str]]:
    try:
        left = room(Account.objects.current())
    except OSError as error:
        return [("Folder", str(settings.MEDIA_ROOT)), ("Free", f"cannot be read: {error.strerror}")]
    free = f"{filesizeformat(left.free)}, room for about {left.clips:,} more clips"
    return [("Folder", str(settings.MEDIA_ROOT)), ("Free", free)]


def _clusters() -> list[tuple[str, str]]:
    return [(f"Cluster {cluster.name}", _heard(cluster)) for cluster in health.clusters()]


def _heard(cluster: health.Cluster) -> str:
    waits = "; work waits for it" if cluster.work_waits else ""
    if cluster.age is None:
        return f"never heard{waits}"
    trouble = "" if not cluster.is_silent else ", though it should be every minute"
    return f"heard {max(0, round(cluster.age)):,} s ago{trouble}{waits}"


PARTS: Final = (
    Part(
        "key",
        "Key",
        "Ask Magnific",
        "The dispatcher asks for the list of tasks, which costs nothing.",
        (Tried.KEY,),
        _key,
    ),
    Part(
        "callback",
        "Callback",
        "Call ourselves",
        "A worker sends a signed delivery to our own address, for no submission.",
        (Tried.CALLBACK,),
        _callback,
    ),
    Part(
        "mail",
        "Mail",
        "Send a test mail",
        "A worker sends a mail to the address of your own account.",
        (Tried.MAIL,),
        _mail,
    ),
    Part(
        "storage",
        "Storage",
        "Write a file",
        "The cluster that saves clips writes a small file, reads it back and removes it.",
        (Tried.STORAGE,),
        _storage,
    ),
    Part(
        "clusters",
        "Clusters",
        "Ring both",
        "A task goes through each queue and says how long it took.",
        (Tried.KLING, Tried.SAVING),
        _clusters,
    ),
)
