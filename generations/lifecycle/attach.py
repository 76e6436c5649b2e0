"""Giving a task to its generation: to lose a move is normal, to lose a task id is not."""

import logging
from enum import StrEnum
from typing import Any, Final
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from generations.models import (
    Charged,
    Generation,
    Order,
    Outcome,
    Revision,
    State,
    StrangerTask,
    Submission,
)

logger = logging.getLogger(__name__)

AGENT: Final = "dispatcher"


class Proof(StrEnum):
    """How it is known that a submission made a task, the words being those of the history."""

    ANSWER = "its answer"
    CALLBACK = "its callback"
    LIST = "the list"
    PERSON = "a person"


def attach(submission: Submission, task_id: str, vendor_status: str, proof: Proof, **who: Any) -> Generation:
    """Note that Magnific made `task_id` for this submission; return the generation that now has it.

    Whatever state the generation is in: what it cannot take becomes an extra clip beside it, since it is paid
    for. Takes the revision first, so nothing moves meanwhile. `who` is `actor` or `agent` for the history.
    """
    Revision.take()
    who = who or {"agent": AGENT}
    generation = Generation.objects.select_related("account").get(pk=submission.generation_id)
    StrangerTask.objects.filter(account_id=generation.account_id, task_id=task_id).delete()
    holder = Generation.objects.filter(account_id=generation.account_id, task_id=task_id).first()
    if holder and not _was_a_guess(holder, generation, proof):
        return _keep(holder, generation, proof, who)
    if holder:
        _take_back(holder)
    if generation.is_provisional and proof in (Proof.ANSWER, Proof.CALLBACK):
        _correct(generation, task_id, proof, who)
        return generation
    if generation.task_id is None and generation.state in (State.SUBMITTING, State.UNSURE, State.FAILED):
        _accept(generation, task_id, vendor_status, proof, who)
        return generation
    return _add_extra(generation, task_id, vendor_status, proof, who)


def reject(generation: Generation, why: str) -> None:
    """Give an adopted task back: its file shows that it is not this wish's. The doubt is open again."""
    with transaction.atomic():
        Revision.take()
        task_id = generation.task_id or ""
        moved = generation.move(
            State.UNSURE, agent=AGENT, why=why, task_id=None, is_provisional=False, result_url=""
        )
        if moved:
            mine = Submission.objects.filter(generation=generation, task_id=task_id)
            mine.update(outcome=Outcome.UNSURE, task_id="")
            _make_stranger(generation, task_id, is_old=True)


def _was_a_guess(holder: Generation, generation: Generation, proof: Proof) -> bool:
    """Whether another generation has the id only because the list made it likely."""
    certain = proof in (Proof.ANSWER, Proof.CALLBACK)
    return holder.pk != generation.pk and holder.is_provisional and certain


def _keep(holder: Generation, generation: Generation, proof: Proof, who: dict[str, Any]) -> Generation:
    if holder.pk == generation.pk:
        if holder.is_provisional and proof != Proof.LIST:
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
    generation: Generation, task_id: str, vendor_status: str, proof: Proof, who: dict[str, Any]
) -> None:
    generation.move(
        State.RENDERING,
        why=f"accepted as {task_id}" + ("" if proof == Proof.ANSWER else f", says {proof}"),
        task_id=task_id,
        is_provisional=proof == Proof.LIST,
        ask_now=proof != Proof.ANSWER,
        vendor_status=vendor_status,
        accepted_at=timezone.now(),
        charged=Charged.UNKNOWN,
        failure="",
        failure_reason="",
        **who,
    )


def _correct(generation: Generation, task_id: str, proof: Proof, who: dict[str, Any]) -> None:
    """The list had suggested another id: what is certain replaces it, and that one is a stranger again."""
    wrong = generation.task_id
    generation.change(task_id=task_id, is_provisional=False, ask_now=True, result_url="")
    generation.note(f"the task is {task_id}, says {proof}; {wrong} was a mistake", **who)
    _make_stranger(generation, wrong or "")


def _take_back(holder: Generation) -> None:
    """A guess took the task of another submission: the guesser is left without one, which is not certain."""
    why = f"{holder.task_id} turned out to be another clip's"
    if holder.state in (State.RENDERING, State.SAVING):
        holder.move(State.UNSURE, agent=AGENT, why=why, task_id=None, is_provisional=False, result_url="")
    else:
        holder.change(task_id=None, is_provisional=False)
        holder.note(why, agent=AGENT)


def _make_stranger(generation: Generation, task_id: str, *, is_old: bool = False) -> None:
    now = timezone.now()
    StrangerTask.objects.get_or_create(
        account_id=generation.account_id,
        task_id=task_id,
        defaults={"first_seen_at": now, "last_seen_at": now, "is_old": is_old},
    )


def _add_extra(
    generation: Generation, task_id: str, vendor_status: str, proof: Proof, who: dict[str, Any]
) -> Generation:
    """Keep a second task of one wish as a clip of its own; one that still waits to be sent again is not sent."""
    logger.error("Magnific made a second task, %s, for %s.", task_id, generation.pk)
    if generation.state == State.QUEUED:
        generation.move(State.CANCELLED, why="the clip thought lost turned up", **who)
    now, revision = timezone.now(), Revision.take()
    order = Order.objects.create(owner=generation.owner, account=generation.account, nonce=uuid4())
    extra = Generation.objects.create(
        order=order,
        owner=generation.owner,
        account=generation.account,
        extra_of=generation,
        prompt=generation.prompt,
        negative_prompt=generation.negative_prompt,
        cfg_scale=generation.cfg_scale,
        aspect_ratio=generation.aspect_ratio,
        duration=generation.duration,
        price=generation.price,
        currency=generation.currency,
        state=State.RENDERING,
        task_id=task_id,
        vendor_status=vendor_status,
        accepted_at=now,
        ask_now=True,
        charged=Charged.UNKNOWN,
        revision=revision,
        born_revision=revision,
    )
    extra.events.create(to_state=State.RENDERING, why=f"a second task, {task_id}, says {proof}", **who)
    generation.note(f"Magnific also made {task_id}: kept as an extra clip", **who)
    return extra
