"""What django-q runs: an id in, one verb called. An item for something that is gone does nothing."""

from uuid import UUID

from generations import queue
from generations.lifecycle import audit, files, previews, saving, sweeping
from generations.lifecycle import dispatch as dispatching
from generations.models import Generation, Heartbeat


def dispatch(account_id: int) -> None:
    """Work for an account for a slice of time."""
    dispatching.run_slice(account_id)


def save(generation_id: str) -> None:
    """Copy a finished clip here."""
    beat(queue.SAVING_CLUSTER)
    if generation := _find(generation_id):
        saving.save(generation)


def make_previews(generation_id: str) -> None:
    """Make a saved clip's poster, preview and thumbnails."""
    beat(queue.SAVING_CLUSTER)
    if generation := _find(generation_id):
        previews.add_previews(generation)


def make_proxy(generation_id: str) -> None:
    """Make a large clip's lighter copy."""
    beat(queue.SAVING_CLUSTER)
    if generation := _find(generation_id):
        previews.add_proxy(generation)


def sweep() -> None:
    """Find what is due."""
    sweeping.sweep()


def check_files() -> None:
    """Look at the saved files."""
    beat(queue.SAVING_CLUSTER)
    files.check_files()


def check_ledger() -> None:
    """Compare the ledger with the clips."""
    beat(queue.SAVING_CLUSTER)
    audit.check_and_tell()


def beat(cluster: str) -> None:
    """Show that a cluster runs its tasks."""
    Heartbeat.beat(cluster)


def _find(generation_id: str) -> Generation | None:
    return Generation.objects.select_related("account").filter(pk=UUID(generation_id)).first()
