"""Callbacks: each is a reason to ask, and the strongest proof of which task a submission made."""

import logging
import time
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from generations.lifecycle import lease
from generations.lifecycle.attach import Proof, attach
from generations.magnific.messages import NotUnderstood, Task, TaskStatus, parse_task, read_json
from generations.magnific.signature import BadSignature, StaleTimestamp, verify
from generations.models import Account, Delivery, Generation, Outcome, State, Submission

logger = logging.getLogger(__name__)

LONGEST_BODY: Final = 20_000
"""Characters of a delivery that are kept."""
AT_ONCE: Final = 200
TRIAL_TOKEN: Final = "set-up"  # noqa: S105 - known to everybody
"""What the test of the set-up calls with; no submission has it."""
ENDED: Final = (TaskStatus.COMPLETED, TaskStatus.FAILED)


class NotSigned(Exception):
    """It is not from Magnific, or not for us: none of our secrets signed it."""


def are_on() -> bool:
    """Whether Magnific is asked to call: only with an address to call and a secret to check by."""
    return bool(settings.PUBLIC_URL and settings.MAGNIFIC_WEBHOOK_SECRETS)


def callback_url(submission: Submission) -> str | None:
    """The address that names this submission, or None without callbacks."""
    if not are_on():
        return None
    return settings.PUBLIC_URL + reverse("magnific-callback", args=[submission.callback_token])


def receive(token: str, headers: dict[str, str], body: bytes) -> None:
    """Keep a well-signed delivery and wake the dispatcher; one that was kept before changes nothing.

    `headers` are `webhook-id`, `webhook-timestamp` and `webhook-signature`. A well-signed one that is stale
    counts too, since it only leads to a question; it is marked, for it means that a clock is off.
    Raises NotSigned.
    """
    encoding, is_stale = _verify(headers, body)
    submission = Submission.objects.filter(callback_token=token).first()
    task = _task(body)
    if submission is None and token != TRIAL_TOKEN:
        logger.warning("A well-signed callback names no submission of ours.")
    with transaction.atomic():
        _, is_new = Delivery.objects.get_or_create(
            webhook_id=headers["webhook-id"][:200],
            defaults={
                "submission": submission,
                "task_id": task.task_id if task else "",
                "status": task.raw_status if task else "",
                "secret_encoding": encoding,
                "body": body.decode("utf-8", "replace").replace("\0", " ")[:LONGEST_BODY],
                "is_stale": is_stale,
            },
        )
        if is_new and submission:
            lease.kick(submission.account)


def read_deliveries(account: Account) -> None:
    """Act on what was received: attach tasks, and mark for asking what is said to have ended.

    One whose submission still waits for its answer is left alone: the answer comes first.
    """
    unread = Delivery.objects.filter(read_at=None, submission__account=account).select_related("submission")
    for delivery in unread.exclude(submission__outcome=Outcome.OPEN).order_by("received_at", "pk")[:AT_ONCE]:
        with transaction.atomic():
            _read(delivery)


def _read(delivery: Delivery) -> None:
    submission = delivery.submission
    if submission and delivery.task_id:
        generation = attach(submission, delivery.task_id, delivery.status, Proof.CALLBACK)
        if TaskStatus(delivery.status.upper()) in ENDED:
            _mark(generation.pk)
    elif submission:  # Not a word of it was understood: then all of it is only a reason to ask.
        _mark(submission.generation_id)
    Delivery.objects.filter(pk=delivery.pk).update(read_at=timezone.now())


def _mark(generation_id: UUID) -> None:
    """Let Magnific be asked about it, unless there is nothing left to learn."""
    has_link = Q(state=State.SAVING) & ~Q(result_url="")
    open_ones = Generation.objects.filter(pk=generation_id).exclude(Q(state=State.READY) | has_link)
    open_ones.update(ask_now=True)


def _verify(headers: dict[str, str], body: bytes) -> tuple[str, bool]:
    """Return the encoding of the secret that matched, and whether the delivery is stale. Raises NotSigned."""
    try:
        encoding = verify(
            settings.MAGNIFIC_WEBHOOK_SECRETS,
            headers.get("webhook-id", ""),
            headers.get("webhook-timestamp", ""),
            headers.get("webhook-signature", ""),
            body,
            time.time(),
        )
    except BadSignature as error:
        raise NotSigned(str(error)) from error
    except StaleTimestamp as error:
        logger.warning("A well-signed callback is %.0f s off: a clock is wrong.", error.seconds_off)
        return error.encoding, True
    logger.info("A callback is signed with a secret read as %s.", encoding)
    return encoding, False


def _task(body: bytes) -> Task | None:
    try:
        return parse_task(read_json(body))
    except NotUnderstood:
        return None
