"""A request that carries an Idempotency-Key is done once; its answer is given again for 24 hours."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from bihuan.api.bearer import Called
from bihuan.api.errors import Problem, invalid
from bihuan.core.instants import instant, iso
from bihuan.store import tokens

KEPT = timedelta(hours=24)
WORKING = timedelta(seconds=60)  # after that, the process that took the key is held for dead
LONGEST = 200
Act = Callable[[str], tuple[int, dict[str, Any]]]


def once(request: Called, act: Act) -> HttpResponse:
    """Do what a request asks and answer it; under a key that was used before, give the earlier answer.

    `act` gets the command to record with its event, "" without a key, and returns status and body. The same key with
    another request is a 409; so is one whose first request is still being worked on. Only what was done is kept: a
    request that was refused may be tried again under its key.
    """
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key:
        return _answer(*act(""))
    if len(key) > LONGEST or not key.isascii() or not key.isprintable():
        raise invalid("Idempotency-Key", _("Idempotency-Key 要用200个以内的英文字母、数字和符号"))
    token, digest, now = request.auth.token, _digest(request), request.now
    claimed = _claim(token, key, digest, now)
    if isinstance(claimed, HttpResponse):
        return claimed
    try:
        status, body = act(_command(token, key, claimed))
    except BaseException:
        tokens.release(token, key)
        raise
    tokens.answer(token=token, key=key, status=status, body=_written(body))
    tokens.forget_answers(iso(now - KEPT), 20)
    return _answer(status, body)


def _claim(token: str, key: str, digest: str, now: datetime) -> HttpResponse | str:
    """Take the key and return the instant it is known by, or the answer that was given before."""
    at = iso(now)
    for _try in range(3):
        if tokens.claim(token=token, key=key, digest=digest, at=at):
            return at
        before = tokens.answered(token, key)
        if before is None:
            continue
        if now - instant(before.at) >= KEPT:
            tokens.release(token, key)
            continue
        if before.digest != digest:
            raise Problem(409, "repeat.other", _("这个 Idempotency-Key 已用于另一个请求，请换一个。"))
        if before.status:
            return HttpResponse(before.body, status=before.status, content_type="application/json")
        if now - instant(before.at) < WORKING:
            break
        # The command stays that of the first try, so that what it may have done is found and not done again.
        return before.at
    raise Problem(409, "repeat.working", _("同一个请求正在处理，请稍后再用同一个 Idempotency-Key 询问。"))


def _command(token: str, key: str, at: str) -> str:
    return "api:" + hashlib.sha256(f"{token}\n{key}\n{at}".encode()).hexdigest()[:56]


def _digest(request: Called) -> str:
    said = f"{request.method} {request.get_full_path()}\n".encode()
    return hashlib.sha256(said + request.body).hexdigest()


def _answer(status: int, body: dict[str, Any]) -> HttpResponse:
    return HttpResponse(_written(body), status=status, content_type="application/json")


def _written(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, default=str)
