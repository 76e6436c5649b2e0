"""What every page must be: accessible in both themes, and nothing sticks out of it."""

from collections.abc import Sequence
from typing import Final

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

LOOKS: Final = (("light", 1440), ("dark", 390))
"""A theme and the width of its window in pixels."""
HEIGHT: Final = 900
WIDTHS: Final = (360, 390, 768, 1440, 2560)
VIOLATIONS: Final = """async () => {
    const {violations} = await axe.run(document, {resultTypes: ["violations"]});
    return violations.map((one) => [one.id, one.nodes[0].html]);
}"""
STICKS_OUT: Final = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > width + 1)
        .map((one) => one.outerHTML.slice(0, 120)).slice(0, 3).concat(document.documentElement.scrollWidth);
}"""


def violations(page: Page) -> list[list[str]]:
    """Return the rules that axe finds broken on a page as it is, each with an element."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(VIOLATIONS)


def assert_accessible(page: Page, looks: Sequence[tuple[str, int]] = LOOKS) -> None:
    """Let axe look at a page in each theme, wide and narrow."""
    for theme, width in looks:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # No colour on its way to another.
        assert [(page.url, theme, *one) for one in violations(page)] == []


def assert_fits(page: Page) -> None:
    """Look at a page from the narrowest phone to the widest screen."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        assert page.evaluate(STICKS_OUT) == [], (page.url, width)
