"""工单清单: one list with one form of filters, paged by key; every figure of the overview leads here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from markupsafe import Markup

from bihuan.actions.bulk import MOST
from bihuan.actions.document_lists import by_number
from bihuan.core import ages
from bihuan.core.calendar import Calendar
from bihuan.core.facts import parse_date
from bihuan.core.instants import iso
from bihuan.core.moments import EXACT, exact
from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.core.programmes import Move, OrderType, Programme
from bihuan.store import calendars, in_hand, lists, network, terms
from bihuan.store.lists import MOMENTS, Asked
from bihuan.store.recent import Under
from bihuan.web import start
from bihuan.web.access import Acted, staff
from bihuan.web.drawn import drawn, once
from bihuan.web.jinja import pages, render
from bihuan.web.list_choices import LIGHTS, MOMENT_NAMES, choices_of
from bihuan.web.list_standing import Standing, standing
from bihuan.web.rows import word
from bihuan.web.scopes import desk_types, judged, outward
from bihuan.web.shell import programme_of
from bihuan.web.view_row import Shown, views_of
from bihuan.words import moments
from bihuan.words.ages import age_condition
from bihuan.words.orders import named, queue_name

_filters: Under[Filters] = Under()
INNER = ("light", "queue", "supervised", "on_time", "solved")  # conditions that tell of the office's own doing
BOUNDED = timedelta(days=400)  # a window that may be counted
FLAGS = {
    "solved": gettext_noop("确认解决"),
    "on_time": gettext_noop("按期双反馈"),
    "supervised": gettext_noop("督办件"),
}
# In what order a list may stand, by whether its work is open: where an index leads, whatever the history.
SORTS = {
    True: {"due": gettext_noop("期限在前的在前"), "recent": gettext_noop("新点的在前")},
    False: {"moment": gettext_noop("最近的在前"), "recent": gettext_noop("新点的在前")},
}
_DATED = {"from", "to", "q"}  # what is read by the day, or by what the database knows of words
# Every name a filter may have in an address.
NAMES = (
    "view", "type", "state", "queue", "category", "desk", "lead", "light", "aged", "result", "rating", "requester",
    "handler", "moment", "from", "to", "q", "sort", *FLAGS,
)  # fmt: skip


@dataclass(slots=True)
class Filters:
    """What the address asks for: `given` as typed, `asked` for the store, `faults` in sentences by name."""

    given: dict[str, str]
    asked: Asked
    words: list[tuple[str, str]] = field(default_factory=list)  # (name, condition in words)
    faults: list[tuple[str, str]] = field(default_factory=list)
    bounded: bool = False

    def address(self, path_: str = "/orders/", **more: str) -> str:
        """Return the same list with something changed; "" drops a condition."""
        return _address(path_, tuple((key, value) for key, value in {**self.given, **more}.items() if value))


@lru_cache(maxsize=500)
def _address(path_: str, kept: tuple[tuple[str, str], ...]) -> str:
    return f"{path_}?{urlencode(kept)}" if kept else path_


@dataclass(slots=True)
class Listed:
    """The page as the template draws it. `n` is None where counting would mean reading all history."""

    filters: Filters
    rows: Markup
    shown: int
    n: int | None
    hidden: int
    more: str
    form: Markup
    views: list[tuple[str, str, bool]]
    export: str
    at_desk: bool
    may_ask: bool
    bulk: list[Move]
    may_bring: bool
    starts: tuple[tuple[str, str], ...]
    saved: list[Shown]
    every: str = ""  # where all of them stand ticked on one page
    ticked: bool = False

    def sort(self, key: str) -> str:
        """Return the address of the list in another order."""
        return self.filters.address(sort=key)


@staff
@require_GET
def orders(request: Acted) -> HttpResponse:
    """Show the list; without any condition whoever sits at a desk is led there; a number leads to what bears it."""
    programme = programme_of(request)
    actor, now = request.actor, request.now
    if not request.GET and desk_types(actor, programme):
        return redirect("desk")
    calendar = calendars.calendar()
    net = network.snapshot(calendar.local_day(now))
    filters = filters_of(request.GET, programme, actor, net, calendar, now)
    programmes = [programme] if programme else []
    cursor = word(request.GET, "after")
    types = list(programme.orders.values()) if programme else []
    mine = standing(actor, programme, filters.asked.type, net)
    moves = mine.moves if filters.asked.open or filters.asked.queue else []
    every = bool(moves) and request.GET.get("all") == "1"
    page = lists.page(
        seen_by=actor, programmes=programmes, asked=filters.asked, now=now, cursor=cursor,
        limit=MOST if every else lists.PAGE,
    )  # fmt: skip
    if number := filters.given.get("q", "").upper():
        exact = [row for row in page.rows if row.number == number]
        if len(exact) == 1 and set(filters.given) <= {"q", "view"}:
            return redirect(f"/orders/{number}/")
        if paper := by_number(actor=actor, text=number):
            return redirect("order_paper", paper.order_number, paper.id)
    n, hidden = _counted(actor, programme, mine, filters, now)
    shown = Listed(
        filters=filters,
        rows=drawn("lists/row.html", page.rows, net, now, actor, bool(moves), every),
        shown=len(page.rows),
        n=n,
        hidden=hidden,
        more=filters.address(after=page.next, all="1" if every else "") if page.next else "",
        form=_form(filters, types, net, mine.outer),
        views=[(key, name, filters.given.get("view", "open") == key) for key, name in mine.views],
        export=filters.address("/orders/export/"),
        at_desk=mine.at_desk,
        may_ask=mine.may_ask,
        saved=views_of(request, programme, reader(request, programme, net, calendar)),
        bulk=moves,
        every=filters.address(all="1") if moves and page.next and not every else "",
        ticked=every,
        starts=start.links(actor, programme, net),
        may_bring=mine.may_bring,
    )
    return render(request, "lists/page.html", {"listed": shown}, status=400 if filters.faults else 200)


def reader(
    request: Acted, programme: Programme | None, net: Network, calendar: Calendar
) -> Callable[[Mapping[str, str]], Filters]:
    """Return how the conditions of a kept list are read for this reader, today."""

    def read(kept: Mapping[str, str]) -> Filters:
        given = QueryDict(mutable=True)
        given.update(kept)
        return filters_of(given, programme, request.actor, net, calendar, request.now)

    return read


def _counted(
    actor: Actor, programme: Programme | None, mine: Standing, filters: Filters, now: datetime
) -> tuple[int | None, int]:
    """Return the exact count where the list is bounded, and how many more there are that this post may not see."""
    if programme is None or not filters.bounded:
        return None, 0
    loop = programme.loop
    if loop is None or not mine.shares:
        return in_hand.count(seen_by=actor, programme=programme, asked=filters.asked, now=now), 0
    # Other kinds have no secrets, and readers of their own.
    return in_hand.shared_out(seen_by=actor, programme=programme, asked=filters.asked, kind=loop.key, now=now)


def filters_of(
    given: QueryDict, programme: Programme | None, actor: Actor, net: Network, calendar: Calendar, now: datetime
) -> Filters:
    """Read the conditions of an address; what makes no sense is named and left out, never an empty page.

    Those who are rated cannot ask which order was rated how: such conditions count as not given.
    """
    said = {name: value for name in NAMES if (value := word(given, name))}
    if _DATED & said.keys():
        return _read(said, programme, actor, net, calendar, now)
    # What is left hangs on no moment and asks the database for nothing.
    about = actor, programme.hash if programme else "", get_language(), *said.items()
    kept = _filters.of(net)
    found = kept.get(actor.person, about)
    if found is None:
        found = _read(said, programme, actor, net, calendar, now)
        kept.keep(actor.person, about, found)
    return Filters({**found.given}, found.asked, [*found.words], [*found.faults], found.bounded)


def _read(
    kept: dict[str, str], programme: Programme | None, actor: Actor, net: Network, calendar: Calendar, now: datetime
) -> Filters:
    if programme and any(judged(actor, order_type) for order_type in programme.orders.values()):
        kept.pop("rating", None)
        if kept.get("queue") in ("to_verify", "asked:verification:desk"):
            kept.pop("queue")
    if programme and any(outward(actor, order_type) for order_type in programme.orders.values()):
        # Lights, trays and supervision are the office's own; the requester has the promise on each order.
        kept = {name: value for name, value in kept.items() if name not in INNER and value not in ("red", "near")}
    filters = Filters(kept, Asked(programme=programme.key if programme else ""))
    types = list(programme.orders.values()) if programme else []
    text = kept.get("q", "")
    asked = replace(filters.asked, text=text, sought=terms.sought(text) if text else None)
    if programme and (kind := programme.orders.get(kept.get("type", ""))):
        asked, types = replace(asked, type=kind.key), [kind]
        filters.words.append(("type", named(kind)))
    else:
        kept.pop("type", None)
    if "q" in kept:
        filters.words.append(("q", _("关键词“%(text)s”") % {"text": kept["q"]}))
    asked = _view(filters, asked)
    if kept.get("handler") == "me":
        asked = replace(asked, handler=actor.person)
        filters.words.append(("handler", _("在我名下")))
    asked = _choices(filters, asked, types, net)
    asked = _sorted(filters, _window(filters, asked, calendar, now))
    filters.asked = asked
    filters.bounded = bool(asked.open or asked.queue or asked.light) or filters.bounded
    return filters


def _view(filters: Filters, asked: Asked) -> Asked:
    """The view is the first cut: open work unless something else says otherwise."""
    given = filters.given
    dated = {"from", "to", "moment", "state", "queue", "light", "q", "requester", "supervised"} & set(given)
    view = given.get("view") or ("all" if dated else "open")
    if view in ("red", "near"):
        return replace(asked, light=view, open=True)
    if view == "open":
        given["view"] = "open"
        return replace(asked, open=True)
    if view == "closed":
        return replace(asked, open=False, sort="moment", moment="closed")
    given["view"] = "all"
    return replace(asked, sort="recent")


def _sorted(filters: Filters, asked: Asked) -> Asked:
    """The order asked for, where an index serves it; every other one counts as not given."""
    sort = filters.given.get("sort", "")
    if sort not in SORTS[bool(asked.open)] or (asked.text and not asked.open):
        filters.given.pop("sort", None)
        return asked
    return replace(asked, sort=sort)


def _choices(filters: Filters, asked: Asked, types: list[OrderType], net: Network) -> Asked:
    given, words = filters.given, filters.words
    known: dict[str, dict[str, str]] = {name: dict(some) for name, _label, some in choices_of(types, net, given)}
    for name in ("category", "desk", "lead", "result", "requester"):
        if (value := given.get(name)) is not None:
            chosen: dict[str, Any] = {name: value}
            asked = replace(asked, **chosen)
            words.append((name, known.get(name, {}).get(value) or net.name(value)))
    if value := given.get("state"):
        asked = replace(asked, states=tuple(value.split(",")))
        words.append(("state", "、".join(known["state"].get(one, one) for one in asked.states)))
    if value := given.get("rating"):
        asked = replace(asked, ratings=tuple(value.split(",")))
        words.append(("rating", "、".join(known["rating"].get(one, one) for one in asked.ratings)))
    if value := given.get("queue"):
        asked = replace(asked, queue=value)
        words.append(("queue", queue_name(value)))
    if (value := given.get("light", "")) in LIGHTS:
        asked = replace(asked, light=value, open=True)
        words.append(("light", _(LIGHTS[value])))
    if band := ages.band(given.get("aged", "")):
        asked = replace(asked, aged=band, open=True)
        words.append(("aged", age_condition(band)))
    else:
        given.pop("aged", None)
    for name, label in FLAGS.items():
        if value := given.get(name):
            flag: dict[str, Any] = {name: value == "1"}
            asked = replace(asked, **flag)
            words.append((name, _(label) if value == "1" else _("不是%(what)s") % {"what": _(label)}))
    return asked


def _window(filters: Filters, asked: Asked, calendar: Calendar, now: datetime) -> Asked:
    given = filters.given
    moment = given.get("moment", "")
    if moment not in MOMENTS:
        moment = "closed" if given.get("view") == "closed" else "submitted"
    today = calendar.local_day(now)
    edges: dict[str, datetime | None] = {"from": None, "to": None}
    for name in edges:
        if text := given.get(name):
            try:
                edges[name] = _edge(text, name, today, calendar)
            except ValueError:
                filters.faults.append((f"f-{name}", _("“%(text)s”不是日期，请写成 2022-10-25。") % {"text": text}))
    first, end = edges["from"], edges["to"]
    if first and end and first >= end:
        filters.faults.append(("f-from", _("开始日期晚于结束日期，请对调。")))
        return asked
    if first is None and end is None:
        return asked
    said = {name: moments.moment(text, now) if len(text := given.get(name, "")) == EXACT else text for name in edges}
    filters.words.append(("from", _("%(what)s %(from)s 至 %(to)s") % {"what": _(MOMENT_NAMES[moment]), **said}))
    filters.bounded = first is not None and (end or now) - first <= BOUNDED
    return replace(
        asked,
        moment=moment,
        since=iso(first) if first else "",
        until=iso(end) if end else "",
        sort="due" if asked.open and asked.sort == "due" else "moment",
    )


def _edge(text: str, name: str, today: date, calendar: Calendar) -> datetime:
    """Return where a window begins or, exclusive, ends: at an instant as stored, else with a whole day."""
    if len(text) == EXACT:
        return exact(text)
    return calendar.midnight(parse_date(text, today) + timedelta(days=name == "to"))


def _form(filters: Filters, types: list[OrderType], net: Network, outer: bool) -> Markup:
    """Return the form of the conditions, drawn once for all who are offered and have given the same."""
    sheet = pages().get_template("lists/filters.html").template
    given, faulty, cut = filters.given, bool(filters.faults), bool(filters.words)
    key = (sheet, tuple(one.bundle for one in types), outer, filters.asked.type, tuple(given.items()), faulty, cut)
    return once(
        net, "filters", key, lambda: sheet.module.filters(given, _options(filters, types, net, outer), faulty, cut)
    )


def _options(
    filters: Filters, types: list[OrderType], net: Network, outer: bool
) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return the choices the form shows: the usual ones, and any other that the address already uses."""
    usual = ("state", "category", "moment") if outer else ("state", "category", "lead", "desk", "light", "moment")
    kinds = choices_of(types, net, ("type",)) if len(types) > 1 else []
    chosen = [one for one in types if filters.asked.type in ("", one.key)]
    return [*kinds, *choices_of(chosen, net, {*usual, *filters.given} - {"type"})]


urlpatterns = [path("orders/", orders, name="orders")]
