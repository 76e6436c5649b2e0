"""The settings of a test run: the project's own, in an environment that holds nothing of this machine's."""

import os
import tempfile
from pathlib import Path

FOREIGN = {"PUBLIC_URL", "ALLOWED_HOSTS", "DEBUG", "EMAIL_URL", "HOST", "PORT", "IN_WORKER", "Q_CLUSTER_NAME"}
for name in list(os.environ):
    if name in FOREIGN or name.startswith(("MAGNIFIC_", "SANDBOX_")) or name.endswith("_SECONDS"):
        del os.environ[name]
os.environ["ENV_FILE"] = ""
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="kling-test-")
os.environ["SECRET_KEY"] = "only-for-tests"

from kling_site.settings import *  # noqa: E402, F403
from kling_site.settings import DATABASES, STATIC_ROOT, STORAGES, VAR_DIR  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# The manifest needs a collected folder; the browser tests run with the real one. Here it is empty.
STATIC_ROOT.mkdir()
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in earnest: threads then see each other's commits and locks.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(VAR_DIR) / "test.sqlite3")}
else:
    DATABASES["default"]["OPTIONS"].pop("pool", None)
