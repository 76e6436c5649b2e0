"""A shell inside an application's environment that stays: starting one takes longer than what is asked of it."""

import json
import select
import subprocess
import sys
from pathlib import Path

LOOP = """
import contextlib, io, json, sys, traceback
from django.core.management.commands.shell import Command
from django.db import connections
names = Command().get_namespace(verbosity=0)
for line in sys.stdin:
    said, fault = io.StringIO(), ""
    try:
        with contextlib.redirect_stdout(said):
            exec(json.loads(line), dict(names))
    except Exception:
        fault = traceback.format_exc()
    connections.close_all()
    print(json.dumps([said.getvalue(), fault]), flush=True)
"""


SECONDS = 120
"""How long one piece may take: a console that hangs would hold the run for ever."""


class Console:
    """Runs pieces of Python as `manage.py shell` does; none of them sees what another has named."""

    def __init__(self, root: Path, environment: dict[str, str]) -> None:
        self._root, self._environment = root, environment
        self._process: subprocess.Popen[str] | None = None

    def run(self, code: str) -> str:
        """Return what the code prints. Raises AssertionError with the traceback if it fails, or if it hangs."""
        process = self._process = self._process or self._start()
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(code) + "\n")
        process.stdin.flush()
        if not select.select([process.stdout], [], [], SECONDS)[0]:
            process.kill()
            raise AssertionError(f"The console said nothing for {SECONDS} s.")
        said, fault = json.loads(process.stdout.readline() or '["", "The console has ended."]')
        assert not fault, fault
        return str(said)

    def close(self) -> None:
        """End it."""
        if self._process:
            try:
                self._process.communicate(timeout=SECONDS)
            finally:
                self._process.kill()

    def _start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "manage.py", "shell", "-v", "0", "-c", LOOP],
            cwd=self._root,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
