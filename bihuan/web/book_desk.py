"""经办的导出: saved views, what was done in bulk row by row, and what went out and nobody accepted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpResponseBase
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.actions import notices as actions
from bihuan.store import bulk_runs, calendars, network, packs, turns
from bihuan.web.access import Acted, staff
from bihuan.web.bulk import move_of
from bihuan.web.lists import reader
from bihuan.web.rows import lines_of
from bihuan.web.scopes import desk_types
from bihuan.web.shell import programme_of
from bihuan.web.taken import book
from bihuan.web.view_row import views_of
from bihuan.words import moments
from bihuan.words import notices as words
from bihuan.words.orders import named, unit_name


@staff
@require_POST
def views(request: Acted) -> HttpResponseBase:
    """Hand out the reader's views and those of the post, with their conditions and counts."""
    programme = programme_of(request)
    if programme is None:
        raise Http404
    calendar = calendars.calendar()
    net = network.snapshot(calendar.local_day(request.now))
    rows = [
        (one.name, _("本岗位共用") if one.shared else "", one.conditions, one.n, one.limit or "")
        for one in views_of(request, programme, reader(request, programme, net, calendar))
    ]
    heads = (_("视图"), _("谁用"), _("条件"), _("件数"), _("超过多少件亮黄灯"))
    return book(request, _("我的视图"), [(_("清单"), heads, rows)])


@staff
@require_POST
def runs(request: Acted) -> HttpResponseBase:
    """Hand out every bulk run of the reader, one row for each order it was to move and what became of it."""
    heads = (_("什么时候"), _("办什么"), _("单号"), _("事由"), _("结果"))
    return book(request, _("批量办理记录"), [(_("清单"), heads, _results(request))])


def _results(request: Acted) -> Iterator[tuple[Any, ...]]:
    for run in bulk_runs.of(request.actor.person, limit=None):
        move = move_of(packs.current().get(run.programme), run.verb)
        name, at = named(move[1]) if move else run.verb, f"{moments.local(run.at):%Y-%m-%d %H:%M}"
        seen = turns.picked(run.rows, seen_by=request.actor)
        moved = bulk_runs.moved(run.command, [one.row.id for one in seen.values()])
        for number in run.rows:
            found = seen.get(number)
            if found is None:
                result = _("不在您可看的范围")
            elif found.row.id in moved:
                result = _("办成")
            else:
                result = _("没办成") if run.ended else _("还没办")
            yield at, name, number, found.row.title if found else "", result


@staff
@require_POST
def unaccepted(request: Acted) -> HttpResponseBase:
    """Hand out what a desk dispatched and nobody accepted, with what went out about each."""
    if not desk_types(request.actor, programme_of(request)):
        raise Http404
    net = network.snapshot(calendars.calendar().local_day(request.now))
    heads = (_("部门"), _("单号"), _("事由"), _("接单期限"), _("已送达"), _("没送到"))
    return book(request, _("已送达、未签收"), [(_("清单"), heads, _sent(request, net))])


def _sent(request: Acted, net: network.core.Network) -> Iterator[tuple[str, ...]]:
    for sent in actions.every_unaccepted(actor=request.actor, now=request.now):
        [line] = lines_of([sent.row], net, request.now, request.actor)
        out, failed = (
            _("；").join(words.summary(sent.deliveries, request.now, *states))
            for states in (("sent",), ("failed", "waiting"))
        )
        yield unit_name(net, sent.row.lead), sent.row.number, sent.row.title, line.light.text, out, failed


urlpatterns = [
    path("orders/views/export/", views, name="views_export"),
    path("orders/bulk/export/", runs, name="bulk_runs_export"),
    path("notices/unaccepted/export/", unaccepted, name="notice_unaccepted_export"),
]
