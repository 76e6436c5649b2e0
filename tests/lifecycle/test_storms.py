"""Answers, callbacks, lists, people and dead senders in any order: what must hold after each step.

The vendor here is a few lines in memory; what is real is everything that decides. A seed names a storm, so a
failure can be looked at again.
"""

import random
from dataclasses import dataclass, field
from itertools import count

import pytest
from django.db import transaction
from django.db.models import Q

from generations.lifecycle import callbacks, cancel, evidence, lease, submit, unclear
from generations.lifecycle.apply import apply
from generations.lifecycle.attach import reject
from generations.lifecycle.verdict import LOST, Verdict
from generations.magnific.messages import Task, TaskStatus
from generations.models import Delivery, Generation, Lease, Outcome, State, StrangerTask, Submission, User
from tests.factories import make_admin, make_generation, make_user
from tests.lifecycle.conftest import claim
from tests.lifecycle.doubts import read_before, seconds_ago

pytestmark = pytest.mark.django_db

STEPS = 45
SEEDS = 10
LATE = (
    Verdict(Outcome.UNSURE, "no word", http_status=500),
    Verdict(Outcome.NOT_TAKEN, "slow down", http_status=429),
    Verdict(Outcome.REFUSED, "no", http_status=400),
    LOST,
)
READY = {
    "video_name": "a.mp4",
    "video_bytes": 1,
    "video_sha256": "0",
    "is_provisional": False,
    "result_url": "",
}


@dataclass
class Vendor:
    """What Magnific has really made, by submission: nothing, one task, or (a proxy's doing) two."""

    made: dict[int, list[str]] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    numbers: "count[int]" = field(default_factory=count)

    def receive(self, submission: Submission, tasks: int) -> None:
        self.made[submission.pk] = [f"task-{next(self.numbers)}" for _ in range(tasks)]


class Storm:
    """One run of random steps over a few generations of one account."""

    def __init__(self, seed: int, account, admin: User) -> None:
        self.random = random.Random(seed)
        self.account, self.admin = account, admin
        self.vendor = Vendor()
        self.posts: dict[int, list[int]] = {}
        self.foreign = [f"foreign-{n}" for n in range(self.random.choice([0, 0, 1]))]
        read_before(account)
        for name in ("ann", "bob", "cem"):
            make_generation(make_user(name), duration=5)

    def run(self) -> None:
        steps = [self.send, self.send, self.answer, self.answer, self.lose, self.call_back, self.read_list]
        steps += [self.read_list, self.decide, self.progress, self.save, self.cancel]
        for _ in range(STEPS):
            self.random.choice(steps)()
            self.check()
        self.calm()

    # --- steps -----------------------------------------------------------------------------------

    def send(self) -> None:
        if Submission.objects.filter(outcome=Outcome.OPEN).exists():
            return
        queued = list(Generation.objects.filter(state=State.QUEUED))
        if not queued:
            return
        Lease.objects.update(holder="", expires_at=None)
        holding = lease.acquire(self.account)
        generation = self.random.choice(queued)
        before = set(generation.submissions.values_list("outcome", flat=True))
        assert before <= {Outcome.NOT_TAKEN, Outcome.RELEASED, Outcome.REFUSED}, (
            "sent again though it may have been taken"
        )
        submission = claim(generation, holding)
        assert submission
        self.vendor.receive(submission, self.random.choice([0, 1, 1, 1, 1, 2]))

    def answer(self) -> None:
        """The answer of any submission comes, perhaps long after it was given up, perhaps for a second time."""
        submission = self.any(Submission.objects.filter(outcome=Outcome.OPEN)) or self.any(Submission.objects)
        if submission is None:
            return
        made = self.vendor.made[submission.pk]
        if made and self.random.random() < 0.6:
            self.vendor.told.add(made[0])
            submit.record(submission, Verdict(Outcome.ACCEPTED, http_status=200, task_id=made[0]))
        elif made:
            submit.record(submission, LATE[0])
        else:
            submit.record(submission, self.random.choice(LATE))

    def lose(self) -> None:
        Submission.objects.filter(outcome=Outcome.OPEN).update(claimed_at=seconds_ago(500))
        submit.close_abandoned(self.account)

    def call_back(self) -> None:
        submission = self.any(
            Submission.objects.filter(pk__in=[pk for pk, made in self.vendor.made.items() if made])
        )
        if submission:
            self.deliver(submission, self.random.choice(self.vendor.made[submission.pk]))

    def deliver(self, submission: Submission, task_id: str) -> None:
        status = self.random.choice(["CREATED", "IN_PROGRESS", "COMPLETED", "FAILED"])
        Delivery.objects.create(
            webhook_id=f"msg-{Delivery.objects.count()}",
            submission=submission,
            task_id=task_id,
            status=status,
            secret_encoding="utf-8",
        )
        callbacks.read_deliveries(self.account)
        submission.refresh_from_db()
        if submission.outcome != Outcome.OPEN:
            self.vendor.told.add(task_id)

    def read_list(self) -> None:
        made = [task for tasks in self.vendor.made.values() for task in tasks if self.random.random() < 0.9]
        shown = [Task(one, TaskStatus.IN_PROGRESS, "IN_PROGRESS") for one in [*made, *self.foreign]]
        self.account.refresh_from_db()
        for _ in range(self.random.choice([1, 3])):
            evidence.weigh(self.account, shown)
        if self.random.random() < 0.3:
            Submission.objects.filter(absent_since__isnull=False).update(
                absent_since=seconds_ago(601), absent_reads=9
            )

    def decide(self) -> None:
        """A person decides, rightly or wrongly, but never sends again what the list shows a candidate for."""
        doubt = self.any(Submission.objects.filter(outcome=Outcome.UNSURE))
        if doubt is None:
            return
        choice = self.random.choice(["adopt", "again", "give up"])
        strangers = list(StrangerTask.objects.values_list("task_id", flat=True))
        if choice == "adopt" and strangers:
            unclear.adopt(doubt, self.random.choice(strangers), actor=self.admin, why="so")
        elif choice == "again":
            unclear.queue_again(doubt, actor=self.admin, why="so")
        elif choice == "give up":
            unclear.give_up(doubt, actor=self.admin, why="so")

    def progress(self) -> None:
        """Magnific's word about a task that some generation has."""
        generation = self.any(Generation.objects.filter(task_id__isnull=False))
        if generation:
            status = self.random.choice(list(TaskStatus))
            links = ("https://cdn.magnific.com/a.mp4",) if status == TaskStatus.COMPLETED else ()
            apply(generation, Task(generation.task_id or "", status, status.value, links))

    def save(self) -> None:
        """A saver ends; a guess fits by chance or does not. Its claim may be stale by then."""
        generation = self.any(Generation.objects.filter(state=State.SAVING).exclude(result_url=""))
        if generation is None:
            return
        mine = Q(save_fence=generation.save_fence)
        if self.random.random() < 0.3:
            generation.submissions.first()
            self.call_back()
        if generation.is_provisional and self.random.random() < 0.5:
            reject(generation, "does not fit", only_if=mine)
        else:
            generation.move(State.READY, only_if=mine, **READY)

    def cancel(self) -> None:
        if self.random.random() < 0.2 and (queued := self.any(Generation.objects.filter(state=State.QUEUED))):
            cancel.cancel(queued, actor=queued.owner)

    def any(self, rows):
        return self.random.choice(found) if (found := list(rows.order_by("pk"))) else None

    # --- what must hold --------------------------------------------------------------------------

    def check(self) -> None:
        for task_id in self.vendor.told:
            assert Generation.objects.filter(task_id=task_id).count() == 1, f"{task_id} is lost"
        for generation in Generation.objects.filter(state=State.UNSURE):
            open_ones = generation.submissions.filter(outcome__in=[Outcome.OPEN, Outcome.UNSURE])
            assert open_ones.exists(), "an unsure clip that nobody can settle"
        for submission in Submission.objects.filter(outcome=Outcome.ACCEPTED):
            whose = Generation.objects.filter(task_id=submission.task_id)
            family = Q(pk=submission.generation_id) | Q(extra_of=submission.generation_id)
            assert whose.filter(family).exists(), "a submission is closed with a task that is not its clip's"
        ours = set(Generation.objects.exclude(task_id=None).values_list("task_id", flat=True))
        strangers = set(StrangerTask.objects.values_list("task_id", flat=True))
        assert not ours & strangers
        assert not Generation.objects.filter(state=State.QUEUED, task_id__isnull=False).exists()

    def calm(self) -> None:
        """The storm is over: all callbacks come. Then nothing is unknown, and nothing waits for a person."""
        self.lose()
        for pk, made in self.vendor.made.items():
            for task_id in made:
                self.deliver(Submission.objects.get(pk=pk), task_id)
                self.check()
        for pk, made in self.vendor.made.items():
            for task_id in made:
                assert Generation.objects.filter(task_id=task_id).count() == 1
            if made:
                self.check_settled(Submission.objects.get(pk=pk), made)

    def check_settled(self, submission: Submission, made: list[str]) -> None:
        """Its own task, unless a person or the list had given that away and the clip is saved by now."""
        given_away = Generation.objects.filter(task_id__in=made, state=State.READY).exclude(
            Q(pk=submission.generation_id) | Q(extra_of=submission.generation_id)
        )
        if not given_away.exists():
            assert submission.outcome == Outcome.ACCEPTED
            assert submission.generation.state != State.UNSURE


@pytest.mark.parametrize("seed", range(SEEDS))
def test_nothing_is_lost_or_sent_twice_in_a_storm(seed, account, settings):
    settings.MAGNIFIC_REQUEUE_ABSENT = True

    with transaction.atomic():
        Storm(seed, account, make_admin()).run()
