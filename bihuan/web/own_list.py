"""企业的全部单: what the bearer of an enterprise's link sees, without sign-in (decisions 12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.actions import links, list_links
from bihuan.core.instants import instant
from bihuan.core.network import Network
from bihuan.core.order_state import OrderState
from bihuan.core.projection import ring
from bihuan.core.whole import whole
from bihuan.store import calendars, network, packs
from bihuan.store import list_links as store
from bihuan.web.access import Asked, public
from bihuan.web.jinja import render
from bihuan.web.track import READABLE
from bihuan.words import moments, outward


@dataclass(frozen=True, slots=True)
class Own:
    """One order of the list. Without `href` its content is not shown: it is secret, or ended long ago."""

    number: str
    title: str
    ring: int
    sentence: str
    day: str
    href: str


@public
@require_GET
def own_list(request: Asked, token: str) -> HttpResponse:
    """Show every order of the enterprise whose link it is, the newest first; changes nothing."""
    link = list_links.read(token, request.now)
    if link is None:
        why = _("链接可能没有复制完整。请从原来的消息里再点一次。")
        return _gone(request, 404, _("打不开这个链接"), why)
    if not link.current:
        return _gone(request, 410, _("这个链接已经停用"), _("请向联系您的服务专员要新的链接。"))
    net = network.snapshot(calendars.calendar().local_day(request.now))
    programmes = list(packs.current().values())
    before = request.GET.get("before", "")
    found = store.orders(
        seen_by=link.actor,
        programmes=programmes,
        before=whole(before) or 0,
        limit=store.PAGE + 1,
    )
    shown = found[: store.PAGE]
    context = {
        "name": net.name(link.unit),
        "counts": store.counts(seen_by=link.actor, programmes=programmes),
        "orders": [_own(order, generation, net, request.now) for order, generation in shown],
        "more": f"?before={shown[-1][0].id}" if len(found) > store.PAGE else "",
        "token": token,
        "earlier": bool(before),
    }
    return render(request, "public/list.html", context)


def _gone(request: Asked, status: int, title: str, why: str) -> HttpResponse:
    return render(request, "public/gone.html", {"heading": title, "why": why, "number": "", "state": ""}, status=status)


def _own(order: OrderState, generation: int, net: Network, now: datetime) -> Own:
    order_type = packs.order_type(order.bundle, order.type)
    ended = order.times.get("closed")
    outlived = order_type.states[order.state].closed and bool(ended) and now > instant(str(ended)) + READABLE
    title = _("涉及商业秘密，请用这张单自己的链接看") if order.secret else "" if outlived else order.title
    open_ = not (order.secret or outlived)
    submitted = order.times.get("submitted", "")
    standing, sentence = outward.standing(order, order_type, net, now)
    return Own(
        number=order.number,
        title=title,
        ring=ring(order_type, order),
        sentence=sentence if open_ else standing,
        day=moments.day(submitted, now) if submitted else "",
        href=f"/t/{links.token(order.id, generation)}/" if open_ else "",
    )


urlpatterns = [path("p/<str:token>/", own_list, name="own_list")]
