"""One database's pages, asked for in a process of their own: lines of JSON in, lines of JSON out.

Runs inside Django: `manage.py shell -c "from bench import gallery_pages; gallery_pages.serve()"`.
"""

import gc
import html
import io
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import caches
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.utils import timezone

from bench.gallery_data import EVERYWHERE, IN_A_THIRD, IN_A_TWENTIETH, LEFT, SELDOM
from generations.lifecycle.finding import ClipFilter
from generations.models import Collection, Generation, Revision, Team, User
from generations.templatetags import drawing

BARE: Final = "a bare answer"
EMPTY: Final = "an empty page"
UNDRAWN: Final = "team, nothing drawn yet"
"""As after a start: neither tiles nor pieces of the page are remembered."""
LIVE: Final = re.compile(r'id="live"[^>]*? hx-get="([^"]+)"')
TILE: Final = re.compile(r'id="tile-')
CLOCKS: Final = {"wall": time.perf_counter, "cpu": time.process_time}
PIECES: Final = "template_fragments"
DEEP: Final = 40
"""So many clips from the end is where a deep page begins."""


def serve(pages: "Pages | None" = None) -> None:
    """Answer `{"case", "times"}` with seconds, `{"case"}` with what the page has, until the input ends."""
    pages = pages or Pages()
    _say(list(pages.cases))
    for line in sys.stdin:
        asked = json.loads(line)
        case = asked["case"]
        if "times" in asked:
            pages.clock = CLOCKS[asked["clock"]]
        _say(pages.times(case, asked["times"]) if "times" in asked else pages.look(case))


class Pages:
    """The pages that are measured, by name, as `demo` sees them; `tile` is what they show many of."""

    tile = TILE

    def __init__(self) -> None:
        self.clock = CLOCKS["wall"]
        self.application = get_wsgi_application()
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={_session()}"
        self.team = Team.objects.get(name="Studio")
        self.cases = {BARE: "/bare", EMPTY: "/empty"} | dict(self.addresses())

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Name and address of each page."""
        yield from self._galleries()
        yield from self._others()
        yield UNDRAWN, _gallery()  # The last one: what is kept serves the others.

    def times(self, case: str, times: int) -> list[float]:
        """Return the seconds of so many requests."""
        return [self._ask_for(case)[0] for _ in range(times)]

    def look(self, case: str) -> dict[str, Any]:
        """Return the status, the tiles, the bytes and the queries of a page. Not measured meanwhile."""
        queries: list[str] = []

        def counting(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
            queries.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(counting):
            _, status, body = self._ask_for(case)
        tiles = len(self.tile.findall(body))
        return {"status": status, "tiles": tiles, "bytes": len(body), "queries": len(queries)}

    def _galleries(self) -> Iterator[tuple[str, str]]:
        """Name and address of each list."""
        yield "mine", _gallery(whose="mine")
        yield "team", _gallery()
        yield "mine, near the end", _gallery(whose="mine", before=self._near_the_end(owner__username="demo"))
        yield "team, near the end", _gallery(before=self._near_the_end(is_private=False))
        for name, text in SEARCHES.items():
            yield f"search: {name}", _gallery(q=text)
        yield "search: mine, a third", _gallery(whose="mine", q=IN_A_THIRD)
        days = [timezone.localdate(self._in_the_middle().created_at)] * 2
        for name, asked in self._filters().items():
            yield name, _gallery(**asked)
        yield "two days long ago", _gallery(since=days[0], until=days[1])
        for sort in ("old", "price", "rating", "length"):
            yield f"sorted: {sort}", _gallery(sort=sort)
        yield "mine, sorted: price", _gallery(whose="mine", sort="price")
        yield "sorted: price, far on", _gallery(sort="price", before=self._mark_far_on("price"))

    def _filters(self) -> dict[str, dict[str, Any]]:
        ida, bo = (User.objects.get(username=name).pk for name in (LEFT, "bo"))
        autumn = Collection.objects.get(name="Autumn").pk
        return {
            "ready": {"state": "ready"},
            "failed": {"state": "failed"},
            "unsure": {"state": "unsure"},
            "running": {"state": "running"},
            "9:16": {"ratio": "9:16"},
            "13 s": {"duration": 13},
            "by bo": {"owner": bo},
            "by ida, who left": {"owner": ida},
            "a tag, 12 %": {"tag": "keeper"},
            "a collection": {"collection": autumn},
            "favourites": {"favourite": "on"},
            "4 stars": {"rating": 4},
            "4 stars, best first": {"rating": 4, "sort": "rating"},
            "a tag, dearest first": {"tag": "keeper", "sort": "price"},
            "ready, 16:9, a tag": {"state": "ready", "ratio": "16:9", "tag": "keeper"},
            "ready, bo, a word": {"state": "ready", "owner": bo, "q": IN_A_THIRD},
            "nothing found": {"state": "cancelled", "rating": 5},
        }

    def _others(self) -> Iterator[tuple[str, str]]:
        """The clip page, and the question of an open page in each of its answers."""
        clip = self._in_the_middle()
        query = urlencode({"whose": "team", "state": "ready", "ratio": clip.aspect_ratio})
        yield "a clip", f"/gallery/{clip.pk}/"
        yield "a clip in a filter", f"/gallery/{clip.pk}/?{query}"
        live, now = self._live(), Revision.current()
        yield "live: nothing new", _since(live, now)
        yield "live: news elsewhere", _since(live, now - 1)
        yield "live: one tile", _since(live, now - 2)

    def _near_the_end(self, **whose: Any) -> int:
        numbers = self._shown().filter(**whose).order_by("number").values_list("number", flat=True)
        return numbers[DEEP]

    def _in_the_middle(self) -> Generation:
        ready = self._shown().filter(is_private=False, state="ready")
        return ready.order_by("number")[ready.count() // 2]

    def _mark_far_on(self, sort: str) -> str:
        asked = ClipFilter(sort=sort)
        found = asked.find(self._shown().filter(is_private=False), User.objects.get(username="demo"))
        return asked.mark(found[found.count() * 3 // 4])

    def _shown(self) -> Any:
        return Generation.objects.filter(team=self.team, trashed_at=None)

    def _live(self) -> str:
        """The address that an open page of the team asks."""
        found = LIVE.search(self._ask(_gallery(whose="team"))[2])
        if found is None:
            raise LookupError("The gallery asks for nothing.")
        return html.unescape(found[1])

    def _ask_for(self, case: str) -> tuple[float, int, str]:
        if case == UNDRAWN:
            drawing.forget()
            caches[PIECES].clear()
        return self._ask(self.cases[case])

    def _ask(self, address: str) -> tuple[float, int, str]:
        """Return seconds, status and body of a request, from the server's call to the last byte."""
        environ, said = self._environ(address), list[str]()

        def start(status: str, *_: Any) -> Any:
            said.append(status)

        gc.collect(0)
        begun = self.clock()
        answer = self.application(environ, start)
        body = b"".join(answer)
        answer.close()
        return self.clock() - begun, int(said[0].split()[0]), body.decode()

    def _environ(self, address: str) -> dict[str, Any]:
        path, _, query = address.partition("?")
        return {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "127.0.0.1",
            "HTTP_COOKIE": self.cookie,
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
        }


SEARCHES: Final = {
    "a rare word": SELDOM,
    "a third of all": IN_A_THIRD,
    "all": EVERYWHERE,
    "two letters": "ba",
    "two words": f"{EVERYWHERE} {IN_A_TWENTIETH}",
    "no such word": "xylophone",
}


def _gallery(**asked: Any) -> str:
    return f"/gallery/?{urlencode({'whose': 'team', **asked})}"


def _since(live: str, revision: int) -> str:
    return re.sub(r"since=\d+", f"since={revision}", live)


def _session() -> str:
    user, session = User.objects.get(username="demo"), SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def _say(answer: Any) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
