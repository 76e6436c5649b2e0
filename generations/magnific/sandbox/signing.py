"""Signatures of callbacks, with every reading of the secret that the documentation leaves open.

Written apart from what checks them, so that one cannot share the other's mistake.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Final

PREFIX: Final = "whsec_"
PLAIN: Final = "utf-8"

READINGS: Final[dict[str, Callable[[str], bytes]]] = {
    PLAIN: str.encode,
    "whsec_callback": lambda bare: (PREFIX + bare).encode(),
    "base64_callback": lambda bare: base64.b64decode(bare, validate=True),
    "hex_callback": bytes.fromhex,
}
"""For UTF-8 and for each fault of another encoding: the key in a secret without its prefix."""


def keys_of(secret: str) -> dict[str, bytes]:
    """Return the signing key for each reading that this secret allows."""
    keys = {}
    for name, read in READINGS.items():
        with suppress(ValueError):  # Not every secret is base64 or hex.
            keys[name] = read(secret.removeprefix(PREFIX))
    return keys


def sign(key: bytes, webhook_id: str, timestamp: int, body: bytes) -> str:
    """Return the header value `v1,<base64>`; `timestamp` is in unix seconds."""
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def refuse_unreadable(faults: Iterable[str], secret: str) -> None:
    """Raise ValueError for a fault that needs the secret in an encoding that it is not in."""
    if missing := [name for name in faults if name in READINGS and name not in keys_of(secret)]:
        raise ValueError(f"{', '.join(missing)}: the webhook secret cannot be read so")
