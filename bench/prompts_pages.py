"""One database's pages of prompts, asked for in a process of their own, as `gallery_pages` does.

Runs inside Django: `manage.py shell -c "from bench import prompts_pages; prompts_pages.serve()"`.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from bench import gallery_pages
from bench.gallery_data import EVERYWHERE, IN_A_TWENTIETH, SELDOM
from bench.prompts_data import MOST_USED
from generations.lifecycle.prompt_finding import PromptFilter
from generations.models import Library, Prompt, User

DEEP = 30
"""So many prompts from the end is where a deep page begins."""


class Pages(gallery_pages.Pages):
    """The pages of prompts, by name, as `demo` sees them."""

    tile = re.compile(r'<article class="card"')

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Name and address of each page."""
        yield from self._lists()
        yield from self._searches()
        yield from self._filters()
        most_used = Prompt.objects.get(title=MOST_USED)
        for tab in ("content", "versions", "results"):
            yield f"a prompt: {tab}", f"/prompts/{most_used.pk}/?tab={tab}"
        yield "libraries", "/prompts/libraries/"

    def _lists(self) -> Iterator[tuple[str, str]]:
        yield "all", _list()
        yield "all, near the end", _list(before=self._near_the_end("new"))
        for sort in ("uses", "rating", "liked"):
            yield f"sorted: {sort}", _list(sort=sort)
        yield "sorted: rating, at the end", _list(sort="rating", before=self._near_the_end("rating"))
        looks, drafts = (Library.objects.get(name=name).pk for name in ("Looks", "Drafts"))
        yield "a library, half", _list(library=looks)
        yield "a library, a tenth", _list(library=drafts)
        yield "a library, by rating", _list(library=looks, sort="rating")

    def _searches(self) -> Iterator[tuple[str, str]]:
        for name, text in {
            "a rare word": SELDOM,
            "5 % of all": IN_A_TWENTIETH,
            "all": EVERYWHERE,
            "two letters": "ba",
            "two words": f"{EVERYWHERE} {IN_A_TWENTIETH}",
            "no such word": "xylophone",
        }.items():
            yield f"search: {name}", _list(q=text)
        yield "search: 5 %, by rating", _list(q=IN_A_TWENTIETH, sort="rating")

    def _filters(self) -> Iterator[tuple[str, str]]:
        bo, hal = (User.objects.get(username=name).pk for name in ("bo", "hal"))
        yield "a tag, 30 %", _list(tag="keeper")
        yield "a tag, 4 %", _list(tag="tag 7")
        yield "a tag, 4 %, by rating", _list(tag="tag 7", sort="rating")
        yield "two tags", _list(tag=["keeper", "night"])
        yield "by bo", _list(author=bo)
        yield "by hal, who adds little", _list(author=hal)
        yield "favourites", _list(favourite="on")
        yield "favourites, by use", _list(favourite="on", sort="uses")
        yield "archived", _list(archived="on")

    def _near_the_end(self, sort: str) -> str:
        asked, demo = PromptFilter(sort=sort), User.objects.get(username="demo")
        mine = Prompt.objects.filter(library__in=Library.objects.exclude(name="Theirs"))
        found = list(asked.find(mine, demo))
        return asked.mark(found[-min(DEEP, len(found))])


def serve() -> None:
    """Answer as `gallery_pages.serve` does."""
    gallery_pages.serve(Pages())


def _list(**asked: Any) -> str:
    return f"/prompts/?{urlencode(asked, doseq=True)}"
