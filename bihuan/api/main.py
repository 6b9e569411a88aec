"""接口: /api/v1, with bearer tokens, described by its own OpenAPI document."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.parser import Parser
from ninja.renderers import JSONRenderer

from bihuan import __version__
from bihuan.api import errors, figures, ledger, orders, reviews, search, statistics
from bihuan.api.bearer import Token
from bihuan.api.errors import plain

ABOUT = """Orders of every programme: open, list, read, move, search. What a caller may do is what the person behind the
token may do on the pages. Errors are `{code, sentence}`: the code is stable, the sentence is for people.
Instants are UTC text of 27 characters; a limit ends at `due`, exclusive."""


class StrictJson(Parser):
    """JSON as the standard has it: no NaN, and text that can be written down again."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type not in ("application/json", ""):
            raise errors.invalid("body", _("请求内容要是 JSON。"))
        try:
            read = json.loads(request.body, parse_constant=_no_number)
            json.dumps(read, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            raise errors.invalid("body", _("请求内容不是能读的 JSON，请核对")) from None
        return read


class PlainJson(JSONRenderer):
    """Chinese as Chinese: a third of the size, and readable in a log."""

    json_dumps_params = {"ensure_ascii": False}


def _no_number(text: str) -> None:
    raise ValueError(text)


api = NinjaAPI(
    title="Bihuan 闭环",
    version=__version__,
    description=ABOUT,
    docs_url=None,  # the page would fetch its scripts from elsewhere
    urls_namespace="api",
    auth=Token(),
    parser=StrictJson(),
    renderer=PlainJson(),
)
api.add_router("", orders.router)
api.add_router("", ledger.router)
api.add_router("", statistics.router)
api.add_router("", figures.router)
api.add_router("", reviews.router)
api.add_router("", search.router)
errors.install(api)


def nowhere(request: HttpRequest) -> HttpResponse:
    """Answer every address that is none: 404, and 401 for nobody in particular."""
    try:
        known = Token()(request)
    except errors.Problem as why:
        return why.answer()
    return plain(404 if known else 401).answer()


nowhere.csrf_exempt = True  # type: ignore[attr-defined]
urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", nowhere),  # before the library's own root, which is nobody's page
    path("v1/", api.urls),
    re_path(r"^", nowhere, name="api-nowhere"),
]
