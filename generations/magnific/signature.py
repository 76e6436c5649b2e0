"""Signatures of webhook deliveries: HMAC-SHA256 over `id.timestamp.rawbody`, in base64.

Source: Magnific's webhook pages. They leave the secret's encoding open (their samples use its UTF-8
bytes in three languages and base64-decode it in a fourth; the dashboard shows something like hex), so
each reading of it is tried.
"""

import base64
import contextlib
import hashlib
import hmac
import re
from collections.abc import Iterator, Sequence
from typing import Final

MAX_AGE_SECONDS: Final = 300
SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - a public marker, not a secret
_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")


class BadSignature(Exception):
    """No secret, read in any way, gives the signature that came with the delivery."""


class StaleTimestamp(Exception):
    """Signed by the right secret, but at another time: a replay, or a clock that is wrong.

    `seconds_off` is our clock minus the delivery's, `encoding` the reading of the secret that matched.
    """

    def __init__(self, message: str, *, seconds_off: float = 0.0, encoding: str = "") -> None:
        super().__init__(message)
        self.seconds_off = seconds_off
        self.encoding = encoding


def sign(secret: str, webhook_id: str, timestamp: int, body: bytes) -> str:
    """Return the header value `v1,<base64>` for a delivery, made with the secret's UTF-8 bytes.

    `timestamp` is in unix seconds.
    """
    return "v1," + _digest(secret.encode(), webhook_id, str(timestamp), body).decode()


def verify(
    secrets: Sequence[str],
    webhook_id: str,
    timestamp_header: str,
    signature_header: str,
    body: bytes,
    now: float,
) -> str:
    """Return which reading of a secret signed the delivery: `utf-8`, `base64`, `hex`, `whsec_ utf-8`.

    `now` is in unix seconds; any entry of the space-separated `signature_header` may match. Raises
    `BadSignature` when none does or a header is missing, and `StaleTimestamp` when the delivery is
    well signed but more than 300 seconds off.
    """
    if not webhook_id or not _TIMESTAMP.fullmatch(timestamp_header):
        raise BadSignature("The delivery has no id or no timestamp.")
    offered = [entry.partition(",")[2].encode("utf-8", "replace") for entry in signature_header.split()]
    encoding = _matching_encoding(secrets, webhook_id, timestamp_header, offered, body)
    if not encoding:
        raise BadSignature("The delivery's signature fits no configured secret.")
    seconds_off = now - int(timestamp_header)
    if abs(seconds_off) > MAX_AGE_SECONDS:
        message = f"The delivery is well signed but {seconds_off:.0f} seconds off."
        raise StaleTimestamp(message, seconds_off=seconds_off, encoding=encoding)
    return encoding


def _matching_encoding(
    secrets: Sequence[str], webhook_id: str, timestamp: str, offered: Sequence[bytes], body: bytes
) -> str:
    """Compare everything before answering, so that time tells nothing about which key came close."""
    matched = ""
    for encoding, key in (pair for secret in secrets for pair in _keys(secret)):
        digest = _digest(key, webhook_id, timestamp, body)
        hits = [hmac.compare_digest(digest, candidate) for candidate in offered]
        if any(hits) and not matched:
            matched = encoding
    return matched


def _keys(secret: str) -> Iterator[tuple[str, bytes]]:
    """Yield every reading of a secret pasted with or without its prefix; a blank one has none."""
    bare = secret.strip().removeprefix(SECRET_PREFIX)
    if not bare.strip("="):
        return
    yield "utf-8", bare.encode()
    yield f"{SECRET_PREFIX} utf-8", (SECRET_PREFIX + bare).encode()
    with contextlib.suppress(ValueError):
        yield "base64", _from_base64(bare)
    with contextlib.suppress(ValueError):
        yield "hex", bytes.fromhex(bare)


def _from_base64(text: str) -> bytes:
    """Decode either alphabet, padded or not; strictly, or `!!!!` would decode to an empty, guessable key."""
    digits = text.rstrip("=").translate(str.maketrans("-_", "+/"))
    return base64.b64decode(digits + "=" * (-len(digits) % 4), validate=True)


def _digest(key: bytes, webhook_id: str, timestamp: str, body: bytes) -> bytes:
    signed = f"{webhook_id}.{timestamp}.".encode("utf-8", "surrogatepass") + body
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256))
