"""The only settings file. Everything that differs between a laptop and a large campaign comes
from the environment; docs/run.md lists each variable, and a test keeps the two equal."""

import hashlib
import os
import secrets
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from reflect2protect.config import env

PACKAGE = Path(__file__).resolve().parent.parent
ROOT = PACKAGE.parent
DATA_DIR = Path(env.text("DATA_DIR", "var")).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

# -- who may look ---------------------------------------------------------------------------
DEBUG = env.flag("DEBUG", False)
PUBLIC_URL = env.text("PUBLIC_URL", f"http://127.0.0.1:{env.number('PORT', 8000)}").rstrip("/")
LOCAL = urlsplit(PUBLIC_URL).hostname in {"127.0.0.1", "localhost", "::1"}
HTTPS = PUBLIC_URL.startswith("https://")
# The same site as an onion service: pages name it, and Tor Browser offers it.
ONION_URL = env.text("ONION_URL").rstrip("/")


def _secret_key() -> str:
    """The key set by the deployment, or, on a laptop, one made once and kept in the data folder."""
    if key := env.text("SECRET_KEY"):
        return key
    if not LOCAL:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Anything that is not on this machine alone needs its own key: "
            "set SECRET_KEY or SECRET_KEY_FILE to at least 50 random characters."
        )
    path = DATA_DIR / "secret-key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(key := secrets.token_urlsafe(64))
    return key


if not LOCAL and DEBUG:
    raise ImproperlyConfigured("DEBUG is on and PUBLIC_URL is not this machine: turn DEBUG off.")
if not LOCAL and not HTTPS and not PUBLIC_URL.endswith(".onion"):
    raise ImproperlyConfigured(
        f"PUBLIC_URL is {PUBLIC_URL}: people at risk need https:// (or an .onion address)."
    )

SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env.text("ALLOWED_HOSTS", "*" if LOCAL else "").split(",")
if not LOCAL and ALLOWED_HOSTS == [""]:
    ALLOWED_HOSTS = [PUBLIC_URL.split("//", 1)[1].split("/")[0].split(":")[0]]
if ONION_URL and not LOCAL:
    ALLOWED_HOSTS.append(urlsplit(ONION_URL).hostname or "")
# Who stands in front, and may say where a request comes from.
PROXIES = env.networks("PROXIES", env.text("PROXIES"))
CSRF_TRUSTED_ORIGINS = [] if LOCAL else [PUBLIC_URL]
# The licence asks that readers be offered the source that runs.
SOURCE_CODE_URL = env.text("SOURCE_CODE_URL")
WAGTAILADMIN_BASE_URL = PUBLIC_URL

# -- the house ------------------------------------------------------------------------------
ROOMS = [
    "pages",
    "wall",
    "moderation",
    "series",
    "submissions",
    "publishing",
    "media",
    "audit",
    "core",
]
INSTALLED_APPS = [
    *(f"reflect2protect.{room}" for room in ROOMS),
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "reflect2protect.core.middleware.SecurityHeaders",
    "csp.middleware.CSPMiddleware",
    "reflect2protect.core.middleware.StudioPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "reflect2protect.core.middleware.BodyLimit",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "reflect2protect.core.problems.CalmFailure",
]
ROOT_URLCONF = "reflect2protect.config.urls"
WSGI_APPLICATION = "reflect2protect.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = True

# -- where things are kept ------------------------------------------------------------------
DATABASES: dict[str, Any] = {
    "default": env.database("DATABASE_URL", DATA_DIR),
    "keys": env.keys("KEYS_URL", DATA_DIR),  # core.vault
}
PRIVATE_DIR = DATA_DIR / "private"
# Which keys were destroyed (submissions.work.gone). It must survive what a backup replaces, so
# better on another disk.
GONE_LIST = Path(env.text("GONE_LIST", str(DATA_DIR / "gone" / "keys.txt"))).resolve()
# The public site: a folder of files and nothing else. What is needed to write it lies beside it,
# on the same file system, so that a finished file can be renamed into place.
PUBLIC_DIR = Path(env.text("PUBLIC_DIR", str(DATA_DIR / "public"))).resolve()
ASIDE_DIR = PUBLIC_DIR.with_name(f"{PUBLIC_DIR.name}-aside")
# Signs copies to give away: 64 hexadecimal digits; without it one is made in DATA_DIR/keys.
EXPORT_KEY = env.text("EXPORT_KEY")
# Where that folder is kept besides: an object store, and a cache in front that is told what to
# forget. Nothing set: neither.
STORE = env.store(env.text("STORE_URL"), env.text("STORE_KEY"), env.text("STORE_SECRET"))
CDN = env.cdn(env.text("CDN_URL"), env.text("CDN_METHOD"), env.text("CDN_TOKEN"))
CHANNEL_CONNECT_SECONDS = 5.0
CHANNEL_READ_SECONDS = 20.0
# Taking part by e-mail (docs/mail.md): off unless all three are set.
MAILBOX = env.mail("MAILBOX_URL", env.text("MAILBOX_URL"), "imaps", "imap")
MAIL = env.mail("MAIL_URL", env.text("MAIL_URL"), "smtps", "smtp")
MAIL_FROM = env.address("MAIL_FROM", env.text("MAIL_FROM"))
MEDIA_ROOT = DATA_DIR / "staff-media"
MEDIA_URL = "/staff/media/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
        if not DEBUG
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CAMPAIGN_DIR = Path(env.text("CAMPAIGN", str(ROOT / "campaigns" / "reflect2protect")))
EXAMPLES = env.flag("EXAMPLES", True)
SEASON = env.text("SEASON", "bundle")
if SEASON not in {"bundle", "live"}:
    raise env.BadSetting(f"SEASON: expected live (or nothing), found {SEASON!r}.")

# -- uploads: in memory, or not at all ------------------------------------------------------
MAX_BODY_BYTES = 25 * 1024 * 1024
BODIES_ROOM = 192 * 1024 * 1024  # of memory, for all that arrive at once
FILE_UPLOAD_HANDLERS = ["reflect2protect.media.uploads.MemoryOnlyUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES

# -- languages ------------------------------------------------------------------------------
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("ar", "العربية"),
    ("zh-hans", "中文"),
    ("en", "English"),
    ("fr", "Français"),
    ("ru", "Русский"),
    ("es", "Español"),
]
LOCALE_PATHS = [ROOT / "locale"]
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES

# -- staff ----------------------------------------------------------------------------------
AUTH_USER_MODEL = "core.User"
LOGIN_URL = "wagtailadmin_login"
LOGIN_REDIRECT_URL = "moderation:desk"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_PATH = "/staff/"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "reflect2protect.core.problems.forbidden"
CSRF_COOKIE_PATH = "/staff/"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SAMESITE = "Strict"
WAGTAIL_SITE_NAME = "Campaign studio"
WAGTAILIMAGES_IMAGE_MODEL = "media.CampaignImage"
WAGTAILIMAGES_IMAGE_FORM_BASE = "reflect2protect.media.forms.LaunderedImageForm"
WAGTAILIMAGES_EXTENSIONS = ["avif", "heic", "jpeg", "jpg", "png", "webp"]  # what is laundered
WAGTAILIMAGES_MAX_UPLOAD_SIZE = MAX_BODY_BYTES
# A reset by e-mail would be a way round whatever protects a staff account.
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_USAGE_COUNT_ENABLED = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

# -- what a browser may do ------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "media-src": ["'self'"],
        "connect-src": ["'self'"],
        # Only a person's click puts YouTube into this frame (see static/r2p/js/facade.js).
        "frame-src": ["https://www.youtube-nocookie.com"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_HSTS_SECONDS = 63072000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Our own middleware sets these headers; template settings are Wagtail's to complain about.
SILENCED_SYSTEM_CHECKS = ["security.W001", "security.W002", "security.W003", "wagtailadmin.W003"]

# -- the worker -----------------------------------------------------------------------------
WORKER_LEASE_SECONDS = 6.0
WORKER_POLL_SECONDS = 1.0
# A socket's path may hold about 100 bytes, so it lives in the system's folder for short paths.
NUDGE_SOCKET = Path(tempfile.gettempdir()) / (
    f"nudge-{os.getuid()}-{hashlib.sha256(str(DATA_DIR).encode()).hexdigest()[:16]}.sock"
)

# -- logs: what happened, never who or what was sent ----------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "reflect2protect": {"level": "INFO"},
        # Django's own error reports carry the request, and with it what a person sent.
        "django.request": {"handlers": [], "level": "CRITICAL", "propagate": False},
        "django.security": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}
