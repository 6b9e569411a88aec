"""What is said when a page cannot be had: one plain Chinese sentence and a way on, never a trace (ux 7)."""

import logging
import secrets
import sys

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bihuan.core.refusal import Refused
from bihuan.web.jinja import to_string
from bihuan.web.shell import bare_shell
from bihuan.web.uploads import TooLarge

log = logging.getLogger("bihuan.web")


def page(
    request: HttpRequest, status: int, title: str, *sentences: str, number: str = "", bare: bool = False
) -> HttpResponse:
    """Return an error page: what happened, then sentences saying why and what to do.

    bare: draw it without asking the database for anything.
    """
    more = {"shell": bare_shell(request)} if bare or not hasattr(request, "actor") else {}
    context = {"heading": title, "sentences": [s for s in sentences if s], "number": number}
    try:
        return HttpResponse(to_string(request, "errors/page.html", context, **more), status=status)
    except Exception:
        log.exception("error page %s failed", status)
        return HttpResponse("\n".join([title, *sentences]), status=status, content_type="text/plain; charset=utf-8")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 when the body or one of its files was larger than we take."""
    if isinstance(exception, TooLarge):
        said = _("“%(name)s”超过20MB。请压缩或拆开后再传；其他内容没有保存。") % {"name": exception.name}
        return page(request, 413, _("文件太大"), said, _back(request))
    if isinstance(exception, TooManyFilesSent):
        return page(request, 413, _("文件太多"), _("一次最多传20个文件，请分几次传。"))
    if isinstance(exception, RequestDataTooBig):
        said = _("一次提交的内容太多。每个文件不超过20MB，一次最多传6个。")
        return page(request, 413, _("内容太多"), said, _back(request))
    return page(request, 400, _("这个地址或这次提交有错"), _("请回到上一页核对后再试。"), bare=True)


def _back(request: HttpRequest) -> str:
    """Where a part was asked for, the form still stands behind what is said."""
    return "" if request.headers.get("HX-Request") else _("按“返回”可以接着填。")


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """400: the form's guard did not fit (CSRF); forbidden is never told as such."""
    said = _("这一页放得太久，或浏览器不收 Cookie。没有任何改动。按“返回”，刷新那一页，再提交一次。")
    return page(request, 400, _("没有提交"), said, bare=not hasattr(request, "actor"))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: absent and not yours look alike, so that nobody learns of an order by guessing."""
    said = _("可能单号有误，也可能不在您的职责范围。两种情况我们都只显示这一页。")
    return page(request, 404, _("找不到这一页"), said)


def not_opened(request: HttpRequest, allowed: str) -> HttpResponse:
    """405: an address that only takes what a form sends was opened, or the other way round."""
    said = _("这个地址只接收表单，不能直接打开；没有任何改动。请回到原来的页面再提交。")
    answer = page(request, 405, _("不能这样打开这一页"), said, bare=not hasattr(request, "now"))
    answer.headers["Allow"] = allowed
    return answer


def refused(request: HttpRequest, why: Refused) -> HttpResponse:
    """409: a move that cannot be made now, where no page of its own shows the refusal (ux 7.3 says how those do)."""
    said = _("这一步现在不能做。没有任何改动。拒绝码 %(code)s") % {"code": why.code}
    return page(request, 409, _("没有办成"), said)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429: too many tries from one place in a short time."""
    return page(request, 429, _("试得太多了"), _("请过几分钟再试。急事请打办公室电话。"), bare=True)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 with a number that stands in the log too, or 503 when the database cannot be reached."""
    fault = sys.exc_info()[1]
    if isinstance(fault, DatabaseError) and "store_version" in str(fault):
        return page(request, 503, _("数据库还没建好"), _("请管理员运行 bihuan init，再打开这一页。"), bare=True)
    if isinstance(fault, (OperationalError, InterfaceError)) and _away(fault):
        return unavailable(request)
    number = secrets.token_hex(2).upper()
    request.error_number = number  # type: ignore[attr-defined]
    said = _("请把编号 %(number)s 告诉管理员。") % {"number": number}
    return page(request, 500, _("系统出错，刚才的操作没有完成"), said, number=number, bare=True)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: the database is away or too busy; nothing was changed."""
    said = _("数据库暂时连不上或太忙，刚才的操作没有完成，也没有改动任何东西。请过一会儿再试。")
    answer = page(request, 503, _("系统暂时不能用"), said, bare=True)
    answer.headers["Retry-After"] = "30"
    return answer


def _away(fault: Exception) -> bool:
    """Tell a database that is gone or busy from a query that is wrong, which SQLite calls operational too."""
    if connection.vendor != "sqlite":
        return True
    return any(word in str(fault) for word in ("locked", "unable to open", "disk I/O", "full", "readonly"))
