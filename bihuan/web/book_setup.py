"""设置的导出: accounts with their posts, published versions, and the days a county set, every row of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponseBase
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.actions import programmes
from bihuan.packs import calendars as shipped
from bihuan.store import accounts, calendars, network
from bihuan.web.access import Acted
from bihuan.web.setup import administrators, today_of
from bihuan.web.taken import book
from bihuan.words import moments
from bihuan.words.network import day_kind, version_state
from bihuan.words.versions import version_name


@administrators
@require_POST
def people(request: Acted) -> HttpResponseBase:
    """Hand out accounts and posts as the page narrows them; nothing is counted per person."""
    text = request.GET.get("q", "").strip()[:60]
    account = {"yes": True, "no": False}.get(request.GET.get("account", ""))
    heads = (_("姓名"), _("登录名"), _("账号"), _("单位"), _("岗位"), _("代谁"), _("起"))
    words = [text] if text else []
    return book(request, _("人员与账号"), [(_("清单"), heads, _accounts(request, text, account))], words)


def _accounts(request: Acted, text: str, account: bool | None) -> Iterator[tuple[Any, ...]]:
    cursor = ""
    while True:
        found, cursor = accounts.page(today_of(request), text=text, with_account=account, cursor=cursor)
        for one in found:
            state = (_("启用") if one.active else _("已停用")) if one.username else ""
            for unit, post, for_, since in one.posts or (("", "", "", ""),):
                yield one.name, one.username, state, unit, post, for_, since
        if not cursor:
            return


@administrators
@require_POST
def versions(request: Acted) -> HttpResponseBase:
    """Hand out every published version with how many open orders run under it."""
    net = network.snapshot(today_of(request))
    rows = [
        (
            version_name(one.bundle), version_state(one.state), one.running, one.note,
            f"{moments.local(one.published):%Y-%m-%d %H:%M}", net.name(one.by) if one.by else _("系统"), one.hash,
        )
        for one in programmes.board(actor=request.actor)
    ]  # fmt: skip
    heads = (_("版本"), _("情况"), _("在办"), _("说明"), _("发布时间"), _("谁"), _("指纹"))
    return book(request, _("专项版本"), [(_("清单"), heads, rows)])


@administrators
@require_POST
def days(request: Acted) -> HttpResponseBase:
    """Hand out the days the county set itself, of all years, beside what the official calendar says."""
    official = shipped.load()
    rows = [(day, day_kind(kind), name, day_kind(official.kind(day))) for day, kind, name in calendars.edits()]
    heads = (_("日期"), _("哪一种"), _("名称"), _("国家日历"))
    return book(request, _("本县改的日子"), [(_("清单"), heads, rows)])


urlpatterns = [
    path("setup/people/export/", people, name="setup_people_export"),
    path("setup/programmes/export/", versions, name="setup_programmes_export"),
    path("setup/calendar/export/", days, name="setup_calendar_export"),
]
