"""通知: who is told of an event, by which channel and not before when, as the pack's table says. Nothing is sent here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bihuan.core import approval
from bihuan.core.approval import Ground
from bihuan.core.calendar import Calendar
from bihuan.core.changes import outcome_of
from bihuan.core.network import Network
from bihuan.core.order_state import Event, OrderState
from bihuan.core.players import players, post_of
from bihuan.core.programmes import Notice, OrderType

LIGHTS = ("", "yellow", "orange", "red")  # the later one is the more pressing
# Nobody's telephone rings at night over a deadline that ran out at midnight; only 重急 may wake people.
NIGHT = (time(21, 0), time(7, 0))
DIGEST_AT = time(8, 30)


@dataclass(frozen=True, slots=True)
class Telling:
    """One person (or, with no person, the contact of who asked) to be told of one event by one channel.

    `post` is why they are told, `asking` whether as one of those who asked; `light` and `clock` say which alarm it
    was; `urgency` is "" | urgent | at_once.
    """

    channel: str
    person: str = ""
    post: str = ""
    light: str = ""
    clock: str = ""
    urgency: str = ""
    asking: bool = False


def signals(order_type: OrderType, before: OrderState, event: Event) -> dict[str, tuple[str, ...]]:
    """Return what happened, as the tokens a notice table may name, each with the roles an alarm's rungs name."""
    move = order_type.moves[event.verb]
    found: dict[str, tuple[str, ...]] = {event.verb: ()}
    if event.then.get("to") and event.then["to"] != before.state:
        found[event.then["to"]] = ()
    if move.effect in ("decide", "co_reply"):
        found[f"{event.verb}.{outcome_of(event.facts)}"] = ()
    elif move.effect == "arbitrate" and event.facts.get("lead") != before.lead:
        found[f"{event.verb}.other"] = ()
    elif move.effect == "rate":
        found["bad_rating" if event.then.get("bad") else "good_rating"] = ()
    for step in event.then.get("steps", ()):
        token = f"{event.verb}.{step['light']}"
        found[token] = (*found.get(token, ()), *step["tell"])
    return found


def concerns(order_type: OrderType, event: Event) -> bool:
    """Whether a row of the table may speak of the event at all, told without knowing the order it happened to."""
    found = {event.verb, event.then.get("to", ""), "bad_rating", "good_rating"}
    return any(t in found or t.startswith(f"{event.verb}.") for row in order_type.notices for t in row.on)


SILENT = ("import", "migrate", "hand_over", "reclock", "archive")


def tellings(
    order_type: OrderType,
    before: OrderState,
    after: OrderState,
    event: Event,
    network: Network,
    joined: OrderState | None = None,
) -> list[Telling]:
    """Return everybody who is told of the event, each once by each channel; whoever made it is not told of it.

    With an order that was `joined` to this one its own requesters are told, and nobody else.

    `order_type` is the kind of order whose table holds. An imported order tells nobody (decisions 26), nor
    does one that is moved to another version or calendar, handed over with its post, or archived.
    """
    if event.verb not in order_type.moves or order_type.moves[event.verb].effect in SILENT:
        return []
    happened = signals(order_type, before, event)
    found: dict[tuple[str, str], Telling] = {}
    for row in order_type.notices:
        for token in row.on:
            if token not in happened:
                continue
            light, clock = _alarm(event, token)
            for person, post, asking in _audience(order_type, joined or after, row, event, happened[token], network):
                if (person and person == event.actor.get("person")) or (joined and not asking):
                    continue
                if not person and not joined and event.actor.get("sort") == "link":
                    continue  # the bearer of the link has just done it themselves
                for channel in row.by:
                    if asking and channel in ("robot", "digest"):
                        continue
                    if not person and channel != "sms":
                        continue
                    new = Telling(channel, person, post, light, clock, urgency(after, light, row.urgent), asking)
                    # Handlers who share a chat group hold different posts: each post may have a group of its own.
                    key = (channel, post if channel == "robot" else person)
                    old = found.get(key)
                    if old is None or LIGHTS.index(old.light) < LIGHTS.index(light):
                        found[key] = new
    return list(found.values())


def urgency(order: OrderState, light: str, always: bool = False) -> str:
    """Return at_once for 重急 and for rows that say so, urgent for a red light, else ""."""
    if order.priority == "P1" or always:
        return "at_once"
    return "urgent" if light == "red" else ""


def not_before(now: datetime, calendar: Calendar, urgency: str) -> datetime:
    """Return when a message may go out: in working hours; urgent by day, at_once always (features 17)."""
    if urgency == "at_once":
        return now
    local = now.astimezone(calendar.zone)
    if urgency == "urgent":
        if NIGHT[1] <= local.time() < NIGHT[0]:
            return now
        morning = local.date() + timedelta(days=local.time() >= NIGHT[0])
        return calendar.instant(morning, NIGHT[1])
    day = local.date()
    for since, until in calendar.spans_on(day):
        if now < until:
            return max(now, since)
    return calendar.spans_on(calendar.next_workday(day))[0][0]


def digest_day(now: datetime, calendar: Calendar) -> str:
    """Return the local day whose digest is to go out now, as ISO text; "" before 08:30, after work and on days off."""
    day = calendar.local_day(now)
    spans = calendar.spans_on(day)
    if not spans or not calendar.instant(day, DIGEST_AT) <= now < spans[-1][1]:
        return ""
    return day.isoformat()


def _alarm(event: Event, token: str) -> tuple[str, str]:
    for step in event.then.get("steps", ()):
        if token == f"{event.verb}.{step['light']}":
            return step["light"], step["clock"]
    return "", ""


def _audience(
    order_type: OrderType, order: OrderState, row: Notice, event: Event, told: Iterable[str], network: Network
) -> Iterator[tuple[str, str, bool]]:
    """Yield (person, post, whether of those who ask); person "" is the contact behind the order's link."""
    for word in row.to:
        if word == "handler_person":
            if order.handler:
                yield order.handler, post_of(order.handler, order.lead, network), False
        elif word == "told":
            for role in dict.fromkeys(told):
                yield from players(order_type, order, role, network)
        elif word == "addressed":
            for post in event.then.get("addressed", ()):
                yield from ((held.person, post, False) for held in network.holders(post))
        elif word == "signer":
            ground = Ground(order_type, network)
            for half in event.then.get("desks", {}):
                if half in order.drafts:
                    yield from ((one, post, False) for one, post in approval.signers(ground, order, half))
        else:
            yield from players(order_type, order, word, network)
