"""Every refusal and fault as JSON {code, sentence}; never a trace, never a page."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from bihuan.core.refusal import Refused
from bihuan.store.orders import NotFound

log = logging.getLogger("bihuan.api")
# What every operation may answer besides success; shapes.Error is the body of each.
FAULTS = (400, 401, 404, 409, 413, 429)


class Problem(Exception):
    """An answer other than success: `status`, a stable code, the sentence, and what it is about."""

    def __init__(
        self,
        status: int,
        code: str,
        sentence: str,
        *,
        fields: dict[str, str] | None = None,
        facts: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.sentence = status, code, sentence
        self.fields, self.facts, self.headers = fields or {}, facts or {}, headers or {}

    def answer(self) -> HttpResponse:
        """Return the answer."""
        body: dict[str, Any] = {"code": self.code, "sentence": self.sentence}
        if self.fields:
            body["fields"] = self.fields
        if self.facts:
            body["facts"] = self.facts
        return JsonResponse(body, status=self.status, headers=self.headers, json_dumps_params=JSON)


JSON = {"ensure_ascii": False, "default": str}


def plain(status: int) -> Problem:
    """Return what is said where nothing more is known than the status."""
    sentences = {
        400: ("invalid", _("请求有错，请核对内容。")),
        401: ("token", _("请在 Authorization 里带上有效的令牌：Bearer ……。")),
        404: ("not_found", _("找不到。可能地址或单号有误，也可能不在您的职责范围。")),
        405: ("method", _("这个地址不接受这种请求。")),
        413: ("too_large", _("请求内容太大，接口一次最多收1MB。")),
        429: ("too_many", _("请求太多，请过一会儿再试。")),
        503: ("unavailable", _("系统暂时不能用，没有改动任何东西，请过一会儿再试。")),
    }
    code, sentence = sentences.get(status, ("fault", _("系统出错，刚才的请求没有完成。")))
    headers = {401: {"WWW-Authenticate": "Bearer"}, 429: {"Retry-After": "60"}, 503: {"Retry-After": "30"}}
    return Problem(status, code, sentence, headers=headers.get(status))


def invalid(field: str, sentence: str, *more: tuple[str, str]) -> Problem:
    """Return a 400 that names the fields at fault."""
    fields = {field: sentence, **dict(more)}
    return Problem(400, "invalid", _("；").join(fields.values()), fields=fields)


def install(api: NinjaAPI) -> None:
    """Let the API answer every exception by one of ours."""

    @api.exception_handler(Problem)
    def problem(request: HttpRequest, why: Problem) -> HttpResponse:
        return why.answer()

    @api.exception_handler(ValidationError)
    def validation(request: HttpRequest, why: ValidationError) -> HttpResponse:
        return _unfit(why.errors).answer()

    @api.exception_handler(AuthenticationError)
    def nobody(request: HttpRequest, why: AuthenticationError) -> HttpResponse:
        return plain(401).answer()

    @api.exception_handler(HttpError)
    def other(request: HttpRequest, why: HttpError) -> HttpResponse:
        # The library hides behind a 400 of its own what our reader of bodies found.
        return (why.__cause__ if isinstance(why.__cause__, Problem) else plain(why.status_code)).answer()

    @api.exception_handler(NotFound)
    def strange(request: HttpRequest, why: NotFound) -> HttpResponse:
        return plain(404).answer()

    @api.exception_handler(Http404)
    def absent(request: HttpRequest, why: Http404) -> HttpResponse:
        return plain(404).answer()

    @api.exception_handler(RequestDataTooBig)
    def large(request: HttpRequest, why: RequestDataTooBig) -> HttpResponse:
        return plain(413).answer()

    @api.exception_handler(Refused)
    def refused(request: HttpRequest, why: Refused) -> HttpResponse:
        return Problem(409, why.code, _("现在不能办（%(code)s）。") % {"code": why.code}, facts=why.facts).answer()

    @api.exception_handler(DatabaseError)
    def database(request: HttpRequest, why: DatabaseError) -> HttpResponse:
        return plain(503).answer() if isinstance(why, (OperationalError, InterfaceError)) else _fault()

    @api.exception_handler(Exception)
    def fault(request: HttpRequest, why: Exception) -> HttpResponse:
        return _fault()


def _fault() -> HttpResponse:
    number = secrets.token_hex(2).upper()
    log.exception("fault [%s]", number)
    said = _("系统出错，刚才的请求没有完成。请把编号 %(number)s 告诉管理员。") % {"number": number}
    return Problem(500, "fault", said, facts={"number": number}).answer()


def _unfit(errors: list[dict[str, Any]]) -> Problem:
    """What pydantic found wrong, by field, in our words."""
    fields: dict[str, str] = {}
    for error in errors:
        path = [str(part) for part in error.get("loc", ()) if part not in ("body", "query", "path", "header")]
        name = ".".join(path[1:] if path[:1] in (["new"], ["asked"]) else path) or "body"
        fields.setdefault(name, _worded(name, str(error.get("type", "")), error.get("ctx") or {}))
    return Problem(400, "invalid", _("；").join(fields.values()), fields=fields)


def _worded(name: str, kind: str, context: dict[str, Any]) -> str:
    said = {"field": name, "limit": context.get("max_length") or context.get("ge") or context.get("le") or ""}
    said["words"] = str(context.get("expected", "")).replace(" or ", "、").replace("'", "")
    sentences = {
        "missing": _("缺“%(field)s”"),
        "extra_forbidden": _("没有“%(field)s”这一项"),
        "string_type": _("“%(field)s”要写文字"),
        "string_too_long": _("“%(field)s”最多%(limit)s个字符"),
        "int_type": _("“%(field)s”要写整数"),
        "int_parsing": _("“%(field)s”要写整数"),
        "greater_than_equal": _("“%(field)s”至少是%(limit)s"),
        "less_than_equal": _("“%(field)s”最多是%(limit)s"),
        "dict_type": _("“%(field)s”要写成 JSON 对象"),
        "bool_parsing": _("“%(field)s”要写 true 或 false"),
        "literal_error": _("“%(field)s”只能写：%(words)s"),
        "enum": _("“%(field)s”只能写：%(words)s"),
        "model_type": _("请求内容要是 JSON 对象"),
        "model_attributes_type": _("请求内容要是 JSON 对象"),
    }
    return sentences.get(kind, _("“%(field)s”不对，请核对")) % said
