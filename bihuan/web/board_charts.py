"""看板的图: what each kind of chart draws, every mark with the address of its records; the templates only place them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.core import ages
from bihuan.core.boards import Chart
from bihuan.core.programmes import MILESTONES, RING
from bihuan.core.queues import QUEUES
from bihuan.core.similar import Said, repeated
from bihuan.store import boards, lists
from bihuan.web import charts
from bihuan.web.board_grids import heat, month_spans, units, whole
from bihuan.web.board_waits import Waits, waits
from bihuan.web.cadence import Duties
from bihuan.web.charts import Bar, Bars, Part, Row
from bihuan.web.rows import Line, lines_of
from bihuan.web.scopes import judged
from bihuan.words.ages import age_name, old_finding, since_note
from bihuan.words.orders import category_name, named, queue_name

if TYPE_CHECKING:
    from bihuan.web.board import Ask

LIGHTS = {
    "green": gettext_noop("按期"), "yellow": gettext_noop("快到期"), "orange": gettext_noop("将逾期"),
    "red": gettext_noop("逾期"), "grey": gettext_noop("挂起"),
}  # fmt: skip
LATE = 6  # of the overdue that stand on the board itself
OFTEN, DAYS = 3, 90  # a matter of so many requesters within so many days is a repeated one
NAMES = {
    "lights": gettext_noop("办理预警"), "months": gettext_noop("逐月"), "funnel": gettext_noop("走到哪一步"),
    "ageing": gettext_noop("在办多久"), "trays": gettext_noop("停在哪一环"), "waiting": gettext_noop("各环节用时"),
    "categories": gettext_noop("都是什么事"), "heat": gettext_noop("单位和月份"), "units": gettext_noop("分单位"),
    "supervise": gettext_noop("逾期的单"), "cadence": gettext_noop("周期义务"), "repeats": gettext_noop("反复出现的事"),
}  # fmt: skip
Later = Callable[[], Any]


def title(chart: Chart) -> str:
    """Return what a chart is called."""
    return named(chart) if chart.name else _(NAMES[chart.kind])


def begun(chart: Chart, ask: Ask) -> Later | None:
    """Let a chart name the lists it opens; return how it is drawn once they are counted, None where it says nothing."""
    return _KINDS[chart.kind](chart, ask)


@dataclass(frozen=True, slots=True)
class Strip:
    """Open orders by their light; `hidden` are those whose content is none of the reader's business."""

    total: int
    hidden: int
    href: str
    parts: list[Part]
    strip: list[Part]


def _lights(_chart: Chart, ask: Ask) -> Later:
    hrefs = {light: ask.lists.open(light=light) for light in LIGHTS}
    every = ask.lists.open()
    # Who sees no secrets counts them all the same: what the list lacks of the figure is hidden.
    counted = None if ask.scope.all_secret else ask.want_of(boards.lying_open(ask.order_type))

    def draw() -> Strip:
        n = ask.lists.counted
        parts = [Part(light, _(LIGHTS[light]), n[href], href) for light, href in hrefs.items()]
        hidden = whole(ask.figure(counted)) - n[every] if counted else 0
        return Strip(n[every], hidden, every, parts, charts.strip(parts))

    return draw


@dataclass(frozen=True, slots=True)
class Months:
    """Bars by month with a line over them; `finding` is what they say in a sentence."""

    bars: Bars
    names: tuple[str, str]
    word: str
    finding: str


def _months(chart: Chart, ask: Ask) -> Later | None:
    if not ask.may(chart.indicator) or (chart.beside and not ask.may(chart.beside)):
        return None

    wanted = ask.want(chart.indicator, "month")
    beside = ask.want(chart.beside, "month") if chart.beside else None

    def draw() -> Months:
        came = ask.found[wanted]
        line = ask.found[beside] if beside else {}
        some, today = [], ask.reading.day
        for month, first, last in month_spans(ask):
            window = ask.window(first, last)
            other = ask.href(chart.beside, window) if chart.beside else ""
            label = _("%(n)s月") % {"n": first.month}
            running = (first.year, first.month) == (today.year, today.month)
            n, m = whole(came.get((month,))), whole(line.get((month,)))
            some.append(Bar(label, n, ask.href(chart.indicator, window), m, other, soft=running))
        one = ask.indicator(chart.indicator)
        word = _(one.word).strip() if one.word else ""
        most = max(some, key=lambda bar: bar.n)
        said = {
            "name": named(one),
            "n": sum(bar.n for bar in some),
            "word": word,
            "month": most.label,
            "most": most.n,
        }
        finding = _("%(name)s共%(n)s%(word)s，最多的是%(month)s，%(most)s%(word)s") % said
        names = (named(one), named(ask.indicator(chart.beside)) if chart.beside else "")
        return Months(charts.bars(some), names, word, finding)

    return draw


@dataclass(frozen=True, slots=True)
class Rows:
    """Horizontal bars; `finding` is what they say in a sentence."""

    rows: list[Row]
    finding: str
    note: str = ""
    unit: str = ""
    height: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "height", len(self.rows) * 25 + 8)


def _far(ask: Ask) -> Callable[[], dict[tuple[str, ...], int]]:
    """Ask how far the orders of the window came, by category and milestone; return what tells it once it is read."""
    wish = ask.want_of(boards.came(ask.order_type), "category", "milestone")
    return lambda: {group: whole(figure) for group, figure in ask.found[wish].items()}


def _funnel(_chart: Chart, ask: Ask) -> Later | None:
    if not ask.scope.units:
        return None
    far = _far(ask)

    def draw() -> Rows:
        steps, out = [0] * (len(RING) + 1), 0
        for (_category, milestone), n in far().items():
            out += 0 if MILESTONES[milestone] else n
            for step in range(1, MILESTONES[milestone] + 1):
                steps[step] += n
        some = []
        for step in (1, 3, 4, 5, 6, 7):
            states = [k for k, s in ask.order_type.states.items() if MILESTONES[s.milestone] >= step]
            href = ask.lists.came(ask.asked.since, ask.asked.until, state=",".join(states))
            some.append((_REACHED[step], steps[step], href))
        rows = charts.rows([(_(name), n, href) for name, n, href in some])
        said = {"all": steps[1], "closed": steps[7]}
        finding = _("时段内点的%(all)s件里，已销号%(closed)s件") % said
        note = _("另有%(n)s件不予受理、撤单、并单或终止，不在环上。") % {"n": out} if out else ""
        return Rows(rows, finding, note)

    return draw


_REACHED = {
    1: gettext_noop("点单"), 3: gettext_noop("派单"), 4: gettext_noop("接单"), 5: gettext_noop("双反馈"),
    6: gettext_noop("核过待评"), 7: gettext_noop("销号"),
}  # fmt: skip


def _ageing(_chart: Chart, ask: Ask) -> Later:
    bands = ages.bands(ask.order_type)
    several = len({band.unit for band in bands}) > 1
    hrefs = [(age_name(band, several), ask.lists.open(aged=str(band))) for band in bands]

    def draw() -> Rows:
        rows = charts.rows([(name, ask.lists.counted[href], href) for name, href in hrefs])
        old = {band: row.n for band, row in zip(bands, rows, strict=True)}
        return Rows(rows, old_finding(old), unit="" if several else since_note(bands[0].unit))

    return draw


def _trays(_chart: Chart, ask: Ask) -> Later:
    without = ("to_verify",) if judged(ask.reading.actor, ask.order_type) else ()
    hrefs = [(tray, ask.lists.open(queue=tray)) for tray in QUEUES if tray not in without]

    def draw() -> Rows:
        rows = charts.rows([(queue_name(tray), ask.lists.counted[href], href) for tray, href in hrefs])
        most = max(rows, key=lambda row: row.n)
        finding = (
            _("在办的单最多停在“%(tray)s”，%(n)s件") % {"tray": most.name, "n": most.n} if most.n else _("没有在办的单")
        )
        return Rows(rows, finding)

    return draw


def _waiting(_chart: Chart, ask: Ask) -> Later:
    def draw() -> Waits | None:
        return waits(ask)

    return draw


def _categories(_chart: Chart, ask: Ask) -> Later | None:
    if not ask.scope.units:
        return None
    far = _far(ask)

    def draw() -> Rows | None:
        total: dict[str, int] = {}
        for (category, _milestone), n in far().items():
            total[category] = total.get(category, 0) + n
        if not total:
            return None
        blank = total.pop("", 0)  # not sorted yet: no category to open
        some = sorted(total.items(), key=lambda item: (-item[1], item[0]))
        rows = charts.rows(
            [
                (category_name(ask.order_type, key), n, ask.lists.came(ask.asked.since, ask.asked.until, category=key))
                for key, n in some
            ]
        )
        finding = _("最多的是%(name)s，%(n)s件") % {"name": rows[0].name, "n": rows[0].n} if rows else _("都还没有分类")
        return Rows(rows, finding, _("另有%(n)s件还没有分类。") % {"n": blank} if blank else "")

    return draw


@dataclass(frozen=True, slots=True)
class Late:
    """The overdue, the longest first, and what the reader may do about each."""

    n: int
    href: str
    lines: list[Line]
    supervised: int
    supervised_href: str
    way: str


def _supervise(_chart: Chart, ask: Ask) -> Later:
    red, supervised = ask.lists.open(light="red"), ask.lists.open(supervised="1")

    def draw() -> Late:
        r = ask.reading
        page = lists.page(seen_by=r.actor, programmes=[r.programme], asked=ask.lists.asked(red), now=r.now, limit=LATE)
        lines = lines_of(page.rows, r.net, r.now, r.actor)
        n = ask.lists.counted
        return Late(n[red], red, lines, n[supervised], supervised, way_to_supervise(ask))

    return draw


def way_to_supervise(ask: Ask) -> str:
    """Return what stands behind an order's address where this post supervises, "" where it does not.

    That is the paper whose signing is the move, where there is one, else the verb.
    """
    order_type, kind = ask.order_type, ask.reading.actor.kind
    for move in order_type.by_effect("supervise"):
        for key in move.by:
            if any(who.post in ("", kind) for who in order_type.roles[key].who if who.of != "system"):
                signing = (one for one in order_type.documents.values() if one.move == move.verb and key in one.by)
                return next((f"papers/{one.key}" for one in signing), move.verb)
    return ""


def _cadence(chart: Chart, ask: Ask) -> Later:
    some = {chart.cadence} if chart.cadence else {one.key for one in ask.reading.programme.cadences}
    ask.cadences |= some

    def draw() -> list[Duties] | None:
        return [one for one in ask.duties if one.cadence.key in some] or None

    return draw


def _repeats(_chart: Chart, ask: Ask) -> Later:
    def draw() -> list[tuple[str, int, list[Line]]] | None:
        r = ask.reading
        since = r.bounds(r.day - timedelta(days=DAYS), r.day)[0]
        rows = boards.latest(
            seen_by=r.actor,
            programme=r.programme,
            order_type=ask.order_type,
            since=since,
            lead=ask.scope.lead,
            now=r.now,
        )
        by_number = {row.number: row for row in rows}
        said = tuple(Said(row.number, row.title, row.category, row.requester or row.requester_name) for row in rows)
        found = []
        for group in repeated(said, OFTEN)[:LATE]:
            lines = lines_of([by_number[one.number] for one in group], r.net, r.now, r.actor)
            found.append((group[0].title, len({one.requester for one in group}), lines))
        return found

    return draw


_KINDS: dict[str, Callable[[Chart, Ask], Later | None]] = {
    "lights": _lights,
    "months": _months,
    "funnel": _funnel,
    "ageing": _ageing,
    "trays": _trays,
    "waiting": _waiting,
    "categories": _categories,
    "heat": heat,
    "units": units,
    "supervise": _supervise,
    "cadence": _cadence,
    "repeats": _repeats,
}
