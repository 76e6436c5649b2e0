"""The gallery in a browser: search, the place one comes back to, news under a filter, a first view's weight."""

import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from generations.lifecycle import trash
from generations.models import Generation, State
from generations.views.gallery import PAGE_SIZE
from tests.factories import make_generation, make_user, write_files

pytestmark = pytest.mark.django_db(transaction=True)

SHIFT = """() => new Promise((resolve) => {
    let shift = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) shift += entry.value;
    }).observe({type: "layout-shift", buffered: true});
    setTimeout(() => resolve(shift), 300);
})"""
ASK = "() => htmx.trigger(document.body, 'live')"
MOST_BYTES = 400_000
POSTERS = f"""
from django.conf import settings
from django.test import Client
from generations.constraints import Frame
from generations.magnific.sandbox.scenes import painter_for
from generations.media.previews import WEBP_QUALITY
from generations.models import State
from tests.factories import make_generation, make_user
vera = make_user("vera")
painters = [painter_for(f"Clip {{number}}", 1, Frame(2560, 1440)) for number in range(8)]
pictures = [painter(0.5).resize((640, 360)) for painter in painters]
for number in range({PAGE_SIZE}):
    clip = make_generation(vera, State.READY, files=True)
    pictures[number % 8].save(clip.poster_path, "WEBP", quality=WEBP_QUALITY)
client = Client()
client.force_login(vera)
name = settings.SESSION_COOKIE_NAME
print(name, client.cookies[name].value)
"""


def tiles(page):
    return page.locator("#found [data-generation]")


def path(page):
    place = urlsplit(page.url)
    return f"{place.path}?{place.query}"


def open_menu(page, name):
    page.locator(".pick > summary").get_by_text(name, exact=True).click()


def make_clips(owner, count):
    """So many, with posters that can be loaded."""
    clips = [make_generation(owner, State.READY, prompt=f"Clip {number}") for number in range(count)]
    for clip in clips:
        write_files(clip)
    return clips


def test_typing_and_choosing_find_without_leaving_the_page(open_page, mia):
    for prompt, ratio in (("A boat at dusk", "16:9"), ("A boat at noon", "9:16"), ("A kite", "16:9")):
        make_generation(mia, State.READY, prompt=prompt, aspect_ratio=ratio, poster_name="")
    page = open_page("/gallery/")
    page.evaluate("() => { window.isSamePage = true; }")
    page.locator("#q").press_sequentially("boat")
    expect(tiles(page)).to_have_count(2)
    expect(page.locator(".count")).to_have_text("2 clips")
    assert path(page) == "/gallery/?q=boat&whose=mine"
    open_menu(page, "Ratio")
    page.get_by_role("checkbox", name="9:16").check()
    expect(tiles(page)).to_have_count(1)
    expect(page.get_by_role("checkbox", name="9:16")).to_be_visible()
    assert path(page) == "/gallery/?q=boat&ratio=9%3A16&whose=mine"
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Team", exact=True).nth(1).focus()
    assert page.evaluate("() => window.isSamePage && document.querySelector('#q').value") == "boat"
    open_menu(page, "Tag")
    expect(page.get_by_text("No tags yet.")).to_be_visible()
    page.get_by_role("link", name="Without 9:16").click()
    expect(tiles(page)).to_have_count(2)
    page.go_back()
    expect(tiles(page)).to_have_count(1)
    page.go_back()
    expect(tiles(page)).to_have_count(2)
    page.go_back()
    expect(tiles(page)).to_have_count(3)
    expect(page.locator("#q")).to_have_value("")


def test_it_all_works_without_scripts(chromium, live_server, mia):
    make_generation(mia, State.READY, prompt="A boat", poster_name="")
    make_generation(mia, State.FAILED, prompt="A boat")
    client = Client()
    client.force_login(mia)
    name = settings.SESSION_COOKIE_NAME
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/gallery/")
    open_menu(page, "State")
    page.get_by_label("Ready").check()
    page.locator("#q").fill("boat")
    page.locator("#q").press("Enter")
    expect(tiles(page)).to_have_count(1)
    assert path(page) == "/gallery/?q=boat&state=ready&whose=mine"
    page.locator(".keep summary").click()
    page.get_by_label("Name of the search").fill("Boats")
    page.get_by_role("button", name="Save").click()
    page.locator(".saved-menu summary").click()
    page.get_by_role("link", name="Saved searches").click()
    page.get_by_role("link", name="Boats").click()
    assert path(page) == "/gallery/?q=boat&state=ready&whose=mine"
    context.close()


def test_the_place_is_kept_when_one_comes_back(open_page, mia, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    clips = make_clips(mia, 3 * PAGE_SIZE)
    page = open_page("/gallery/?state=ready&state=running&whose=mine")
    expect(tiles(page)).to_have_count(PAGE_SIZE)
    while tiles(page).count() < 3 * PAGE_SIZE:
        page.mouse.wheel(0, 150)
        page.wait_for_timeout(100)
        expect(page.locator("#found .htmx-request")).to_have_count(0)
    middle = page.locator(f"#tile-{clips[PAGE_SIZE].pk}")
    middle.scroll_into_view_if_needed()
    assert page.evaluate(SHIFT) < 0.01
    was, top = middle.bounding_box(), page.evaluate("() => window.scrollY")
    assert top > 500
    middle.click()
    page.wait_for_url(re.compile(rf"/{clips[PAGE_SIZE].pk}/\?state=ready&state=running&whose=mine$"))
    trash.trash([clips[PAGE_SIZE + 1]], actor=mia)
    new = make_generation(mia, State.READY, poster_name="")
    page.go_back()
    expect(page.locator(f"#tile-{new.pk}")).to_have_count(1)
    expect(page.locator(f"#tile-{clips[PAGE_SIZE + 1].pk}")).to_have_count(0)
    expect(tiles(page)).to_have_count(3 * PAGE_SIZE)
    assert abs(middle.bounding_box()["y"] - was["y"]) < 300
    middle.click()
    page.wait_for_url(re.compile(r"whose=mine$"))
    page.get_by_role("link", name="Back to the gallery").click()
    expect(tiles(page)).to_have_count(3 * PAGE_SIZE)
    assert abs(page.evaluate("() => window.scrollY") - top) < 300
    page.evaluate("() => window.scrollTo(0, 0)")  # Further down, more would be loaded as soon as it is shown.
    page.reload()
    expect(tiles(page)).to_have_count(PAGE_SIZE)


def test_a_place_is_nobody_elses_and_goes_with_signing_out(open_page, mia, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    (clip,) = make_clips(mia, 1)
    page = open_page("/gallery/?whose=mine")
    page.evaluate("() => sessionStorage.setItem('place-999-whose=mine', '{}')")
    page.locator(f"#tile-{clip.pk}").click()
    page.wait_for_url(re.compile("/gallery/.{36}/"))
    names = "() => Object.keys(sessionStorage).filter((name) => name.startsWith('place-'))"
    assert page.evaluate(names) == [f"place-{mia.pk}-whose=mine"]
    page.go_back()
    page.locator(".menu summary[aria-label^=Account]").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile("/accounts/login/"))
    assert page.evaluate(names) == []


def test_news_come_to_every_open_filter(open_page, mia, chromium, live_server):
    bo, client = make_user("bo"), Client()
    client.force_login(bo)
    name = settings.SESSION_COOKIE_NAME
    context = chromium.new_context()
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    kept = make_generation(mia, State.READY, prompt="A boat", poster_name="")
    gone = make_generation(mia, State.READY, prompt="Boats", poster_name="")
    boats, cheap = open_page("/gallery/?q=boat&whose=team"), context.new_page()
    cheap.goto(f"{live_server.url}/gallery/?sort=price&whose=team")
    for page in (boats, cheap):
        expect(tiles(page)).to_have_count(2)
    trash.trash([gone], actor=mia)
    late = make_generation(bo, State.SAVING, prompt="A boat of bo")
    make_generation(bo, State.READY, prompt="A kite", poster_name="")
    for page in (boats, cheap):
        page.evaluate(ASK)
        expect(page.locator(f"#tile-{gone.pk}")).to_have_count(0)
    expect(tiles(cheap)).to_have_count(1)
    expect(tiles(boats)).to_have_count(2)
    order = tiles(boats).evaluate_all("tiles => tiles.map((tile) => tile.dataset.generation)")
    assert order == [str(late.pk), str(kept.pk)]
    expect(boats.locator(".count")).to_have_text("2 clips")
    files = {field: getattr(kept, field) for field in ("video_name", "video_bytes", "video_sha256")}
    Generation.objects.get(pk=late.pk).move(State.READY, ready_at=timezone.now(), poster_name="", **files)
    boats.evaluate(ASK)
    expect(boats.locator(f"#tile-{late.pk}")).to_have_attribute("data-state", "ready")
    context.close()


def test_a_first_view_is_light_and_has_no_video(page, studio):
    name, session = studio.shell(POSTERS).split()
    page.context.add_cookies([{"name": name, "value": session, "url": studio.base_url}])
    wire, weights, videos = page.context.new_cdp_session(page), [], []
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda event: weights.append(event["encodedDataLength"]))
    page.on("request", lambda request: videos.append(request.url) if ".mp4" in request.url else None)
    page.goto(f"{studio.base_url}/gallery/", wait_until="networkidle")
    expect(tiles(page)).to_have_count(PAGE_SIZE)
    # Also the posters that are loaded as one scrolls.
    posters = page.locator("#found img").evaluate_all("""(images) => Promise.all(images.map(async (image) => {
        image.loading = "eager";
        await image.decode();
        return image.naturalWidth;
    }))""")
    assert posters == [640] * PAGE_SIZE
    page.wait_for_load_state("networkidle")
    assert PAGE_SIZE * 1000 < sum(weights) < MOST_BYTES
    assert videos == []
    with page.expect_request(lambda request: "preview.mp4" in request.url):
        tiles(page).first.hover()
