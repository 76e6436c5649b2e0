"""What must be done before the programs start: one at a time, tables, static files, accounts."""

import fcntl
import hashlib
import io
import json
from pathlib import Path
from typing import TextIO

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core import checks
from django.core.management import call_command
from django.db import connections


class Refused(Exception):
    """It cannot start; the text is the one sentence that says why and what to do."""


def check() -> None:
    """Run Django's checks, ours among them. Raises Refused with a sentence for each that fails."""
    failed = [found.msg for found in checks.run_checks() if found.is_serious()]
    if failed:
        raise Refused("\n".join(failed))


def lock(path: Path) -> TextIO:
    """Hold `path` locked as long as the returned file is open, which ends with the process at the latest.

    Raises Refused when another copy holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    held = path.open("a+")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        held.seek(0)
        raise Refused(_already_running(path.parent, held.read())) from error
    held.truncate(0)
    return held


def leave_notice(held: TextIO, notice: dict[str, str | int]) -> None:
    """Write who runs here into the locked file, as JSON."""
    json.dump(notice, held)
    held.flush()


def _already_running(var_dir: Path, notice: str) -> str:
    """Say which copy runs here; its notice may still be unwritten."""
    told = json.loads(notice or "{}")
    who = f" (process {told['pid']}, {told['url']})" if told else ""
    return (
        f"a copy is already running on {var_dir}{who}. "
        "Stop it first, or set another VAR_DIR and PORT for a second one."
    )


def bring_up_to_date() -> str:
    """Bring tables, static files and accounts up to date; return the lines about the accounts."""
    call_command("migrate", interactive=False, verbosity=0)
    collect_static(settings.STATIC_ROOT)
    lines = accounts()
    connections.close_all()
    return lines


def collect_static(root: Path) -> None:
    """Bring the static files to `root`, unless those collected last came from the same sources."""
    stamp = root.with_name("static.stamp")
    wanted = _sources_digest()
    if root.is_dir() and stamp.exists() and stamp.read_text() == wanted:
        return
    call_command("collectstatic", interactive=False, clear=root.is_dir(), verbosity=0)
    stamp.write_text(wanted)


def _sources_digest() -> str:
    """Return a hash over the path, size and time of every static file there is."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            path = Path(storage.path(name))
            digest.update(f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}\n".encode())
    return digest.hexdigest()


def accounts() -> str:
    """Make the first accounts if there are none; return the lines that say who can sign in."""
    lines = io.StringIO()
    call_command("ensure_accounts", stdout=lines)
    return lines.getvalue().strip()
