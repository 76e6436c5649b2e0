"""The settings of a test run: the project's own, in an environment that holds nothing of this machine's."""

import os
import tempfile

KEPT = ("DATABASE_URL", "REDIS_URL", "VAR_DIR")
for name in list(os.environ):
    if name.startswith(("MAGNIFIC_", "SANDBOX_")) or name in {
        "PUBLIC_URL",
        "ALLOWED_HOSTS",
        "DEBUG",
        "EMAIL_URL",
    }:
        del os.environ[name]
os.environ["ENV_FILE"] = ""
os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="kling-test-"))
os.environ.setdefault("SECRET_KEY", "only-for-tests")

from kling_site.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
