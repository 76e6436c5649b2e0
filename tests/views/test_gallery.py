"""The gallery: one's own clips, day by day, page by page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from generations.models import Charged, Generation, Role, State
from generations.views.gallery import PAGE_SIZE
from tests.factories import make_admin, make_generation, make_live_account, make_stranger, make_user
from tests.views.pages import elements, htmx, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia(client):
    user = make_user()
    client.force_login(user)
    return user


def make_at(user, at, state=State.READY, **fields):
    clip = make_generation(user, state, **fields)
    # Ordered then, so before all of today's; of two of one moment the later one comes first.
    number = int((at - timezone.now()).total_seconds() * 1000) * 1_000_000 + clip.number
    Generation.objects.filter(pk=clip.pk).update(created_at=at, number=number)
    return clip


def shown(response):
    return [tile["data-generation"] for tile in elements(response, "article")]


def noon():
    return timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)


def test_it_shows_ones_own_newest_first(client, mia):
    make_generation(make_user("otto"), State.READY)
    first, second = make_generation(mia, State.READY), make_generation(mia, State.FAILED)
    assert shown(client.get("/gallery/")) == [str(second.pk), str(first.pk)]


def tile_of(page, clip):
    """The markup of a clip's tile."""
    return page.content.decode().split(f'id="tile-{clip.pk}"')[1].split("</article>")[0]


def test_mine_and_team_are_two_links_and_one_is_current(client, mia):
    for url in ("/gallery/", "/gallery/?whose=mine", "/gallery/?whose=team"):
        page = client.get(url)
        tabs = [elements(page, "a", href=f"/gallery/?whose={whose}") for whose in ("mine", "team")]
        assert [len(found) for found in tabs] == [1, 1]
        current = [found[0].get("aria-current") == "page" for found in tabs]
        assert current == ["team" not in url, "team" in url]


def test_the_team_sees_what_is_shared_and_whose_it_is(client, mia):
    bo = make_user("bo", first_name="Bo", last_name="Ek")
    shared, private = make_generation(bo, State.READY), make_generation(bo, State.READY, is_private=True)
    own, running = make_generation(mia, State.READY), make_generation(bo, State.RENDERING)
    make_generation(make_stranger(), State.READY)
    page = client.get("/gallery/?whose=team")
    assert shown(page) == [str(clip.pk) for clip in (running, own, shared)]
    assert str(private.pk) not in page.content.decode()
    for clip in (shared, running):
        assert "by bo" in tile_of(page, clip)
        assert "BE" in tile_of(page, clip)
    assert "Today 3 clips" in text_of(page)
    assert shown(client.get("/gallery/")) == [str(own.pk)]


def test_a_private_clip_of_mine_has_a_lock_and_is_not_in_team(client, mia):
    private, shared = make_generation(mia, State.READY, is_private=True), make_generation(mia, State.READY)
    page = client.get("/gallery/")
    assert "Private" in tile_of(page, private)
    assert "Private" not in tile_of(page, shared)
    assert shown(client.get("/gallery/?whose=team")) == [str(shared.pk)]


def test_an_empty_team_says_what_will_come(client, mia):
    assert "Studio has no clips yet." in text_of(client.get("/gallery/?whose=team"))


def test_a_viewers_own_gallery_leads_to_the_teams(client):
    client.force_login(make_user("vi", role=Role.VIEWER))
    page = client.get("/gallery/?whose=mine")
    assert "You watch in Studio." in text_of(page)
    assert "New clip" not in text_of(page)


def test_a_viewer_begins_with_the_teams_and_still_has_an_own_one(client, mia):
    vi, at = make_user("vi"), noon() - timedelta(days=2)
    own = [make_at(vi, at - timedelta(minutes=n)) for n in range(PAGE_SIZE + 1)]
    shared = make_generation(mia, State.READY)
    vi.memberships.update(role=Role.VIEWER)
    client.force_login(vi)
    assert shown(client.get("/gallery/"))[0] == str(shared.pk)
    page = client.get("/gallery/?whose=mine")
    assert shown(page) == [str(clip.pk) for clip in own[:PAGE_SIZE]]
    (older,) = elements(page, "a", hx_target="closest .older")
    for answer in (client.get(older["href"]), client.get(older["hx-get"], headers=htmx())):
        assert shown(answer) == [str(own[-1].pk)]


def test_older_clips_of_the_team_stay_the_teams(client, mia):
    bo, at = make_user("bo"), noon() - timedelta(days=2)
    for n in range(PAGE_SIZE + 2):
        make_at(bo, at - timedelta(minutes=n))
    (older,) = elements(client.get("/gallery/?whose=team"), "a", hx_target="closest .older")
    fragment = client.get(older["hx-get"], headers=htmx())
    assert len(shown(fragment)) == 2
    assert fragment.content.decode().count("by bo") >= 2
    assert len(shown(client.get(older["href"]))) == 2


def test_an_admins_gallery_is_their_own_too(client, mia):
    make_generation(mia, State.READY)
    client.force_login(make_admin())
    assert shown(client.get("/gallery/")) == []


def test_an_empty_one_names_the_next_step(client, mia):
    page = client.get("/gallery/")
    assert "No clips yet." in text_of(page)
    assert elements(page, "a", href="/?example=yes")


def test_a_tile_has_its_state_its_shape_and_a_lazy_poster(client, mia):
    at = noon() - timedelta(days=3)
    make_at(mia, noon(), aspect_ratio="1:1")
    clip = make_at(mia, at, aspect_ratio="9:16", prompt="A tall <tower>")
    page = client.get("/gallery/")
    (tile,) = elements(page, "article", data_generation=str(clip.pk))
    assert tile["data-state"] == "ready"
    assert "ratio-9x16" in tile["class"].split()
    (poster,) = elements(page, "img", src=f"/gallery/{clip.pk}/poster.webp")
    assert (poster["width"], poster["height"], poster["loading"]) == ("360", "640", "lazy")
    assert "A tall &lt;tower&gt;" in page.content.decode()
    assert elements(page, "video") == []


def test_days_have_headers_in_the_local_time_zone(client, mia):
    midnight = noon().replace(hour=0)
    make_at(mia, midnight + timedelta(minutes=5))
    make_at(mia, midnight - timedelta(minutes=5))
    make_at(mia, midnight - timedelta(minutes=10))
    page = text_of(client.get("/gallery/"))
    assert "Today 1 clip " in page
    assert "Yesterday 2 clips " in page


def test_a_day_counts_what_was_or_may_have_been_paid(client, mia):
    live = make_live_account()
    at = noon() - timedelta(days=1)
    make_at(mia, at, account=live, price="5.60")
    make_at(mia, at, State.FAILED, account=live, price="1.00", charged=Charged.UNKNOWN)
    make_at(mia, at, State.FAILED, account=live, price="2.00", charged=Charged.NO)
    make_at(mia, at, State.CANCELLED, account=live, price="4.00")
    make_at(mia, at, account=live, price="3.00", currency="USD")
    make_at(mia, at, price="9.00")
    assert "Yesterday 6 clips · €6.60 · $3.00" in text_of(client.get("/gallery/"))


def test_pages_follow_each_other_without_gap_or_overlap(client, mia):
    at = noon() - timedelta(days=2)
    clips = [make_at(mia, at - timedelta(hours=5 * (n // 3))) for n in range(2 * PAGE_SIZE + 5)]
    seen, page, pages = [], client.get("/gallery/"), 1
    while older := elements(page, "a", hx_target="closest .older"):
        seen += shown(page)
        page, pages = client.get(older[0]["href"]), pages + 1
    seen += shown(page)
    assert pages == 3
    assert sorted(seen) == sorted(str(clip.pk) for clip in clips)
    assert seen == [str(pk) for pk in Generation.objects.order_by("-number").values_list("pk", flat=True)]


def test_a_scrolled_page_goes_on_in_the_day_it_left(client, mia):
    at = noon() - timedelta(days=2)
    for n in range(PAGE_SIZE + 2):
        make_at(mia, at - timedelta(minutes=n))
    make_at(mia, at - timedelta(days=1))
    (older,) = elements(client.get("/gallery/"), "a", hx_target="closest .older")
    fragment = client.get(older["hx-get"], headers=htmx())
    day = at.date().isoformat()
    assert elements(fragment, "div", hx_swap_oob=f"beforeend:#rows-{day}")
    assert [section["id"] for section in elements(fragment, "h2")] == [f"day-{at.date() - timedelta(days=1)}"]
    assert len(shown(fragment)) == 3
    assert elements(fragment, "html") == []


@pytest.mark.parametrize(
    "mark",
    ["x", "_", "2026-01-01_x", "2026-01-01T00:00:00_6f9f3f5e-8f43-4a4e-9b7c-1f6a3c1f6c11", "\x00",
     "0001-01-01T00:00:00+14:00_6f9f3f5e-8f43-4a4e-9b7c-1f6a3c1f6c11",
     "9999-12-31T23:59:59-14:00_6f9f3f5e-8f43-4a4e-9b7c-1f6a3c1f6c11"],
)  # fmt: skip
def test_an_invented_page_is_404(client, mia, mark):
    assert client.get("/gallery/", {"before": mark}).status_code == 404


def test_a_gallery_costs_as_many_queries_for_many_clips_as_for_few(
    client, mia, django_assert_max_num_queries, django_assert_num_queries
):
    for _ in range(4):  # More than a page, so that they are counted.
        for state in State:
            make_generation(mia, state)
    client.get("/gallery/")
    with django_assert_max_num_queries(16) as few:
        client.get("/gallery/")
    for _ in range(5):
        for state in State:
            make_generation(mia, state)
    with django_assert_num_queries(len(few)):
        client.get("/gallery/")
