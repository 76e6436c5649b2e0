"""Signed result links that expire, in the form seen on Magnific's content network.

`<origin>/files/kling_<task_id>.mp4?token=exp=<unix>~hmac=<hex>`
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Final

FILE_PATH: Final = re.compile(r"/files/kling_([0-9a-f-]{36})\.mp4")
TOKEN: Final = re.compile(r"exp=(\d{1,12})~hmac=([0-9a-f]{64})")


@dataclass(frozen=True)
class Links:
    """Makes and checks links under one origin with one secret; a link lives `lifetime` seconds."""

    origin: str
    secret: bytes
    lifetime: float

    def make(self, task_id: str, now: float) -> str:
        """Return a fresh link to the result of `task_id`."""
        expires = int(now + self.lifetime)
        return (
            f"{self.origin}/files/kling_{task_id}.mp4?token=exp={expires}~hmac={self._mac(task_id, expires)}"
        )

    def is_valid(self, task_id: str, token: str, now: float) -> bool:
        """Tell whether `token` was made for `task_id` and has not expired."""
        match = TOKEN.fullmatch(token)
        if not match:
            return False
        expires = int(match[1])
        return hmac.compare_digest(self._mac(task_id, expires), match[2]) and now < expires

    def _mac(self, task_id: str, expires: int) -> str:
        return hmac.new(self.secret, f"{task_id}~{expires}".encode(), hashlib.sha256).hexdigest()
