"""出口: the three ways out of the house (mail, SMS, chat-group robots), each with a time limit and an honest answer.

A message carries the same id however often it is sent: `Message-ID` of a mail, `Idempotency-Key` of a request. Whoever
takes it can tell a repetition by that. An answer is sent, later (try again) or never (trying again is no use).
"""

from __future__ import annotations

import json
import logging
import smtplib
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from bihuan.store.contacts import Robot

log = logging.getLogger("bihuan.jobs")
SECONDS = 10
SENT, LATER, NEVER = "sent", "later", "never"


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: a stable id, a title and a text; neither holds anything of an order but its number and a link."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of sending. `code` is a word of `words.notices.REASONS`, `detail` what the other side said."""

    what: str
    code: str = ""
    detail: str = ""


def send_mail(message: Message, to: str) -> Answer:
    """Hand one mail to the mail server."""
    server: Mapping[str, Any] = settings.MAIL_SERVER
    host = urlsplit(settings.SITE).hostname or "bihuan"
    mail = EmailMessage(
        message.title, message.text, settings.MAIL_FROM, [to],
        headers={"Message-ID": f"<{message.id}@{host}>", "Auto-Submitted": "auto-generated"},
        connection=get_connection("django.core.mail.backends.smtp.EmailBackend", **server),
    )  # fmt: skip
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as why:
        code, said = next(iter(why.recipients.values()), (0, b""))
        return Answer(NEVER if code >= 500 else LATER, "recipient", f"{code} {_text(said)}")
    except smtplib.SMTPResponseException as why:
        return Answer(LATER, "mail_refused", f"{why.smtp_code} {_text(why.smtp_error)}")
    except (smtplib.SMTPException, OSError) as why:
        return Answer(LATER, "mail_away", why.__class__.__name__)
    return Answer(SENT)


def send_sms(message: Message, to: str) -> Answer:
    """Hand one text to the SMS adapter: POST {id, to, text}; 2xx and 409 (it has it already) mean taken."""
    status, body = _post(
        settings.SMS_URL,
        {"id": message.id, "to": to, "text": message.text},
        {"Authorization": f"Bearer {settings.SMS_TOKEN}", "Idempotency-Key": message.id},
    )
    if 200 <= status < 300 or status == 409:
        return Answer(SENT)
    if 400 <= status < 500 and status not in (401, 403, 408, 425, 429):
        return Answer(NEVER, "sms_refused", f"{status} {body}")
    return Answer(LATER, "sms_away" if status == 0 else "sms_refused", f"{status or ''} {body}".strip())


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A gateway that moved is not followed: the token would go along."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _post(address: str, body: dict[str, str], headers: dict[str, str]) -> tuple[int, str]:
    """Return (status, beginning of the answer); status 0 where there was none, with the reason."""
    data = json.dumps(body, ensure_ascii=False).encode()
    asked = urllib.request.Request(address, data, {"Content-Type": "application/json; charset=utf-8", **headers})
    try:
        with urllib.request.build_opener(_NoRedirect).open(asked, timeout=SECONDS) as answer:
            return answer.status, _text(answer.read(200))
    except urllib.error.HTTPError as why:
        with why:
            return why.code, _text(why.read(200))
    except (OSError, ValueError) as why:
        return 0, why.__class__.__name__


# ---------- chat-group robots ----------
# The vendors answer 200 to what they did not take, with a number in the body, and the library looks at the 200 alone.
_TAKEN = ("errcode", "code", "StatusCode")
_heard = threading.local()


class _Door(SimpleNamespace):
    """Stands before `requests` in the library's modules of the three vendors: hears the answer, names the message,
    and goes by the county's own gateway where there is one."""

    def post(self, url: str, **more: Any) -> Any:
        if settings.ROBOT_GATEWAY:
            parts = urlsplit(url)
            url = f"{settings.ROBOT_GATEWAY}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        more["headers"] = {**more.get("headers", {}), "Idempotency-Key": _heard.id}
        more.update(timeout=SECONDS, allow_redirects=False)
        answer = self.library.post(url, **more)
        _heard.status = answer.status_code
        try:
            _heard.body = answer.json()
        except ValueError:
            _heard.body = {}
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self.library, name)


@cache
def _apprise() -> Any:
    """Return the library with our door in it, or None where it is not installed (extra `notify`)."""
    try:
        import apprise
        import requests
        from apprise.plugins import dingtalk, feishu, wecombot
    except ImportError:
        return None
    door = _Door(library=requests)
    for module in (dingtalk, feishu, wecombot):
        module.requests = door  # type: ignore[attr-defined]
    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it would write the groups' keys into the log
    return apprise


def send_group(message: Message, robot: Robot) -> Answer:
    """Hand one text to a chat group's robot; the vendor's own answer counts, not its HTTP status alone."""
    library = _apprise()
    if library is None:
        return Answer(LATER, "no_library")
    scheme = {"dingtalk": "dingtalk", "wecom": "wecombot", "feishu": "feishu"}[robot.kind]
    secret = f"{robot.secret}@" if robot.secret else ""
    _heard.id, _heard.status, _heard.body = message.id, 0, {}
    group = library.Apprise.instantiate(f"{scheme}://{secret}{robot.token}/", suppress_exceptions=True)
    if group is None:
        return Answer(NEVER, "robot_address")
    group.request_rate_per_sec = 0  # our own pace
    taken = group.notify(body=message.text, title="")
    body = _heard.body if isinstance(_heard.body, dict) else {}
    number = next((body[key] for key in _TAKEN if key in body), None)
    if taken and str(number or 0) == "0":
        return Answer(SENT)
    if _heard.status == 0:
        return Answer(LATER, "robot_away")
    said = str(body.get("errmsg") or body.get("msg") or "")
    return Answer(LATER, "robot_refused", f"{_heard.status} {'' if number is None else number} {said}".strip())


def _text(said: Any) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return " ".join(text.split())[:80]
