"""What the state of a generation means, in the same words everywhere: what happens, whether money moved,
what to press.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils import timezone

from generations.lifecycle.figures import Usual
from generations.lifecycle.line import is_ahead
from generations.models import Account, Charged, Failure, Generation, State
from generations.templatetags.studio import megabytes, ordinal, span
from generations.views.tonight import spoken

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
DAMAGES: Final = {
    "missing": (
        "File missing",
        "The file is missing on this server. An admin can bring it back from a backup.",
    ),
    "changed": (
        "File damaged",
        "The file on this server is not what was saved. An admin can bring the right one back from a backup.",
    ),
}
UNREADABLE: Final = (
    "File unreadable",
    "This server cannot read the file at present. An admin has to look at the disk.",
)
EXTRA: Final = "A second clip of the same order."
PROVISIONAL: Final = (
    "Found in Magnific’s list after a lost answer; its file will show whether it is this one."
)


@dataclass(frozen=True)
class Words:
    """A state as people read it.

    `tone` is one of waiting, running, doubt, bad, done. `since` starts the clock that is shown, if one is;
    `usual` is what it is measured against, in seconds. `actions` are of now, cancel, real, retry, edit.
    """

    title: str
    detail: str
    tone: str
    since: datetime | None = None
    usual: float | None = None
    actions: tuple[str, ...] = ()


ALWAYS_THE_SAME: Final = {
    State.UNSURE: Words(
        "Unsure",
        "We lost the answer. The clip may be rendering; we are checking and will not send it twice.",
        "doubt",
    ),
    State.CANCELLED: Words(
        "Cancelled", "Cancelled before it was sent, nothing spent", "waiting", actions=("retry", "edit")
    ),
}


def words(generation: Generation, account: Account, *, place: int | None, usual: Usual | None) -> Words:
    """Return the words for `generation`.

    `account` is the one in use now, `place` the generation's place in its line (1 is next), `usual` how long
    that account's clips take.
    """
    said = _of_state(generation, account, place, usual)
    if generation.trashed_at:
        said = _in_trash(generation, said, generation.trashed_at)
    remarks = [PROVISIONAL] if generation.is_provisional else []
    remarks += [EXTRA] if generation.extra_of_id else []
    if not remarks:
        return said
    return replace(said, detail=" ".join([_sentence(said.detail), *remarks]).strip())


def kept_until(trashed_at: datetime) -> datetime:
    """Return until when a clip can be taken back that was moved to the trash then."""
    return trashed_at + timedelta(days=settings.TRASH_DAYS)


def _in_trash(generation: Generation, said: Words, trashed_at: datetime) -> Words:
    """The same for a clip that nobody needed any more: what happened to it stays said."""
    edit = tuple(action for action in said.actions if action == "edit")
    if generation.purged_at:
        gone = f"Its files were removed for good on {_date(generation.purged_at)}."
        return Words("Files removed", f"{_sentence(said.detail)} {gone}".strip(), "waiting", actions=edit)
    back = f"It can be taken back until {_date(kept_until(trashed_at))}."
    return Words("In the trash", f"{_sentence(said.detail)} {back}".strip(), "waiting", actions=edit)


def _date(at: datetime) -> str:
    """26 November 2026, where we are."""
    on = timezone.localtime(at)
    return f"{on.day} {on:%B %Y}"


def _of_state(generation: Generation, account: Account, place: int | None, usual: Usual | None) -> Words:
    match state := State(generation.state):
        case State.QUEUED:
            return _queued(generation, account, place)
        case State.SUBMITTING:
            return Words("Sending", "handing it to Magnific", "running", generation.state_at)
        case State.RENDERING:
            return _rendering(generation, usual)
        case State.SAVING:
            return _saving(generation)
        case State.READY:
            return _ready(generation)
        case State.FAILED:
            return _failed(generation)
        case _:
            return ALWAYS_THE_SAME[state]


def _queued(generation: Generation, account: Account, place: int | None) -> Words:
    nothing_spent = "not sent yet, nothing spent"
    if generation.account_id != account.pk:
        where = "in rehearsal" if generation.account.is_rehearsal else "for another account"
        may_be_real = generation.account.is_rehearsal and not account.is_rehearsal
        actions = ("real", "cancel") if may_be_real else ("cancel",)
        return Words("Waiting", f"made {where} · {nothing_spent}", "waiting", actions=actions)
    title = f"{ordinal(place) if place > 1 else 'Next'} in line" if place else "In line"
    if account.is_paused or generation.team.is_paused:
        whose = "" if account.is_paused else " for the team"
        return Words("In line", f"sending is paused{whose} · {nothing_spent}", "waiting", actions=("cancel",))
    if generation.due_at and is_ahead(generation):
        when = f"to be sent {spoken(generation.due_at)} · {nothing_spent}"
        return Words("Waits for its time", when, "waiting", actions=("now", "cancel"))
    return Words(title, nothing_spent, "waiting", actions=("cancel",))


def _rendering(generation: Generation, usual: Usual | None) -> Words:
    since = generation.accepted_at or generation.state_at
    usually = f"usually {span(usual.low, usual.high)}" if usual else ""
    usual_there = "a few seconds in rehearsal" if generation.account.is_rehearsal else "minutes, not seconds"
    detail = usually or f"this takes {usual_there}"
    if generation.empty_since:
        return Words(
            "No clip yet", "Magnific says it is done but gives no clip; asking again.", "doubt", since
        )
    seconds = (timezone.now() - since).total_seconds()
    if seconds > settings.SLOW_AFTER_SECONDS:
        detail = f"Slow: {', '.join(filter(None, [_how_long(seconds), usually]))}. Still being asked for."
    return Words("Rendering", detail, "running", since, usual.median if usual else None)


def _how_long(seconds: float) -> str:
    """12 min, or 3 h 20 min."""
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else span(seconds, seconds)


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


def _ready(generation: Generation) -> Words:
    if generation.file_damage:
        title, sentence = DAMAGES.get(generation.file_damage, UNREADABLE)
        return Words(title, sentence, "bad", actions=("edit",))
    return Words("Ready", generation.video_warning, "done", actions=("edit",))


def _failed(generation: Generation) -> Words:
    title, sentence = FAILURES[Failure(generation.failure)]
    reason = _sentence(generation.failure_reason.strip() or sentence)
    detail = f"{reason} {CHARGES[generation.money]}"
    return Words(title, detail, "bad", actions=("retry", "edit"))


def _sentence(text: str) -> str:
    """The text with a full stop, if it is one and has none."""
    return text if not text or text.endswith((".", "!", "?", "…")) else f"{text}."
