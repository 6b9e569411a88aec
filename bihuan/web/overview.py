"""报: the first overview. Every count opens its list, and the list counts the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, QueryDict
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.core.programmes import OrderType, Programme
from bihuan.core.queues import QUEUES
from bihuan.store import calendars, counters, lists, network, packs
from bihuan.store.lists import Asked
from bihuan.web import charts
from bihuan.web.access import Acted, staff
from bihuan.web.charts import Bar, Bars, Part, Row
from bihuan.web.jinja import render
from bihuan.web.lists import filters_of
from bihuan.web.rows import Line, lines_of
from bihuan.web.scopes import Scope, judged, scope_of
from bihuan.web.shell import furnish, programme_of
from bihuan.words.orders import queue_name, unit_name

FEW = 10  # no rate under so many cases (architecture.md §7)
FEWEST = 5  # ratings under which those who are rated are told nothing (ux.md §4.6)
TIMED = ("to_rate", "to_close")
LIGHTS = ("green", "yellow", "orange", "red", "grey")
SHOWN = 6
MEASURES = ("received", "closed", "solved", "replied", "on_time", "rated", "satisfied")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with the address of its records."""

    n: int
    href: str


@dataclass(frozen=True, slots=True)
class Rate:
    """Two figures and, where there are cases enough, their share in percent."""

    part: Figure
    whole: Figure

    @property
    def percent(self) -> str:
        """The share with one decimal, "" under ten cases; 100.0 only where nothing is missing."""
        if self.whole.n < FEW:
            return ""
        share = (Decimal(100) * self.part.n / self.whole.n).quantize(Decimal("0.1"), ROUND_HALF_UP)
        return str(share if self.part.n == self.whole.n or share < 100 else Decimal("99.9"))


@dataclass(frozen=True, slots=True)
class Chain:
    """One line of the table by chain."""

    name: str
    received: Figure
    solved: Figure
    open: Figure
    on_time: Rate
    overdue: Figure


@dataclass(slots=True)
class Overview:
    """The page as the template draws it."""

    scope: str
    first: date
    today: date
    received: tuple[Figure, Figure]
    closed: tuple[Figure, Figure]
    solved: tuple[Figure, Figure]
    on_time: tuple[Rate, Rate]
    satisfied: tuple[Rate, Rate]
    overdue: Figure
    open: Figure
    supervised: Figure
    strip: list[Part]
    lights: list[Part]
    months: Bars
    waiting: list[Row]
    chains: list[Chain] = field(default_factory=list)
    total: Chain | None = None
    late: list[Line] = field(default_factory=list)
    supervise: str = ""
    judged: bool = False
    enough: bool = True


class Counts:
    """Every number of the page: from counters where they are kept for the scope, else counted over its lists."""

    def __init__(
        self, actor: Actor, programme: Programme, order_type: OrderType, scope: Scope, net: Network, now: datetime
    ) -> None:
        self.actor, self.programme, self.type, self.scope, self.net, self.now = (
            actor, programme, order_type, scope, net, now,
        )  # fmt: skip
        self.judged = judged(actor, order_type)
        self.calendar = calendars.calendar()
        self.today = self.calendar.local_day(now)
        self.tallies: dict[tuple[str, str, str], int] = {}
        self.counted: dict[str, int] = {}

    def read(self) -> None:
        """Read everything: one query of counters, one of counts."""
        wanted = [self.stock(light=light) for light in LIGHTS]
        wanted += [self.stock(queue=tray) for tray in TIMED]
        wanted.append(self.stock(supervised="1"))
        if self.scope.units:
            units = [*self.scope.units, *(f"desk:{desk}" for desk in self.desks)]
            self.tallies = counters.read(self.programme.key, units)
            wanted += [self.stock(light="red", desk=desk) for desk in self.desks]
        else:
            wanted += [self.stock(queue=tray) for tray in QUEUES] + [self.stock()]
            spans = [self.year, self.month, *(self.span(n) for n in range(1, self.today.month + 1))]
            wanted += [self.flow(measure, *span) for measure in MEASURES for span in spans]
        asked = {href: self.asked(href) for href in wanted}
        self.counted = lists.counts(seen_by=self.actor, programmes=[self.programme], asked=asked, now=self.now)

    @property
    def desks(self) -> tuple[str, ...]:
        """The chains that have a line of their own."""
        return self.scope.desks if len(self.scope.desks) > 1 else ()

    @property
    def year(self) -> tuple[date, date]:
        """This year so far."""
        return self.today.replace(month=1, day=1), self.today

    @property
    def month(self) -> tuple[date, date]:
        """This month so far."""
        return self.today.replace(day=1), self.today

    def span(self, month: int) -> tuple[date, date]:
        """Return one month of this year, up to today."""
        first = self.today.replace(month=month, day=1)
        if month == self.today.month:
            return first, self.today
        return first, date.fromordinal(first.replace(month=month + 1).toordinal() - 1)

    def stock(self, **conditions: str) -> str:
        """Return the address of a list of open orders."""
        return self._address("open", {}, conditions)

    def flow(self, measure: str, first: date, last: date, desk: str = "") -> str:
        """Return the address of the orders to which something happened from one day to another, both included."""
        good = ",".join(
            one.key for one in self.type.fields[self.type.rating].choices if one.key not in self.type.bad_ratings
        )
        struck = ",".join(key for key, state in self.type.states.items() if state.milestone == "closed")
        conditions = {
            "received": {"moment": "submitted"},
            "closed": {"moment": "closed", "state": struck},
            "solved": {"moment": "closed", "solved": "1"},
            "replied": {"moment": "replied"},
            "on_time": {"moment": "replied", "on_time": "1"},
            "rated": {"moment": "rated"},
            "satisfied": {"moment": "rated", "rating": good},
        }[measure]
        return self._address("all", {"from": first.isoformat(), "to": last.isoformat()}, {**conditions, "desk": desk})

    def _address(self, view: str, days: dict[str, str], conditions: dict[str, str]) -> str:
        own = {"lead": self.scope.lead}
        asked = {"view": view, **days, **own, **conditions}
        return "/orders/?" + urlencode({key: value for key, value in asked.items() if value}, safe=",:")

    def asked(self, href: str) -> Asked:
        """Return what the list at an address asks the store for: the same reading that the list itself does."""
        return filters_of(
            QueryDict(href.partition("?")[2]), self.programme, self.actor, self.net, self.calendar, self.now
        ).asked

    def happened(self, measure: str, first: date, last: date, desk: str = "") -> Figure:
        """Return how often something happened in whole months (the last one up to today)."""
        href = self.flow(measure, first, last, desk)
        if not self.scope.units:
            return Figure(self.counted[href], href)
        months = [f"{first.year}-{n:02d}" for n in range(first.month, last.month + 1)]
        units = (f"desk:{desk}",) if desk else self.scope.units
        return Figure(sum(self.tallies.get((unit, measure, month), 0) for unit in units for month in months), href)

    def lying(self, tray: str = "", desk: str = "") -> Figure:
        """Return how many open orders lie in a tray, or in all of them."""
        href = self.stock(queue=tray, desk=desk)
        if href in self.counted:
            return Figure(self.counted[href], href)
        trays = (tray,) if tray else QUEUES
        units = (f"desk:{desk}",) if desk else self.scope.units
        return Figure(sum(self.tallies.get((unit, f"queue:{one}", ""), 0) for unit in units for one in trays), href)

    def counts(self, **conditions: str) -> Figure:
        """Return a count over open work."""
        href = self.stock(**conditions)
        return Figure(self.counted[href], href)


@staff
@require_GET
def reports(request: Acted) -> HttpResponse:
    """Show the overview of what this post looks after."""
    programme = programme_of(request)
    order_type = next(iter(programme.orders.values()), None) if programme else None
    net = network.snapshot(calendars.calendar().local_day(request.now))
    scope = scope_of(request.actor, order_type, net) if order_type else None
    if programme is None or order_type is None or scope is None:
        raise Http404
    counts = Counts(request.actor, programme, order_type, scope, net, request.now)
    counts.read()
    shown = overview_of(counts)
    page = lists.page(
        seen_by=request.actor,
        programmes=[programme],
        asked=counts.asked(shown.overdue.href),
        now=request.now,
        limit=SHOWN,
    )
    shown.late = lines_of(page.rows, net, request.now, request.actor)
    shown.supervise = _supervise(request.actor, order_type)
    return render(request, "reports/page.html", {"board": shown})


def overview_of(counts: Counts) -> Overview:
    """Return the page's figures from what was read."""
    both: Callable[[str], tuple[Figure, Figure]] = lambda measure: (  # noqa: E731
        counts.happened(measure, *counts.year),
        counts.happened(measure, *counts.month),
    )
    lights = _lights(counts)
    on_time, replied, good, rated = both("on_time"), both("replied"), both("satisfied"), both("rated")
    shown = Overview(
        scope=_scope_words(counts),
        first=counts.year[0],
        today=counts.today,
        received=both("received"),
        closed=both("closed"),
        solved=both("solved"),
        on_time=(Rate(on_time[0], replied[0]), Rate(on_time[1], replied[1])),
        satisfied=(Rate(good[0], rated[0]), Rate(good[1], rated[1])),
        overdue=counts.counts(light="red"),
        open=counts.lying(),
        supervised=counts.counts(supervised="1"),
        lights=lights,
        strip=charts.strip(lights),
        months=_months(counts),
        waiting=charts.rows(_waiting(counts)),
    )
    shown.judged, shown.enough = counts.judged, rated[0].n >= FEWEST
    shown.chains = [_chain(counts, desk) for desk in counts.desks]
    if shown.chains:
        shown.total = Chain(_("合计"), shown.received[0], shown.solved[0], shown.open, shown.on_time[0], shown.overdue)
    return shown


def _lights(counts: Counts) -> list[Part]:
    names = {"green": _("按期"), "yellow": _("快到期"), "orange": _("将逾期"), "red": _("逾期"), "grey": _("挂起")}
    found = []
    for light in LIGHTS:
        figure = counts.counts(light=light)
        found.append(Part(light, names[light], figure.n, figure.href))
    return found


def _months(counts: Counts) -> Bars:
    some = []
    for n in range(1, counts.today.month + 1):
        came, solved = counts.happened("received", *counts.span(n)), counts.happened("solved", *counts.span(n))
        label = _("%(n)s月") % {"n": n}
        some.append(Bar(label, came.n, came.href, solved.n, solved.href, soft=n == counts.today.month))
    return charts.bars(some)


def _waiting(counts: Counts) -> list[tuple[str, int, str]]:
    found = []
    for tray in QUEUES:
        if tray == "to_verify" and counts.judged:
            continue  # a bad rating is not known to those it judges before it is verified
        figure = counts.lying(tray)
        found.append((queue_name(tray), figure.n, figure.href))
    return found


def _chain(counts: Counts, desk: str) -> Chain:
    year = counts.year
    return Chain(
        unit_name(counts.net, desk),
        counts.happened("received", *year, desk),
        counts.happened("solved", *year, desk),
        counts.lying(desk=desk),
        Rate(counts.happened("on_time", *year, desk), counts.happened("replied", *year, desk)),
        counts.counts(light="red", desk=desk),
    )


def _scope_words(counts: Counts) -> str:
    scope, net = counts.scope, counts.net
    if scope.everywhere:
        return _("全区%(n)s个产业链党委") % {"n": len(scope.desks)}
    if scope.desks:
        return _("、").join(unit_name(net, desk) for desk in scope.desks)
    return _("主办部门：%(unit)s") % {"unit": unit_name(net, scope.lead)} if scope.lead else _("由您分管督办的单")


def _supervise(actor: Actor, order_type: OrderType) -> str:
    """Return what stands behind an order's address where this post supervises, "" where it does not.

    That is the paper whose signing is the move, where there is one, else the verb.
    """
    for move in order_type.by_effect("supervise"):
        for key in move.by:
            if any(who.post in ("", actor.kind) for who in order_type.roles[key].who if who.of != "system"):
                signing = (kind for kind in order_type.documents.values() if kind.move == move.verb and key in kind.by)
                return next((f"papers/{kind.key}" for kind in signing), move.verb)
    return ""


def shown_to(actor: Actor) -> bool:
    """Whether the rail leads this actor here: posts that look after a part of the county."""
    for programme in packs.current().values():
        for order_type in programme.orders.values():
            for role in order_type.roles.values():
                for who in role.who:
                    if who.post == actor.kind and who.of in ("everywhere", "desk", "covers", "lead", "supervisor"):
                        return True
    return False


furnish("reports", shown=shown_to)

urlpatterns = [path("reports/", reports, name="reports")]
