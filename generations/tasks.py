"""What django-q runs: an id in, one verb called. An item for something that is gone does nothing."""

from uuid import UUID

from generations import queue
from generations.lifecycle import audit, files, mailing, previews, saving, statistics, sweeping, trials
from generations.lifecycle import dispatch as dispatching
from generations.models import Heartbeat


def dispatch(account_id: int) -> None:
    """Work for an account for a slice of time."""
    dispatching.run_slice(account_id)


def save(*generation_ids: str) -> None:
    """Copy finished clips here."""
    beat(queue.SAVING_CLUSTER)
    saving.save_all([UUID(one) for one in generation_ids])


def make_previews(generation_id: str) -> None:
    """Make a saved clip's poster, preview and thumbnails, and those that others lack."""
    beat(queue.SAVING_CLUSTER)
    previews.take_turn_at_previews(UUID(generation_id))


def make_proxy(generation_id: str) -> None:
    """Make a large clip's lighter copy, and those that others lack."""
    beat(queue.SAVING_CLUSTER)
    previews.take_turn_at_proxies(UUID(generation_id))


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


def refresh_statistics() -> None:
    """Let the database know how its tables have grown."""
    beat(queue.SAVING_CLUSTER)
    statistics.refresh()


def mail_notices() -> None:
    """Send the mails with notices that are due."""
    beat(queue.SAVING_CLUSTER)
    mailing.send_due()


def answer_trial(trial_id: int, cluster: str) -> None:
    """Test a part of the set-up."""
    beat(cluster)
    trials.answer(trial_id)


def beat(cluster: str) -> None:
    """Show that a cluster runs its tasks."""
    Heartbeat.beat(cluster)
