"""表单令: the hidden field by which a form shows that its page came from here; Django's own guard checks it.

Django draws each letter of the mask by a call of its own and writes the cookie again with every form: a twelfth of a
page. Here the mask comes from one draw, and a cookie that the browser has already is left as it is: it lasts a year,
and every sign-in makes another.
"""

from __future__ import annotations

import secrets

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH, get_token
from markupsafe import Markup

_CHARS = CSRF_ALLOWED_CHARS
_MANY = len(_CHARS)
_AT = {char: at for at, char in enumerate(_CHARS)}
_MASKS = _MANY**CSRF_SECRET_LENGTH


def form_token(request: HttpRequest) -> Markup:
    """Return the hidden field of one page: the browser's secret under a mask of its own, as Django's guard reads it."""
    secret = request.META.get("CSRF_COOKIE", "")
    # A browser without the cookie gets one, and one in an older form a newer one.
    known = secret and request.COOKIES.get(settings.CSRF_COOKIE_NAME) == secret
    token = masked(secret) if known else get_token(request)
    return Markup(f'<input type="hidden" name="csrfmiddlewaretoken" value="{token}">')  # letters and figures alone


def masked(secret: str) -> str:
    """Return a secret of Django's letters behind a mask: every one of all masks is as likely as any other."""
    left, mask, cipher = secrets.randbelow(_MASKS), [], []
    for char in secret:
        left, at = divmod(left, _MANY)
        mask.append(_CHARS[at])
        cipher.append(_CHARS[(at + _AT[char]) % _MANY])
    return "".join(mask + cipher)
