"""来源: sheets of the hotline and of superiors come in and go back with their answers; what is still owed to them."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.actions.import_columns import Mapping_, default_channel, headings, known_headings
from bihuan.actions.imports import Account as Taken
from bihuan.actions.imports import import_orders
from bihuan.actions.returns import Account, return_sheet
from bihuan.actions.sheets import SheetFault, read_sheet, reject_rows, write_sheet
from bihuan.core.programmes import Channel, OrderType, Programme
from bihuan.core.refusal import Refused
from bihuan.store import calendars, incoming, lists, network
from bihuan.store import sources as rows
from bihuan.store.lists import Asked, Row
from bihuan.web.access import Acted, staff
from bihuan.web.handed import KIND, attached
from bihuan.web.jinja import render
from bihuan.web.rows import Line, lines_of, word
from bihuan.web.scopes import may_bring
from bihuan.web.shell import programme_of
from bihuan.words import imports as import_words
from bihuan.words import returns as words

SHOWN = 200  # rows on the page of a rehearsal; the sheet of what was left alone has all
BACK, IN = "back", "in"


@dataclass(frozen=True, slots=True)
class Owed:
    """An order whose source waits: `joined` is the number of the order whose answer it waits for, if it does."""

    line: Line
    joined: str = ""


@dataclass(slots=True)
class Page:
    """What the page of sources shows."""

    programme: Programme
    channels: list[Channel]
    kinds: list[OrderType] = field(default_factory=list)
    old: Channel | None = None  # by which sheets of no source come in
    owed: list[Owed] = field(default_factory=list)
    channel: str = ""
    kind: str = ""
    more: str = ""
    fault: str = ""

    def columns(self, kind: OrderType) -> list[str]:
        """Return the headings under which a sheet of no source is read."""
        return list(headings(kind).values())


def bringing(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Show a page only to posts that may bring sheets in and give them back; everybody else meets 404."""

    @staff
    @wraps(view)
    def shown(request: Acted, *args: Any, **more: Any) -> HttpResponseBase:
        programme = programme_of(request)
        if programme is None or not any(may_bring(request.actor, one) for one in programme.orders.values()):
            raise Http404
        return view(request, programme, *args, **more)

    return shown


@bringing
@require_GET
def sources(request: Acted, programme: Programme) -> HttpResponse:
    """Show what is owed to which source, the most pressing first, and the form for sheets."""
    return _page(request, programme)


def _page(request: Acted, programme: Programme, fault: str = "", channel: str = "") -> HttpResponse:
    page = Page(programme, [one for one in programme.channels.values() if one.sheet], fault=fault)
    page.kinds = _kinds(request, programme)
    page.old = programme.channels.get(default_channel(programme))
    page.kind = word(request.POST, "type", 64)
    wanted = channel or word(request.GET, "channel", 64)
    page.channel = wanted if wanted in programme.channels else ""
    asked = Asked(programme=programme.key, owed=True, channel=page.channel, sort="source")
    seen: dict[str, Any] = {"seen_by": request.actor, "programmes": [programme], "asked": asked, "now": request.now}
    found = lists.page(**seen, cursor=word(request.GET, "after"))
    net = network.snapshot(calendars.calendar().local_day(request.now))
    page.owed = owed_of(request, found.rows, net)
    page.more = found.next
    return render(request, "sources/page.html", {"page": page}, status=400 if fault else 200)


def owed_of(request: Acted, some: list[Row], net: network.core.Network) -> list[Owed]:
    """Return orders whose source waits as the list says them."""
    joined = _joined(some)
    return [Owed(one, joined.get(one.row.id, "")) for one in lines_of(some, net, request.now, request.actor)]


def _joined(some: Sequence[Row]) -> dict[int, str]:
    """Return {id: number of the order it was joined to} where that one has no answer yet; at most two queries."""
    mine = rows.of_ids(row.id for row in some if not row.replied and not row.open)
    mains = rows.by_numbers(order.merged_into for order in mine.values() if order.merged_into)
    return {
        id_: order.merged_into
        for id_, order in mine.items()
        if order.merged_into in mains and not mains[order.merged_into].replies.get("requester")
    }


# ---------- a sheet on its way ----------
@dataclass(frozen=True, slots=True)
class Came:
    """A sheet as it was sent: bytes, name, whose it is, what its rows become, the token under which it is kept."""

    data: bytes
    name: str
    channel: Channel
    kind: OrderType
    token: str = ""


@bringing
@require_POST
def take(request: Acted, programme: Programme) -> HttpResponse:
    """Rehearse a sheet, on its way in or back; nothing is changed."""
    channel, kind = _source(request, programme), _chosen(request, programme)
    file = request.FILES.get("file")
    if channel is None or kind is None or file is None:
        return _page(request, programme, _("请选明来源，并选一个 .xlsx 或 .csv 文件。"), channel.key if channel else "")
    came = Came(file.read(), (file.name or _("来源的表"))[:120], channel, kind)
    try:
        if request.POST.get("do") == IN:
            account = _import(request, programme, came, dry=True)
            return _taken(request, programme, _kept(came), account, dry=True)
        return _told(request, programme, _kept(came), _return(request, programme, came, dry=True))
    except (SheetFault, Refused) as why:
        return _page(request, programme, _sentence(why, came.kind), channel.key)


def _kept(came: Came) -> Came:
    return replace(came, token=incoming.keep(came.data))


def _sentence(why: Exception, kind: OrderType) -> str:
    if isinstance(why, Refused):
        return words.refusal(why) if why.code.startswith("return.") else import_words.refusal(why, kind)
    return str(why)


def _kinds(request: Acted, programme: Programme) -> list[OrderType]:
    """Return the kinds of order the post may bring in from a sheet."""
    return [one for one in programme.orders.values() if may_bring(request.actor, one)]


def _chosen(request: Acted, programme: Programme) -> OrderType | None:
    """Return what a sheet becomes: what was chosen, the first where nothing was, None for what one may not bring in."""
    kinds, wanted = _kinds(request, programme), word(_given(request), "type", 64)
    return next((one for one in kinds if one.key == wanted), None if wanted else kinds[0])


def _source(request: Acted, programme: Programme) -> Channel | None:
    """Return whose sheet it is: a source that has one, or that of old books, whose sheets only come in."""
    channel = programme.channels.get(word(_given(request), "channel", 64))
    back = request.POST.get("do") == BACK
    return channel if channel and (channel.sheet or (not back and channel.key == default_channel(programme))) else None


def _given(request: Acted) -> QueryDict:
    return request.POST if request.method == "POST" else request.GET


def _again(request: Acted, programme: Programme, token: str) -> Came | None:
    data, channel, kind = incoming.kept(token), _source(request, programme), _chosen(request, programme)
    if data is None or channel is None or kind is None:
        return None
    return Came(data, _given(request).get("name", "")[:120] or _("来源的表"), channel, kind, token)


def _expired(request: Acted, programme: Programme) -> HttpResponse:
    return _page(request, programme, _("预演过的文件已经过期，请再选一次。"))


# ---------- back ----------
def _return(request: Acted, programme: Programme, came: Came, *, dry: bool) -> Account:
    return return_sheet(
        actor=request.actor, programme=programme.key, channel=came.channel.key, data=came.data, name=came.name,
        compose=words.answers, now=request.now, dry_run=dry,
    )  # fmt: skip


def _told(request: Acted, programme: Programme, came: Came, account: Account) -> HttpResponse:
    lines = [(one, words.reason(one)) for one in account.lines]
    context = {
        "programme": programme,
        "came": came,
        "account": account,
        "filled": [line for line in lines if line[0] not in account.left][:SHOWN],
        "left": [line for line in lines if line[0] in account.left][:SHOWN],
        "shown": SHOWN,
    }
    return render(request, "sources/return.html", context)


@bringing
@require_POST
def give_back(request: Acted, programme: Programme, token: str) -> HttpResponse:
    """Hand out the sheet with its answers; every order in it knows from now on that its source was told."""
    came = _again(request, programme, token)
    if came is None:
        return _expired(request, programme)
    try:
        account = _return(request, programme, came, dry=False)
    except (SheetFault, Refused) as why:
        return _page(request, programme, _sentence(why, came.kind), came.channel.key)
    return attached(account.data, came.name, KIND if came.name.lower().endswith("xlsx") else "text/csv")


@bringing
@require_GET
def left(request: Acted, programme: Programme, token: str) -> HttpResponse:
    """Hand out the rows that would be left alone, each with its reason."""
    came = _again(request, programme, token)
    if came is None:
        raise Http404
    header, some = words.left_rows(_return(request, programme, came, dry=True))
    return _workbook(header, some, f"{came.name}.left.xlsx")


# ---------- in ----------
def _import(request: Acted, programme: Programme, came: Came, *, dry: bool) -> Taken:
    kind = came.kind
    known = [*known_headings(kind), *(one.column for one in came.channel.sheet)]
    sheet = read_sheet(came.data, came.name, known=known)
    return import_orders(
        actor=request.actor, programme=programme.key, type_=kind.key, sheet=sheet,
        mapping=Mapping_(constants={"channel": came.channel.key}), now=request.now, dry_run=dry,
    )  # fmt: skip


def _taken(request: Acted, programme: Programme, came: Came, account: Taken, *, dry: bool) -> HttpResponse:
    context = {
        "programme": programme,
        "came": came,
        "account": account,
        "dry": dry,
        "rejected": [(one.row, import_words.reason(one.faults, came.kind)) for one in account.rejected[:SHOWN]],
        "already": [(row, import_words.already(number)) for row, number in account.already[:SHOWN]],
        "first": lambda row: " · ".join([value for value in row.cells.values() if value][:4]),
    }
    return render(request, "sources/import.html", context)


@bringing
@require_POST
def bring(request: Acted, programme: Programme, token: str) -> HttpResponse:
    """Take over what was rehearsed, and say what became of every row."""
    came = _again(request, programme, token)
    if came is None:
        return _expired(request, programme)
    try:
        account = _import(request, programme, came, dry=False)
    except (SheetFault, Refused) as why:
        return _page(request, programme, _sentence(why, came.kind), came.channel.key)
    return _taken(request, programme, came, account, dry=False)


@bringing
@require_GET
def rejected(request: Acted, programme: Programme, token: str) -> HttpResponse:
    """Hand out the rows that are not taken, each with its reason, to be mended and sent in again."""
    came = _again(request, programme, token)
    if came is None:
        raise Http404
    account = _import(request, programme, came, dry=True)
    some = [(one.row, import_words.reason(one.faults, came.kind)) for one in account.rejected]
    some += [(row, import_words.already(number)) for row, number in account.already]
    header = list(account.rejected[0].row.cells) if account.rejected else list(some[0][0].cells) if some else []
    return _workbook(*reject_rows(header, some), f"{came.name}.rejected.xlsx")


def _workbook(header: Sequence[str], some: Sequence[Sequence[Any]], name: str) -> HttpResponse:
    kept = io.BytesIO()
    write_sheet(kept, header, some)
    return attached(kept.getvalue(), name)


urlpatterns = [
    path("sources/", sources, name="sources"),
    path("sources/sheet/", take, name="sources_sheet"),
    path("sources/return/<str:token>/", give_back, name="sources_return"),
    path("sources/return/<str:token>/left.xlsx", left, name="sources_left"),
    path("sources/import/<str:token>/", bring, name="sources_import"),
    path("sources/import/<str:token>/rejected.xlsx", rejected, name="sources_rejected"),
]
