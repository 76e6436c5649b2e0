"""Which tests one process runs together when a run is spread over several.

pytest-xdist's own groups are written into the tests' ids, which pytest 9.2 no longer lets a plugin do; so this is
done by path.
"""

from typing import Final

from xdist.scheduler import LoadScopeScheduling

GROUPS: Final = {
    "tests/chaos/": "chaos",
    "tests/browser/": "browser",
    "tests/test_serving.py": "browser",
    "tests/test_scripts.py": "processes",
    "tests/test_standstill.py": "processes",
    "tests/test_stopping.py": "processes",
}
"""What would crowd the machine if it ran twice at a time, or is dear to start; the longest first."""


class GroupScheduling(LoadScopeScheduling):
    """Hands out a group as a whole, every other test by itself."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid) or nodeid


def group_of(nodeid: str) -> str:
    """Return the group that a test belongs to, or nothing."""
    return next((group for path, group in GROUPS.items() if nodeid.startswith(path)), "")


def place_of(nodeid: str) -> int:
    """Return where in a run a test belongs: long groups first, so that none is begun when all else is done."""
    group = group_of(nodeid)
    return list(GROUPS.values()).index(group) if group else len(GROUPS)
