"""The history of a generation in sentences."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from generations.models import Event, Generation, State
from generations.templatetags.studio import clock, shortened
from generations.views.days import day_label

SENTENCES = {
    State.QUEUED: "back in line",
    State.SUBMITTING: "sent",
    State.RENDERING: "accepted",
    State.UNSURE: "the answer was lost",
    State.SAVING: "finished at Magnific",
    State.READY: "saved",
    State.FAILED: "failed",
    State.CANCELLED: "cancelled",
}


@dataclass(frozen=True)
class Line:
    """What happened, when. `day` is its name where another day begins: before today's first line it is empty."""

    at: datetime
    text: str
    day: str = ""


def history(generation: Generation) -> list[Line]:
    """Return the events of a generation, oldest first, as people read them. One query."""
    lines, day = [], timezone.localdate()
    for event in generation.events.select_related("actor"):
        on = timezone.localdate(event.at)
        lines.append(Line(event.at, _sentence(event, generation), "" if on == day else day_label(on)))
        day = on
    return lines


def _sentence(event: Event, generation: Generation) -> str:
    by = f" by {event.actor.username}" if event.actor else ""
    if event.from_state == event.to_state:
        return f"{event.why}{by}"
    if not event.from_state:
        return f"ordered{by}"
    if event.to_state == State.RENDERING and generation.task_id:
        return f"accepted as {shortened(generation.task_id)}"
    if event.to_state == State.SAVING and generation.completed_at and generation.accepted_at:
        took = (generation.completed_at - generation.accepted_at).total_seconds()
        return f"{SENTENCES[State.SAVING]}, after {clock(took)}"
    sentence = f"{SENTENCES[State(event.to_state)]}{by}"
    return f"{sentence}: {event.why}" if event.why else sentence
