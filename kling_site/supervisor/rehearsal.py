"""What the programs are told in rehearsal, so that the sandbox calls back as Magnific would."""

import secrets
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

SANDBOX_HOST: Final = "127.0.0.1"


def environment(sandbox_port: int, here: str) -> dict[str, str]:
    """Return the variables that point every program at the sandbox, and the sandbox's callbacks at `here`.

    `here` is the origin at which this machine reaches the web server. What the operator has set stays: a
    `PUBLIC_URL`, and secrets, the first of which then signs.
    """
    chosen = settings.MAGNIFIC_WEBHOOK_SECRETS or [webhook_secret(settings.VAR_DIR / "webhook_secret")]
    own_name = urlsplit(here).netloc.rpartition(":")[0]
    return {
        "MAGNIFIC_BASE_URL": f"http://{SANDBOX_HOST}:{sandbox_port}",
        "PUBLIC_URL": settings.PUBLIC_URL or here,
        "ALLOWED_HOSTS": ",".join(dict.fromkeys([*settings.ALLOWED_HOSTS, own_name])),
        "MAGNIFIC_WEBHOOK_SECRETS": ",".join(chosen),
        "SANDBOX_WEBHOOK_SECRET": chosen[0],
    }


def webhook_secret(path: Path) -> str:
    """Return the secret kept at `path`; make it, readable by this user only, where there is none."""
    if not path.exists():
        draft = path.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32))
        draft.replace(path)
    return path.read_text().strip()
