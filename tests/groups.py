"""Which tests one process runs together when a run is spread over several.

pytest-xdist's own groups are written into the tests' ids, which pytest 9.2 no longer lets a plugin do; so this is
done by path.
"""

from typing import Final

from xdist.scheduler import LoadScopeScheduling

STUDIO: Final = "the running application"
BY_ITSELF: Final = ""
GROUPS: Final = {
    "tests/browser/test_every_page.py": BY_ITSELF,
    "tests/browser/test_main_job.py": STUDIO,
    "tests/browser/test_teams.py": STUDIO,
    "tests/browser/test_trouble.py": STUDIO,
    "tests/browser/test_gallery.py": STUDIO,
    "tests/browser/test_improve.py": STUDIO,
    "tests/browser/test_people_pages.py": STUDIO,
    "tests/browser/test_admin_home.py": STUDIO,
    "tests/test_serving.py": STUDIO,
    "tests/chaos/": "chaos",
    "tests/browser/test_money.py": "money",
    "tests/test_standstill.py": "processes",
    "tests/test_stopping.py": "processes",
    "tests/test_scripts.py": "processes",
    "tests/access/": "access",
}
"""By the beginning of a path, what is run together: it shares what is dear to start, or would be in its own way.

The longest first. Other files of browser tests are groups of their own, all other tests run by themselves.
"""


class GroupScheduling(LoadScopeScheduling):
    """Hands out a group as a whole, every other test by itself."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid) or nodeid


def group_of(nodeid: str) -> str:
    """Return the group that a test belongs to, or nothing."""
    path = nodeid.partition("::")[0]
    of_its_file = path if path.startswith("tests/browser/") else BY_ITSELF
    return next((group for place, group in GROUPS.items() if path.startswith(place)), of_its_file)


def place_of(nodeid: str) -> int:
    """Return where in a run a test belongs: long groups first, so that none is begun when all else is done."""
    found = (rank for rank, place in enumerate(GROUPS) if nodeid.startswith(place))
    return next(found, len(GROUPS) + (not nodeid.startswith("tests/browser/")))
