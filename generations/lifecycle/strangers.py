"""Keeping account of the ids in the list that are not known to be ours."""

from collections.abc import Sequence

from django.db.models import F
from django.utils import timezone

from generations.magnific.messages import Task
from generations.models import Account, Generation, Lease, Outcome, StrangerTask, Submission


def note(account: Account, tasks: Sequence[Task]) -> list[StrangerTask]:
    """Count a reading of the list; return the strangers it shows, the new ones included.

    What the very first reading of an account shows is old: it was there before us.
    """
    unknown = {task.task_id: task for task in tasks}
    for model in (Generation, Submission):
        ours = model.objects.filter(account=account, task_id__in=list(unknown))
        for task_id in ours.values_list("task_id", flat=True):
            unknown.pop(task_id or "", None)
    now, is_first = timezone.now(), not _was_read_before(account)
    seen = StrangerTask.objects.filter(account=account, task_id__in=list(unknown))
    known = set(seen.values_list("task_id", flat=True))
    seen.update(reads=F("reads") + 1, last_seen_at=now)
    StrangerTask.objects.bulk_create(
        [
            StrangerTask(
                account=account,
                task_id=task_id,
                status=task.raw_status,
                first_seen_at=now,
                last_seen_at=now,
                is_old=is_first,
            )
            for task_id, task in unknown.items()
            if task_id not in known
        ],
        ignore_conflicts=True,
    )
    Lease.objects.filter(pk=account.pk).update(listed_at=now)
    return list(seen.all())


def candidates(account: Account, submission: Submission) -> list[StrangerTask]:
    """Return the strangers that this submission may have made: first seen after it was claimed."""
    return list(
        StrangerTask.objects.filter(account=account, is_old=False, first_seen_at__gte=submission.claimed_at)
    )


def put_aside(account: Account) -> int:
    """Call every stranger old, and return how many there were: an admin says that they are not ours."""
    return StrangerTask.objects.filter(account=account, is_old=False).update(is_old=True)


def unsettled(account: Account) -> list[Submission]:
    """Return the submissions whose fate is open: on their way, or in doubt and not decided by a person."""
    open_ones = Submission.objects.filter(account=account, outcome__in=[Outcome.OPEN, Outcome.UNSURE])
    return list(open_ones.select_related("generation__account").order_by("claimed_at"))


def is_alone(submission: Submission) -> bool:
    """Whether no other submission of its generation is open or in doubt: only then may it decide for it."""
    others = Submission.objects.filter(generation=submission.generation_id).exclude(pk=submission.pk)
    return not others.filter(outcome__in=[Outcome.OPEN, Outcome.UNSURE]).exists()


def some_open(account: Account) -> bool:
    """Whether a POST of this account may be under way, perhaps in a process that froze: they go one at a time."""
    return Submission.objects.filter(account=account, outcome=Outcome.OPEN).exists()


def _was_read_before(account: Account) -> bool:
    return Lease.objects.filter(pk=account.pk, listed_at__isnull=False).exists() or (
        Submission.objects.filter(account=account).exists()
    )
