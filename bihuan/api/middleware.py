"""Under /api/ every answer is JSON, also the ones given before or after the operations."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _

from bihuan.api.errors import Problem, plain

ROOT = "/api/"
BODY_LIMIT = 1 << 20


class Json:
    """Refuse bodies beyond 1 MB, speak English to who asks for it, and let no page out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(ROOT):
            return self.get_response(request)
        if request.headers.get("Accept-Language", "").lower().startswith("en"):
            with translation.override("en"):
                response = self._answer(request)
            response.headers["Content-Language"] = "en"
            return response
        return self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not str(length).isdecimal() or int(length) > BODY_LIMIT:
            return plain(413).answer()
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):  # no database looks for it
            return Problem(400, "invalid", _("地址里有存不下的控制字符（NUL），请去掉再试。")).answer()
        response = self.get_response(request)
        if response.status_code < 400 or response.headers.get("Content-Type", "").startswith("application/json"):
            return response
        known = plain(response.status_code)
        if number := getattr(request, "error_number", ""):
            known = Problem(known.status, known.code, known.sentence, facts={"number": number})
        answer = known.answer()
        for name in ("Allow", "Retry-After"):
            if name in response.headers:
                answer.headers[name] = response.headers[name]
        return answer
