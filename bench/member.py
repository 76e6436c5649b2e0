"""A member at a browser, as far as HTTP goes."""

import re
from typing import Any

import requests

from tests.studio import PASSWORDS, Studio

HIDDEN = re.compile(r'name="(csrfmiddlewaretoken|nonce)"[^>]*? value="([^"]+)"')
TILE = re.compile(r'data-generation="([0-9a-f-]{36})" data-state="(\w+)"')


class Member:
    """Signs in and orders through the pages. Raises HTTPError for any answer that is an error."""

    def __init__(self, studio: Studio, who: str = "demo") -> None:
        self._base = studio.base_url
        self._session = requests.Session()
        self._session.trust_env = False
        fields = self._hidden("/accounts/login/")
        self._post("/accounts/login/", fields | {"username": who, "password": PASSWORDS[who]})

    def order(self, prompt: str, **settings: Any) -> str:
        """Press Generate; return the id of the newest generation."""
        fields = self._hidden("/") | {"prompt": prompt, "cfg_scale": "0.5", "aspect_ratio": "16:9"}
        page = self._post("/", fields | {"duration": "3", "takes": "1", **settings})
        return TILE.findall(page)[0][0]

    def state(self, generation: str) -> str:
        """What the gallery shows of a generation."""
        return dict(TILE.findall(self._get("/gallery/")))[generation]

    @property
    def cookie(self) -> str:
        """The header that makes another browser this member's."""
        return "; ".join(f"{one.name}={one.value}" for one in self._session.cookies)

    def _hidden(self, path: str) -> dict[str, str]:
        return dict(HIDDEN.findall(self._get(path)))

    def _get(self, path: str) -> str:
        return self._text(self._session.get(self._base + path, timeout=30))

    def _post(self, path: str, fields: dict[str, str]) -> str:
        return self._text(
            self._session.post(self._base + path, fields, headers={"Referer": self._base + path}, timeout=30)
        )

    def _text(self, answer: requests.Response) -> str:
        answer.raise_for_status()
        return answer.text
