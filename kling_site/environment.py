"""Reads settings from the environment, and remembers what is wrong with them."""

import hashlib
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

import dj_database_url
import dj_email_url
from django.core.exceptions import ImproperlyConfigured

Value = TypeVar("Value")

LONGEST_SECONDS: Final = 366 * 86400
YES: Final = {"true", "yes", "on", "1"}
NO: Final = {"false", "no", "off", "0"}
WORD: Final = re.compile(r"[!-~]+")
HEADER_NAME: Final = re.compile(r"[A-Za-z0-9-]+")
LEVEL: Final = re.compile("DEBUG|INFO|WARNING|ERROR")
CURRENCY_CODE: Final = re.compile("[A-Z]{3}")
HOST_PATTERN: Final = re.compile(r"(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


class Wrong(ValueError):
    """A value that cannot be used; the text completes the sentence "NAME must be …"."""


class Environment:
    """Variables as typed values. An empty one counts as one that is not set.

    A wrong one gives its default for the moment; `refuse` then names all of them at once. Their values are not
    quoted: some are secrets.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._complaints: list[str] = []

    def read(self, name: str, default: Value, parse: Callable[[str], Value]) -> Value:
        """Return what `parse` makes of the variable; it raises Wrong for what it cannot use."""
        text = self._variables.get(name, "").strip()
        try:
            return parse(text) if text else default
        except Wrong as wrong:
            self.complain(f"{name} must be {wrong}.")
            return default

    def complain(self, sentence: str) -> None:
        """Note something that is wrong."""
        self._complaints.append(sentence)

    def refuse(self) -> None:
        """Raise ImproperlyConfigured, a sentence a line, if anything is wrong."""
        if self._complaints:
            raise ImproperlyConfigured("\n".join(self._complaints))

    def text(self, name: str, default: str = "") -> str:
        """Any text, without blanks around it."""
        return self.read(name, default, str)

    def matching(self, name: str, default: str, pattern: re.Pattern[str], what: str) -> str:
        """Text that fits `pattern`; `what` says so in words."""

        def parse(text: str) -> str:
            if not pattern.fullmatch(text):
                raise Wrong(what)
            return text

        return self.read(name, default, parse)

    def words(self, name: str, default: list[str]) -> list[str]:
        """Texts between commas, without blanks around them."""
        return self.read(name, default, _words)

    def flag(self, name: str, default: bool) -> bool:
        """True or false."""
        return self.read(name, default, _flag)

    def whole(self, name: str, default: int, *, lowest: int, highest: int) -> int:
        """A whole number between bounds."""

        def parse(text: str) -> int:
            if not re.fullmatch(r"\d{1,9}", text) or not lowest <= int(text) <= highest:
                raise Wrong(f"a whole number from {lowest} to {highest}")
            return int(text)

        return self.read(name, default, parse)

    def seconds(self, name: str, default: float) -> float:
        """A length of time in seconds, more than none and a year at most."""
        return self.read(name, default, _seconds)

    def origin(self, name: str, default: str = "") -> str:
        """A web address of nothing but scheme, host and port, without a slash at its end."""
        return self.read(name, default, _origin)

    def address(self, name: str, default: str) -> str:
        """A web address, which may have a path, without a slash at its end."""
        return self.read(name, default, _address)

    def sources(self, name: str, default: list[str]) -> list[str]:
        """Host patterns and origins between commas."""
        return self.read(name, default, _sources)

    def zone(self, name: str, default: str) -> str:
        """The name of a time zone."""
        return self.read(name, default, _zone)

    def database(self, name: str, default: dict[str, Any]) -> dict[str, Any]:
        """An entry of Django's DATABASES."""
        return self.read(name, default, _database)

    def redis(self, name: str) -> str:
        """The address of a Redis database, or nothing."""
        return self.read(name, "", _redis)

    def email(self, name: str, default: str) -> dict[str, Any]:
        """Django's EMAIL_* settings."""
        return self.read(name, _email(default), _email)


def fingerprint(*parts: object) -> str:
    """Return a short name for what these parts name together, without showing them."""
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:12]


def host_of(url: str) -> str:
    """Return the host of a web address as a request's Host header has it, without the port."""
    host = urlsplit(url).hostname or ""
    return f"[{host}]" if ":" in host else host


def _split(text: str, schemes: set[str], what: str) -> SplitResult:
    """Take an address apart. Raises Wrong, with `what` it should be."""
    try:
        parts = urlsplit(text)
        if parts.scheme in schemes and parts.port != 0 and WORD.fullmatch(parts.netloc or "none"):
            return parts
    except ValueError:
        pass
    raise Wrong(what)


def _words(text: str) -> list[str]:
    return [word for part in text.split(",") if (word := part.strip())]


def _flag(text: str) -> bool:
    if text.lower() not in YES | NO:
        raise Wrong("true or false")
    return text.lower() in YES


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= LONGEST_SECONDS:
        raise Wrong("a number of seconds above 0, and a year at most")
    return seconds


def _address(text: str, what: str = "an address such as https://api.magnific.com") -> str:
    parts = _split(text, {"http", "https"}, what)
    if not parts.hostname or parts.username is not None or parts.query or parts.fragment:
        raise Wrong(what)
    return text.rstrip("/")


def _origin(text: str) -> str:
    what = "an address without a path, such as https://studio.example.com"
    if urlsplit(_address(text, what)).path:
        raise Wrong(what)
    return text.rstrip("/")


def _sources(text: str) -> list[str]:
    what = "host patterns such as *.magnific.com, or addresses without a path, between commas"
    for source in (found := _words(text)):
        if "://" in source:
            _address(source, what)
        elif not HOST_PATTERN.fullmatch(source):
            raise Wrong(what)
    return found


def _zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (ValueError, OSError, KeyError) as error:
        raise Wrong("the name of a time zone, such as Europe/Berlin") from error


def _database(text: str) -> dict[str, Any]:
    what = "postgres://user:password@host:5432/name or sqlite:////path/to/file"
    parts = _split(text, {"postgres", "postgresql", "sqlite"}, what)
    if len(parts.path) < 2:
        raise Wrong(what)
    try:
        return dict(dj_database_url.parse(text))
    except ValueError as error:
        raise Wrong(what) from error


def _redis(text: str) -> str:
    what = "an address such as redis://127.0.0.1:6379/0"
    parts = _split(text, {"redis", "rediss", "unix"}, what)
    if not (parts.path if parts.scheme == "unix" else parts.hostname):
        raise Wrong(what)
    return text


def _email(text: str) -> dict[str, Any]:
    what = "console: or an address such as submission://user:password@host:587"
    parts = _split(text, {"console", "dummy", "smtp", "submission"}, what)
    if parts.scheme in {"smtp", "submission"} and not parts.hostname:
        raise Wrong(what)
    return dict(dj_email_url.parse(text))
