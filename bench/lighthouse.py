"""What Lighthouse says of the pages people live on: `script/lighthouse`.

Each page of a studio with rehearsal clips is judged as a signed-in member sees it, on a desk and on a phone. What
falls short is named with Lighthouse's own words.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from bench.figures import verdict
from bench.member import Member
from tests.studio import Studio, running_studio

VERSION: Final = "lighthouse@12.8.2"
CATEGORIES: Final = ("performance", "accessibility", "best-practices", "seo")
LEAST: Final = 95
CLIPS: Final = 6
READY_SECONDS: Final = 120.0
ATTEMPTS: Final = 2
"""The first run of a cold Chromium may break off, or measure the machine's own start."""
CHROME: Final = "--headless=new --no-sandbox --disable-gpu"
FORMS: Final = {"desk": ["--preset=desktop"], "phone": []}

Report = dict[str, Any]


class BrokeOff(Exception):
    """Lighthouse gave no report; the text is what it said."""


def make_clips(member: Member) -> str:
    """Order rehearsal clips in every ratio; return the newest one's id once all are here. Raises TimeoutError."""
    ratios = ("16:9", "9:16", "1:1")
    made = [
        member.order(f"Waves break on black sand, take {number}", aspect_ratio=ratios[number % 3])
        for number in range(CLIPS)
    ]
    deadline = time.monotonic() + READY_SECONDS
    while any(member.state(clip) != "ready" for clip in made):
        if time.monotonic() > deadline:
            raise TimeoutError("The rehearsal clips did not come.")
        time.sleep(0.5)
    # Posters and previews are made a moment later.
    time.sleep(5)
    return made[-1]


def judge(url: str, form: str, cookie: str, folder: Path) -> Report:
    """Return Lighthouse's report of one page. Raises BrokeOff if it ends without one every time."""
    report, headers = folder / "report.json", folder / "headers.json"
    headers.write_text(json.dumps({"Cookie": cookie}))
    command = ["npx", "--yes", VERSION, url, *FORMS[form], "--quiet", f"--chrome-flags={CHROME}"]
    command += ["--output=json", f"--output-path={report}", f"--extra-headers={headers}"]
    command += [f"--only-categories={','.join(CATEGORIES)}", "--no-enable-error-reporting"]
    environment = {**os.environ, "CHROME_PATH": os.environ["CHROMIUM"]}
    for attempt in range(ATTEMPTS):
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode == 0:
            found: Report = json.loads(report.read_text())
            if min(scores(found).values()) >= LEAST or attempt + 1 == ATTEMPTS:
                return found
    raise BrokeOff(f"Lighthouse broke off at {url}:\n{done.stderr}")


def scores(report: Report) -> dict[str, int]:
    """Return the score of each category, of 100."""
    return {name: round(100 * (report["categories"][name]["score"] or 0)) for name in CATEGORIES}


def shortcomings(report: Report) -> list[str]:
    """Return what cost points, in Lighthouse's words."""
    audits = report["audits"]
    counted = [
        audits[one["id"]]
        for name in CATEGORIES
        for one in report["categories"][name]["auditRefs"]
        if one["weight"]
    ]
    return [
        f"{audit['title']} {audit.get('displayValue', '')} ({100 * audit['score']:.0f})"
        for audit in counted
        if audit["score"] is not None and audit["score"] < 0.9
    ]


def show(name: str, report: Report) -> bool:
    """Print a page's line; whether all of it is good."""
    found = scores(report)
    is_good = min(found.values()) >= LEAST
    told = "  ".join(f"{category} {score:3}" for category, score in found.items())
    print(f"{name:16} {told}: {verdict(is_good)}", flush=True)
    for line in [] if is_good else shortcomings(report):
        print(f"    {line}")
    return is_good


def run(studio: Studio, folder: Path, forms: list[str]) -> bool:
    """Judge every page; True if all are good."""
    member = Member(studio)
    clip = make_clips(member)
    pages = {"Create": "/", "Gallery": "/gallery/", "Clip": f"/gallery/{clip}/"}
    judged = [
        show(f"{name}, {form}", judge(studio.base_url + path, form, member.cookie, folder))
        for name, path in pages.items()
        for form in forms
    ]
    return all(judged)


def main() -> None:
    """Start a studio, make clips, judge; status 1 when a page falls short."""
    parser = argparse.ArgumentParser(prog="script/lighthouse", description=__doc__)
    parser.add_argument("forms", nargs="*", metavar="form", help=f"of {', '.join(FORMS)}; both unless named")
    asked = parser.parse_args().forms or list(FORMS)
    if unknown := set(asked) - set(FORMS):
        parser.error(f"no such form: {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory() as folder, running_studio(Path(folder) / "var") as studio:
        sys.exit(not run(studio, Path(folder), asked))


if __name__ == "__main__":
    main()
