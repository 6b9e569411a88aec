"""通知与移交的导出: what the reader was told, what went out to whom, and open orders with what a hand-over would do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpResponseBase
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.instants import iso
from bihuan.core.network import Network
from bihuan.core.programmes import OrderType
from bihuan.store import calendars, contacts, network, notices, packs, turns
from bihuan.store.notices import Delivery
from bihuan.web.access import Acted, staff
from bihuan.web.handovers import planned
from bihuan.web.network import office
from bihuan.web.setup import administrators
from bihuan.web.taken import book
from bihuan.words import moments
from bihuan.words import notices as words
from bihuan.words.handovers import choice_name

PART = 500  # deliveries read at once


def _parts(part: Callable[[int], list[Delivery]]) -> Iterator[list[Delivery]]:
    """Yield deliveries part by part, the newest first; `part` returns those before an id, 0 for the newest."""
    before = 0
    while found := part(before):
        yield found
        before = found[-1].id


def _types() -> dict[tuple[str, str], OrderType]:
    return {(p.key, t.key): t for p in packs.current().values() for t in p.orders.values()}


@staff
@require_POST
def told(request: Acted) -> HttpResponseBase:
    """Hand out the reader's own notices as the page narrows them; a title only where they may see the order."""
    only = request.GET.get("only") == "unread"
    heads = (_("时间"), _("事项"), _("单号"), _("事由"), _("已读"))
    return book(request, _("通知"), [(_("清单"), heads, _told(request, only))], [_("未读")] if only else [])


def _told(request: Acted, only: bool) -> Iterator[tuple[str, ...]]:
    person, now, types = request.actor.person, iso(request.now), _types()
    for part in _parts(lambda at: notices.of_person(person, now=now, before=at, unread=only, limit=PART)):
        seen = turns.picked((one.number for one in part), seen_by=request.actor)
        for one in part:
            title = seen[one.number].row.title if one.number in seen else ""
            what, number = words.headline(one, types.get((one.programme, one.type))), one.number if one.order else ""
            yield _moment(one.at), what, number, title, _moment(one.seen)


def _moment(at: str) -> str:
    return f"{moments.local(at):%Y-%m-%d %H:%M}" if at else ""


@administrators
@require_POST
def went_out(request: Acted) -> HttpResponseBase:
    """Hand out every notice kept: what, which number, by which way to whom, and what became of it; never content.

    Who asked stands there as that and without a name: the names of requesters are on their orders.
    """
    heads = (_("时间"), _("事项"), _("单号"), _("怎么发"), _("送达"), _("情况"), _("发出时间"), _("原因"))
    return book(request, _("发出的通知"), [(_("清单"), heads, _sent(request))])


def _sent(request: Acted) -> Iterator[tuple[str, ...]]:
    net = network.snapshot(calendars.calendar().local_day(request.now))
    types, groups = _types(), {one.id: one.name for one in contacts.robots()}
    for part in _parts(lambda at: notices.every(before=at, limit=PART)):
        for one in part:
            what = words.headline(one, types.get((one.programme, one.type))) if one.verb else ""
            yield (
                _moment(one.at), what or _(words.CHANNELS[one.channel]), one.number if one.order else "",
                _(words.CHANNELS[one.channel]), _target(one, net, groups), _(words.STATES[one.state]),
                _moment(one.sent), words.reason(one.said) if one.said else "",
            )  # fmt: skip


def _target(one: Delivery, net: Network, groups: dict[int, str]) -> str:
    if one.robot:
        return groups.get(one.robot, _("群机器人"))
    return net.name(one.person) if one.person and net.held_by(one.person) else _("点单人")


@office
@require_POST
def handing(request: Acted, key: str) -> HttpResponseBase:
    """Hand out every open order in the name that leaves a post, with what the rule for all would do with each."""
    shown, lines = planned(request, key)
    rows: list[tuple[Any, ...]] = [
        (
            line.row.number, line.row.title, line.state, line.light.text, choice_name(line.row.choice),
            _("不能办") if line.refused else line.happens, line.refused,
        )
        for line in lines
    ]  # fmt: skip
    heads = (_("单号"), _("事由"), _("状态"), _("期限"), _("怎么办"), _("会怎样"), _("原因"))
    about = [shown.name, *(name for person, name, _n in shown.people if person == shown.person)]
    return book(request, _("移交在办的单"), [(_("清单"), heads, rows)], about)


urlpatterns = [
    path("notices/export/", told, name="notices_export"),
    path("setup/notices/export/", went_out, name="notice_setup_export"),
    path("network/posts/<str:key>/handover/export/", handing, name="handover_export"),
]
