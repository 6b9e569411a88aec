"""附件: files on their way in, kept between a rehearsal and the import itself, and gone a day later."""

from __future__ import annotations

import re
import secrets
import time
from pathlib import Path

from django.conf import settings

KEPT = 24 * 3600
_TOKEN = re.compile(r"^[a-f0-9]{32}$")


def keep(data: bytes) -> str:
    """Keep the bytes of a file and return the token that gives them back; what is older than a day is dropped."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        try:
            if old.stat().st_mtime < time.time() - KEPT:
                old.unlink()
        except OSError:
            continue  # somebody else was first
    token = secrets.token_hex(16)
    (folder / token).write_bytes(data)
    return token


def kept(token: str) -> bytes | None:
    """Return the bytes kept under a token, None where there are none any more."""
    if not _TOKEN.match(token):
        return None
    try:
        return (_folder() / token).read_bytes()
    except OSError:
        return None


def drop(token: str) -> None:
    """Forget the file of a token."""
    if _TOKEN.match(token):
        (_folder() / token).unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "incoming"
