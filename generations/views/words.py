"""What the state of a generation means, in the same words everywhere: what happens, whether money moved,
what to press.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from generations.lifecycle.figures import Usual
from generations.models import Account, Charged, Failure, Generation, State
from generations.templatetags.studio import megabytes, ordinal, span

FAILURES: Final = {
    Failure.REFUSED: ("Refused by Magnific", "Magnific refused the order."),
    Failure.FAILED_THERE: ("Failed at Magnific", "Magnific could not make the clip."),
    Failure.NO_RESULT: (
        "No clip came back",
        "Magnific finished without a clip; most likely its content check did not pass.",
    ),
    Failure.GAVE_UP: ("No word from Magnific", "Magnific said nothing for too long, so we stopped asking."),
    Failure.NO_FILE: ("The file is gone", "The clip was finished, but its file could not be fetched."),
}
CHARGES: Final = {
    Charged.NO: "Nothing was charged.",
    Charged.UNKNOWN: "We do not know whether it was charged.",
    Charged.YES: "It was charged.",
}


@dataclass(frozen=True)
class Words:
    """A state as people read it.

    `tone` is one of waiting, running, doubt, bad, done. `since` starts the clock that is shown, if one is;
    `usual` is what it is measured against, in seconds. `actions` are of cancel, retry, edit.
    """

    title: str
    detail: str
    tone: str
    since: datetime | None = None
    usual: float | None = None
    actions: tuple[str, ...] = ()


def words(generation: Generation, account: Account, *, place: int | None, usual: Usual | None) -> Words:
    """Return the words for `generation`.

    `account` is the one in use now, `place` the generation's place in its line (1 is next), `usual` how long
    that account's clips take.
    """
    match State(generation.state):
        case State.QUEUED:
            return _queued(generation, account, place)
        case State.SUBMITTING:
            return Words("Sending", "handing it to Magnific", "running", generation.state_at)
        case State.RENDERING:
            return _rendering(generation, usual)
        case State.UNSURE:
            return Words(
                "Unsure",
                "We lost the answer. The clip may be rendering; we are checking and will not send it twice.",
                "doubt",
            )
        case State.SAVING:
            return _saving(generation)
        case State.READY:
            return Words("Ready", generation.video_warning, "done", actions=("edit",))
        case State.FAILED:
            return _failed(generation)
        case State.CANCELLED:
            return Words(
                "Cancelled",
                "Cancelled before it was sent, nothing spent",
                "waiting",
                actions=("retry", "edit"),
            )


def _queued(generation: Generation, account: Account, place: int | None) -> Words:
    nothing_spent = "not sent yet, nothing spent"
    if generation.account_id != account.pk:
        where = "in rehearsal" if generation.account.is_rehearsal else "for another account"
        return Words("Waiting", f"made {where} · {nothing_spent}", "waiting", actions=("cancel",))
    title = f"{ordinal(place) if place > 1 else 'Next'} in line" if place else "In line"
    detail = f"sending is paused · {nothing_spent}" if account.is_paused else nothing_spent
    return Words(title, detail, "waiting", actions=("cancel",))


def _rendering(generation: Generation, usual: Usual | None) -> Words:
    detail = f"usually {span(usual.low, usual.high)}" if usual else "this takes minutes, not seconds"
    since = generation.accepted_at or generation.state_at
    return Words("Rendering", detail, "running", since, usual.median if usual else None)


def _saving(generation: Generation) -> Words:
    detail = "Finished over there, copying it here"
    if generation.save_problem:
        return Words("Saving", f"{detail}. It did not work yet: {generation.save_problem}", "doubt")
    if generation.expected_bytes:
        received = generation.received_bytes / 1e6
        detail += f" · {received:.1f} of {megabytes(generation.expected_bytes)}"
    elif generation.received_bytes:
        detail += f" · {megabytes(generation.received_bytes)}"
    return Words("Saving", detail, "running")


def _failed(generation: Generation) -> Words:
    title, sentence = FAILURES[Failure(generation.failure)]
    reason = generation.failure_reason.strip() or sentence
    if not reason.endswith((".", "!", "?", "…")):
        reason += "."
    detail = f"{reason} {CHARGES[Charged(generation.charged)]}"
    return Words(title, detail, "bad", actions=("retry", "edit"))
