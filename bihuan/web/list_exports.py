"""清单页的导出: rating meetings, what is owed to sources, briefs and sittings as workbooks of every row one may see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from django.http import Http404, HttpResponseBase
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.actions import briefs as brief_actions
from bihuan.actions import sittings as sitting_actions
from bihuan.core.programmes import Programme
from bihuan.store import briefs, calendars, lists, network, reviews, sittings
from bihuan.web.access import Acted, staff
from bihuan.web.briefs import kinds_of
from bihuan.web.briefs import row_of as brief_row
from bihuan.web.reviews import line_of
from bihuan.web.rows import word
from bihuan.web.shell import programme_of
from bihuan.web.sittings import may_list
from bihuan.web.sources import bringing, owed_of
from bihuan.web.taken import book
from bihuan.words import moments
from bihuan.words.orders import named, unit_name

CHUNK = 500


class _Numbered(Protocol):
    @property
    def id(self) -> int: ...


T = TypeVar("T", bound=_Numbered)


def _whole(page: Callable[[int], list[T]], size: int) -> Iterator[T]:
    """Yield every row of a list that is read page by page, one more than a page telling that there are more."""
    before = 0
    while True:
        found = page(before)
        yield from found[:size]
        if len(found) <= size:
            return
        before = found[size - 1].id


def _net(request: Acted) -> network.core.Network:
    return network.snapshot(calendars.calendar().local_day(request.now))


def _minute(stored: str) -> str:
    return f"{moments.local(stored):%Y-%m-%d %H:%M}" if stored else ""


@staff
@require_POST
def rounds(request: Acted) -> HttpResponseBase:
    """Hand out the rounds of rating meetings of the list: what each row of the page says, with its units judged."""
    programme = programme_of(request)
    if programme is None or not programme.reviews:
        raise Http404
    net = _net(request)
    found = _whole(
        lambda before: reviews.page(seen_by=request.actor, programme=programme.key, before=before), reviews.PAGE
    )
    rows = []
    for one in found:
        line = line_of(one, net)
        rows.append((
            one.number, one.title, line.name, line.unit, str(one.date),
            _("、").join(unit_name(net, unit) for unit in one.objects), line.votes, line.state,
        ))  # fmt: skip
    heads = (_("编号"), _("名称"), _("种类"), _("主办"), _("会期"), _("参评单位"), _("有效票"), _("情况"))
    return book(request, _("测评会"), [(_("测评会"), heads, rows)])


@bringing
@require_POST
def owed(request: Acted, programme: Programme) -> HttpResponseBase:
    """Hand out the orders whose source waits for the answer, of one source or of all, the most pressing first."""
    channel = programme.channels.get(word(request.POST, "channel", 64))
    net, rows, cursor = _net(request), [], ""
    while True:
        asked = lists.Asked(programme=programme.key, owed=True, channel=channel.key if channel else "", sort="source")
        page = lists.page(
            seen_by=request.actor, programmes=[programme], asked=asked, now=request.now, cursor=cursor, limit=CHUNK
        )
        for one in owed_of(request, page.rows, net):
            row = one.line.row
            due = _minute(row.source_due) if row.source_due < "9999" else ""
            kind = programme.channels.get(row.channel)
            rows.append((
                named(kind) if kind else row.channel, row.source_number, row.number, row.title, one.line.state,
                one.joined, due, unit_name(net, row.lead) if row.lead else "",
            ))  # fmt: skip
        cursor = page.next
        if not cursor:
            break
    heads = (
        _("来源"), _("来源单号"), _("单号"), _("事由"), _("状态"), _("等哪件的答复"), _("来源时限"), _("主办"),
    )  # fmt: skip
    return book(request, _("待回复来源"), [(_("待回复来源"), heads, rows)], [named(channel)] if channel else [])


@staff
@require_POST
def papers(request: Acted) -> HttpResponseBase:
    """Hand out the briefs of the list."""
    programme, _kinds = kinds_of(request)
    net = _net(request)
    found = _whole(
        lambda before: brief_actions.seen(actor=request.actor, programme=programme, before=before), briefs.PAGE
    )
    rows = []
    for one in found:
        row = brief_row(one, programme, net, request)
        rows.append((row.name, row.period, _minute(one.as_of), row.state, _minute(one.issued), row.who, one.digest))
    heads = (_("简报"), _("时段"), _("截至"), _("情况"), _("签发时间"), _("最近经手"), _("指纹"))
    return book(request, _("简报"), [(_("简报"), heads, rows)])


@staff
@require_POST
def meetings(request: Acted) -> HttpResponseBase:
    """Hand out the sittings at which orders were dispatched together."""
    programme = may_list(request)
    net = _net(request)
    found = _whole(
        lambda before: sitting_actions.seen(actor=request.actor, programme=programme.key, before=before), sittings.PAGE
    )
    rows = [
        (
            one.title, unit_name(net, one.unit), _minute(one.opened), one.present, len(one.items),
            _("已散会") if one.closed else _("正在开"),
        )
        for one in found
    ]  # fmt: skip
    heads = (_("会议"), _("单位"), _("开会"), _("参加人"), _("件数"), _("情况"))
    return book(request, _("集中派单会"), [(_("集中派单会"), heads, rows)])


urlpatterns = [
    path("reviews/export/", rounds, name="reviews_export"),
    path("sources/export/", owed, name="sources_export"),
    path("reports/briefs/export/", papers, name="briefs_export"),
    path("orders/sittings/export/", meetings, name="sittings_export"),
]
