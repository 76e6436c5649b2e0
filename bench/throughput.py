"""How many clips a minute go through, beside a bare loop of the same HTTP calls.

The sandbox renders in no time and serves small files. All clips are queued at once; the time counts until the
last one is ready: claimed, sent, followed, downloaded, checked and stored. The bare loop uses the same client and
the same downloader, without any of the rest.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.figures import verdict
from bench.sandboxes import RunningSandbox, own_sandbox
from generations.magnific.client import Client
from generations.magnific.messages import VideoRequest
from generations.media.download import download
from tests.studio import ROOT, environment, free_port, running_studio
from tests.template import own_database

TARGET = 0.5
"""Of the bare loop's rate."""
LONGEST_SECONDS = 400.0
PLENTY = "60000"
SANDBOX = {"plain": "true", "megabytes": 0.3, "seconds": 0, "list_delay": 0, "requests_per_minute": PLENTY}
SCRIPT = """
import json
import time
from django.db import transaction
from django.db.models import Max
from bench.looks import order
from generations.models import Generation
with transaction.atomic():
    order({clips})
queued_at = time.time()
ready = Generation.objects.filter(state="ready")
while ready.count() < {clips} and time.time() < queued_at + {longest}:
    time.sleep(1)
last = ready.aggregate(sent=Max("submissions__answered_at"), completed=Max("completed_at"), ready=Max("ready_at"))
after = {{name: moment.timestamp() - queued_at for name, moment in last.items() if moment}}
print(json.dumps([ready.count(), after]))
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the number of clips."""
    parser.add_argument("--clips", type=int, default=500, help="queued at once")


def run(options: argparse.Namespace) -> bool:
    """Print both rates and the queries of a look; True if ours is at least half of the bare loop's."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        steady = _looks_are_steady(folder / "looks")
        with own_sandbox(folder / "sandbox", list_window=options.clips, **SANDBOX) as sandbox:
            bare = _bare(sandbox, folder, options.clips)
            print(f"{'bare loop':10} {bare:6.1f} clips a second", flush=True)
            ours = _ours(sandbox, folder / "var", options.clips)
            asked = sandbox.asked()
    kept = ours >= TARGET * bare
    print(
        f"{'ours':10} {ours:6.1f} clips a second, {ours / bare:.0%}; at least {TARGET:.0%}: {verdict(kept)}"
    )
    print(f"requests of both: {asked}")
    return kept and steady


def _bare(sandbox: RunningSandbox, folder: Path, clips: int) -> float:
    """Create, ask, download with our own client, one clip after the other; return clips a second."""
    client = Client(base_url=sandbox.url, api_key="bare")
    wish = VideoRequest("Dunes at dawn", "", 0.5, "16:9", 3)
    started = time.monotonic()
    for number in range(clips):
        task = client.get(client.create(wish).task.task_id).task
        part = folder / f"{number}.mp4"
        download(
            task.generated[0],
            part,
            allowed_hosts=[sandbox.url],
            time_budget=60,
            should_stop=lambda: False,
        )
    return clips / (time.monotonic() - started)


def _ours(sandbox: RunningSandbox, var_dir: Path, clips: int) -> float:
    """Return clips a second, from queued to ready."""
    settings = _settings(sandbox, clips)
    with running_studio(var_dir, **settings) as studio:
        script = SCRIPT.format(clips=clips, longest=LONGEST_SECONDS)
        said = studio.shell(script).splitlines()[-1]
        ready, last = json.loads(said)
        if ready < clips:
            raise TimeoutError(f"{ready} of {clips} clips are ready.\n{studio.tails()}")
    after = ", ".join(f"{name} after {seconds:.1f} s" for name, seconds in last.items())
    print(f"{'ours':10} the last one: {after}")
    return float(clips / last["ready"])


def _settings(sandbox: RunningSandbox, clips: int) -> dict[str, str]:
    return {
        "MAGNIFIC_BASE_URL": sandbox.url,
        "MAGNIFIC_MAX_CONCURRENT": str(clips),
        "MAGNIFIC_REQUESTS_PER_MINUTE": PLENTY,
        "LIST_INTERVAL_SECONDS": "0.5",
        "QUEUE_POLL_SECONDS": "0.05",
    }


def _looks_are_steady(folder: Path) -> bool:
    """Print how much the dispatcher asks of the database; True if that does not grow with what is in flight."""
    options = SANDBOX | {"seconds": 3600, "list_window": 1000}
    with own_sandbox(folder / "sandbox", **options) as sandbox, own_database() as database:
        settings = database | _settings(sandbox, 1000) | {"LOG_LEVEL": "WARNING"}
        env = environment(folder / "var", free_port(), settings)
        manage = [sys.executable, "manage.py"]
        script = f"from bench import looks; looks.measure({str(sandbox.log)!r})"
        for words in (["migrate", "-v", "0"], ["ensure_accounts", "-v", "0"]):
            subprocess.run([*manage, *words], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
        shell = subprocess.run([*manage, "shell", "-v", "0", "-c", script], cwd=ROOT, env=env, check=False)
        return shell.returncode == 0
