"""The main job as a person does it: a real browser, web server, queue, sandbox, file."""

import re
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import av
import pytest
import requests
from playwright.sync_api import Locator, Page, expect

from tests.studio import Studio

READY_MS = 60_000


def write_order(page: Page, studio: Studio, prompt: str, *, seconds: int = 3, ratio: str = "16:9") -> None:
    page.goto(f"{studio.base_url}/")
    page.locator("[name=prompt]").fill(prompt)
    page.locator("[name=duration]").fill(str(seconds))
    page.locator(f"[name=aspect_ratio][value='{ratio}']").check(force=True)


def generate_button(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile("^Generate")).first


def tile_of(page: Page, prompt: str) -> Locator:
    return page.locator("[data-generation]").filter(has_text=prompt)


def tasks_at_the_vendor(studio: Studio, prompt: str) -> list[dict[str, Any]]:
    tasks = requests.get(f"{studio.sandbox_url}/sandbox/tasks", timeout=10).json()["tasks"]
    return [task for task in tasks if task["request"]["prompt"] == prompt]


def watch_states(page: Page) -> None:
    """Keep every state that any tile shows, in the page itself: a reload would lose the list."""
    page.evaluate(
        """() => {
            window.seenStates = [];
            const look = () => document.querySelectorAll("[data-generation]").forEach((tile) => {
                window.seenStates.push(tile.dataset.state);
            });
            const everything = {subtree: true, childList: true, attributes: true};
            new MutationObserver(look).observe(document.body, everything);
        }"""
    )


@pytest.fixture
def prompt() -> str:
    return f"A paper boat crosses a rain puddle {uuid.uuid4().hex[:6]}"


def eventually(page: Page, condition: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for a condition; the site's policy forbids the page to evaluate one by itself."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        page.wait_for_timeout(50)


def play(page: Page) -> Locator:
    """Play the page's video from the beginning, muted; return it when some of it has been shown."""
    video = page.locator("video")
    video.evaluate("video => { video.muted = true; return video.play(); }")
    eventually(page, lambda: video.evaluate("video => video.currentTime") > 0.5)
    return video


def test_a_person_orders_watches_and_downloads_a_clip(
    studio: Studio, page: Page, prompt: str, tmp_path: Path
) -> None:
    studio.login(page)
    write_order(page, studio, prompt)
    watch_states(page)
    generate_button(page).click()

    tile = tile_of(page, prompt)
    expect(tile).to_have_count(1)
    expect(tile).to_have_attribute("data-state", "ready", timeout=READY_MS)
    seen = page.evaluate("window.seenStates")
    assert {"rendering", "ready"} <= set(seen), seen
    assert page.locator("[name=prompt]").input_value() == prompt

    tile.click()
    page.wait_for_url(re.compile(r"/gallery/[0-9a-f-]{36}/$"))
    video = play(page)
    assert video.evaluate("video => [video.videoWidth, video.videoHeight]") == [3840, 2160]
    video.evaluate("video => { video.pause(); video.currentTime = 2.5; }")
    eventually(page, lambda: not video.evaluate("video => video.seeking"))
    assert video.evaluate("video => video.currentTime") == pytest.approx(2.5, abs=0.05)

    with page.expect_download() as downloading:
        page.get_by_role("link", name=re.compile("Download")).first.click()
    assert re.fullmatch(r"[A-Za-z0-9_.-]+\.mp4", downloading.value.suggested_filename)
    downloading.value.save_as(tmp_path / "clip.mp4")
    with av.open(str(tmp_path / "clip.mp4"), format="mov") as clip:
        stream = clip.streams.video[0]
        frames = sum(1 for _ in clip.decode(stream))
    assert (stream.width, stream.height, frames) == (3840, 2160, 3 * 24)

    page.goto(f"{studio.base_url}/gallery/")
    expect(tile_of(page, prompt)).to_have_attribute("data-state", "ready")
    assert len(tasks_at_the_vendor(studio, prompt)) == 1


def test_a_double_click_makes_one_order(studio: Studio, page: Page, prompt: str) -> None:
    studio.login(page)
    write_order(page, studio, prompt)
    generate_button(page).dblclick()
    expect(tile_of(page, prompt)).to_have_attribute("data-state", "ready", timeout=READY_MS)
    assert len(tasks_at_the_vendor(studio, prompt)) == 1
    page.goto(f"{studio.base_url}/gallery/")
    expect(tile_of(page, prompt)).to_have_count(1)


def test_takes_in_another_ratio_are_as_many_clips(studio: Studio, page: Page, prompt: str) -> None:
    studio.login(page)
    write_order(page, studio, prompt, ratio="9:16")
    page.locator("[name=takes][value='2']").check(force=True)
    generate_button(page).click()
    expect(tile_of(page, prompt)).to_have_count(2)
    for number in range(2):
        expect(tile_of(page, prompt).nth(number)).to_have_attribute("data-state", "ready", timeout=READY_MS)
    requests_made = [task["request"] for task in tasks_at_the_vendor(studio, prompt)]
    assert [made["aspect_ratio"] for made in requests_made] == ["9:16", "9:16"]


def test_the_form_works_without_scripts(studio: Studio, chromium: Any, prompt: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    studio.login(page)
    write_order(page, studio, prompt)
    generate_button(page).click()
    assert urlsplit(page.url).path == "/"
    expect(tile_of(page, prompt)).to_have_count(1)
    context.close()


def test_a_refused_order_keeps_what_was_typed_and_sends_nothing(studio: Studio, page: Page) -> None:
    studio.login(page)
    too_long = "é" * 2501
    page.goto(f"{studio.base_url}/")
    page.evaluate("() => document.querySelector('[name=prompt]').removeAttribute('maxlength')")
    page.locator("[name=prompt]").fill(too_long)
    generate_button(page).click(force=True)
    expect(page.locator("[name=prompt]")).to_have_attribute("aria-invalid", "true")
    assert page.locator("[name=prompt]").input_value() == too_long
    assert tasks_at_the_vendor(studio, too_long) == []
