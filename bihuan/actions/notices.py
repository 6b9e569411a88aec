"""通知: events turned into deliveries, the day's digests, and what a desk sent out that nobody has accepted yet.

Sending itself is the job's (`jobs.notices`), the sentences are `words.notices`'.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from importlib.util import find_spec

from django.conf import settings

from bihuan.actions.contacts import MOBILE
from bihuan.core import notices as rules
from bihuan.core import orders as core
from bihuan.core.calendar import Calendar
from bihuan.core.instants import iso
from bihuan.core.network import Network
from bihuan.core.notices import Telling
from bihuan.core.order_state import Event, OrderState
from bihuan.core.permission import Actor
from bihuan.core.programmes import OrderType
from bihuan.store import calendars, contacts, events, lists, network, notices, packs, sources, versions
from bihuan.store.contacts import Robot
from bihuan.store.notices import Delivery, Fresh, New

PAGE = 100
BATCH = 1000
KEEP = timedelta(days=400)
PART = 500  # of what is read in parts
LISTED = 200  # of what went out and was not accepted, on its page
# What the worker reads later than this is no longer news for a telephone; pages and the next digest have it.
OLD = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Ways:
    """Which gateways this installation has. Without `site`, the address of our own pages, nothing leaves the house."""

    site: str = ""
    mail: bool = False
    sms: bool = False
    library: bool = False  # the one that speaks to chat groups: the extra `notify`

    def has(self, channel: str) -> bool:
        """Whether a message of this channel could go out; a chat group brings its own address."""
        if channel == "inapp":
            return True
        if not self.site:
            return False
        return {"mail": self.mail, "digest": self.mail, "sms": self.sms}.get(channel, True)


def ways() -> Ways:
    """Return the gateways that the settings name."""
    return Ways(settings.SITE, bool(settings.MAIL_URL), bool(settings.SMS_URL), find_spec("apprise") is not None)


@versions.held()
def tell(*, now: datetime, limit: int = BATCH) -> int:
    """Turn events into deliveries as the packs' tables say; return how many events were looked at.

    What its mover may still undo waits until they no longer may, and what was undone tells nobody.
    """
    after = looked = 0
    while looked < limit and (fresh := notices.unnoticed(after, PAGE)):
        after = fresh[-1].id
        ready = [one for one in fresh if not _may_be_undone(one, now)]
        if ready:
            notices.keep([one.id for one in ready], _made(ready, now))
            looked += len(ready)
    return looked


def _may_be_undone(one: Fresh, now: datetime) -> bool:
    if one.kind != "order" or now >= one.event.at + core.UNDO:
        return False
    moves = (kind.moves.get(one.event.verb) for kind in packs.bundle(one.event.bundle).orders.values())
    return any(move is not None and move.undo for move in moves)


def _made(ready: Sequence[Fresh], now: datetime) -> dict[int, list[New]]:
    """Return the deliveries of each event, by the id of its row."""
    asked = [one for one in ready if one.kind == "order" and _concerned(one.event)]
    if not asked:
        return {}
    calendar = calendars.calendar()
    net, groups, open_ways = network.snapshot(calendar.local_day(now)), contacts.robots(), ways()
    past = events.of_orders({one.event.order for one in asked})
    found: dict[int, list[New]] = {}
    for one in asked:
        known = past.get(one.event.order, [])
        told = _tellings(one.event, known, net)
        if told:
            after, tellings = told
            phones: set[str] = set()
            found[one.id] = _deliveries(one, after, tellings, net, groups, open_ways, now, calendar, phones)
            heard = {(t.channel, t.person) for t in tellings if t.person}
            for order, theirs in _of_joined(one.event, known, after, net):
                others = [t for t in theirs if (t.channel, t.person) not in heard]
                heard |= {(t.channel, t.person) for t in others if t.person}
                found[one.id] += _deliveries(one, order, others, net, groups, open_ways, now, calendar, phones)
    return found


def _of_joined(
    event: Event, past: Sequence[Event], after: OrderState, net: Network
) -> Iterator[tuple[OrderState, list[Telling]]]:
    """Yield the orders that were joined to this one, at any remove, with who of their requesters is told.

    The very joining tells them by its own event, on their own order.
    """
    table = packs.roles_of(after.programme, after.type)
    numbers, seen = list(after.joined), {after.number}
    if not numbers or table.moves[event.verb].effect == "joined":
        return
    before = _before(event, past)
    while numbers := [number for number in numbers if number not in seen]:
        seen.update(numbers)
        found = sources.by_numbers(numbers)
        for order in found.values():
            yield order, rules.tellings(table, before, after, event, net, order)
        numbers = [number for order in found.values() for number in order.joined]


def _before(event: Event, past: Sequence[Event]) -> OrderState:
    type_ = past[0].then["type"]
    pinned = packs.order_type(past[0].then.get("bundle") or event.bundle, type_)
    other = partial(packs.order_type, type_key=type_)
    return core.replay(pinned, past[: event.seq - 1], other) if event.seq > 1 else OrderState(id=event.order)


def _concerned(event: Event) -> bool:
    """Whether any kind of order of the programme as it stands now has a row for the event."""
    return any(rules.concerns(kind, event) for kind in packs.programme(event.bundle.partition("@")[0]).orders.values())


def _tellings(event: Event, past: Sequence[Event], net: Network) -> tuple[OrderState, list[Telling]] | None:
    """Return the order as the event left it and who is told; None where the event was undone by the next one."""
    if len(past) < event.seq or not past[0].then.get("type"):
        return None
    type_ = past[0].then["type"]
    pinned = packs.order_type(past[0].then.get("bundle") or event.bundle, type_)
    other = partial(packs.order_type, type_key=type_)
    if len(past) > event.seq and other(past[event.seq].bundle).moves[past[event.seq].verb].effect == "recall":
        return None
    before = _before(event, past)
    after = core.replay(pinned, past[: event.seq], other)
    table = packs.roles_of(after.programme, after.type)
    return after, rules.tellings(table, before, after, event, net)


def _deliveries(
    one: Fresh,
    order: OrderState,
    tellings: Iterable[Telling],
    net: Network,
    groups: Sequence[Robot],
    open_ways: Ways,
    now: datetime,
    calendar: Calendar,
    phones: set[str],
) -> list[New]:
    """Return the deliveries of one event: nobody without an address, no chat group and no telephone twice.

    `order` is the one they speak of, and `phones` those that were told already.
    """
    if now - one.event.at > OLD:
        tellings = [t if t.channel == "inapp" else replace(t, channel="digest") for t in tellings if t.person]
    wanted = [t for t in tellings if open_ways.has(t.channel)]
    if not wanted:
        return []
    known = contacts.addresses({t.person for t in wanted if t.person})
    found: dict[str, New] = {}
    mailed = {t.person for t in wanted if t.channel == "mail"}
    for telling in sorted(wanted, key=lambda t: not t.person):  # persons before the contact behind the link
        if telling.channel == "robot":
            targets = [("", robot.id, f"robot:{robot.id}") for robot in groups_of(telling.post, net, groups)]
        else:
            address = _address(telling, known, order)
            if not address or (telling.channel == "digest" and telling.person in mailed):
                continue
            if telling.channel == "sms":
                if address in phones:
                    continue
                phones.add(address)
            targets = [(telling.person, 0, f"{telling.channel}:{telling.person or 'contact'}")]
        for person, robot_id, target in targets:
            key = f"{one.event.hash[:24]}:{target}"
            key += f":{order.number}" if order.id != one.event.order else ""
            found.setdefault(key, _new(one, order, telling, key, person, robot_id, now, calendar))
    return list(found.values())


def _address(telling: Telling, known: dict[str, dict[str, str]], order: OrderState) -> str:
    if telling.channel == "inapp":
        return telling.person
    if not telling.person:
        return phone_of(order.id, packs.roles_of(order.programme, order.type))
    return known.get(telling.person, {}).get("mobile" if telling.channel == "sms" else "mail", "")


def _new(
    one: Fresh,
    order: OrderState,
    telling: Telling,
    key: str,
    person: str,
    robot: int,
    now: datetime,
    calendar: Calendar,
) -> New:
    at, due, state, sent = iso(one.event.at), iso(now), "waiting", ""
    if telling.channel == "inapp":
        state, sent = "sent", due
    elif telling.channel == "digest":
        state = "kept"
    else:
        due = iso(rules.not_before(now, calendar, telling.urgency))
    return New(
        key=key, event=one.id, order=order.id, number=order.number, programme=order.programme, type=order.type,
        verb="" if telling.asking else one.event.verb, light=telling.light, clock=telling.clock,
        channel=telling.channel, person=person, robot=robot, urgency=telling.urgency, at=at, due=due, state=state,
        sent=sent,
    )  # fmt: skip


def groups_of(post: str, net: Network, groups: Sequence[Robot]) -> list[Robot]:
    """Return the chat groups in which the holder of a post is told: the post's own, else those of the nearest unit."""
    own = [robot for robot in groups if robot.post and robot.post == post]
    if own or post not in net.posts:
        return own
    unit = net.posts[post].unit
    while unit in net.units:
        if found := [robot for robot in groups if robot.unit == unit and not robot.post]:
            return found
        unit = net.units[unit].parent
    return []


def phone_of(order: int, order_type: OrderType) -> str:
    """Return the mobile number the requester left for this order, "" where there is none or it was erased."""
    kept = events.personal_of(order)
    phones = (kept.get(field.key, "") for field in order_type.fields.values() if field.kind == "phone")
    return next((phone for phone in phones if MOBILE.match(phone)), "")


def plan_digests(*, now: datetime) -> str:
    """Keep one digest of the day for everybody with a mail address; return the day, "" where it is not the time.

    Called again it adds nothing: one person, one day, one message.
    """
    calendar = calendars.calendar()
    day = rules.digest_day(now, calendar)
    if not day or not ways().has("digest"):
        return ""
    net, at = network.snapshot(calendar.local_day(now)), iso(now)
    people = [person for person, has in contacts.addresses().items() if has.get("mail") and net.held_by(person)]
    notices.put(
        New(f"day:{day}:{person}", 0, 0, "", "", "", "", "", "", "day", person, 0, "", at, at) for person in people
    )
    return day


def clear_old(*, now: datetime) -> int:
    """Delete messages that are done with after 400 days; the events they spoke of stay."""
    return notices.clear_before(iso(now - KEEP))


@dataclass(frozen=True, slots=True)
class Sent:
    """An order that was dispatched and not accepted, with what went out about it."""

    row: lists.Row
    deliveries: tuple[Delivery, ...]


def unaccepted(*, actor: Actor, now: datetime, limit: int) -> tuple[dict[str, list[Sent]], bool]:
    """Return the dispatched and not accepted orders the actor sees, by lead unit, and whether there are more.

    The next due come first, `limit` of them: two queries.
    """
    page = _to_accept(actor, now, limit)
    found: dict[str, list[Sent]] = {}
    for one in _told_of(page.rows):
        found.setdefault(one.row.lead, []).append(one)
    return found, bool(page.next)


def every_unaccepted(*, actor: Actor, now: datetime) -> Iterator[Sent]:
    """Yield all of them, the next due first, a page at a time."""
    cursor = ""
    while True:
        page = _to_accept(actor, now, PART, cursor)
        yield from _told_of(page.rows)
        cursor = page.next
        if not cursor:
            return


def _to_accept(actor: Actor, now: datetime, limit: int, cursor: str = "") -> lists.Page:
    asked, programmes = lists.Asked(queue="to_accept"), packs.current().values()
    return lists.page(seen_by=actor, programmes=programmes, asked=asked, now=now, limit=limit, cursor=cursor)


def _told_of(rows: list[lists.Row]) -> Iterator[Sent]:
    programmes = packs.current().values()
    verbs = {
        move.verb
        for programme in programmes
        for kind in programme.orders.values()
        for move in kind.moves.values()
        if move.effect in ("dispatch", "arbitrate", "remind", "alarm")
    }
    out: dict[int, list[Delivery]] = {}
    for one in notices.of_orders([row.id for row in rows], sorted(verbs)):
        out.setdefault(one.order, []).append(one)
    for row in rows:
        since = [d for d in out.get(row.id, ()) if d.at >= _dispatched(out.get(row.id, ()), row)]
        yield Sent(row, tuple(since))


def _dispatched(out: Iterable[Delivery], row: lists.Row) -> str:
    """Return when the office that has it now was first told; an office before it was told of something else."""
    kind = packs.roles_of(row.programme, row.type)
    given = [d.at for d in out if kind.moves[d.verb].effect in ("dispatch", "arbitrate")]
    return max(given, default=row.dispatched)
