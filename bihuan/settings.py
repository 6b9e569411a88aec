"""Settings: one file that runs with nothing set.

Every value that a county may change is an environment variable named BIHUAN_…, read by the helpers below and
described in docs/settings.md. Nothing set means a safe local demonstration: SQLite, loopback only, no debugging.
"""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

PACKAGE = Path(__file__).resolve().parent
SOURCE = PACKAGE.parent


def text(name: str, default: str = "") -> str:
    """Return the variable, or the content of the file that NAME_FILE names, or the default."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as fault:
            raise ImproperlyConfigured(f"{name}_FILE 指的文件读不了：{path}（{fault.strerror}）") from None
    return os.environ.get(name, default).strip()


def switch(name: str) -> bool:
    """Return True for 1, true, yes, on; False for nothing, 0, false, no, off."""
    value = os.environ.get(name, "").strip().lower()
    if value not in {"", "0", "false", "no", "off", "1", "true", "yes", "on"}:
        raise ImproperlyConfigured(f"{name} 只能写 1 或 0，现在是“{value}”。")
    return value in {"1", "true", "yes", "on"}


def whole(name: str, default: int) -> int:
    """Return the variable as a whole number of at least 0."""
    value = os.environ.get(name, "").strip() or str(default)
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} 要写整数，现在是“{value}”。")
    return int(value)


def kept_secret(path: Path) -> str:
    """Return the secret in the file, making it first when there is none.

    Several processes may start at once: the file appears complete or not at all, and all of them read the same one.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


def database(url: str) -> dict[str, Any]:
    """Return Django's description of the database at `sqlite:///path` or `postgres://user:word@host:port/name?option=`.

    On PostgreSQL a serving process holds up to BIHUAN_POOL connections; short commands and tests hold none (0).
    SQLite serialises writers: transactions take the write lock at BEGIN, so that none fails half-way, and
    `synchronous=FULL` keeps what was acknowledged through a power cut.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured(
            "BIHUAN_DATABASE_URL 看不懂，请核对主机和端口：postgres://名:口令@主机:5432/库。"
        ) from None
    if parts.scheme == "sqlite":
        name = unquote(parts.path[1:]) if parts.path.startswith("/") else ""
        if not name:
            raise ImproperlyConfigured(
                "BIHUAN_DATABASE_URL 没写文件：sqlite:///var/bihuan.sqlite3 或 sqlite:////绝对路径。"
            )
        if name != ":memory:":
            name = str(Path(name).absolute())
            Path(name).parent.mkdir(parents=True, exist_ok=True)
        # A checkpoint at every 16 MB instead of 4, and 8 MB of pages in memory: fewer flushes, as safe as before.
        pragmas = "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
        pragmas += "PRAGMA wal_autocheckpoint=4000;PRAGMA cache_size=-8000;"
        options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "OPTIONS": options, "CONN_MAX_AGE": None}
    if parts.scheme in {"postgres", "postgresql"}:
        asked: dict[str, Any] = dict(parse_qsl(parts.query))
        if size := whole("BIHUAN_POOL", 0):
            asked["pool"] = {"min_size": 1, "max_size": size, "timeout": 20}
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": asked.pop("host", None) or unquote(parts.hostname or ""),
            "PORT": str(port or ""),
            "OPTIONS": asked,
            "CONN_MAX_AGE": 0,
        }
    raise ImproperlyConfigured(f"BIHUAN_DATABASE_URL 只认 sqlite:/// 和 postgres://，现在是“{parts.scheme}”。")


def zone(name: str, default: str) -> str:
    """Return the variable as the name of a time zone."""
    value = text(name) or default
    try:
        return ZoneInfo(value).key
    except (KeyError, ValueError, OSError):
        raise ImproperlyConfigured(f"{name} 没有时区“{value}”，要写 Asia/Shanghai 这样。") from None


def web_address(name: str) -> str:
    """Return the variable as an address of the web without its last slash, "" where it is not set."""
    value = text(name).rstrip("/")
    if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
        raise ImproperlyConfigured(f"{name} 要写 http:// 或 https:// 开头的网址，现在是“{value}”。")
    return value


def mail_server(url: str) -> dict[str, Any]:
    """Return what Django's mail needs of `smtp://user:word@host:port`, `smtp+tls://` (STARTTLS) or `smtps://`."""
    parts = urlsplit(url)
    ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
    try:
        port = parts.port
    except ValueError:
        port = 0
    if parts.scheme not in ports or not parts.hostname or port == 0:
        raise ImproperlyConfigured(
            "BIHUAN_MAIL_URL 要写 smtp://、smtp+tls:// 或 smtps:// 开头，如 smtps://名:口令@主机:465。"
        )
    return {
        "host": parts.hostname,
        "port": port or ports[parts.scheme],
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_tls": parts.scheme == "smtp+tls",
        "use_ssl": parts.scheme == "smtps",
        "timeout": 10,
    }


# ---------- where things are ----------
VAR = (SOURCE if (SOURCE / "pyproject.toml").exists() else Path.cwd()) / "var"
# Beside the package in the source, within it where it was installed from a wheel.
PROGRAMMES = (SOURCE if (SOURCE / "pyproject.toml").exists() else PACKAGE) / "programmes"
MEDIA_ROOT = Path(text("BIHUAN_MEDIA_ROOT") or VAR / "media")
BIHUAN_KEYS_FILE = text("BIHUAN_KEYS_FILE")

# ---------- secrets and safety ----------
DEBUG = switch("BIHUAN_DEBUG")
SECRET_KEY = text("BIHUAN_SECRET_KEY") or kept_secret(VAR / "secret-key")
# The links of orders have a key of their own (decisions.md 24): changing the other one leaves them valid.
LINK_KEY = text("BIHUAN_LINK_KEY") or kept_secret(VAR / "link-key")
# Rating and withdrawing by a link ask for the last four digits of the contact's phone (ux 19).
LINK_DIGITS = not switch("BIHUAN_NO_DIGITS")
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = text("BIHUAN_ALLOWED_HOSTS").replace(",", " ").split() or LOOPBACK
PROXIES = whole("BIHUAN_PROXIES", 0)
HTTPS = switch("BIHUAN_HTTPS")
# Anybody may read the words of the demonstration sign-ins; they stay on this machine unless this is set.
DEMO_ANYWHERE = switch("BIHUAN_DEMO_ANYWHERE")

if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_ENGINE = "bihuan.store.sessions"
SESSION_COOKIE_NAME = "bihuan_session"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
CSRF_COOKIE_NAME = "bihuan_form"
CSRF_FAILURE_VIEW = "bihuan.web.errors.stale_form"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# ---------- notices ----------
# The address under which people reach these pages: without it no message leaves the house, for it could lead nowhere.
SITE = web_address("BIHUAN_SITE")
MAIL_URL = text("BIHUAN_MAIL_URL")
MAIL_SERVER = mail_server(MAIL_URL) if MAIL_URL else {}
MAIL_FROM = text("BIHUAN_MAIL_FROM") or (f"bihuan@{MAIL_SERVER['host']}" if MAIL_URL else "")
SMS_URL = web_address("BIHUAN_SMS_URL")
SMS_TOKEN = text("BIHUAN_SMS_TOKEN")
# Where a network lets nothing out: the robots' vendors are reached through this address instead of their own.
ROBOT_GATEWAY = web_address("BIHUAN_ROBOT_GATEWAY")

# How often a month, over all programmes, the office should come to one requester; 0 is without limit.
CONTACT_BUDGET = whole("BIHUAN_CONTACT_BUDGET", 3)
# Requests a minute that one API token may make of one process; 0 is without limit.
API_RATE = whole("BIHUAN_API_RATE", 600)

# ---------- uploads ----------
UPLOAD_LIMIT = 20 * 1024 * 1024
BODY_LIMIT = 130 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_HANDLERS = [
    "bihuan.web.uploads.Limited",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o640

# ---------- parts ----------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "bihuan.store",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "bihuan.web.middleware.Policy",
    "bihuan.web.middleware.Language",
    "bihuan.api.middleware.Json",
    "bihuan.web.middleware.Manners",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "bihuan.web.middleware.Forms",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "bihuan.web.middleware.Acting",
    "bihuan.web.middleware.SignIn",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "bihuan.urls"
WSGI_APPLICATION = "bihuan.wsgi.application"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_CODE = text("BIHUAN_LANGUAGE", "zh-hans")
if LANGUAGE_CODE not in dict(LANGUAGES):
    raise ImproperlyConfigured(f"BIHUAN_LANGUAGE 只有 zh-hans 和 en，现在是“{LANGUAGE_CODE}”。")

TEMPLATES = [
    *(
        {
            "BACKEND": "django.template.backends.jinja2.Jinja2",
            "NAME": f"pages-{language}",
            "DIRS": [PACKAGE / "web" / "templates"],
            "APP_DIRS": False,
            "OPTIONS": {"environment": "bihuan.web.jinja.environment", "language": language},
        }
        for language, _name in LANGUAGES
    ),
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "NAME": "signin",
        "DIRS": [PACKAGE / "web" / "templates" / "signin"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "bihuan.web.signin.shell_of",
            ],
        },
    },
]

# ---------- data ----------
DATABASES = {"default": database(text("BIHUAN_DATABASE_URL") or f"sqlite:///{VAR / 'bihuan.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Sign-in limits live in the cache and must hold over all processes.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "bihuan_cache"}}
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "bihuan.web.assets.Assets"},
}

# ---------- words and time ----------
USE_TZ = True
TIME_ZONE = zone("BIHUAN_TIME_ZONE", "Asia/Shanghai")
USE_I18N = True
LANGUAGE_COOKIE_NAME = "bihuan_language"
LOCALE_PATHS = [PACKAGE / "locale"]

# ---------- sign-in ----------
AUTHENTICATION_BACKENDS = ["bihuan.store.signin.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/in/"
ACCOUNT_ADAPTER = "bihuan.web.signin.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    # The public's own: orders and papers from one network address, wrong digits and additions to one order.
    "submit": f"{whole('BIHUAN_PUBLIC_LIMIT', 30)}/h/ip",
    "papers": "120/h/ip",
    "digits": "5/h/key",
    "supplement": "20/h/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "闭环 Bihuan"
MFA_TOTP_TOLERANCE = 1

# ---------- records of running ----------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "bihuan.web.logs.Discreet", "format": "{asctime} {levelname} {name} {message}", "style": "{"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"django": {"handlers": ["console"], "level": "INFO", "propagate": False}},
}
