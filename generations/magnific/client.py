"""Create, get one and list clips, and have a text improved, for one account: one base URL with one key."""

import random
import re
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlsplit

import requests

from generations.magnific import transport, verdicts
from generations.magnific.errors import NotSent, Unavailable
from generations.magnific.messages import (
    TASK_ID,
    Created,
    Found,
    Listing,
    VideoRequest,
    parse_rate,
)
from generations.magnific.rewriting import ImproveRequest, Rewritten

PATH: Final = "/v1/ai/video/kling-4k-t2v"
IMPROVE_PATH: Final = "/v1/ai/improve-prompt"
USER_AGENT: Final = "kling-4k-studio"
FIRST_BACKOFF: Final = 0.5
"""Seconds; doubled with each attempt, and shortened by up to a half so that callers do not march in step."""

_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9-]+")
_HEADER_VALUE: Final = re.compile(r"[!-~]+")
_jitter = random.SystemRandom()
Read = TypeVar("Read")


class Client:
    """Talks to one account. Only reads are ever repeated; the key is in no log, error or `repr`."""

    def __init__(
        self,
        *,
        base_url: str,
        api_key: str,
        api_header: str = "x-magnific-api-key",
        connect_timeout: float = 5,
        post_deadline: float = 60,
        get_deadline: float = 15,
        get_attempts: int = 3,
        max_body: int = 1_000_000,
        ca_file: str | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Times are in seconds, `max_body` in bytes; `get_deadline` bounds a read with all its attempts.

        `ca_file` replaces certifi's certificates. Raises `ValueError` for an address, header or key that no
        request can be made with.
        """
        self._url = _endpoint(base_url, PATH)
        self._improve_url = _endpoint(base_url, IMPROVE_PATH)
        if not _HEADER_NAME.fullmatch(api_header) or not _HEADER_VALUE.fullmatch(api_key):
            raise ValueError("The API header and the API key must be single words of printable ASCII.")
        self._key = api_key
        self._header = api_header
        self._connect_timeout = connect_timeout
        self._post_deadline = post_deadline
        self._get_deadline = get_deadline
        self._get_attempts = get_attempts
        self._max_body = max_body
        self._ca_file = ca_file
        self._sleep = sleep

    def __repr__(self) -> str:
        return f"Client({self._url!r})"

    def create(self, request: VideoRequest, *, may_send: Callable[[], bool] = lambda: True) -> Created:
        """Ask for one clip, once, and pay for it.

        `may_send` is asked when connected, just before the first byte; False ends in `NotSent`.
        Raises `Refused`, `NotSent`, `RateLimited`, `AccountBlocked` or `Doubtful`.
        """
        return self._post(self._url, request.payload(), self._post_deadline, may_send)

    def get(self, task_id: str) -> Found:
        """Ask for one task. Raises `NotFound`, `RateLimited`, `AccountBlocked` or `Unavailable`.

        Raises `ValueError` for an id that cannot be one.
        """
        url = _task_url(self._url, task_id)
        return self._read(url, lambda answer: Found(verdicts.find(answer, self._key, task_id), _rate(answer)))

    def list(self) -> Listing:
        """Ask for all tasks of the account. Raises `RateLimited`, `AccountBlocked` or `Unavailable`."""
        return self._read(
            self._url, lambda answer: Listing(verdicts.list_tasks(answer, self._key), _rate(answer))
        )

    def create_improvement(self, request: ImproveRequest) -> Created:
        """Ask for a better text. No clip is paid for, so unlike `create` it may be asked again after a doubt.

        It is waited for no longer than for a read. Raises as `create`.
        """
        return self._post(self._improve_url, request.payload(), self._get_deadline)

    def get_improvement(self, task_id: str) -> Rewritten:
        """Ask once for what became of a text: who waits for it asks again anyway. Raises as `get`."""
        url = _task_url(self._improve_url, task_id)
        ends_at = time.monotonic() + self._get_deadline

        def judge(answer: transport.Answer) -> Rewritten:
            return Rewritten(*verdicts.find_rewritten(answer, self._key, task_id), _rate(answer))

        return self._read_once(url, judge, ends_at)

    def _post(
        self,
        url: str,
        payload: dict[str, Any],
        deadline: float,
        may_send: Callable[[], bool] = lambda: True,
    ) -> Created:
        prepared = self._prepare("POST", url, json=payload)
        try:
            answer = transport.exchange(
                prepared, self._limits(deadline), may_send=may_send, ca_file=self._ca_file
            )
        except transport.NotWritten as error:
            raise NotSent(f"Nothing was sent to Magnific ({error}).") from error
        return verdicts.judge_create(answer, self._key)

    def _read(self, url: str, judge: Callable[[transport.Answer], Read]) -> Read:
        """Get and judge, again after a pause while that can help and the deadline leaves time for it."""
        ends_at = time.monotonic() + self._get_deadline
        for attempt in range(1, self._get_attempts):
            try:
                return self._read_once(url, judge, ends_at)
            except Unavailable as error:
                pause = FIRST_BACKOFF * 2 ** (attempt - 1) * _jitter.uniform(0.5, 1)
                if not _may_pass(error.http_status) or time.monotonic() + pause >= ends_at:
                    raise
            self._sleep(pause)
        return self._read_once(url, judge, ends_at)

    def _read_once(self, url: str, judge: Callable[[transport.Answer], Read], ends_at: float) -> Read:
        limits = self._limits(max(ends_at - time.monotonic(), 0.001))
        try:
            answer = transport.exchange(self._prepare("GET", url), limits, ca_file=self._ca_file)
        except transport.NotWritten as error:
            raise Unavailable(f"Magnific could not be reached ({error}).") from error
        return judge(answer)

    def _prepare(self, method: str, url: str, **body: Any) -> requests.PreparedRequest:
        headers = {
            self._header: self._key,
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Connection": "close",
            "User-Agent": USER_AGENT,
        }
        return requests.Request(method, url, headers=headers, **body).prepare()

    def _limits(self, deadline: float) -> transport.Limits:
        return transport.Limits(self._connect_timeout, deadline, self._max_body)


def _task_url(endpoint: str, task_id: str) -> str:
    """Return the address of one task; raises `ValueError` for an id that cannot be one."""
    if not TASK_ID.fullmatch(task_id):
        raise ValueError("This cannot be a task id.")
    return f"{endpoint}/{quote(task_id, safe='')}"


def _endpoint(base_url: str, path: str) -> str:
    """Return an endpoint's URL; raises `ValueError` for a base that is not a plain http or https address."""
    parts = urlsplit(base_url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("The base URL must begin with http:// or https:// and name a host.")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("The base URL must be without user name, query and fragment.")
    url = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}{path}"
    requests.Request("GET", url).prepare()  # raises InvalidURL, a ValueError, for what no socket can reach
    return url


def _may_pass(status: int | None) -> bool:
    """Tell whether asking again can help: no answer, an answer not understood, or trouble over there."""
    return status is None or status < 300 or status == 408 or status >= 500


def _rate(answer: transport.Answer) -> Any:
    return parse_rate(answer.headers, time.time())
