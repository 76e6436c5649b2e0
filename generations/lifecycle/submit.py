"""Sending a generation to Magnific: claim, send, write down the answer. Never twice.

The claim is committed before a byte leaves. Whatever comes back is written to its Submission, and only an
answer that is certain leads back to the queue.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from generations.lifecycle import alarm, receipts, strangers, verdict
from generations.lifecycle.attach import Proof, attach, attach_at_once
from generations.lifecycle.callbacks import callback_url
from generations.lifecycle.lease import Holding
from generations.lifecycle.sender import Sender, seconds_since_boot, this_process
from generations.lifecycle.verdict import Verdict
from generations.magnific.client import Client
from generations.magnific.errors import Doubtful, NotTaken, Refused
from generations.models import (
    Account,
    Charged,
    Event,
    Failure,
    Generation,
    Outcome,
    Revision,
    State,
    Submission,
    plain,
)
from generations.models.plain import Condition
from generations.models.submission import new_callback_token

logger = logging.getLogger(__name__)

AGENT: Final = "dispatcher"
STORE_TRIES: Final = 30
STORE_PAUSE_SECONDS: Final = 1.0
NOBODY_PAUSED: Final = Condition(
    "EXISTS (SELECT 1 FROM generations_team AS team"
    " WHERE team.id = generations_generation.team_id AND team.paused_at IS NULL)"
    " AND EXISTS (SELECT 1 FROM generations_account AS account"
    " WHERE account.id = generations_generation.account_id AND account.paused_at IS NULL)"
)
"""Of those who could have a generation wait."""
OVERRULES: Final = {
    Outcome.UNSURE: tuple(set(Outcome) - {Outcome.OPEN, Outcome.UNSURE}),
    Outcome.NOT_TAKEN: (Outcome.ACCEPTED,),
    Outcome.REFUSED: (Outcome.ACCEPTED,),
}
"""What is known of a submission already and stays, whatever a late answer says."""


def submit(generation: Generation, holding: Holding, client: Client) -> Verdict | None:
    """Claim a queued generation, POST it once and record the answer; None if the claim was lost.

    Raises OSError or DiskFull if no receipt can be written: then nothing was claimed or sent.
    """
    token = new_callback_token()
    receipts.prepare(token)
    answers = list(submit_all([(generation, token)], holding, client, lambda: True))
    return answers[0] if answers else None


def submit_all(
    line: Sequence[tuple[Generation, str]],
    holding: Holding,
    client: Client,
    may_go_on: Callable[[], bool],
) -> Iterator[Verdict]:
    """Send one after the other, each with the callback token of its prepared receipt; yield the answers.

    Ends at the first that is not simply accepted, at a claim that is lost, and when `may_go_on` says so before a
    claim. An answer and the claim that follows it are one transaction. Receipts that were not needed are removed.
    """
    unsent = deque(line)
    claimed_at = seconds_since_boot()
    try:
        submission = _claim_first(unsent, holding)
        while submission:
            unsent.popleft()
            answer = _send(submission, client, claimed_at)
            claimed_at, follows = seconds_since_boot(), answer.is_plain and may_go_on()
            submission = record(
                submission, answer, partial(_claim_first, unsent, holding) if follows else None
            )
            yield answer
    finally:
        receipts.discard(*(token for _, token in unsent))


def _claim_first(
    unsent: "deque[tuple[Generation, str]]", holding: Holding, revision: int | None = None
) -> Submission | None:
    """Claim the first of the line, or nothing of an empty one."""
    if not unsent:
        return None
    generation, token = unsent[0]
    return claim(generation, holding, token, revision)


def claim(
    generation: Generation, holding: Holding, callback_token: str, revision: int | None = None
) -> Submission | None:
    """Make the generation ours to send, in one committed step: its own, or one that has taken the `revision`.

    None if it waits no more, the lease will not last, or its team or account was paused meanwhile: a team's pause
    takes the revision like every move, so that nothing is claimed once it is said.
    """
    whole_post = (
        settings.CLAIM_TO_SEND_SECONDS + settings.POST_CONNECT_SECONDS + settings.POST_DEADLINE_SECONDS
    )
    with transaction.atomic(savepoint=False):
        may_go = holding.lasts(whole_post) & NOBODY_PAUSED
        unknown: dict[str, Any] = {"charged": Charged.UNKNOWN, "revision": revision}
        if not generation.move(State.SUBMITTING, agent=AGENT, only_if=may_go, **unknown):
            return None
        submission = Submission(
            generation=generation,
            account_id=generation.account_id,
            callback_token=callback_token,
            fence=holding.fence,
            **asdict(this_process()),
        )
        plain.insert(submission)
        return submission


def record(
    submission: Submission, answer: Verdict, following: Callable[[int], Submission | None] | None = None
) -> Submission | None:
    """Write an answer down, whatever has happened to the generation meanwhile.

    A receipt is written first, if it can be; a database that refuses is asked again for half a minute. Raises
    its last error then: the sweep will find the receipt. At the first try, and only after a plain acceptance,
    `following` claims the next one in the same transaction, whose revision it is given; what it returns comes back.
    """
    claimed = None
    receipts.fill(submission.callback_token, answer)
    for tries_left in reversed(range(STORE_TRIES)):
        try:
            claimed = _store(submission, answer, following)
            break
        except (OperationalError, InterfaceError):
            receipts.keep(submission.callback_token)
            if not tries_left:
                raise
            logger.warning("The database does not take the answer of submission %s.", submission.pk)
            time.sleep(STORE_PAUSE_SECONDS)
    receipts.discard(submission.callback_token)
    return claimed


def _send(submission: Submission, client: Client, claimed_at: float) -> Verdict:
    """POST once. A process that slept too long after its claim sends nothing."""

    def may_send() -> bool:
        return seconds_since_boot() - claimed_at <= settings.CLAIM_TO_SEND_SECONDS

    try:
        request = submission.generation.video_request(callback_url(submission))
        return verdict.accepted(client.create(request, may_send=may_send))
    except Refused as error:
        return verdict.refused(error)
    except NotTaken as error:
        return verdict.not_taken(error)
    except Doubtful as error:
        return verdict.doubtful(error)


def close_abandoned(account: Account) -> None:
    """End the wait for answers that nobody will hear: of a sender that has ended, or outlived its lease."""
    now, longest = timezone.now(), timedelta(seconds=settings.LEASE_SECONDS)
    for submission in Submission.objects.filter(account=account, outcome=Outcome.OPEN):
        sender = Sender(submission.host, submission.boot_id, submission.pid, submission.pid_started)
        # A claim far in the future was made before a clock was set back.
        if sender.has_ended or not now - longest <= submission.claimed_at <= now + longest:
            _store(submission, verdict.LOST, is_reported=False)


def _store(
    submission: Submission,
    answer: Verdict,
    following: Callable[[int], Submission | None] | None = None,
    *,
    is_reported: bool = True,
) -> Submission | None:
    """Write the answer down, reported by its sender or, for an open one only, in its place.

    The next one is claimed only after a plain acceptance: where anything had to be weighed may be a doubt now.
    """
    with transaction.atomic(), Event.objects.together():
        revision = Revision.take()  # Every move does, so until the end of this transaction nothing moves.
        if is_reported and _accept_at_once(submission, answer, revision):
            return following(revision) if following else None
        _weigh(submission, answer, revision, is_reported=is_reported)
        return None


def _weigh(submission: Submission, answer: Verdict, revision: int, *, is_reported: bool) -> None:
    """Write down an answer that is no plain acceptance, or to something that has changed meanwhile."""
    submission = Submission.objects.select_related("generation__account").get(pk=submission.pk)
    if not _is_news(submission, answer, is_reported=is_reported):
        return
    generation = submission.generation
    Submission.objects.filter(pk=submission.pk).update(**_heard(answer), sender_reported=is_reported)
    if answer.outcome == Outcome.ACCEPTED:
        _accept(submission, generation, answer, revision)
    elif submission.outcome in OVERRULES[answer.outcome]:
        generation.note(f"A late answer: {answer.problem}", agent=AGENT)
    else:
        Submission.objects.filter(pk=submission.pk).update(outcome=answer.outcome)
        _settle(submission, generation, answer)
    if answer.pause:
        alarm.pause(generation.account, answer.pause, answer.problem)


def _heard(answer: Verdict) -> dict[str, Any]:
    """Return what a submission keeps of an answer, whatever follows from it."""
    return {
        "answered_at": timezone.now(),
        "http_status": answer.http_status,
        "problem": answer.problem[:300],
        "evidence": answer.evidence,
    }


def _accept_at_once(submission: Submission, answer: Verdict, revision: int) -> bool:
    """Write down an accepted answer to what this process claimed, if nothing has happened to it since."""
    if answer.outcome != Outcome.ACCEPTED:
        return False
    if not attach_at_once(submission.generation, answer.task_id, answer.vendor_status, revision):
        return False
    settled = {"outcome": Outcome.ACCEPTED, "task_id": answer.task_id, "sender_reported": True}
    plain.update(Submission, _heard(answer) | settled, pk=submission.pk)
    return True


def _is_news(submission: Submission, answer: Verdict, *, is_reported: bool) -> bool:
    """The same answer counts once, except one with a task id, which can be heard again without harm."""
    if not is_reported:
        return submission.outcome == Outcome.OPEN
    is_repeated = submission.sender_reported and submission.outcome == answer.outcome
    return answer.outcome == Outcome.ACCEPTED or not is_repeated


def _accept(submission: Submission, generation: Generation, answer: Verdict, revision: int) -> None:
    """Attach the task; one that is another clip's says nothing about what became of this POST."""
    given = attach(
        submission,
        answer.task_id,
        answer.vendor_status,
        Proof.ANSWER,
        generation=generation,
        revision=revision,
    )
    if generation.pk not in (given.pk, given.extra_of_id):
        open_ones = Submission.objects.filter(pk=submission.pk, outcome=Outcome.OPEN)
        open_ones.update(
            outcome=Outcome.UNSURE, problem=f"Magnific named {answer.task_id}, another clip's task."
        )


def _settle(submission: Submission, generation: Generation, answer: Verdict) -> None:
    """Move the generation to where the answer leads, if it is still in doubt and for this POST alone."""
    if generation.state not in (State.SUBMITTING, State.UNSURE) or _was_sent_anew(submission):
        generation.note(f"A late answer: {answer.problem}", agent=AGENT)
    elif answer.outcome == Outcome.UNSURE or not strangers.is_alone(submission):
        if generation.state == State.SUBMITTING:
            generation.move(State.UNSURE, agent=AGENT, why=answer.problem)
    elif answer.outcome == Outcome.REFUSED:
        generation.move(
            State.FAILED,
            agent=AGENT,
            why=answer.said or answer.problem,
            failure=Failure.REFUSED,
            failure_reason=(answer.said or answer.problem)[:500],
            charged=Charged.NO,
        )
    elif answer.outcome == Outcome.NOT_TAKEN:
        generation.move(State.QUEUED, agent=AGENT, why=answer.problem, charged=Charged.NO)


def _was_sent_anew(submission: Submission) -> bool:
    """Whether the generation has a newer submission: an old answer must not decide about a newer POST."""
    return Submission.objects.filter(generation_id=submission.generation_id, pk__gt=submission.pk).exists()
