"""Improve-prompt: a task like the others whose result is a text. It is in no list of clips."""

import time
import uuid
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote

from generations.magnific.sandbox import contract
from generations.magnific.sandbox.answers import INSTEAD, NO_CREATION, Answer
from generations.magnific.sandbox.bodies import Bodies
from generations.magnific.sandbox.config import SandboxConfig
from generations.magnific.sandbox.faults import AFTER
from generations.magnific.sandbox.mishaps import Mishaps
from generations.magnific.sandbox.reading import Reading
from generations.magnific.sandbox.schedule import callbacks_due
from generations.magnific.sandbox.store import Store
from generations.magnific.sandbox.timeline import Outcome, Rewriting, Status, time_needed

SLOW_BY: Final = 40.0
"""Seconds that a slow text takes longer."""
DAY_SECONDS: Final = 86400.0
ASK_TOMORROW: Final = {"retry-after": "3600"}


class Improving:
    """Answers requests under `contract.IMPROVE_PATH` of a key that was accepted."""

    def __init__(self, config: SandboxConfig, store: Store, bodies: Bodies, mishaps: Mishaps) -> None:
        self._config = config
        self._store = store
        self._bodies = bodies
        self._mishaps = mishaps
        self._reading = Reading(config, bodies, mishaps, store.find_rewriting)

    def answer(
        self, method: str, path: str, key_sha256: str, body: bytes, *, wraps: Callable[[], bool]
    ) -> Answer:
        """Return the answer; `wraps` tells the shape of a refusal."""
        task_id = unquote(path.removeprefix(contract.IMPROVE_PATH).removeprefix("/"))
        if method == "POST" and not task_id:
            return self._create(key_sha256, body, wraps)
        if method == "GET" and task_id and "/" not in task_id:
            self._store.count("get_improved")
            return self._reading.answer(key_sha256, task_id)
        return Answer(405, {"message": "Method not allowed"}, {"allow": "GET" if task_id else "POST"})

    def _create(self, key_sha256: str, body: bytes, wraps: Callable[[], bool]) -> Answer:
        self._store.count("improve")
        try:
            fields = contract.parse_improvement(body)
        except contract.InvalidRequest as error:
            return Answer(400, error.body(wrapped=wraps()))
        since = time.time() - DAY_SECONDS
        if self._store.rewritings_since(key_sha256, since) >= self._config.improvements_per_day:
            return Answer(429, {"message": "Daily limit reached"}, ASK_TOMORROW)
        if fault := self._mishaps.on_improvement(*NO_CREATION, prompt=fields["prompt"]):
            return INSTEAD[fault]
        task = self._make(key_sha256, fields)
        if fault := self._mishaps.on_improvement(*AFTER, prompt=fields["prompt"]):
            return INSTEAD[fault]
        return self._reading.found(task, Status.CREATED)

    def _make(self, key_sha256: str, fields: dict[str, Any]) -> Rewriting:
        task_id, prompt = str(uuid.uuid4()), fields["prompt"]
        slower = SLOW_BY if self._mishaps.is_due("slow_text", prompt) else 0.0
        outcome = Outcome.CLIP
        if self._mishaps.is_due("fail", prompt):
            outcome = Outcome.FAILURE
        elif self._mishaps.is_due("refuse", prompt):
            outcome = Outcome.REFUSAL
        task = Rewriting(
            task_id=task_id,
            key_sha256=key_sha256,
            created_at=time.time(),
            seconds=time_needed(task_id, self._config.improve_seconds, self._config.jitter) + slower,
            outcome=outcome,
            take=0,
            request=fields,
        )
        self._store.add_rewriting(task, callbacks_due(task, self._config, self._mishaps))
        return task
