"""Random lives of clips, driven by every verb there is: after each step the ledger holds what is due.

Hypothesis chooses the steps, always the same ones, and prints those that led to a fault; `Phase.shrink` finds the
shortest such way, in minutes. The vendor is a few lines in memory and files come over real HTTP; what is real is
everything that decides or books.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.models import QuerySet
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from generations.lifecycle import audit, callbacks, evidence, lease, saving, submit, unclear
from generations.lifecycle.apply import apply, give_up
from generations.lifecycle.cancel import cancel
from generations.lifecycle.charge import decide_charge, undecided
from generations.lifecycle.correct import correct
from generations.lifecycle.limits import OverLimit
from generations.lifecycle.order import place_order
from generations.lifecycle.retry import NotRetryable, retry
from generations.lifecycle.verdict import LOST, Verdict
from generations.magnific.messages import Task, TaskStatus
from generations.models import (
    Account,
    Charged,
    DailySpend,
    Delivery,
    Generation,
    Kind,
    Lease,
    LedgerEntry,
    Membership,
    Money,
    Outcome,
    State,
    StrangerTask,
    Submission,
    Team,
)
from generations.models.booking import due
from generations.models.ledger import DAY_KEY
from tests.factories import make_admin, make_member, make_membership, make_team
from tests.lifecycle.conftest import WISH, claim
from tests.lifecycle.doubts import read_before, seconds_ago
from tests.magnific.scripted import ScriptedServer, respond
from tests.media.conftest import encode

pytestmark = pytest.mark.django_db

ANSWERS = (
    Verdict(Outcome.UNSURE, "no word", http_status=500),
    Verdict(Outcome.NOT_TAKEN, "slow down", http_status=429),
    Verdict(Outcome.REFUSED, "no", http_status=400),
    LOST,
)
DOUBT = ("push", "doubt")
STORIES = (
    ("push",),
    ("push", "push"),
    ("push", "push", "push"),
    ("push", "push", "push", "push"),
    ("push", "push", "fail"),
    ("push", "push", "fail", "was_free"),
    DOUBT,
    (*DOUBT, "adopt"),
    (*DOUBT, "adopt", "fail", "was_paid"),
)
"""How far clips have come when a run begins."""
LIMITS = (None, Decimal("3.36"), Decimal("10.08"), Decimal("25.00"), Decimal("60.00"))
PATH = (State.QUEUED, State.SUBMITTING, State.RENDERING, State.SAVING)
BUDGET = settings(
    max_examples=22,
    stateful_step_count=30,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)

which = st.integers(0, 9)
"""One of the rows that are there, counted round."""


class Lives(RuleBasedStateMachine):
    """One studio with two teams and a limit or two. Each run is rolled back."""

    url = ""
    seen: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.rolled_back = transaction.atomic()
        self.rolled_back.__enter__()
        self.account = Account.objects.current()
        self.admin = make_admin()
        self.people = [make_member("mia"), make_member("jo")]
        self.people.append(make_membership(self.people[0].user, make_team("North")))
        read_before(self.account)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.rolled_back.__exit__(None, None, None)

    # --- money and people ------------------------------------------------------------------------

    @initialize(
        stories=st.lists(st.sampled_from(STORIES), min_size=3, max_size=5), duration=st.integers(3, 5)
    )
    def begin(self, stories: list[tuple[str, ...]], duration: int) -> None:
        """Some clips have a story already; no limit is set yet."""
        for number, story in enumerate(stories):
            person, wish = self.people[number % 3], replace(WISH, duration=duration)
            clip = place_order(person, wish, takes=1, nonce=uuid4()).generations.get()
            for step in story:
                clip.refresh_from_db()
                getattr(self, step)(clip)

    def push(self, clip: Generation) -> None:
        """One step of the usual life."""
        if clip.state == State.QUEUED:
            self.send(clip)
        elif clip.state == State.SUBMITTING:
            submission = clip.submissions.latest("pk")
            submit.record(submission, Verdict(Outcome.ACCEPTED, http_status=200, task_id=task_of(submission)))
        elif clip.state == State.RENDERING:
            apply(clip, done(clip, self.url))
        elif clip.state == State.SAVING:
            self.fetch(clip)

    def doubt(self, clip: Generation) -> None:
        submit.record(clip.submissions.latest("pk"), ANSWERS[0])

    def adopt(self, clip: Generation) -> None:
        submission = clip.submissions.latest("pk")
        unclear.adopt(submission, task_of(submission), actor=self.admin, why="most likely")

    def fail(self, clip: Generation) -> None:
        apply(clip, Task(clip.task_id or "", TaskStatus.FAILED, "FAILED"))

    def was_paid(self, clip: Generation) -> None:
        decide_charge(clip, Charged.YES, actor=self.admin, why="the dashboard")

    def was_free(self, clip: Generation) -> None:
        decide_charge(clip, Charged.NO, actor=self.admin, why="the dashboard")

    @rule(
        person=which, month=st.sampled_from(LIMITS), day=st.sampled_from(LIMITS), own=st.sampled_from(LIMITS)
    )
    def set_limits(self, person: int, month: Any, day: Any, own: Any) -> None:
        membership = self.people[person % 3]
        Team.objects.filter(pk=membership.team_id).update(monthly_limit=month, daily_limit=day)
        Membership.objects.filter(pk=membership.pk).update(monthly_limit=own)

    @rule(person=which, takes=st.integers(1, 4), duration=st.integers(3, 5))
    def order(self, person: int, takes: int, duration: int) -> None:
        membership = self.people[person % 3]
        wish = replace(WISH, duration=duration)
        cost = Decimal("1.12") * duration * takes
        self.expect(
            self.fits(membership, cost),
            lambda: place_order(membership, wish, takes=takes, nonce=uuid4()),
        )

    @rule(clip=which)
    def retry(self, clip: int) -> None:
        found = self.pick(Generation.objects.filter(state__in=(State.FAILED, State.CANCELLED)), clip)
        if found is None or found.retries.exclude(state__in=(State.FAILED, State.CANCELLED)).exists():
            return
        membership = Membership.objects.filter(user=found.owner, team=found.team).first()
        if membership is None:
            with pytest.raises(NotRetryable):
                retry(found, actor=self.admin, confirmed=True)
            return
        cost = Decimal("1.12") * found.duration
        self.expect(self.fits(membership, cost), lambda: retry(found, actor=self.admin, confirmed=True))

    @rule(person=which, cents=st.integers(-900, 900))
    def correct(self, person: int, cents: int) -> None:
        membership = self.people[person % 3]
        correct(
            membership.team,
            membership.user,
            Decimal(cents) / 100,
            actor=self.admin,
            reason="the invoice says so",
        )

    @rule(clip=which, person=which)
    def hand_over(self, clip: int, person: int) -> None:
        if found := self.pick(Generation.objects.all(), clip):
            Generation.objects.filter(pk=found.pk).update(owner=self.people[person % 3].user)

    @rule(clip=which, charged=st.sampled_from([Charged.YES, Charged.NO]))
    def decide_charge(self, clip: int, charged: Charged) -> None:
        if found := self.pick(undecided(), clip):
            decide_charge(found, charged, actor=self.admin, why="the dashboard")
            self.seen[f"decided {charged}"] += 1

    @rule(clip=which)
    def cancel(self, clip: int) -> None:
        if found := self.pick(Generation.objects.all(), clip):
            cancel(found, actor=found.owner)

    # --- the vendor ------------------------------------------------------------------------------

    @rule(clip=which, steps=st.integers(1, 4))
    def go_on(self, clip: int, steps: int) -> None:
        """The usual life, some steps of it."""
        if found := self.pick(Generation.objects.filter(state__in=PATH), clip):
            for _ in range(steps):
                found.refresh_from_db()
                self.push(found)

    def send(self, found: Generation) -> None:
        Lease.objects.update(holder="", expires_at=None)
        holding = lease.acquire(self.account)
        assert holding
        assert claim(found, holding)

    @rule(submission=which, answer=st.sampled_from(ANSWERS))
    def answer(self, submission: int, answer: Verdict) -> None:
        """Any answer, also to what was answered long ago."""
        if found := self.pick(Submission.objects.all(), submission):
            submit.record(found, answer)

    @rule()
    def lose(self) -> None:
        Submission.objects.filter(outcome=Outcome.OPEN).update(claimed_at=seconds_ago(500))
        submit.close_abandoned(self.account)

    @rule(
        submission=which, of=which, number=st.integers(0, 1), status=st.sampled_from(["CREATED", "COMPLETED"])
    )
    def call_back(self, submission: int, of: int, number: int, status: str) -> None:
        """A callback names a task, its own or a second one, or (rarely believable) another's."""
        found, whose = (
            self.pick(Submission.objects.all(), submission),
            self.pick(Submission.objects.all(), of),
        )
        if found and whose:
            task_id = task_of(whose if number and of > 7 else found, number)
            self.deliver(found, task_id, status)

    def deliver(self, submission: Submission, task_id: str, status: str) -> None:
        Delivery.objects.create(
            webhook_id=f"w{Delivery.objects.count()}", submission=submission, task_id=task_id, status=status
        )
        callbacks.read_deliveries(self.account)

    @rule(shown=st.sets(which, max_size=4), number=st.integers(0, 1))
    def read_list(self, shown: set[int], number: int) -> None:
        """Three readings of a list; what it shows of nobody's may be adopted as a doubt's."""
        tasks = [
            task_of(found, number) for one in shown if (found := self.pick(Submission.objects.all(), one))
        ]
        for _ in range(evidence.READS_TO_ADOPT):
            self.account.refresh_from_db()
            evidence.weigh(
                self.account,
                [Task(one, TaskStatus.IN_PROGRESS, "IN_PROGRESS") for one in dict.fromkeys(tasks)],
            )

    @rule(clip=which, status=st.sampled_from(TaskStatus))
    def word(self, clip: int, status: TaskStatus) -> None:
        """Magnific's word about any task that a clip has, also one that had ended."""
        if found := self.pick(Generation.objects.exclude(task_id=None), clip):
            links = done(found, self.url).generated if status == TaskStatus.COMPLETED else ()
            apply(found, Task(found.task_id or "", status, status.value, links))

    @rule(clip=which)
    def turn_up(self, clip: int) -> None:
        """What had failed is done after all, whatever was decided about its charge meanwhile."""
        failed = Generation.objects.filter(state=State.FAILED).exclude(task_id=None)
        if found := self.pick(failed, clip):
            self.seen["anew"] += found.charged == Charged.NO
            apply(found, done(found, self.url))

    @rule(clip=which, submission=which)
    def own_up(self, clip: int, submission: int) -> None:
        """A callback says that an adopted task is another's; the clip that had it may have failed by then."""
        adopted = Generation.objects.filter(is_provisional=True).exclude(state=State.READY)
        if found := self.pick(adopted, clip):
            others = Submission.objects.exclude(generation__in=[found.pk, found.extra_of_id or found.pk])
            if other := self.pick(others, submission):
                self.deliver(other, found.task_id or "", "CREATED")
                self.seen[f"taken back {found.state}"] += 1

    # --- savers and people -----------------------------------------------------------------------

    @rule(clip=which)
    def save(self, clip: int) -> None:
        """The file is three seconds long: an adopted task of a longer wish is given back."""
        found = self.pick(Generation.objects.filter(state=State.SAVING).exclude(result_url=""), clip)
        if found:
            self.fetch(found)

    def fetch(self, clip: Generation) -> None:
        Generation.objects.filter(pk=clip.pk).update(save_after=None)
        saving.save_all([clip.pk])

    @rule(clip=which)
    def give_up_waiting(self, clip: int) -> None:
        if found := self.pick(Generation.objects.filter(state__in=(State.RENDERING, State.SAVING)), clip):
            give_up(found)

    @rule(submission=which, stranger=which, decision=st.sampled_from(["adopt", "again", "give up"]))
    def decide_doubt(self, submission: int, stranger: int, decision: str) -> None:
        doubt = self.pick(Submission.objects.exclude(outcome=Outcome.ACCEPTED), submission)
        if doubt is None:
            return
        task = self.pick(StrangerTask.objects.all(), stranger)
        with suppress(unclear.Decided):
            if decision == "adopt":
                task_id = task.task_id if task else task_of(doubt)
                unclear.adopt(doubt, task_id, actor=self.admin, why="so")
            elif decision == "again":
                unclear.queue_again(doubt, actor=self.admin, why="so")
            else:
                unclear.give_up(doubt, actor=self.admin, why="so")

    # --- what must hold --------------------------------------------------------------------------

    @invariant()
    def the_ledger_holds_what_is_due(self) -> None:
        rows = list(LedgerEntry.objects.order_by("pk"))
        clips = list(Generation.objects.select_related("order"))
        for clip in clips:
            mine = [row for row in rows if row.generation_id == clip.pk]
            wanted = due(State(clip.state), Charged(clip.charged), clip.price)
            assert total(mine) == wanted, f"{clip.state}, {clip.charged}: {mine}"
            assert {(row.team_id, row.member_id) for row in mine} <= {
                (clip.order.team_id, clip.order.owner_id)
            }
        for key in {key_of(row) for row in rows}:
            (day,) = DailySpend.objects.filter(**dict(zip(DAY_KEY, key, strict=True)))
            assert total([row for row in rows if key_of(row) == key]) == (day.reserved, day.spent)
        assert DailySpend.objects.count() == len({key_of(row) for row in rows})
        assert list(audit.differences()) == []
        self.seen.update(clip.state for clip in clips)
        self.seen["extra"] += sum(clip.extra_of_id is not None for clip in clips)
        self.seen.update(row.kind for row in rows)

    def expect(self, fits: bool, order: Any) -> None:
        """An order goes through exactly when no limit would be passed."""
        try:
            order()
        except OverLimit:
            assert not fits, "refused though there was enough"
        else:
            assert fits, "a limit was passed"
        self.seen["fits" if fits else "refused"] += 1

    def fits(self, membership: Membership, cost: Decimal) -> bool:
        """Added up anew from the ledger's rows; all of them are of today."""
        now = Membership.objects.select_related("team").get(pk=membership.pk)
        rows = list(LedgerEntry.objects.filter(team=now.team_id))
        own = [row for row in rows if row.member_id == now.user_id]
        checks = (
            (now.team.monthly_limit, rows),
            (now.team.daily_limit, rows),
            (now.monthly_limit, own),
        )
        return all(limit is None or total(taken).together + cost <= limit for limit, taken in checks)

    def pick(self, rows: "QuerySet[Any]", number: int) -> Any:
        """One of the rows, the same one in each run."""
        order = {Generation: ("created_at", "take"), Submission: ("pk",)}.get(rows.model, ("pk",))
        found = list(rows.order_by(*order))
        return found[number % len(found)] if found else None


def total(rows: list[LedgerEntry]) -> Money:
    """The rows of a clip, or of a day, added up exactly."""
    return Money(sum(row.reserved for row in rows), sum(row.spent for row in rows))


def key_of(row: LedgerEntry) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in DAY_KEY)


def task_of(submission: Submission, number: int = 0) -> str:
    """The task that Magnific made for a submission, and a second one."""
    return f"task-{submission.pk}-{number}"


def done(clip: Generation, url: str) -> Task:
    return Task(clip.task_id or "", TaskStatus.COMPLETED, "COMPLETED", (f"{url}/clip.mp4?token=x",))


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """Where a small clip of three seconds can be fetched, over and over."""
    clip = encode(tmp_path / "clip.mp4", size=(64, 36), shades=[90, 120, 150] * 12).read_bytes()
    with ScriptedServer(respond(200, clip, {"ETag": '"a"'})) as server:
        yield server.url


def test_the_ledger_holds_what_is_due_at_every_step_of_any_life(url, point_at, settings):
    point_at(url)
    settings.REHEARSAL = False
    settings.MAGNIFIC_API_KEY = "a-key"
    settings.MAGNIFIC_BASE_URL = "https://api.magnific.com"
    Lives.url, Lives.seen = url, Counter()
    run_state_machine_as_test(Lives, settings=BUDGET)
    wanted = {*State.values, *Kind.values, "extra", "fits", "refused", "decided yes", "decided no"}
    wanted |= {"anew", "taken back rendering", "taken back failed"}
    assert wanted <= set(+Lives.seen), "these lives say little"
