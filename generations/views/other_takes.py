"""Takes that were not chosen: which of them a page showed how, and what came of what was asked for them."""

from collections.abc import Iterable, Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest

from generations.forms.review import ShownTake
from generations.lifecycle.takes import Other, Settled
from generations.models import Generation

FIELD = "other"


def named(request: HttpRequest) -> list[ShownTake]:
    """Return the takes that a form names, as its page showed them. Raises Http404 for what is none."""
    try:
        return [ShownTake.read(value) for value in request.POST.getlist(FIELD)]
    except ValueError as error:
        raise Http404("No such take.") from error


def others(shown: Iterable[ShownTake], takes: Iterable[Generation]) -> list[Other]:
    """Return those of `takes`, which a person may act on, that were shown."""
    there = {take.pk: take for take in takes}
    return [Other(there[one.pk], one.was_queued, one.seen) for one in shown if one.pk in there]


def tell(request: HttpRequest, settled: Settled, missing: int = 0) -> None:
    """Say what was done, and each that was left with its reason; `missing` are not to be seen any more."""
    done = [
        f"{_takes(clips)} {what}"
        for clips, what in (
            (settled.returned, "returned with your note"),
            (settled.trashed, "moved to the trash"),
            (settled.cancelled, "cancelled before it was sent"),
        )
        if clips
    ]
    if done:
        messages.success(request, f"{'; '.join(done)}.")
    for clip, why in settled.left:
        messages.warning(request, f"Take {clip.take} was left as it is: {why.rstrip('.')}.")
    if missing:
        messages.warning(
            request, f"{missing} that you saw {'is' if missing == 1 else 'are'} not here any more."
        )
    if not (done or settled.left or missing):
        messages.warning(request, "Nothing was changed: no take was ticked.")


def _takes(clips: Sequence[Generation]) -> str:
    numbers = [str(clip.take) for clip in clips]
    return f"Take {numbers[0]}" if len(numbers) == 1 else f"Takes {', '.join(numbers[:-1])} and {numbers[-1]}"
