"""The environment of an application for tests."""

import os
import socket
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PASSWORDS = {"demo": "a-demo-for-tests", "admin": "an-admin-for-tests"}


def free_port() -> int:
    """Return a port that nobody used a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def environment(var_dir: Path, port: int, settings: dict[str, str]) -> dict[str, str]:
    """Return the environment of an application: this process's, without what the test run has set."""
    names = {f"{who.upper()}_PASSWORD": password for who, password in PASSWORDS.items()}
    place = {"HOST": "127.0.0.1", "PORT": str(port), "VAR_DIR": str(var_dir), "ENV_FILE": ""}
    own = {"SECRET_KEY", "DATABASE_URL"}
    kept = {name: value for name, value in os.environ.items() if name not in own}
    return {**kept, "DJANGO_SETTINGS_MODULE": "kling_site.settings", **names, **place, **settings}
