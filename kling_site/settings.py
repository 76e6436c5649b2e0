"""All settings, read from the environment and checked at start. `.env.example` explains each variable."""

import os
from pathlib import Path

from csp.constants import NONE, SELF
from dotenv import load_dotenv

from kling_site.environment import CURRENCY_CODE, HEADER_NAME, LEVEL, WORD, Environment, fingerprint, host_of
from kling_site.secret import read_or_create_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent

# Into the environment itself, for all that read it: the commands, the sandbox, the programs that are started.
if ENV_FILE := os.environ.get("ENV_FILE", str(BASE_DIR / ".env")):
    load_dotenv(ENV_FILE)
env = Environment(os.environ)

# Where this copy lives
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var"))).resolve()
HOST = env.text("HOST", "127.0.0.1")
PORT = env.whole("PORT", 8000, lowest=1, highest=65535)
PUBLIC_URL = env.origin("PUBLIC_URL")
DEBUG = env.flag("DEBUG", False)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]", HOST])
if PUBLIC_URL:
    ALLOWED_HOSTS.append(host_of(PUBLIC_URL))
TIME_ZONE = env.zone("TIME_ZONE", "Europe/Berlin")

# Magnific. Without a key everything runs against the sandbox: a rehearsal.
MAGNIFIC_API_KEY = env.matching("MAGNIFIC_API_KEY", "", WORD, "one word of printable ASCII characters")
MAGNIFIC_API_HEADER = env.matching(
    "MAGNIFIC_API_HEADER", "x-magnific-api-key", HEADER_NAME, "a header's name: letters, digits and hyphens"
)
MAGNIFIC_BASE_URL = env.address(
    "MAGNIFIC_BASE_URL", "https://api.magnific.com" if MAGNIFIC_API_KEY else f"http://127.0.0.1:{PORT + 1}"
)
MAGNIFIC_RESULT_HOSTS = env.sources(
    "MAGNIFIC_RESULT_HOSTS",
    ["*.freepik.com", "*.magnific.com"] if MAGNIFIC_API_KEY else [MAGNIFIC_BASE_URL],
)
MAGNIFIC_MAX_CONCURRENT = env.whole("MAGNIFIC_MAX_CONCURRENT", 3, lowest=1, highest=10_000)
MAGNIFIC_REQUESTS_PER_MINUTE = env.whole("MAGNIFIC_REQUESTS_PER_MINUTE", 50, lowest=5, highest=1_000_000)
IMPROVEMENTS_PER_DAY = env.whole("IMPROVEMENTS_PER_DAY", 1000, lowest=1, highest=1_000_000)
MAGNIFIC_WEBHOOK_SECRETS = env.words("MAGNIFIC_WEBHOOK_SECRETS", [])
MAGNIFIC_REQUEUE_ABSENT = env.flag("MAGNIFIC_REQUEUE_ABSENT", False)
REHEARSAL = not MAGNIFIC_API_KEY

# Waiting times, in seconds
LIST_INTERVAL_SECONDS = env.seconds("LIST_INTERVAL_SECONDS", 2.0)
LEASE_SECONDS = env.seconds("LEASE_SECONDS", 150.0)
SLICE_SECONDS = env.seconds("SLICE_SECONDS", 25.0)
POST_CONNECT_SECONDS = env.seconds("POST_CONNECT_SECONDS", 5.0)
POST_DEADLINE_SECONDS = env.seconds("POST_DEADLINE_SECONDS", 50.0)
CLAIM_TO_SEND_SECONDS = env.seconds("CLAIM_TO_SEND_SECONDS", 5.0)
UNSURE_LIST_SECONDS = env.seconds("UNSURE_LIST_SECONDS", 120.0)
ABSENCE_SECONDS = env.seconds("ABSENCE_SECONDS", 600.0)
SLOW_AFTER_SECONDS = env.seconds("SLOW_AFTER_SECONDS", 600.0)
EMPTY_RESULT_SECONDS = env.seconds("EMPTY_RESULT_SECONDS", 600.0)
GIVE_UP_AFTER_SECONDS = env.seconds("GIVE_UP_AFTER_SECONDS", 86400.0)
IMPROVEMENT_SLOW_SECONDS = env.seconds("IMPROVEMENT_SLOW_SECONDS", 30.0)
IMPROVEMENT_GIVE_UP_SECONDS = env.seconds("IMPROVEMENT_GIVE_UP_SECONDS", 600.0)
SAVE_SECONDS = env.seconds("SAVE_SECONDS", 240.0)
NOTICE_MAIL_SECONDS = env.seconds("NOTICE_MAIL_SECONDS", 300.0)
CLIENT_IDLE_SECONDS = env.seconds("CLIENT_IDLE_SECONDS", 30.0)
STUCK_AFTER_SECONDS = env.seconds("STUCK_AFTER_SECONDS", 180.0)
if LEASE_SECONDS < SLICE_SECONDS + CLAIM_TO_SEND_SECONDS + POST_CONNECT_SECONDS + POST_DEADLINE_SECONDS:
    env.complain(
        "LEASE_SECONDS must be longer than SLICE_SECONDS, CLAIM_TO_SEND_SECONDS, POST_CONNECT_SECONDS and "
        "POST_DEADLINE_SECONDS together."
    )
INVITATION_DAYS = env.whole("INVITATION_DAYS", 7, lowest=1, highest=365)
TRASH_DAYS = env.whole("TRASH_DAYS", 30, lowest=1, highest=3650)

# Money
CURRENCY = env.matching(
    "CURRENCY", "EUR", CURRENCY_CODE, "a currency's code: three capital letters such as EUR"
)
ALREADY_MADE_DAYS = env.whole("ALREADY_MADE_DAYS", 7, lowest=0, highest=366)
TONIGHT_HOUR = env.whole("TONIGHT_HOUR", 22, lowest=0, highest=23)

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
    "generations.views.private.keep_private",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "generations.views.not_allowed.explain_not_allowed",
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
IN_WORKER = env.flag("IN_WORKER", False)
IS_SAVING = env.text("Q_CLUSTER_NAME") == "saving"
SQLITE = {"ENGINE": "kling_site.sqlite3", "NAME": str(VAR_DIR / "db.sqlite3")}
DATABASES = {"default": env.database("DATABASE_URL", SQLITE)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["ENGINE"] = SQLITE["ENGINE"]
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 30,
        "transaction_mode": "IMMEDIATE",
        # FULL: a power cut must not undo a committed "submitting". What savers commit is done again after one.
        # Mapped, pages are read where the system keeps them: each connection's own cache holds 2 MB of copies.
        "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={'NORMAL' if IS_SAVING else 'FULL'};"
        f"PRAGMA mmap_size={2**30};",
    }
else:
    POSTGRESQL = DATABASES["default"].setdefault("OPTIONS", {})
    # Its default of 4 is a turning disk's: one person's clips were then looked for among everybody's.
    POSTGRESQL["options"] = f"-c random_page_cost=1.1 {POSTGRESQL.get('options', '')}".strip()
    DATABASES["default"]["CONN_MAX_AGE"] = 600 if IN_WORKER else 0
    if not IN_WORKER:
        POSTGRESQL["pool"] = {"min_size": 1, "max_size": 16, "timeout": 20}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.redis("REDIS_URL")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "cache",
    },
    # What `{% cache %}` keeps of pages, in each process: the same for all who see it, until the next release.
    "template_fragments": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

# No task may be cut off by the queue: a POST that begins last in its slice, a save with all that follows it.
TASK_SECONDS = int(max(120, SLICE_SECONDS + POST_CONNECT_SECONDS + POST_DEADLINE_SECONDS + 30))
SAVING_SECONDS = int(SAVE_SECONDS + 60)
SAVERS = 4
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
    "poll": env.seconds("QUEUE_POLL_SECONDS", 0.2),
    "ALT_CLUSTERS": {"saving": {"workers": SAVERS, "timeout": SAVING_SECONDS, "retry": 5 * SAVING_SECONDS}},
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
EMAIL = env.email("EMAIL_URL", "console:")
EMAIL_BACKEND = EMAIL["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL["EMAIL_HOST"]
EMAIL_PORT = EMAIL["EMAIL_PORT"]
EMAIL_HOST_USER = EMAIL["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = EMAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = EMAIL["EMAIL_USE_TLS"]
EMAIL_USE_SSL = EMAIL["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "studio@localhost")

# Words and times
LANGUAGE_CODE = "en"
USE_I18N = True
FORMAT_MODULE_PATH = "kling_site.formats"
USE_TZ = True

# Files
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR_DIR / "media"
RECEIPTS_DIR = VAR_DIR / "receipts"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "kling_site.storage.StaticFilesStorage"},
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
# Files come in memory or not at all: a larger request is read to its end and thrown away, piece by piece.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 10_100_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_100  # A thousand chosen clips, and what is to be done with them.

LOG_LEVEL = env.matching("LOG_LEVEL", "INFO", LEVEL, "DEBUG, INFO, WARNING or ERROR")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "kling_site.logs.Formatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "filters": {"sentence": {"()": "kling_site.logs.WithoutTraceback"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # Django's own handlers would write the same again, with tokens.
        "django": {"handlers": [], "level": LOG_LEVEL},
        # Whoever asks for another host name than ours causes it.
        "django.security.DisallowedHost": {"filters": ["sentence"]},
        # The queue logs two lines for every nudge.
        "django-q": {"level": "WARNING"},
        # urllib3 logs paths with their queries at DEBUG: a signed link must not reach a log.
        "urllib3": {"level": "INFO"},
    },
}

env.refuse()
# Only now, since it may make a file: an environment that is refused leaves no trace.
SECRET_KEY = env.text("SECRET_KEY") or read_or_create_secret_key(VAR_DIR / "secret_key")
# Machines that share the data share their keys in the cache; another installation on the same Redis does not.
INSTALLATION = fingerprint(SECRET_KEY, DATABASES["default"]["NAME"])
CACHES["default"]["KEY_PREFIX"] = INSTALLATION
# A browser sends a host's cookies to all of its ports: a second copy beside this one would sign everybody out here.
SESSION_COOKIE_NAME = f"sessionid_{INSTALLATION}"
CSRF_COOKIE_NAME = f"csrftoken_{INSTALLATION}"
