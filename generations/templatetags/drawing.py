"""Draws tiles and cards, and keeps what it has drawn: each looks the same until something changes it."""

import secrets
from collections.abc import Hashable
from typing import Any, ClassVar, Final, Protocol

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

MOST: Final = 5000
"""Drawings kept in a process, of about 2 kB each."""
TOKEN: Final = secrets.token_hex()
"""Stands in what is kept where each visitor's own CSRF token goes; no prompt can hold it."""
_kept: dict[Hashable, str] = {}


class Drawable(Protocol):
    """What `template` draws, which knows it as `drawn_as`.

    `looks` is all that it is drawn from, beside what it `reads` of the page; None where time alone changes it.
    """

    template: ClassVar[str]
    drawn_as: ClassVar[str]
    reads: ClassVar[tuple[str, ...]]

    @property
    def looks(self) -> Hashable | None:
        """To be told from another one by."""


@register.simple_tag(takes_context=True)
def draw(context: Context, it: Drawable, *, eager: bool = False, oob: bool = False) -> SafeString:
    """Return it as HTML. `eager` loads its picture at once, `oob` puts it where it stood.

    What is kept is drawn without the request, so that nothing of one visitor's gets to another.
    """
    page = {name: context.get(name, "") for name in it.reads}
    given = {it.drawn_as: it, "eager": eager, "oob": oob, **page}
    looks = it.looks
    if looks is None:
        return _drawn(context, it, given | {"csrf_token": context.get("csrf_token")})
    key = (it.template, looks, *page.values(), eager, oob)
    html = _kept.get(key)
    if html is None:
        if len(_kept) >= MOST:
            _forget_the_oldest()
        html = _kept[key] = _drawn(context, it, given | {"csrf_token": TOKEN})
    return mark_safe(html.replace(TOKEN, str(context.get("csrf_token", ""))))  # noqa: S308 (a template's)


def forget() -> None:
    """Draw all anew from now on, as a process does that has just started."""
    _kept.clear()


def _forget_the_oldest() -> None:
    """Make room: a dict is in the order in which it was filled. Another thread may have been faster."""
    for key in list(_kept)[: MOST // 2]:
        _kept.pop(key, None)


def _drawn(context: Context, it: Drawable, given: dict[str, Any]) -> SafeString:
    engine = context.template.engine  # type: ignore[union-attr]
    return engine.get_template(it.template).render(Context(given))
