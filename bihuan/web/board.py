"""看板: what the post looks after, in cards and charts as the programme declares them; every number opens its records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.core.boards import Board, Chart, board_of
from bihuan.core.brief_kinds import sees_some
from bihuan.core.figures import Asked, Figure
from bihuan.core.indicators import Indicator
from bihuan.core.permission import Actor
from bihuan.core.programmes import OrderType, Programme
from bihuan.store import calendars, clock, figures, network, packs
from bihuan.store.figures import Divided, Wish
from bihuan.store.readings import Reading, reading_of
from bihuan.web import board_charts
from bihuan.web.access import Acted, staff
from bihuan.web.board_lists import Lists
from bihuan.web.cadence import Duties, duties_of
from bihuan.web.figure_address import figure_href
from bihuan.web.jinja import render
from bihuan.web.scopes import Scope, scope_of
from bihuan.web.shell import furnish, programme_of
from bihuan.web.stated import series_seen
from bihuan.words.figures import missing_text, shown
from bihuan.words.orders import named, unit_name

EARLIEST = 2000  # the first year that may be asked for


@dataclass(frozen=True, slots=True)
class Sub:
    """A line under a card: words, with a number that opens its records between them."""

    before: str
    text: str
    href: str
    after: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One figure large: what it is called, the number with its counting word, what stands below."""

    name: str
    hint: str
    value: str
    word: str
    href: str
    subs: tuple[Sub, ...] = ()
    missing: str = ""


@dataclass(slots=True)
class Shown:
    """The page as the template draws it. `drawn` are the charts by the place where they stand."""

    board: Board
    scope: str
    first: date
    last: date
    year: int
    years: list[int]
    present: bool
    cards: list[Card]
    drawn: dict[str, list[tuple[Chart, Any]]] = field(default_factory=dict)


@dataclass(slots=True)
class Ask:
    """What every chart of a page is drawn from: the reader, the scope, the window, and the lists they open.

    First every card and chart asks for its figures and names its lists and cadences; all are read together, then drawn.
    """

    reading: Reading
    order_type: OrderType
    scope: Scope
    lists: Lists
    wishes: dict[Wish, None] = field(default_factory=dict)
    found: dict[Wish, Divided] = field(default_factory=dict)
    cadences: set[str] = field(default_factory=set)
    duties: list[Duties] = field(default_factory=list)

    @property
    def asked(self) -> Asked:
        """The window and the unit that figures are asked for."""
        return self.reading.asked

    def window(self, first: date, last: date, unit: str = "") -> Asked:
        """Return the same asking for another window or unit."""
        return Asked(first, last, unit=unit or self.asked.unit)

    def href(self, key: str, asked: Asked | None = None, part: str = "") -> str:
        """Return the address that opens a figure."""
        return figure_href(self.reading.programme.key, key, asked or self.asked, part)

    def may(self, key: str) -> bool:
        """Whether the reader may open the figure."""
        known = self.reading.programme.indicators
        return key in known and figures.reads(self.reading, known[key])

    def want(self, key: str, *by: str, asked: Asked | None = None) -> Wish:
        """Ask for a figure by some keys, for the window or for another one; `read` reads all that was asked for."""
        return self.want_of(self.indicator(key), *by, asked=asked)

    def want_of(self, one: Indicator, *by: str, asked: Asked | None = None) -> Wish:
        """Ask the same of an indicator that no pack declares."""
        window = asked or self.asked
        wish = Wish(one, window.since, window.until, by)
        self.wishes[wish] = None
        return wish

    def read(self) -> None:
        """Read every figure and every cadence that was asked for, and count every list that was named."""
        r = self.reading
        self.found = figures.wished(r, self.wishes)
        if self.lists.wanted:
            self.lists.count()
        if self.cadences:
            net = network.of_all_time(r.day)
            self.duties = duties_of(r.actor, r.programme, net, self.asked.until, self.cadences)

    def figure(self, wish: Wish) -> Figure:
        """Return a figure that was read, undivided."""
        return self.found[wish][()]

    def indicator(self, key: str) -> Indicator:
        """Return the declaration of an indicator."""
        return self.reading.programme.indicators[key]


@staff
@require_GET
def reports(request: Acted) -> HttpResponse:
    """Show the board of the post acted in; posts without one meet 404."""
    found = asked_of(request)
    if found is None:
        raise Http404
    programme = found[1].reading.programme
    briefs = any(sees_some(request.actor, kind) for kind in programme.briefs.values())
    context = {"page": page_of(*found), "chart_title": board_charts.title, "briefs": briefs}
    context["stated"] = bool(series_seen(request.actor, programme))
    return render(request, "reports/page.html", context)


def asked_of(request: Acted) -> tuple[Board, Ask] | None:
    """Return the board and what it is asked for by an address, None where this post has none."""
    programme = programme_of(request)
    board = board_of(programme.boards, request.actor.kind) if programme else None
    order_type = programme.loop if programme else None
    if programme is None or board is None or order_type is None:
        return None
    today = Asked(date.min, date.min)
    now = reading_of(request.actor, programme, today, request.now)
    scope = scope_of(request.actor, order_type, now.net)
    if scope is None:
        return None
    first, last = _window(request.GET.get("year", ""), now.day)
    asked = Asked(first, last, unit=scope.lead)
    reading = reading_of(request.actor, programme, asked, request.now)
    return board, Ask(reading, order_type, scope, Lists(reading, scope))


def _window(year: str, today: date) -> tuple[date, date]:
    n = int(year) if year.isascii() and year.isdigit() and EARLIEST <= int(year) <= today.year else today.year
    return date(n, 1, 1), today if n == today.year else date(n, 12, 31)


def page_of(board: Board, ask: Ask) -> Shown:
    """Return a board with everything it shows, in a number of queries that depends on its declaration alone."""
    drawn: list[tuple[Chart, Callable[[], Any]]] = []
    cards = _cards(board, ask)
    for chart in board.charts:
        later = board_charts.begun(chart, ask)  # names the figures and lists it opens
        if later is not None:
            drawn.append((chart, later))
    ask.read()
    first, last = ask.asked.since, ask.asked.until
    today = ask.reading.day
    shown_ = Shown(
        board=board,
        scope=scope_words(ask),
        first=first,
        last=last,
        year=first.year,
        years=[today.year, today.year - 1],
        present=last == today,
        cards=[draw() for draw in cards],
    )
    for chart, draw in drawn:
        content = draw()
        if content is not None:
            shown_.drawn.setdefault(chart.place, []).append((chart, content))
    return shown_


def _cards(board: Board, ask: Ask) -> list[Callable[[], Card]]:
    """Ask for the figures of the cards, of what happens in time for the running month too; return how each is drawn."""
    today = ask.reading.day
    month = ask.window(today.replace(day=1), today)
    found: list[Callable[[], Card]] = []
    for key in board.cards:
        if not ask.may(key):
            continue
        one, year = ask.indicator(key), ask.want(key)
        timed = not one.stock and one.window == "asked" and ask.asked.until == today
        found.append(partial(_card, ask, key, year, ask.want(key, asked=month) if timed else None, month))
    return found


def _card(ask: Ask, key: str, of_year: Wish, monthly: Wish | None, month: Asked) -> Card:
    one, year = ask.indicator(key), ask.figure(of_year)
    of_month = ask.figure(monthly) if monthly is not None else None
    value, word = split(year)
    subs = []
    if year.opens == "rate":
        subs.append(_base(ask, key, year, ask.asked, ""))
        if of_month is not None:
            subs.append(_base(ask, key, of_month, month, _("本月")))
    elif of_month is not None:
        text, unit = split(of_month)
        subs.append(Sub(_("本月"), text, ask.href(key, month), unit))
    elif year.opens == "amounts":
        subs.append(Sub("", str(year.members), ask.href(key), _("件合计")))
    href = ask.href(key) if year.opens != "rate" or year.value is not None else ""
    return Card(named(one), one.hint, value, word, href, tuple(subs), missing_text(year))


def _base(ask: Ask, key: str, figure: Figure, asked: Asked, before: str) -> Sub:
    """A rate never stands without its numerator and denominator."""
    text = f"{figure.count('numerator')} / {figure.count('denominator')}"
    return Sub(before, text, ask.href(key, asked), _("件"))


def split(figure: Figure) -> tuple[str, str]:
    """Return a figure's number and its counting word."""
    text = shown(figure)
    end = len(text)
    while end and not (text[end - 1].isdigit() or text[end - 1] in "—是否"):
        end -= 1
    return text[:end], text[end:]


def scope_words(ask: Ask) -> str:
    """Return of which part of the county the board speaks."""
    scope, net = ask.scope, ask.reading.net
    if scope.everywhere:
        return _("全区%(n)s个产业链党委") % {"n": len(scope.desks)}
    if scope.desks:
        return _("、").join(unit_name(net, desk) for desk in scope.desks)
    return _("主办部门：%(unit)s") % {"unit": unit_name(net, scope.lead)} if scope.lead else _("由您分管督办的单")


def shown_to(actor: Actor) -> bool:
    """Whether the rail leads this actor here: a programme declares a board for the post, which has a part to see."""
    return actor.sort == "post" and any(_has(programme, actor) for programme in packs.current().values())


def _has(programme: Programme, actor: Actor) -> bool:
    if programme.loop is None or board_of(programme.boards, actor.kind) is None:
        return False
    net = network.snapshot(calendars.calendar().local_day(clock.now()))
    return scope_of(actor, programme.loop, net) is not None


furnish("reports", shown=shown_to)

urlpatterns = [path("reports/", reports, name="reports")]
