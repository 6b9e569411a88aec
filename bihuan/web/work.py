"""办: what I must move today, what falls due this week, what I wait for; one next move for every line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.actions.register import may_set_up
from bihuan.actions.turns import Turn, due_today, tomorrow, turns_of, waited_for
from bihuan.core.approval import waiting, worked
from bihuan.core.calendar import Calendar
from bihuan.core.instants import instant, iso
from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.core.programmes import HAND_OVER
from bihuan.core.projection import NEVER
from bihuan.store import calendars, lists, network, packs, turns
from bihuan.store.lists import Asked
from bihuan.web.access import Acted, staff
from bihuan.web.jinja import render
from bihuan.web.own_duties import Mine, own_duties
from bihuan.web.rows import Line, awaited, lines_of, outward_light, source_of, unread
from bihuan.web.scopes import desk_types, may_ask, outward
from bihuan.web.shell import counted, furnish, shell_for
from bihuan.words import moments
from bihuan.words.approval import span
from bihuan.words.lights import Light, light_of_order
from bihuan.words.orders import move_name, queue_name, state_name, unit_name
from bihuan.words.outward import standing
from bihuan.words.sources import source_light

DAYS = 14  # of the calendar of dues
LATER = 30
OTHERS = 10
DONE = 3
LATELY = timedelta(days=14)  # an older end is history, which no page walks through


@dataclass(frozen=True, slots=True)
class Task:
    """One line of work. `verb` is "" where somebody else is to move; the line then leads to the order."""

    number: str
    title: str
    ring: int
    light: Light
    about: str
    due: str
    verb: str = ""
    move: str = ""

    @property
    def href(self) -> str:
        """Where the button leads."""
        return f"/orders/{self.number}/{self.verb}/" if self.verb else f"/orders/{self.number}/"


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar of dues."""

    day: date
    name: str
    n: int
    rest: bool
    today: bool
    words: str


@dataclass(slots=True)
class Work:
    """The page as the template draws it."""

    signing: list[Task]
    today: list[Task]
    week: list[Task]
    later: list[Task]
    others: list[Task]
    words: list[Task]
    days: list[Day]
    done: list[Line] = field(default_factory=list)
    stands_for: str = ""
    unit: str = ""
    at_desk: bool = False
    stand_in: str = ""  # the form in which who may sets one
    may_ask: bool = False
    duties: list[Mine] = field(default_factory=list)
    full: bool = False
    more: bool = False  # others have more than is listed


@staff
@require_GET
def work(request: Acted) -> HttpResponse:
    """Show the actor's work in the post acted in."""
    actor, now = request.actor, request.now
    calendar = calendars.calendar()
    net = network.snapshot(calendar.local_day(now))
    turns_ = turns_of(actor=actor, now=now)
    counted(request, "work", sum(turn.row.due < tomorrow(calendar, now) for turn in turns_))
    signing = sorted((turn for turn in turns_ if _signs(turn)), key=_waits_since)
    mine = [turn for turn in turns_ if not _signs(turn)]
    held = waited_for(actor=actor, now=now, besides={turn.row.id for turn in turns_}, limit=OTHERS + 1)
    more, held = len(held) > OTHERS, held[:OTHERS]
    end_of_day, end_of_week = tomorrow(calendar, now), _end_of_week(calendar, now)
    shown = Work(
        signing=_tasks(signing[:LATER], actor, net, now),
        today=_tasks((turn for turn in mine if turn.row.due < end_of_day), actor, net, now),
        week=_tasks((turn for turn in mine if end_of_day <= turn.row.due < end_of_week), actor, net, now),
        later=_tasks([turn for turn in mine if turn.row.due >= end_of_week][:LATER], actor, net, now),
        others=_tasks(held, actor, net, now),
        more=more,
        # The office's own dues are not the requester's.
        words=_words(actor, net, now),
        days=days_of([*turns_, *(turn for turn in held if not outward(actor, turn.type))], calendar, now),
        done=_done(actor, net, now),
        stands_for=net.name(actor.stands_for) if actor.stands_for else "",
        unit=unit_name(net, actor.unit),
        duties=own_duties(actor, list(packs.current().values()), net, calendar.local_day(now)),
        stand_in=_stand_in(actor),
        at_desk=bool(desk_types(actor, shell_for(request).programme)),
        may_ask=any(may_ask(actor, one) for programme in packs.current().values() for one in programme.orders.values()),
    )
    shown.full = len(turns_) > len(shown.signing) + len(shown.today) + len(shown.week) + len(shown.later)
    return render(request, "work/page.html", {"work": shown})


def _stand_in(actor: Actor) -> str:
    """Where the actor's own post gets a stand-in: rights go with it, so only administrators set one."""
    if not may_set_up(actor) or actor.stands_for:
        return ""
    wish = urlencode({"way": "stand_in", "whom": actor.person})
    return f"{reverse('network_holder', args=[actor.post])}?{wish}"


def _signs(turn: Turn) -> bool:
    return turn.move is not None and turn.move.effect == "approve"


def _waits_since(turn: Turn) -> str:
    """Since when the oldest of an order's drafts lies where it lies."""
    return min((draft.get("since", draft["at"]) for draft in waiting(turn.order).values()), default="")


def _waited(turn: Turn, now: datetime, calendar: Calendar) -> str:
    return _("已等%(time)s") % {"time": span(worked(instant(_waits_since(turn)), now, calendar))}


def badge(actor: Actor, now: datetime) -> int:
    """Return what the rail says beside 办: how many things of this actor must move today, in one query."""
    return due_today(actor=actor, now=now)


def _end_of_week(calendar: Calendar, now: datetime) -> str:
    today = calendar.local_day(now)
    monday = today + timedelta(days=7 - today.weekday())
    return iso(calendar.midnight(monday) + timedelta(microseconds=1))


def _tasks(some: Iterable[Turn], actor: Actor, net: Network, now: datetime) -> list[Task]:
    calendar = calendars.calendar()
    return [
        Task(
            number=turn.row.number,
            title=turn.row.title,
            ring=turn.row.ring,
            light=_light(turn, actor, now, calendar),
            about=" · ".join(
                part
                for part in (
                    turn.row.requester_name,
                    turn.row.number,
                    about(turn, actor, net, now),
                    _waited(turn, now, calendar) if _signs(turn) else "",
                    *_source(turn, actor, now),
                )
                if part
            ),
            due=turn.row.due,
            verb=turn.move.verb if turn.move else "",
            move=move_name(turn.move) if turn.move else "",
        )
        for turn in some
    ]


def _words(actor: Actor, net: Network, now: datetime) -> list[Task]:
    """Return the orders with words for this post to read; the button leads to the words themselves."""
    found = []
    for one in turns.noted(actor=actor, limit=OTHERS):
        move = next((move for move in one.type.moves.values() if move.effect == "read_note"), None)
        task = _tasks([Turn(one.row, one.order, one.type)], actor, net, now)[0]
        if move is not None:
            task = replace(task, verb=move.verb, move=_("看批示"))
        found.append(task)
    return found


def _source(turn: Turn, actor: Actor, now: datetime) -> tuple[str, str]:
    """The number of the order at its source, and how much time the source left for it."""
    if outward(actor, turn.type):
        return source_of(turn.row), ""
    return source_of(turn.row), source_light(turn.row, turn.type, now, calendars.calendar()).text


def _light(turn: Turn, actor: Actor, now: datetime, calendar: Calendar) -> Light:
    if outward(actor, turn.type):
        return outward_light(turn.order, turn.type, now)
    if unread(turn.row, actor, turn.type):
        return awaited()
    return light_of_order(turn.order, turn.type, now, calendar)


def about(turn: Turn, actor: Actor, net: Network, now: datetime) -> str:
    """Return in a few words where an order stands and what it waits for, to its requester in outward words."""
    order, row = turn.order, turn.row
    if outward(actor, turn.type):
        return standing(order, turn.type, net, now)[0]
    if row.pending and row.pending != "verification":
        return queue_name(f"asked:{row.pending}:{row.pending_to}")
    if turn.move is not None and turn.move.effect == "approve":
        return queue_name("to_sign")
    if row.drafted and turn.move is None:
        return _("等审签")
    if len(order.replies) == 1 or (len(order.drafts) == 1 and not order.replies):
        half = next(iter(order.replies or order.drafts))
        return _("已反馈企业，还差产业链党委") if half == "requester" else _("已反馈产业链党委，还差企业")
    if turn.move is not None and order.last.get("verb") == HAND_OVER:
        return _("刚移交给您，%(state)s") % {"state": state_name(turn.type, order.state)}
    if any(draft.get("returned") for draft in order.drafts.values()):
        return _("审签退回，请修改")
    if order.resume_on:
        return _("%(state)s，预计%(day)s恢复") % {
            "state": state_name(turn.type, order.state), "day": moments.day(order.resume_on, instant(row.submitted)),
        }  # fmt: skip
    lead = unit_name(net, row.lead) if row.lead and turn.move is None else ""
    state = queue_name("to_close") if row.queue == "to_close" else state_name(turn.type, row.state)
    return f"{lead} {state}" if lead else state


def days_of(some: Iterable[Turn], calendar: Calendar, now: datetime) -> list[Day]:
    """Return the next fourteen days with how many of these orders fall due on each."""
    today = calendar.local_day(now)
    counted: dict[date, int] = {}
    for turn in some:
        if turn.row.due != NEVER:
            last = moments.last_day(turn.row.due)
            counted[last] = counted.get(last, 0) + 1
    found = []
    for offset in range(DAYS):
        day = today + timedelta(days=offset)
        rest = not calendar.is_workday(day)
        n, weekend = counted.get(day, 0), day.weekday() >= 5
        words = (
            _("%(n)s件") % {"n": n}
            if n
            else _("今天")
            if not offset
            else _("休")
            if rest
            else _("班")
            if weekend
            else ""
        )
        found.append(Day(day, _(moments.DAY_NAMES[day.weekday()]), n, rest, not offset, words))
    return found


def _done(actor: Actor, net: Network, now: datetime) -> list[Line]:
    """Return what was struck off in the last two weeks: of the handler's own, for other posts of all they see."""
    programmes = packs.current().values()
    handles = turns.handles(actor, programmes)
    since = iso(calendars.calendar().midnight(calendars.calendar().local_day(now) - LATELY))
    asked = Asked(open=False, handler=actor.person if handles else "", sort="moment", moment="closed", since=since)
    page = lists.page(seen_by=actor, programmes=programmes, asked=asked, now=now, limit=DONE)
    return lines_of([row for row in page.rows if row.closed], net, now, actor)


furnish("work", badge=badge)

urlpatterns = [path("mine/", work, name="work")]
