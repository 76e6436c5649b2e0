"""The keys of the pages: the one list that the page `/keys` and the dialog behind `?` are drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from generations.views.signed_in import MemberRequest, signed_in


@dataclass(frozen=True)
class Key:
    """What to press and what it does. `presses` are alternatives, each of one key or several."""

    presses: tuple[str, ...]
    does: str

    @property
    def strokes(self) -> list[list[str]]:
        """The alternatives as lists of keys."""
        return [press.split() for press in self.presses]

    @property
    def has_chords(self) -> bool:
        """Whether a press takes more than one key, so that the alternatives must be told apart."""
        return any(len(keys) > 1 for keys in self.strokes)


@dataclass(frozen=True)
class Group:
    """The keys of some pages, named as in `urls`."""

    name: str
    pages: tuple[str, ...]
    keys: tuple[Key, ...]


def _keys(*lines: tuple[str, str]) -> tuple[Key, ...]:
    return tuple(Key(tuple(presses.split(" or ")), does) for presses, does in lines)


PLAYER: Final = (
    ("Space", "Play or pause"),
    ("J or K or L", "Backwards, stop, forwards and faster"),
    (", or .", "One frame back, one frame on"),
    ("Home or End", "First frame, last frame"),
    ("Shift F", "Full screen"),
)
GROUPS: Final = (
    Group(
        "Create",
        ("create",),
        _keys(
            ("Ctrl Enter or ⌘ Enter", "Generate"),
            ("/", "Find a prompt of the libraries, where a line or a word of the prompt begins"),
            ("Alt ↑ or Alt ↓", "Bring back what you ordered before, and lead back to your text"),
            ("← or →", "Move a slider by one step"),
        ),
    ),
    Group(
        "Gallery",
        ("gallery",),
        _keys(
            ("← or → or ↑ or ↓", "Go to the next clip in that direction"),
            ("Home or End", "First clip, last clip shown"),
            ("Enter", "Open the clip"),
            ("Space", "Play or stop its preview"),
            ("F", "Favourite, or not any more"),
            ("X", "Select, or not any more"),
            ("R", "Remix"),
            ("C", "Compare what is selected: two to four clips"),
            ("# or Delete", "Move what is selected, or the clip you are on, to the trash"),
            ("/", "Go to the search"),
            ("Esc", "Select nothing"),
        ),
    ),
    Group(
        "Clip",
        ("clip",),
        _keys(
            *PLAYER,
            ("F", "Favourite, or not any more"),
            ("R", "Remix"),
            ("# or Delete", "Move it to the trash"),
            ("← or P", "Previous clip"),
            ("→ or N", "Next clip"),
        ),
    ),
    Group("Compare", ("compare",), _keys(*PLAYER, ("1 or 2 or 3 or 4", "One clip alone, or all again"))),
    Group(
        "Everywhere",
        (),
        _keys(
            ("G C", "Create"),
            ("G G", "Gallery"),
            ("G T", "Team"),
            ("?", "These keys"),
            ("Esc", "Close what is open"),
        ),
    ),
)
"""By page. A key is that of the keyboard, letters without Shift."""


@signed_in
@require_safe
def keys(request: MemberRequest) -> HttpResponse:
    """Show all keys, those of the page `on` first."""
    return render(request, "generations/keys.html", {"groups": groups_for(request.GET.get("on", ""))})


def groups_for(page: str) -> Sequence[Group]:
    """Return all groups, those of a page first."""
    return sorted(GROUPS, key=lambda group: page not in group.pages)
