"""All settings, read from the environment and checked at start. `.env.example` explains each variable."""

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env, validate

from kling_site.secret import read_or_create_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env(eager=False)
if os.environ.get("ENV_FILE", "yes") != "":
    env.read_env(os.environ.get("ENV_FILE", str(BASE_DIR / ".env")), recurse=False)

POSITIVE = validate.Range(min=0, min_inclusive=False)

# Where this copy lives
VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var"))).resolve()
HOST = env.str("HOST", "127.0.0.1")
PORT = env.int("PORT", 8000, validate=validate.Range(min=1, max=65535))
PUBLIC_URL = env.str("PUBLIC_URL", "").rstrip("/")
DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "") or read_or_create_secret_key(VAR_DIR / "secret_key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]", HOST])
TIME_ZONE = env.str("TIME_ZONE", "Europe/Berlin")

# Magnific. Without a key everything runs against the sandbox: a rehearsal.
MAGNIFIC_API_KEY = env.str("MAGNIFIC_API_KEY", "")
MAGNIFIC_API_HEADER = env.str("MAGNIFIC_API_HEADER", "x-magnific-api-key")
MAGNIFIC_BASE_URL = env.str(
    "MAGNIFIC_BASE_URL", "https://api.magnific.com" if MAGNIFIC_API_KEY else f"http://127.0.0.1:{PORT + 1}"
).rstrip("/")
MAGNIFIC_RESULT_HOSTS = env.list(
    "MAGNIFIC_RESULT_HOSTS",
    ["*.freepik.com", "*.magnific.com"] if MAGNIFIC_API_KEY else [MAGNIFIC_BASE_URL],
)
MAGNIFIC_MAX_CONCURRENT = env.int("MAGNIFIC_MAX_CONCURRENT", 3, validate=validate.Range(min=1))
MAGNIFIC_REQUESTS_PER_MINUTE = env.int("MAGNIFIC_REQUESTS_PER_MINUTE", 50, validate=validate.Range(min=5))
MAGNIFIC_WEBHOOK_SECRETS: list[str] = env.list("MAGNIFIC_WEBHOOK_SECRETS", [])
MAGNIFIC_REQUEUE_ABSENT = env.bool("MAGNIFIC_REQUEUE_ABSENT", False)
REHEARSAL = not MAGNIFIC_API_KEY

# Waiting times, in seconds
LIST_INTERVAL_SECONDS = env.float("LIST_INTERVAL_SECONDS", 2.0, validate=POSITIVE)
LEASE_SECONDS = env.float("LEASE_SECONDS", 150.0, validate=POSITIVE)
SLICE_SECONDS = env.float("SLICE_SECONDS", 25.0, validate=POSITIVE)
POST_CONNECT_SECONDS = env.float("POST_CONNECT_SECONDS", 5.0, validate=POSITIVE)
POST_DEADLINE_SECONDS = env.float("POST_DEADLINE_SECONDS", 50.0, validate=POSITIVE)
CLAIM_TO_SEND_SECONDS = env.float("CLAIM_TO_SEND_SECONDS", 5.0, validate=POSITIVE)
UNSURE_LIST_SECONDS = env.float("UNSURE_LIST_SECONDS", 120.0, validate=POSITIVE)
ABSENCE_SECONDS = env.float("ABSENCE_SECONDS", 600.0, validate=POSITIVE)
SLOW_AFTER_SECONDS = env.float("SLOW_AFTER_SECONDS", 600.0, validate=POSITIVE)
EMPTY_RESULT_SECONDS = env.float("EMPTY_RESULT_SECONDS", 600.0, validate=POSITIVE)
GIVE_UP_AFTER_SECONDS = env.float("GIVE_UP_AFTER_SECONDS", 86400.0, validate=POSITIVE)
SAVE_SECONDS = env.float("SAVE_SECONDS", 240.0, validate=POSITIVE)
CLIENT_IDLE_SECONDS = env.float("CLIENT_IDLE_SECONDS", 30.0, validate=POSITIVE)
STUCK_AFTER_SECONDS = env.float("STUCK_AFTER_SECONDS", 180.0, validate=POSITIVE)
if LEASE_SECONDS < SLICE_SECONDS + CLAIM_TO_SEND_SECONDS + POST_CONNECT_SECONDS + POST_DEADLINE_SECONDS:
    raise ImproperlyConfigured("LEASE_SECONDS must be longer than a slice and a whole POST together.")
INVITATION_DAYS = env.int("INVITATION_DAYS", 7, validate=validate.Range(min=1))

INSTALLED_APPS = [
    "generations.apps.GenerationsConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_q",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "kling_site.urls"
WSGI_APPLICATION = "kling_site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "generations.views.context.studio",
            ],
        },
    }
]

# Data. A cluster is started with IN_WORKER: its forked processes must never share pooled sockets.
IN_WORKER = env.bool("IN_WORKER", False)
DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 30,
        "transaction_mode": "IMMEDIATE",
        # FULL: a power cut must not undo a committed "submitting".
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
elif IN_WORKER:
    DATABASES["default"]["CONN_MAX_AGE"] = 600
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {"min_size": 1, "max_size": 16, "timeout": 20}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", "")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "cache",
    }
}

# No task may be cut off by the queue: a POST that begins last in its slice, a save with all that follows it.
TASK_SECONDS = int(max(120, SLICE_SECONDS + POST_CONNECT_SECONDS + POST_DEADLINE_SECONDS + 30))
SAVING_SECONDS = int(SAVE_SECONDS + 60)
# django-q2 is a doorbell: the ORM broker keeps the queue beside the data in both modes.
Q_CLUSTER = {
    "name": "kling",
    "label": "Queue",
    "orm": "default",
    "workers": 3,
    "timeout": TASK_SECONDS,
    "retry": 5 * TASK_SECONDS,
    "max_attempts": 1,
    "ack_failures": True,
    "queue_limit": 1,
    "bulk": 1,
    "save_limit": -1,
    "catch_up": False,
    "recycle": 200,
    "guard_cycle": 0.5,
    "poll": env.float("QUEUE_POLL_SECONDS", 0.2, validate=POSITIVE),
    "ALT_CLUSTERS": {"saving": {"workers": 4, "timeout": SAVING_SECONDS, "retry": 5 * SAVING_SECONDS}},
}

# People
AUTH_USER_MODEL = "generations.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "create"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
EMAIL = env.dj_email_url("EMAIL_URL", "console:")
EMAIL_BACKEND = EMAIL["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL["EMAIL_HOST"]
EMAIL_PORT = EMAIL["EMAIL_PORT"]
EMAIL_HOST_USER = EMAIL["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = EMAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = EMAIL["EMAIL_USE_TLS"]
EMAIL_USE_SSL = EMAIL["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "studio@localhost")

# Words and times
LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True

# Files
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR_DIR / "media"
RECEIPTS_DIR = VAR_DIR / "receipts"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Safety
HTTPS = PUBLIC_URL.startswith("https://")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SESSION_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if HTTPS else []
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

LOG_LEVEL = env.str("LOG_LEVEL", "INFO", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # The queue logs two lines for every nudge.
        "django-q": {"level": "WARNING"},
        # urllib3 logs paths with their queries at DEBUG: a signed link must not reach a log.
        "urllib3": {"level": "INFO"},
    },
}

env.seal()
