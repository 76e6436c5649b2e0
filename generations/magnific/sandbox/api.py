"""The requests of the API, from parsed HTTP in to an answer out."""

import itertools
import math
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from email.message import Message
from typing import Any, Final
from urllib.parse import unquote

from generations.magnific.sandbox import contract
from generations.magnific.sandbox.answers import ANY_REQUEST, INSTEAD, NO_CREATION, Answer
from generations.magnific.sandbox.bodies import Bodies
from generations.magnific.sandbox.config import SandboxConfig
from generations.magnific.sandbox.faults import AFTER, READ
from generations.magnific.sandbox.improving import Improving
from generations.magnific.sandbox.mishaps import Mishaps
from generations.magnific.sandbox.reading import Reading
from generations.magnific.sandbox.schedule import callbacks_due
from generations.magnific.sandbox.store import Store, digest
from generations.magnific.sandbox.timeline import Outcome, Status, Task, time_needed

TAKES: Final = 4
"""Different pictures that one prompt can give; the next creation starts over."""
FOREIGN: Final = {"prompt": "Somebody else's clip"}


class Api:
    """Answers requests under `contract.PATHS`; `on_create` is told of each accepted task."""

    def __init__(
        self,
        config: SandboxConfig,
        store: Store,
        bodies: Bodies,
        mishaps: Mishaps,
        on_create: Callable[[Task], None],
    ) -> None:
        self._config = config
        self._store = store
        self._bodies = bodies
        self._mishaps = mishaps
        self._on_create = on_create
        self._improving = Improving(config, store, bodies, mishaps)
        self._reading = Reading(config, bodies, mishaps, store.find)
        self._refusals = itertools.count()
        self._burst_ends = 0.0

    def answer(self, method: str, path: str, headers: Message, body: bytes) -> Answer:
        """Return the answer to one request, rate headers included."""
        key = headers.get(self._config.api_header) or ""
        key_sha256 = digest(key)
        allowed, rate_headers = self._rate(key_sha256)
        if not allowed:
            rate_headers["retry-after"] = rate_headers["rate-limit-reset"]
            answer = Answer(429, {"message": "Too many requests"})
        elif not self._accepts(key):
            answer = Answer(401, {"message": "Invalid API key"})
        else:
            answer = self._trouble() or self._route(method, path, key_sha256, body)
        return replace(answer, headers=answer.headers | rate_headers)

    def _accepts(self, key: str) -> bool:
        allowed = self._config.allowed_keys
        return bool(key.strip()) and (not allowed or key in allowed)

    def _rate(self, key_sha256: str) -> tuple[bool, dict[str, str]]:
        """Count this request. Names of the headers as seen live; reset is in seconds."""
        limit, length = self._config.requests_per_minute, self._config.rate_window
        now = time.time()
        window = int(now // length)
        used = self._store.count_request(key_sha256, window)
        headers = {
            "rate-limit-limit": str(limit),
            "rate-limit-remaining": str(max(0, limit - used)),
            "rate-limit-reset": str(int((window + 1) * length - now) + 1),
        }
        return used <= limit, headers

    def _trouble(self) -> Answer | None:
        """Return what any request may meet: a burst of 429, or an account that may not ask."""
        now = time.monotonic()
        if self._mishaps.on_request("rate_limit"):
            self._burst_ends = now + self._config.retry_after
        if now < self._burst_ends:
            wait = {"retry-after": str(math.ceil(self._burst_ends - now))}
            return Answer(429, {"message": "Too many requests"}, wait)
        fault = self._mishaps.on_request(*ANY_REQUEST)
        return INSTEAD[fault] if fault else None

    def _route(self, method: str, path: str, key_sha256: str, body: bytes) -> Answer:
        if path.startswith(contract.IMPROVE_PATH):
            return self._improving.answer(method, path, key_sha256, body, wraps=self._wraps)
        if path == contract.PATH and method == "POST":
            return self._create(key_sha256, body)
        if path == contract.PATH and method == "GET":
            return self._list(key_sha256)
        task_id = unquote(path.removeprefix(contract.PATH + "/"))
        if method == "GET" and "/" not in task_id:
            self._store.count("get")
            return self._reading.answer(key_sha256, task_id)
        return Answer(405, {"message": "Method not allowed"}, {"allow": "GET"})

    def _create(self, key_sha256: str, body: bytes) -> Answer:
        self._store.count("create")
        try:
            fields = contract.parse_creation(body)
        except contract.InvalidRequest as error:
            return Answer(400, error.body(wrapped=self._wraps()))
        if fault := self._mishaps.on_creation(*NO_CREATION, prompt=fields["prompt"]):
            return INSTEAD[fault]
        if self._mishaps.is_due("foreign", fields["prompt"]):
            self._make_foreign(key_sha256, time.time())
        task = self._make(key_sha256, fields, time.time())
        self._on_create(task)
        if fault := self._mishaps.on_task(*AFTER, task=task):
            return INSTEAD[fault]
        return self._reading.found(task, Status.CREATED)

    def _make(self, key_sha256: str, fields: dict[str, Any], created_at: float) -> Task:
        task_id = str(uuid.uuid4())
        task = Task(
            task_id=task_id,
            key_sha256=key_sha256,
            created_at=created_at,
            seconds=time_needed(task_id, self._config.seconds, self._config.jitter),
            outcome=self._outcome(fields["prompt"]),
            take=self._store.takes_of(digest(fields["prompt"])) % TAKES,
            request=fields,
        )
        self._store.add(task, callbacks_due(task, self._config, self._mishaps))
        return task

    def _make_foreign(self, key_sha256: str, created_at: float) -> None:
        self._mishaps.note("foreign", self._make(key_sha256, FOREIGN, created_at))

    def _outcome(self, prompt: str) -> Outcome:
        if self._mishaps.is_due("fail", prompt):
            return Outcome.FAILURE
        return Outcome.REFUSAL if self._mishaps.is_due("refuse", prompt) else Outcome.CLIP

    def _wraps(self) -> bool:
        if self._config.error_shape == "alternate":
            return next(self._refusals) % 2 == 1
        return self._config.error_shape == "wrapped"

    def _list(self, key_sha256: str) -> Answer:
        """Answer with what was true `list_delay` seconds ago."""
        self._store.count("list")
        if fault := self._mishaps.on_request(*READ):
            return INSTEAD[fault]
        then = time.time() - self._config.list_delay
        if self._mishaps.is_due("foreign"):
            self._make_foreign(key_sha256, then)
        tasks = self._store.newest(key_sha256, self._config.list_window, then)
        if not tasks:
            return Answer(404, {"message": "Tasks not found"})
        tell = self._bodies.whole if self._config.list_generated else self._bodies.entry
        entries = [tell(task, task.status(then)) for task in tasks]
        entries = entries if self._config.list_order == "newest" else entries[::-1]
        return Answer(200, entries if self._mishaps.on_request("bare_body") else {"data": entries})
