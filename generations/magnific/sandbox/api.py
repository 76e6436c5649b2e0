"""The three requests of the API, from parsed HTTP in to an answer out."""

import hashlib
import itertools
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from typing import Any, Final
from urllib.parse import unquote

from generations.magnific.sandbox import contract
from generations.magnific.sandbox.config import SandboxConfig
from generations.magnific.sandbox.links import Links
from generations.magnific.sandbox.store import Store
from generations.magnific.sandbox.timeline import Status, Task, time_needed

TAKES: Final = 4
"""Different pictures that one prompt can give; the next creation starts over."""


@dataclass(frozen=True)
class Answer:
    """An HTTP answer with a JSON body."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


class Api:
    """Answers requests under `contract.PATH`; `on_create` is told of each accepted task."""

    def __init__(
        self, config: SandboxConfig, store: Store, links: Links, on_create: Callable[[Task], None]
    ) -> None:
        self._config = config
        self._store = store
        self._links = links
        self._on_create = on_create
        self._refusals = itertools.count()

    def answer(self, method: str, path: str, headers: Message, body: bytes) -> Answer:
        """Return the answer to one request, rate headers included."""
        key = headers.get(self._config.api_header) or ""
        key_sha256 = hashlib.sha256(key.encode()).hexdigest()
        allowed, rate_headers = self._rate(key_sha256)
        if not allowed:
            rate_headers["retry-after"] = rate_headers["rate-limit-reset"]
            return Answer(429, {"message": "Too many requests"}, rate_headers)
        if not self._accepts(key):
            return Answer(401, {"message": "Invalid API key"}, rate_headers)
        answer = self._route(method, path, key_sha256, body)
        return Answer(answer.status, answer.body, answer.headers | rate_headers)

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

    def _route(self, method: str, path: str, key_sha256: str, body: bytes) -> Answer:
        if path == contract.PATH and method == "POST":
            return self._create(key_sha256, body)
        if path == contract.PATH and method == "GET":
            return self._list(key_sha256)
        task_id = unquote(path.removeprefix(contract.PATH + "/"))
        if method == "GET" and "/" not in task_id:
            return self._get(key_sha256, task_id)
        return Answer(405, {"message": "Method not allowed"}, {"allow": "GET"})

    def _create(self, key_sha256: str, body: bytes) -> Answer:
        self._store.count("create")
        try:
            fields = contract.parse_creation(body)
        except contract.InvalidRequest as error:
            return Answer(400, error.body(wrapped=self._wraps()))
        task = self._accept(key_sha256, fields)
        self._on_create(task)
        return Answer(200, {"data": contract.task_body(task, Status.CREATED, "")})

    def _accept(self, key_sha256: str, fields: dict[str, Any]) -> Task:
        task_id = str(uuid.uuid4())
        prompt_sha256 = hashlib.sha256(fields["prompt"].encode()).hexdigest()
        task = Task(
            task_id=task_id,
            key_sha256=key_sha256,
            created_at=time.time(),
            seconds=time_needed(task_id, self._config.seconds, self._config.jitter),
            outcome=contract.outcome_of(fields["prompt"]),
            take=self._store.takes_of(prompt_sha256) % TAKES,
            request=fields,
        )
        callbacks = bool(fields.get("webhook_url") and self._config.webhook_secret)
        self._store.add(task, prompt_sha256, callbacks=callbacks)
        return task

    def _wraps(self) -> bool:
        if self._config.error_shape == "alternate":
            return next(self._refusals) % 2 == 1
        return self._config.error_shape == "wrapped"

    def _get(self, key_sha256: str, task_id: str) -> Answer:
        self._store.count("get")
        task = self._store.find(task_id)
        if task is None or task.key_sha256 != key_sha256:
            return Answer(404, {"message": "Task not found"})
        return Answer(200, {"data": self._body(task)})

    def _list(self, key_sha256: str) -> Answer:
        self._store.count("list")
        tasks = self._store.newest(key_sha256, self._config.list_window)
        if not tasks:
            return Answer(404, {"message": "Tasks not found"})
        bodies = [self._body(task) for task in tasks]
        if not self._config.list_generated:
            bodies = [{name: body[name] for name in ("task_id", "status")} for body in bodies]
        return Answer(200, {"data": bodies})

    def _body(self, task: Task) -> dict[str, Any]:
        now = time.time()
        return contract.task_body(task, task.status(now), self._links.make(task.task_id, now))
