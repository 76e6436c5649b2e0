"""Giving a task to its generation: to lose a move is normal, to lose a task id is not."""

import logging
from dataclasses import asdict
from enum import StrEnum
from typing import Any, Final
from uuid import uuid4

from django.db import transaction
from django.db.models import DateTimeField, F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from generations.lifecycle import collections
from generations.lifecycle.wish import Wish
from generations.models import (
    Charged,
    Failure,
    Generation,
    Order,
    Outcome,
    Revision,
    State,
    StrangerTask,
    Submission,
    plain,
)
from generations.models.booking import book_or_log

logger = logging.getLogger(__name__)

AGENT: Final = "dispatcher"


class Proof(StrEnum):
    """How it is known that a submission made a task, the words being those of the history."""

    ANSWER = "its answer"
    CALLBACK = "its callback"
    LIST = "the list"
    PERSON = "a person"


TAKES_TASK: Final = (State.SUBMITTING, State.UNSURE, State.FAILED, State.QUEUED)
CERTAIN: Final = (Proof.ANSWER, Proof.CALLBACK)
"""What names the submission itself; everything else may be overruled by these."""


def attach(
    submission: Submission,
    task_id: str,
    vendor_status: str,
    proof: Proof,
    *,
    generation: Generation | None = None,
    revision: int | None = None,
    **who: Any,
) -> Generation:
    """Note that Magnific made `task_id` for this submission; return the generation that now has it.

    Whatever state the generation is in: what it cannot take becomes an extra clip beside it, since it is paid
    for. If the returned one is another submission's, this submission is as much in doubt as before. Takes the
    revision first, so nothing moves meanwhile: unless it is given one that this transaction took before it read the
    `generation`. `who` is `actor` or `agent` for the history.
    """
    revision = revision or Revision.take()
    who = who or {"agent": AGENT}
    if generation is None:
        generation = Generation.objects.select_related("account").get(pk=submission.generation_id)
    given = _give(generation, task_id, vendor_status, proof, who, revision)
    if generation.pk in (given.pk, given.extra_of_id):
        _settle(submission, task_id, is_extra=given.pk != generation.pk)
    return given


def attach_at_once(generation: Generation, task_id: str, vendor_status: str, revision: int) -> bool:
    """Give a generation that is being sent the task of its answer, as it nearly always goes.

    False, and nothing is done, where there is anything to be weighed: `attach` does that. `revision` was taken by
    this transaction.
    """
    same = {"account": generation.account_id, "task_id": task_id}
    if generation.state != State.SUBMITTING or plain.exists(Generation, **same):
        return False
    who = {"agent": AGENT}
    if not _accept(generation, task_id, vendor_status, Proof.ANSWER, who, revision, is_provisional=False):
        return False
    plain.delete(StrangerTask, **same)
    return True


def reject(generation: Generation, why: str, *, only_if: Q) -> None:
    """Give an adopted task back: its file shows that it is not this wish's. The doubt is open again.

    Only while `only_if` holds for the generation. The task counts as somebody else's from now on.
    """
    with transaction.atomic():
        Revision.take()
        if Generation.objects.filter(only_if, pk=generation.pk, is_provisional=True).exists():
            _make_stranger(generation, is_old=True)
            _take_back(generation, why)


def _give(
    generation: Generation,
    task_id: str,
    vendor_status: str,
    proof: Proof,
    who: dict[str, Any],
    revision: int,
) -> Generation:
    known = StrangerTask.objects.filter(account_id=generation.account_id, task_id=task_id).first()
    was_refused = known is not None and known.is_old
    if known:
        known.delete()
    holder = Generation.objects.with_task(generation.account_id, task_id)
    if holder and (holder.pk == generation.pk or not _gives_way(holder, proof)):
        return _keep(holder, generation, proof, who)
    if holder:
        _take_back(holder, f"{task_id} turned out to be another clip's")
    if _gives_way(generation, proof):
        _make_stranger(generation)
        _take_back(generation, f"the task is {task_id}, says {proof}; {generation.task_id} was a mistake")
    if generation.task_id is None and generation.state in TAKES_TASK:
        # Who insists on an id that was given back knows something that its file does not tell.
        is_sure = proof in CERTAIN or (proof == Proof.PERSON and was_refused)
        _accept(generation, task_id, vendor_status, proof, who, revision, is_provisional=not is_sure)
        return generation
    return _add_extra(generation, task_id, vendor_status, proof, who)


def _gives_way(holder: Generation, proof: Proof) -> bool:
    """Whether a generation has its task only because it was likely, and now it is known whose it is."""
    return holder.is_provisional and proof in CERTAIN and holder.state != State.READY


def _settle(submission: Submission, task_id: str, *, is_extra: bool) -> None:
    """Close the submission. One that was accepted for its first task keeps that when a second one appears."""
    mine = Submission.objects.filter(pk=submission.pk)
    if is_extra:
        mine = mine.exclude(outcome=Outcome.ACCEPTED)
    answered_at = Coalesce("answered_at", timezone.now(), output_field=DateTimeField())
    mine.update(outcome=Outcome.ACCEPTED, task_id=task_id, answered_at=answered_at)


def _keep(holder: Generation, generation: Generation, proof: Proof, who: dict[str, Any]) -> Generation:
    if holder.pk == generation.pk:
        if holder.is_provisional and proof in CERTAIN:
            holder.change(is_provisional=False)
        return holder
    if holder.extra_of_id != generation.pk:
        logger.error("Task %s came for %s but belongs to %s.", holder.task_id, generation.pk, holder.pk)
        why = f"Magnific also named task {holder.task_id}, which is another clip's"
        if generation.state == State.SUBMITTING:
            generation.move(State.UNSURE, why=why, **who)
        else:
            generation.note(why, **who)
    return holder


def _accept(
    generation: Generation,
    task_id: str,
    vendor_status: str,
    proof: Proof,
    who: dict[str, Any],
    revision: int,
    *,
    is_provisional: bool,
) -> bool:
    return generation.move(
        State.RENDERING,
        revision=revision,
        why=f"accepted as {task_id}" + ("" if proof == Proof.ANSWER else f", says {proof}"),
        task_id=task_id,
        is_provisional=is_provisional,
        ask_now=proof != Proof.ANSWER,
        vendor_status=vendor_status,
        accepted_at=timezone.now(),
        completed_at=None,
        empty_since=None,
        charged=Charged.UNKNOWN,
        failure="",
        failure_reason="",
        **who,
    )


def _take_back(generation: Generation, why: str) -> None:
    """Leave a generation without the task it was given on a guess; its submission is in doubt again.

    The new fence voids the claim of a saver that may be copying the wrong clip at this moment.
    """
    family = Q(generation=generation.pk) | Q(generation=generation.extra_of_id)
    submissions = Submission.objects.filter(family, task_id=generation.task_id)
    submissions.update(outcome=Outcome.UNSURE, task_id="")
    nothing: dict[str, Any] = {
        "task_id": None,
        "is_provisional": False,
        "result_url": "",
        "vendor_status": "",
    }
    if generation.state == State.FAILED:
        # What was known of the charge was the other's; an extra clip has no POST that may cost something.
        charged = Charged.NO if generation.extra_of_id else Charged.UNKNOWN
        generation.change(charged=charged, **nothing)
        generation.note(why, agent=AGENT)
        book_or_log(Generation.objects.to_book(generation.pk), reason=why)
    elif generation.extra_of_id:  # It has no wish of its own to wait for: the doubt is the first clip's.
        gone: dict[str, Any] = {"failure": Failure.GAVE_UP, "failure_reason": why, "charged": Charged.NO}
        generation.move(State.FAILED, agent=AGENT, why=why, **nothing, **gone)
    else:
        generation.move(State.UNSURE, agent=AGENT, why=why, **nothing)
    Generation.objects.filter(pk=generation.pk).update(save_fence=F("save_fence") + 1, save_after=None)


def _make_stranger(generation: Generation, *, is_old: bool = False) -> None:
    """The task that a generation has is not known to be anybody's. It was seen before it was adopted."""
    seen_at = generation.accepted_at or timezone.now()
    StrangerTask.objects.get_or_create(
        account_id=generation.account_id,
        task_id=generation.task_id,
        defaults={"first_seen_at": seen_at, "last_seen_at": timezone.now(), "is_old": is_old},
    )


def _add_extra(
    generation: Generation, task_id: str, vendor_status: str, proof: Proof, who: dict[str, Any]
) -> Generation:
    """Keep a second task of one wish as a clip of its own, which may have to be paid for too."""
    logger.error("Magnific made a second task, %s, for %s.", task_id, generation.pk)
    revision = Revision.take()
    extra = Generation.objects.create(
        order=_order_like(generation),
        **_like(generation),
        extra_of=generation,
        state=State.RENDERING,
        task_id=task_id,
        vendor_status=vendor_status,
        accepted_at=timezone.now(),
        ask_now=True,
        is_provisional=proof not in CERTAIN,
        charged=Charged.UNKNOWN,
        number=revision,
        revision=revision,
        born_revision=revision,
    )
    if extra.order.collection:
        collections.add(extra.order.collection, [extra], actor=extra.owner)
    why = f"a second task, {task_id}, says {proof}"
    extra.events.create(to_state=State.RENDERING, why=why, **who)
    generation.note(f"Magnific also made {task_id}: kept as an extra clip", **who)
    book_or_log(Generation.objects.to_book(extra.pk), reason=why)
    return extra


def _order_like(generation: Generation) -> Order:
    first = Order.objects.get(pk=generation.order_id)
    return Order.objects.create(
        owner_id=first.owner_id,
        team_id=first.team_id,
        account=generation.account,
        nonce=uuid4(),
        collection_id=first.collection_id,
    )


def _like(generation: Generation) -> dict[str, Any]:
    """Return the fields that a second clip of one wish has from the first."""
    same = (
        "owner_id",
        "team_id",
        "prompt_version_id",
        "is_private",
        "account",
        "wish_key",
        "price",
        "currency",
    )
    return asdict(Wish.of(generation)) | {name: getattr(generation, name) for name in same}
