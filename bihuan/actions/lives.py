"""演练: play lives of orders through the real actions, many side by side, in the order of time.

A course is data: steps of who does what after how long, with which facts. It serves the demonstration county
(`seed/courses.toml` with a sheet of cases) and `bihuan simulate`. Nothing is inserted: every step is a move that could
have been refused, and the system's own moves are made when their instant comes.
"""

from __future__ import annotations

import heapq
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from bihuan.actions import alarms, orders
from bihuan.core.approval import Ground, roles_at, signers, waiting
from bihuan.core.calendar import Calendar
from bihuan.core.instants import instant
from bihuan.core.network import Network
from bihuan.core.order_state import OrderState
from bihuan.core.permission import SYSTEM, Actor, actor_in, link_to, parts
from bihuan.core.programmes import OrderType
from bihuan.core.projection import columns
from bihuan.core.refusal import Refused
from bihuan.store import calendars, lists, network, packs
from bihuan.store.orders import NotFound

_SPAN = re.compile(r"^(\d+)(?:-(\d+))?\s+(minutes?|hours?|workdays?|days?)$")
TOGETHER = 100
NIGHT, MORNING = 21, 8  # a requester writes between eight in the morning and nine in the evening


class BadCourse(ValueError):
    """A course that cannot be played: the message says which step and why."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `who` is a role, `role:unit`, or `another:role` for somebody who did not handle it."""

    who: str
    does: str
    after: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Course:
    """How a life goes, after its submission; `weight` is how often `simulate` chooses it."""

    key: str
    steps: tuple[Step, ...]
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked and by whom. `facts` fill the submission and the `$name` places of the course."""

    at: datetime
    requester: str
    course: Course
    facts: Mapping[str, Any]
    channel: str = "self"
    by: str = "requester"  # the role that submits; `public` for the form without sign-in
    source_number: str = ""


@dataclass(slots=True)
class Played:
    """What came of it: orders by number of moves made, and every refusal met on the way."""

    orders: list[int] = field(default_factory=list)
    moves: int = 0
    refusals: list[str] = field(default_factory=list)


def courses(table: Mapping[str, Any]) -> dict[str, Course]:
    """Return the courses of a parsed `courses.toml` by key."""
    found: dict[str, Course] = {}
    for entry in table.get("course", ()):
        before = found[entry["given"]].steps if entry.get("given") else ()
        steps = tuple(Step(s["who"], s["does"], s.get("after", "1 hour"), s.get("with", {})) for s in entry["steps"])
        found[entry["key"]] = Course(entry["key"], (*before, *steps), int(entry.get("weight", 1)))
    return found


def play(
    cases: list[Case],
    *,
    programme: str,
    type_: str,
    until: datetime,
    seed: int = 1,
    progress: Callable[[int], None] | None = None,
    strict: bool = True,
) -> Played:
    """Play every case up to `until`, earliest moment first; raises BadCourse for a refusal where `strict`."""
    played = Played()
    waiting: list[tuple[datetime, int, Iterator[datetime]]] = []
    for n, case in enumerate(sorted(cases, key=lambda c: c.at)):
        life = _life(case, programme, type_, random.Random(f"{seed}/{n}"), played, strict)
        heapq.heappush(waiting, (case.at, n, life))
    while waiting:
        with transaction.atomic():  # many moves to one flush of the disk; each is still a command of its own
            for _ in range(min(TOGETHER, len(waiting))):
                at, n, life = heapq.heappop(waiting)
                if at <= until and (following := next(life, None)) is not None:
                    heapq.heappush(waiting, (following, n, life))
                if progress:
                    progress(1)
    with transaction.atomic():
        for id_ in played.orders:
            sound(id_, until)
    return played


def _life(
    case: Case, programme: str, type_: str, rng: random.Random, played: Played, strict: bool
) -> Iterator[datetime]:
    """Make one step each time it is resumed and yield the moment of the next one."""
    now = case.at
    order = _submitted(case, programme, type_, now)
    played.orders.append(order.id)
    played.moves += 1
    crew: dict[str, str] = {}
    for step in case.course.steps:
        calendar = calendars.calendar()
        was, now = now, later(now, step.after, calendar, rng, office=not step.who.startswith(("requester", "link")))
        for at in _signed_before(step, order.id, was, now, rng.getstate()):
            yield at
            played.moves += 1
        yield now
        sound(order.id, now)
        where = f"{case.course.key}: {step.who} {step.does} ({order.number})"
        try:
            order = _made(step, order.id, case, crew, now, rng)
        except (Refused, NotFound) as why:
            if strict:
                problems = why.problems if isinstance(why, Refused) else ""
                raise BadCourse(f"{where}: {why} {problems}") from None
            played.refusals.append(f"{where}: {why}")
            return
        played.moves += 1


def _signed_before(step: Step, id_: int, was: datetime, now: datetime, chance: Any) -> Iterator[datetime]:
    """Let the desks that a draft passes before this step's role sign it, each between the step before and this one.

    Their times are drawn from a copy of the life's chances: a chain with more desks changes no other moment.
    """
    rng = random.Random()
    rng.setstate(chance)
    while True:
        order = orders.orders.by_id(id_, seen_by=SYSTEM).order
        order_type = packs.order_type(order.bundle, order.type)
        if order_type.moves[step.does].effect != "approve":
            return
        calendar = calendars.calendar()
        at = min(later(was, "10-50 minutes", calendar, rng, office=True), was + (now - was) / 2)
        ground = Ground(order_type, network.snapshot(calendar.local_day(at)))
        half = next((h for h in waiting(order) if roles_at(ground, order, h) != [step.who]), None)
        signing = signers(ground, order, half) if half else []
        if not signing:
            return
        yield at
        person, post = signing[0]
        actor = actor_in(ground.network, person, post)
        sound(id_, at)
        orders.move_order(actor=actor, id_=id_, verb=step.does, facts={}, now=at)
        was = at


def _submitted(case: Case, programme: str, type_: str, now: datetime) -> OrderState:
    order_type = packs.programme(programme).orders[type_]
    net = network.snapshot(calendars.calendar().local_day(now))
    move = order_type.start()
    facts = {key: case.facts[key] for key in (*move.needs, *move.takes) if case.facts.get(key) not in (None, "")}
    blank = OrderState(id=0, requester=case.requester, desk=net.nearest(case.requester, order_type.desk))
    actor = None if case.by == "public" else _player(case.by, "", blank, order_type, net, {}, random.Random(0))
    return orders.submit_order(
        actor=actor,
        programme=programme,
        type_=type_,
        facts=facts,
        now=now,
        requester=case.requester,
        channel=case.channel,
        source_number=case.source_number,
    )


def _made(step: Step, id_: int, case: Case, crew: dict[str, str], now: datetime, rng: random.Random) -> OrderState:
    order = orders.orders.by_id(id_, seen_by=SYSTEM).order
    order_type = packs.order_type(order.bundle, order.type)
    net = network.snapshot(calendars.calendar().local_day(now))
    role, _, unit = step.who.partition(":")
    actor = _player(role, unit, order, order_type, net, crew, rng)
    facts = {key: _fact(order_type, key, value, case, order, net, now, rng) for key, value in step.facts.items()}
    facts = {key: value for key, value in facts.items() if value not in ("", None)}
    _, after = orders.move_order(actor=actor, id_=id_, verb=step.does, facts=facts, now=now)
    return after


def _player(
    role: str,
    unit: str,
    order: OrderState,
    order_type: OrderType,
    net: Network,
    crew: dict[str, str],
    rng: random.Random,
) -> Actor:
    """Return somebody who plays the role in this order, the same one each time where that is possible."""
    if role == "link":
        return link_to(order.id)
    if role == "system":
        return SYSTEM
    declared = order_type.roles[role]
    found: list[Actor] = []
    for who in declared.who:
        for post in net.posts_of_kind(who.post):
            for held in net.holders(post.key):
                actor = actor_in(net, held.person, post.key, held.stands_for)
                if not held.stands_for and role in parts(actor, order, order_type.roles):
                    found.append(actor)
        if found and role == "desk":
            break  # the dispatcher's own post before the secretaries'
    if unit:
        found = [actor for actor in found if unit in actor.above]
    if not found:
        raise BadCourse(f"nobody plays {role} for {order.number or order.requester}")
    kept = [actor for actor in found if actor.post == crew.get(f"{role}/{order.lead}")]
    if role == "handler" and order.handler:
        kept = [actor for actor in found if actor.person == order.handler] or kept
    actor = kept[0] if kept else (found[0] if role == "desk" else rng.choice(found))
    crew[f"{role}/{order.lead}"] = actor.post
    return actor


def _fact(
    order_type: OrderType,
    key: str,
    value: Any,
    case: Case,
    order: OrderState,
    net: Network,
    now: datetime,
    rng: random.Random,
) -> Any:
    kind = order_type.fields[key].kind
    if isinstance(value, list) and kind not in ("choices", "units", "files"):
        value = rng.choice(value)
    if isinstance(value, str) and value.startswith("$"):
        value = case.facts.get(value[1:], "")
    if not isinstance(value, str):
        return value
    if kind == "post" and value and value not in net.posts:
        posts = [post for post in net.posts_of_kind(value) if net.holders(post.key)]
        return posts[sum(map(ord, order.requester)) % len(posts)].key if posts else value
    if kind == "order" and value == "another":
        asked = lists.Asked(
            programme=order.programme,
            type=order.type,
            requester=order.requester,
            states=order_type.by_effect("joined")[0].from_,
        )
        page = lists.page(seen_by=SYSTEM, programmes=[packs.programme(order.programme)], asked=asked, now=now)
        return next((row.number for row in page.rows if row.id < order.id), "")
    if kind == "date" and value.startswith("+"):
        calendar = calendars.calendar()
        return calendar.local_day(later(now, value[1:], calendar, rng, office=True)).isoformat()
    return value


def sound(id_: int, until: datetime) -> None:
    """Make the system's moves on one order at the instants they were due, up to `until`."""
    for _ in range(64):
        order = orders.orders.by_id(id_, seen_by=SYSTEM).order
        order_type = packs.order_type(order.bundle, order.type)
        at = instant(str(columns(order_type, order)["alarm"]))
        if at > until or not alarms.sound(id_, max(at, instant(order.last["at"]))):
            return


def later(now: datetime, after: str, calendar: Calendar, rng: random.Random, *, office: bool) -> datetime:
    """Return a moment `after` from now (`2-5 hours`, `1 workday`), in office hours or in a requester's waking hours."""
    match = _SPAN.match(after)
    if match is None:
        raise BadCourse(f"not a span of time: {after}")
    low, high = int(match[1]), int(match[2] or match[1])
    unit = match[3].rstrip("s")
    if unit == "workday":
        day = calendar.next_workday(calendar.local_day(now), rng.randint(low, high))
        return _at_work(calendar, calendar.midnight(day), rng)
    seconds = {"minute": 60, "hour": 3600, "day": 86400}[unit]
    moment = now + timedelta(
        seconds=rng.uniform(low * seconds, max(high, low) * seconds) if high > low else low * seconds
    )
    moment = moment.replace(microsecond=0)
    if office:
        return moment if _open(calendar, moment) else _at_work(calendar, moment, rng)
    local = moment.astimezone(calendar.zone)
    if MORNING <= local.hour < NIGHT:
        return moment
    day = calendar.local_day(moment) + timedelta(days=1 if local.hour >= NIGHT else 0)
    return calendar.midnight(day) + timedelta(hours=MORNING, minutes=rng.randint(5, 90))


def _open(calendar: Calendar, moment: datetime) -> bool:
    return any(a <= moment < b for a, b in calendar.spans_on(calendar.local_day(moment)))


def _at_work(calendar: Calendar, after: datetime, rng: random.Random) -> datetime:
    """Return a random moment in office hours on the first workday that still has one after `after`."""
    day = calendar.workday_from(calendar.local_day(after))
    while True:
        spans = [(max(a, after), b) for a, b in calendar.spans_on(day) if b > after + timedelta(minutes=5)]
        if spans:
            a, b = rng.choice(spans)
            return (a + (b - a) * rng.random()).replace(microsecond=0)
        day = calendar.next_workday(day)
