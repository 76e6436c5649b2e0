"""The doorbell: the only caller of django-q's `async_task`.

An item may ring twice, or never; the truth is in our tables and the sweep finds what was missed. Items are
signed pickles, so they carry a dotted name and an id and nothing else. An item enqueued inside a transaction
appears when that commits.
"""

from typing import Final
from uuid import UUID

from django.conf import settings
from django_q.tasks import async_task

MAIN_CLUSTER: Final = "kling"
SAVING_CLUSTER: Final = "saving"
NAME_LENGTH: Final = 100
"""What django-q's table of failed tasks has room for."""


def kick_dispatcher(account_id: int) -> None:
    """Let a dispatcher look after an account."""
    _ring("dispatch", account_id, cluster=MAIN_CLUSTER)


def kick_save(*generation_ids: UUID) -> None:
    """Let finished clips be copied here: an item for each worker, not for each clip, since items cost too."""
    for first in range(min(settings.SAVERS, len(generation_ids))):
        _ring("save", *map(str, generation_ids[first :: settings.SAVERS]), cluster=SAVING_CLUSTER)


def kick_previews(generation_id: UUID) -> None:
    """Let a saved clip get its poster, preview and thumbnails."""
    _ring("make_previews", str(generation_id), cluster=SAVING_CLUSTER)


def kick_proxy(generation_id: UUID) -> None:
    """Let a large clip get a lighter copy."""
    _ring("make_proxy", str(generation_id), cluster=SAVING_CLUSTER)


def kick_sweep() -> None:
    """Let the sweep find what is due."""
    _ring("sweep", cluster=MAIN_CLUSTER)


def kick_mails() -> None:
    """Let notices go by mail, on the cluster that never has a POST to send."""
    _ring("mail_notices", cluster=SAVING_CLUSTER)


def kick_file_check() -> None:
    """Let the saved files be looked at."""
    _ring("check_files", cluster=SAVING_CLUSTER)


def kick_trial(trial_id: int, cluster: str) -> None:
    """Let a cluster test a part of the set-up."""
    _ring("answer_trial", trial_id, cluster, cluster=cluster)


def _ring(task: str, *ids: int | str, cluster: str) -> None:
    name = ":".join(map(str, (task, *ids)))[:NAME_LENGTH]
    async_task(f"generations.tasks.{task}", *ids, cluster=cluster, task_name=name)
