"""The doorbell: the only caller of django-q's `async_task`.

An item may ring twice, or never; the truth is in our tables and the sweep finds what was missed. Items are
signed pickles, so they carry a dotted name and an id and nothing else. An item enqueued inside a transaction
appears when that commits.
"""

from typing import Final
from uuid import UUID

from django_q.tasks import async_task

MAIN_CLUSTER: Final = "kling"
SAVING_CLUSTER: Final = "saving"


def kick_dispatcher(account_id: int) -> None:
    """Let a dispatcher look after an account."""
    _ring("dispatch", account_id, cluster=MAIN_CLUSTER)


def kick_save(generation_id: UUID) -> None:
    """Let a finished clip be copied here."""
    _ring("save", str(generation_id), cluster=SAVING_CLUSTER)


def kick_previews(generation_id: UUID) -> None:
    """Let a saved clip get its poster, preview and thumbnails."""
    _ring("make_previews", str(generation_id), cluster=SAVING_CLUSTER)


def kick_proxy(generation_id: UUID) -> None:
    """Let a large clip get a lighter copy."""
    _ring("make_proxy", str(generation_id), cluster=SAVING_CLUSTER)


def kick_sweep() -> None:
    """Let the sweep find what is due."""
    _ring("sweep", cluster=MAIN_CLUSTER)


def kick_file_check() -> None:
    """Let the saved files be looked at."""
    _ring("check_files", cluster=SAVING_CLUSTER)


def _ring(task: str, *ids: int | str, cluster: str) -> None:
    async_task(f"generations.tasks.{task}", *ids, cluster=cluster, task_name=":".join(map(str, (task, *ids))))
