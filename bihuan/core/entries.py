"""账: what an entry of the ledger is after its events, and what may still happen to it.

An entry is entered, corrected and withdrawn; nothing is written over. `apply` and `replay` make it from its events as
`core.orders` does with orders.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import Any

from bihuan.core.chain import GENESIS, canonical, digest
from bihuan.core.counters import Tally
from bihuan.core.instants import iso
from bihuan.core.ledger_kinds import Activity, Measure, may_record
from bihuan.core.measures import Value, amount
from bihuan.core.order_state import Event, mark
from bihuan.core.permission import Actor
from bihuan.core.refusal import Refused

ENTERED, CORRECTED, WITHDRAWN, GAVE_ORDER = "entered", "corrected", "withdrawn", "gave_order"
STATED = "stated"  # a statistic (core.statistics) begins with
EXCUSED, EXEMPTED = "excused", "exempted"  # waivers (core.waivers) of a duty and of a coverage begin with
BEGUN = (ENTERED, STATED, EXCUSED, EXEMPTED)
CONTENT = ("unit", "date", "idle", "values", "fields", "evidence", "note")
REASON = 200
type_Json = dict[str, Any]


@dataclass(slots=True)
class EntryState:
    """An entry as its events have made it. `date` is the local day it took place, instants as `core.instants` text.

    `values` are typed measures, whole numbers or yuan as text; `note` says why a doubtful one is right. `late` says
    that it was first recorded after the days the activity gives. `orders` are those it gave birth to.
    """

    id: int
    number: str = ""
    programme: str = ""
    activity: str = ""
    bundle: str = ""
    unit: str = ""
    date: str = ""
    idle: str = ""
    values: dict[str, Value] = field(default_factory=dict)
    fields: type_Json = field(default_factory=dict)
    evidence: list[type_Json] = field(default_factory=list)  # {id, sha256}
    note: str = ""
    late: bool = False
    recorded: str = ""
    changed: str = ""
    person: str = ""
    post: str = ""
    source: str = ""  # the sheet it was imported from
    orders: list[type_Json] = field(default_factory=list)  # {id, number}
    corrections: int = 0
    withdrawn: type_Json = field(default_factory=dict)  # reason, person, at
    seq: int = 0
    head: str = GENESIS
    last: type_Json = field(default_factory=dict)

    @property
    def live(self) -> bool:
        """Whether it counts."""
        return bool(self.seq) and not self.withdrawn

    def content(self) -> type_Json:
        """Return what a correction may change, without what is empty."""
        return {key: value for key in CONTENT if (value := getattr(self, key))}

    def dump(self) -> type_Json:
        """Return the state as plain data, leaving out what stands at its default."""
        return {name: value for name, default in _DEFAULTS if (value := getattr(self, name)) != default}

    @classmethod
    def load(cls, data: type_Json) -> EntryState:
        """Return the state that `dump` gave."""
        return cls(**data)

    def copy(self) -> EntryState:
        """Return a copy whose containers are replaced, never changed, by `apply`."""
        return EntryState(**{one.name: getattr(self, one.name) for one in fields(self)})


_DEFAULTS = tuple(
    (f.name, f.default_factory() if f.default_factory is not MISSING else f.default) for f in fields(EntryState)
)


def enter(
    activity: Activity,
    entry: EntryState,
    actor: Actor,
    content: type_Json,
    now: datetime,
    today: date,
    *,
    then: type_Json,
    command: str = "",
) -> Event:
    """Return the event that makes an entry with clean content, or raise Refused `enter.post`.

    `then` names number, programme and bundle; the rest of what the rules make of it is added here.
    """
    if not may_record(actor, activity, content["unit"]):
        raise Refused("enter.post", unit=content["unit"])
    given = {"activity": activity.key, **then}
    if late(activity, content["date"], today):
        given["late"] = True
    return _event(entry, activity.begins, actor, content, given, now, command)


def correct(
    activity: Activity,
    entry: EntryState,
    actor: Actor,
    content: type_Json,
    reason: str,
    now: datetime,
    recorded_on: date,
    *,
    bundle: str,
    command: str = "",
) -> Event:
    """Return the event that puts clean content in place of an entry's, or raise Refused.

    Codes: `correct.post`, `correct.state.withdrawn`, `correct.needs` (no reason, or nothing changed).
    `recorded_on` is the local day of the first record: whether it was late follows the corrected date.
    """
    _open(activity, entry, actor, "correct")
    if not may_record(actor, activity, content["unit"]):
        raise Refused("correct.post", unit=content["unit"])
    reason = _reason(reason, "correct")
    content = {**content, "evidence": entry.evidence + content.get("evidence", [])}
    content = {key: value for key, value in content.items() if value}
    if content == entry.content():
        raise Refused("correct.needs", {"reason": "nothing_changed"}, fields=["reason"])
    then = {"late": late(activity, content["date"], recorded_on), "bundle": bundle}
    return _event(entry, CORRECTED, actor, {**content, "reason": reason}, then, now, command)


def withdraw(
    activity: Activity, entry: EntryState, actor: Actor, reason: str, now: datetime, *, command: str = ""
) -> Event:
    """Return the event that takes an entry out of every figure, or raise Refused; its record stays."""
    _open(activity, entry, actor, "withdraw_entry")
    facts = {"reason": _reason(reason, "withdraw_entry")}
    return _event(entry, WITHDRAWN, actor, facts, {}, now, command)


def give_order(
    activity: Activity, entry: EntryState, actor: Actor, order: int, number: str, now: datetime, *, command: str = ""
) -> Event:
    """Return the event that ties an order born of the entry to it, or raise Refused."""
    _open(activity, entry, actor, "give_order")
    return _event(entry, GAVE_ORDER, actor, {}, {"order": order, "number": number}, now, command)


def born_of(source_number: str) -> str:
    """Return the number of the entry an order was born of, read from its source number; "" for any other."""
    found = _BORN.match(source_number)
    return found[1] if found else ""


_BORN = re.compile(r"^(TZ-\d{4}-\d{4,18})-\d{1,4}$")


def may_change(activity: Activity, entry: EntryState, actor: Actor) -> bool:
    """Whether the actor may correct or withdraw the entry now."""
    return entry.live and may_record(actor, activity, entry.unit)


def _open(activity: Activity, entry: EntryState, actor: Actor, verb: str) -> None:
    if not may_record(actor, activity, entry.unit):
        raise Refused(f"{verb}.post", unit=entry.unit)
    if entry.withdrawn:
        raise Refused(f"{verb}.state.withdrawn", at=entry.withdrawn["at"], person=entry.withdrawn["person"])


def _reason(text: str, verb: str) -> str:
    reason = " ".join(text.split())
    if not reason:
        raise Refused(f"{verb}.needs", {"reason": "missing"}, fields=["reason"])
    if len(reason) > REASON:
        raise Refused(f"{verb}.needs", {"reason": "too_long"}, fields=["reason"])
    return reason


def _event(
    entry: EntryState, verb: str, actor: Actor, facts: type_Json, then: type_Json, now: datetime, command: str
) -> Event:
    bundle = str(then.get("bundle", "")) or entry.bundle
    return Event(
        order=entry.id,
        seq=entry.seq + 1,
        verb=verb,
        actor=mark(actor),
        at=now,
        facts=facts,
        then=then,
        bundle=bundle,
        prev=entry.head,
        command=command,
    ).sealed()


def apply(entry: EntryState, event: Event) -> EntryState:
    """Return the entry after the event. Every recorded event applies."""
    new = entry.copy()
    facts, then, at = event.facts, event.then, iso(event.at)
    person = event.actor.get("person", "")
    if event.verb in (*BEGUN, CORRECTED):
        new.unit, new.date = facts["unit"], facts["date"]
        new.idle, new.note = facts.get("idle", ""), facts.get("note", "")
        new.values, new.fields = facts.get("values", {}), facts.get("fields", {})
        new.evidence = facts.get("evidence", [])
        new.late, new.bundle = then.get("late", False), then["bundle"]
    if event.verb in BEGUN:
        new.number, new.programme, new.activity = then["number"], then["programme"], then["activity"]
        new.recorded, new.person, new.post = at, person, event.actor.get("post", "")
        new.source = then.get("source", "")
    elif event.verb == CORRECTED:
        new.corrections += 1
    elif event.verb == WITHDRAWN:
        new.withdrawn = {"reason": facts["reason"], "person": person, "at": at}
    elif event.verb == GAVE_ORDER:
        new.orders = [*entry.orders, {"id": then["order"], "number": then["number"]}]
    new.changed = at
    new.last = {"verb": event.verb, "person": person, "at": at}
    if event.command:
        new.last["command"] = event.command
    new.seq, new.head = event.seq, event.hash
    return new


def replay(events: Iterable[Event]) -> EntryState:
    """Return the entry that its events make, from the first to the last; raises ValueError when there is none."""
    now: EntryState | None = None
    for event in events:
        now = apply(now or EntryState(id=event.order), event)
    if now is None:
        raise ValueError("an entry without events")
    return now


def as_of(events: Iterable[Event], at: str) -> EntryState | None:
    """Return the entry as it was known at an instant (recorded ≤ T, decisions 19), None before its first event."""
    known = [event for event in events if iso(event.at) <= at]
    return replay(known) if known else None


def late(activity: Activity, day: str, recorded_on: date) -> bool:
    """Whether what took place on a day was recorded after the days the activity gives."""
    return bool(activity.late) and recorded_on > date.fromisoformat(day) + timedelta(days=activity.late)


def measured(activity: Activity, entry: EntryState) -> dict[str, Value]:
    """Return every measure the entry has, those that nobody types included; an idle statement has none."""
    if entry.idle:
        return {}
    of_each = {key: value_of(one, entry.values, entry.fields) for key, one in activity.measures.items()}
    return {key: value for key, value in of_each.items() if value is not None}


def value_of(measure: Measure, values: Mapping[str, Value], fields: Mapping[str, Any]) -> Value | None:
    """Return what an entry that is not idle has of one measure, None where it says nothing of it."""
    if measure.of:
        listed = fields.get(measure.of, [])
        return len([listed] if isinstance(listed, str) else listed)
    return 1 if measure.counting.aggregator == "entries" else values.get(measure.key)


def listed(activity: Activity, entry: EntryState) -> tuple[str, ...]:
    """Return the units an entry names in its fields, once each."""
    found: dict[str, None] = {}
    for key in activity.listing():
        value = entry.fields.get(key, [])
        found.update(dict.fromkeys([value] if isinstance(value, str) else value))
    return tuple(key for key in found if key)


def tallies(activity: Activity, entry: EntryState) -> Tally:
    """Return what the entry adds to the counters, by the month it took place, everywhere and `at:` its unit.

    `ledger:<activity>:entries`, `:idle`, `:late`, under `:m:<measure>` every measure that adds up (money in fen) and
    under `:c:<measure>` the entry that has some of it: what a sum opens. Under `in:<unit>` each unit it names counts
    the entry once: how many firms there were is how many of these are not nought.
    """
    if not entry.live:
        return {}
    head, month = f"ledger:{entry.activity}:", entry.date[:7]
    counted: dict[str, int] = {"idle" if entry.idle else "entries": 1}
    if entry.late:
        counted["late"] = 1
    for key, value in measured(activity, entry).items():
        if activity.measures[key].counting.aggregator == "sum" and value:
            counted[f"m:{key}"] = amount(value)
            counted[f"c:{key}"] = int(amount(value) > 0)
    found = {(unit, head + key, month): n for unit in ("", f"at:{entry.unit}") for key, n in counted.items() if n}
    if not entry.idle:
        found.update({(f"in:{unit}", f"{head}entries", month): 1 for unit in listed(activity, entry)})
    return found


def same_as(activity: Activity, entry: EntryState) -> str:
    """Return what another entry of the same material would share with this one, "" where nothing is compared."""
    if not activity.same or not entry.live:
        return ""
    said: list[Any] = [entry.programme, entry.activity]
    for key in activity.same:
        said.append({"unit": entry.unit, "date": entry.date}.get(key) or entry.fields.get(key, ""))
    return digest(canonical(said))


def columns(activity: Activity, entry: EntryState) -> dict[str, Any]:
    """Return the columns that lists and checks use; all of them follow from the state."""
    return {
        "number": entry.number,
        "programme": entry.programme,
        "activity": entry.activity,
        "bundle": entry.bundle,
        "unit": entry.unit,
        "date": entry.date,
        "idle": entry.idle,
        "late": entry.late,
        "live": entry.live,
        "recorded": entry.recorded,
        "changed": entry.changed,
        "post": entry.post,
        "same": same_as(activity, entry),
    }
