"""义务和覆盖的导出: the burden, what activities have not reached, and what the network lacks, every row of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponseBase
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core import burden, coverage
from bihuan.store import calendars, network, packs
from bihuan.web.access import Acted, staff
from bihuan.web.duties import may_see_load, reached_by
from bihuan.web.network import frame, office
from bihuan.web.shell import programme_of
from bihuan.web.taken import book
from bihuan.words import duties as words
from bihuan.words.orders import named, unit_name


@staff
@require_POST
def load(request: Acted) -> HttpResponseBase:
    """Hand out the minutes a week that duties ask of units and posts; of no person (standards.md §12)."""
    programme = programme_of(request)
    if programme is None or not may_see_load(request.actor, programme):
        raise Http404
    net = network.snapshot(calendars.calendar().local_day(request.now))
    shares = [
        (
            named(one.cadence), words.every_text(one.cadence), one.each, words.minutes_text(one.minutes), one.owing,
            words.minutes_text(one.minutes * one.owing),
        )
        for one in burden.shares(programme, net)
    ]  # fmt: skip
    loads = [
        (named(programme.post_kinds[one.post]), one.units, words.minutes_text(one.minutes), one.limit or "")
        for one in burden.loads(programme, net)
    ]
    heads = (
        _("周期义务"), _("多久一次"), _("一条约几分钟"), _("每个平均每周几分钟"), _("几个单位或岗位"), _("合计每周几分钟"),
    )  # fmt: skip
    posts = (_("岗位"), _("管几个单位"), _("每周至多几分钟"), _("声明的上限"))
    return book(request, _("占用时间"), [(_("周期义务"), heads, shares), (_("岗位"), posts, loads)])


@staff
@require_POST
def reached(request: Acted) -> HttpResponseBase:
    """Hand out every unit or post that an activity must reach: reached, not yet, or exempt."""
    coverages, day, _today = reached_by(request)
    rows: list[tuple[Any, ...]] = []
    for one in coverages:
        what = named(one.found.reach), one.span
        rows += [(*what, some.name, _("还没有的"), n, one.found.reach.min) for some, n in one.found.lacking]
        rows += [(*what, some.name, _("已覆盖"), n, one.found.reach.min) for some, n in one.found.covered]
        rows += [(*what, some.name, _("豁免"), "", "") for some in one.found.exempt]
    heads = (_("活动覆盖"), _("时段"), _("单位或岗位"), _("情况"), _("已有"), _("至少"))
    return book(request, _("活动覆盖"), [(_("清单"), heads, rows)], [day.isoformat()])


@office
@require_POST
def gaps(request: Acted) -> HttpResponseBase:
    """Hand out what must be there and is not, vacant posts, and posts held by too many; posts, not people."""
    shown = frame(request)
    net: network.core.Network = shown["net"]
    programmes = packs.current().values()
    rows = []
    for programme in programmes:
        for one in coverage.covered(net, programme, shown["exempt"][programme.key]):
            for said, some in ((_("缺"), one.lacking), (_("超出"), one.beyond), (_("豁免"), one.exempt)):
                rows += [(named(one.coverage), unit_name(net, unit.key), said, n, one.coverage.min) for unit, n in some]
    vacant = [(unit_name(net, post.unit), post.name) for post in coverage.vacant(net)]
    kinds = [kind for one in programmes for kind in one.post_kinds.values()]
    crowded = [(unit_name(net, post.unit), post.name) for post in coverage.crowded(net, kinds)]
    heads: tuple[str, ...] = (_("要求"), _("单位"), _("情况"), _("已有"), _("至少"))
    posts: tuple[str, ...] = (_("单位"), _("岗位"))
    pages: list[tuple[str, Sequence[str], Sequence[Sequence[Any]]]] = [
        (_("缺的"), heads, rows),
        (_("空缺的岗位"), posts, vacant),
        (_("一岗多人"), posts, crowded),
    ]
    return book(request, _("缺岗与覆盖"), pages, [net.day.isoformat()])


urlpatterns = [
    path("duties/export/", load, name="burden_export"),
    path("duties/covered/export/", reached, name="coverage_export"),
    path("network/gaps/export/", gaps, name="network_gaps_export"),
]
