"""Takes the pictures of the README from a running application: `script/screenshots`."""

import io
import os
import re
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from generations.magnific.sandbox.config import SandboxConfig
from generations.magnific.sandbox.server import running_sandbox
from tests.studio import ROOT, Studio, running_studio

IMAGES = ROOT / "docs" / "images"
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
ORDERS = (
    ("Fog lifts off a pine forest at dawn, slow push in, a deer crosses far away", "16:9", 5),
    ("Rain on a tram window at night, the city out of focus, neon reflections", "9:16", 6),
    ("Aurora over a frozen lake, the camera rises slowly from the ice", "16:9", 8),
    ("A dune ridge at last light, sand blowing off the crest, handheld", "1:1", 5),
    ("A small harbour in the blue hour, boats rocking, one lantern", "16:9", 10),
    ("Snow begins to fall on a mountain pass, wide and still", "16:9", 5),
    ("A paper boat crosses a rain puddle, seen from just above the water", "16:9", 5),
)
PAINTED = {"SANDBOX_PLAIN": "false"}
"""A picture of its own for each prompt."""
SLOW = PAINTED | {"SANDBOX_SECONDS": "20", "MAGNIFIC_MAX_CONCURRENT": "2"}
MONTH = """
from datetime import timedelta
from decimal import Decimal
from django.utils import timezone
from generations.models import Generation, LedgerEntry, Membership, Role, Team, User
from generations.models.ledger import Kind
team, clip = Team.objects.get(), Generation.objects.first()
Team.objects.update(monthly_limit=900, daily_limit=120)
people = [("ada", Role.LEAD, None), ("bo", Role.MEMBER, 220), ("mia", Role.MEMBER, 300), ("eve", Role.VIEWER, None)]
for number, (name, role, limit) in enumerate(people):
    user = User.objects.create(username=name, email=name + "@example.com")
    Membership.objects.create(team=team, user=user, role=role, monthly_limit=limit)
    for day in range(timezone.localdate().day if role == Role.MEMBER else 0):
        if (spent := Decimal("5.60") * ((7 * day + 3 * number) % 5 - 1)) > 0:
            on = timezone.localdate().replace(day=day + 1)
            booked = {"team": team, "member": user, "day": on, "currency": clip.currency, "generation": clip}
            LedgerEntry.objects.write(kind=Kind.SETTLE, spent=spent, **booked)
"""
"""A team that has worked for a month, in the books alone."""

TALK = """
from generations.lifecycle import comments, review
from generations.models import Generation, Membership, Role, Team, User
mia = User.objects.create(username="mia", email="mia@example.com")
Membership.objects.create(team=Team.objects.get(), user=mia, role=Role.MEMBER)
demo = User.objects.get(username="demo")
clip, *others = Generation.objects.filter(state="ready").order_by("number")
deer = comments.comment(clip, "@demo the deer should come in a beat later", actor=mia, moment_ms=1500)
comments.comment(clip, "Agreed, I will try a longer take", actor=demo, thread=deer)
comments.comment(clip, "This fog is perfect", actor=mia, moment_ms=3800)
review.hand_in(demo, [clip, *others[:2]])
"""
"""What two people say of a clip, which is then handed in with two others."""


def order(page: Page, studio: Studio, prompt: str, ratio: str, seconds: int) -> None:
    """Write a prompt and press Generate."""
    page.goto(f"{studio.base_url}/")
    page.locator("[name=prompt]").fill(prompt)
    page.locator("[name=duration]").fill(str(seconds))
    page.locator(f"[name=aspect_ratio][value='{ratio}']").check(force=True)
    page.get_by_role("button", name=re.compile("^Generate")).first.click()
    expect(page.locator("[data-generation]").filter(has_text=prompt[:50])).to_have_count(1)


def make_clips(studio: Studio, page: Page) -> None:
    """Order every clip and wait until they are here."""
    for wish in ORDERS:
        order(page, studio, *wish)
    page.goto(f"{studio.base_url}/gallery/")
    for tile in page.locator("[data-generation]").all():
        expect(tile).to_have_attribute("data-state", "ready", timeout=120_000)
    for tile in page.locator("[data-generation]").all():
        expect(tile.locator("img")).to_be_visible(timeout=60_000)  # Posters are made after that, one by one.


def take(page: Page, name: str) -> None:
    """Save what the page shows, once its pictures are there, as docs/images/<name>.webp."""
    page.wait_for_load_state("networkidle")
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        picture.save(IMAGES / f"{name}.webp", quality=86, method=6)


def take_all(studio: Studio, browser: Browser, theme: str, session: Path) -> None:
    """Take every page in one theme, on a desk and on a phone."""
    for size, viewport in (("", DESK), ("-phone", PHONE)):
        context = browser.new_context(viewport=viewport, color_scheme=theme, storage_state=session)
        page = context.new_page()
        page.goto(f"{studio.base_url}/")
        page.locator("[name=prompt]").fill(ORDERS[-1][0])
        page.locator("[name=aspect_ratio][value='16:9']").check(force=True)
        take(page, f"create{size}-{theme}")
        page.goto(f"{studio.base_url}/gallery/")
        take(page, f"gallery{size}-{theme}")
        page.locator("[data-state=ready]").last.click()
        page.locator("video").evaluate("video => { video.currentTime = 1.5; }")
        page.wait_for_timeout(1500)
        take(page, f"clip{size}-{theme}")
        context.close()


def take_review(studio: Studio, browser: Browser) -> None:
    """Take the admin's review queue in both themes."""
    page = browser.new_page()
    studio.login(page, "admin")
    for theme in ("dark", "light"):
        context = browser.new_context(
            viewport=DESK, color_scheme=theme, storage_state=page.context.storage_state()
        )
        shown = context.new_page()
        shown.goto(f"{studio.base_url}/admin/generations/clipinreview/queue/")
        shown.wait_for_timeout(2000)
        take(shown, f"review-{theme}")
        context.close()


def take_money(folder: Path, browser: Browser) -> None:
    """Take the pages of a team for which clips are paid, whose Magnific is a sandbox, in both themes."""
    config = SandboxConfig(data_dir=folder / "sandbox", port=0, seconds=30.0)
    with running_sandbox(config) as sandbox:
        vendor = {"MAGNIFIC_BASE_URL": sandbox.base_url, "MAGNIFIC_RESULT_HOSTS": sandbox.base_url}
        with running_studio(folder / "paying", MAGNIFIC_API_KEY="a-key", **vendor) as studio:
            page = browser.new_page()
            studio.login(page)
            order(page, studio, *ORDERS[0])
            studio.shell(MONTH)
            for theme in ("dark", "light"):
                context = browser.new_context(
                    viewport=DESK, color_scheme=theme, storage_state=page.context.storage_state()
                )
                for name, path in (("team", "/team/"), ("spend", "/team/spend/")):
                    shown = context.new_page()
                    shown.goto(f"{studio.base_url}{path}")
                    take(shown, f"{name}-{theme}")
                context.close()


def main() -> None:
    """Start an application, make clips in it, keep two more running, take the pictures; then those with money."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=["--no-sandbox"])
        session = Path(folder) / "session.json"
        with running_studio(Path(folder) / "var", SANDBOX_MEGABYTES="12", **PAINTED) as studio:
            page = browser.new_page()
            studio.login(page)
            make_clips(studio, page)
            studio.shell(TALK)
            page.context.storage_state(path=session)
        with running_studio(Path(folder) / "var", **SLOW) as studio:
            for theme in ("dark", "light"):
                page = browser.new_page(storage_state=session)
                for ratio in ("16:9", "9:16", "1:1"):
                    order(page, studio, f"Waves break on black sand, {theme}, {ratio}", ratio, 5)
                page.wait_for_timeout(3000)
                take_all(studio, browser, theme, session)
                page.wait_for_timeout(30_000)
            take_review(studio, browser)
        take_money(Path(folder), browser)
        browser.close()


if __name__ == "__main__":
    main()
