"""网: units, posts and holders change by dated commands; each writes one event in the network's chain.

Only an administrator's post may (or the system, for set-up). Nothing is deleted: what ends gets a last day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from bihuan.actions.register import ADMINISTRATOR, NETWORK, must_set_up, note
from bihuan.actions.rosters import Imported, export_holders, export_units, import_holders, import_units
from bihuan.actions.sheets import read_sheet
from bihuan.core.order_state import Event
from bihuan.core.permission import SYSTEM, Actor
from bihuan.core.refusal import Refused
from bihuan.core.roll import HoldingEntry, PostEntry, Roll, UnitEntry
from bihuan.store import calendars, packs
from bihuan.store import roll as rows
from bihuan.store.pinyin import key_for

ONE_DAY = timedelta(days=1)

__all__ = [
    "Imported",
    "appoint",
    "dissolve_post",
    "dissolve_unit",
    "end_holding",
    "export_holders",
    "export_units",
    "found_county",
    "import_holders",
    "import_units",
    "set_post",
    "set_unit",
    "work_of",
]


def set_unit(
    *,
    actor: Actor,
    key: str,
    name: str,
    type_: str,
    since: date | None,
    now: datetime,
    parent: str = "",
    until: date | None = None,
    name_en: str = "",
    facts: Mapping[str, str] | None = None,
    dry: bool = False,
) -> Event | None:
    """Set up a unit or change its name, place or facts from today on; None where nothing changes.

    `dry` only looks whether it could be done. Raises Refused `network.post`, or `network.needs` with the fields at
    fault.
    """
    must_set_up(actor, "network")
    today = _today(now)
    with transaction.atomic():
        roll = _roll()
        old = roll.units.get(key)
        since = since or (old.since if old else None)
        unit = UnitEntry(key, name.strip(), type_, since, parent, until, name_en.strip(), _facts(old, facts))
        roll.check_unit(unit)
        if dry or unit == old:
            return None
        rows.save(day=today, units=[unit])
        return _note(actor, "unit_set", now, _told(unit), was=_told(old) if old else None)


def dissolve_unit(*, actor: Actor, unit: str, until: date, now: datetime, dry: bool = False) -> Event | None:
    """Let a unit end on a day, and with it its posts and their holdings; `dry` only looks, and returns None.

    Raises Refused `network.state.children` or `network.state.open_orders` while something still hangs on it,
    `network.state.dissolved` where it ended before, and what `set_unit` raises.
    """
    must_set_up(actor, "network")
    with transaction.atomic():
        roll = _roll()
        old = roll.units.get(unit)
        if old is None:
            raise Refused("network.needs", {"unit": "unknown_unit"}, given={"unit": {"value": unit}})
        if old.until is not None:
            raise Refused("network.state.dissolved", unit=old.name, until=old.until.isoformat())
        living = [one.name for one in roll.children(unit) if one.until is None or one.until > until]
        if living:
            raise Refused("network.state.children", unit=old.name, children=living[:10], n=len(living))
        waiting = rows.open_by_unit().get(unit, 0)
        if waiting:
            raise Refused("network.state.open_orders", unit=old.name, n=waiting)
        ended = replace(old, until=until)
        roll.check_unit(ended)
        posts = [p for p in roll.posts_of(unit) if p.until is None or p.until > until]
        held = [h for p in posts for h in roll.holders(p.key) if h.until is None or h.until > until]
        if dry:
            return None
        rows.save(
            day=_today(now),
            units=[ended],
            posts=[replace(p, until=max(until, p.since or until)) for p in posts],
            holdings=[replace(h, until=max(until, h.since or until)) for h in held],
        )
        facts = {"unit": unit, "until": until.isoformat(), "posts": len(posts), "holdings": len(held)}
        return _note(actor, "unit_dissolved", now, facts)


def set_post(
    *,
    actor: Actor,
    key: str,
    name: str,
    kind: str,
    unit: str,
    since: date | None,
    now: datetime,
    covers: Iterable[str] = (),
    until: date | None = None,
    dry: bool = False,
) -> Event | None:
    """Set up a post at a unit or change its name and what it covers; None where nothing changes.

    `since` None keeps the first day it has. `dry` only looks whether it could be done. Raises Refused
    `network.post`, or `network.needs` with the fields at fault.
    """
    must_set_up(actor, "network")
    with transaction.atomic():
        roll = _roll()
        old = roll.posts.get(key)
        since = since or (old.since if old else None)
        post = PostEntry(key, name.strip(), kind, unit, since, tuple(sorted(set(covers))), until)
        roll.check_post(post)
        if dry or post == old:
            return None
        rows.save(day=_today(now), posts=[post])
        return _note(actor, "post_set", now, _told(post), was=_told(old) if old else None)


def dissolve_post(*, actor: Actor, post: str, until: date, now: datetime, dry: bool = False) -> Event | None:
    """Let a post end on a day, and with it what its holders hold of it; `dry` only looks, and returns None.

    Raises Refused `network.state.ended_post` where it ended before, `network.state.supervises` while it supervises open
    orders, `network.state.last_administrator`, `network.post`, or `network.needs` with the fields at fault.
    """
    must_set_up(actor, "network")
    with transaction.atomic():
        roll = _roll()
        old = roll.posts.get(post)
        if old is None:
            raise Refused("network.needs", {"post": "unknown_post"}, given={"post": {"value": post}})
        if old.until is not None:
            raise Refused("network.state.ended_post", post=old.name, until=old.until.isoformat())
        if waiting := rows.open_work(old.unit, (), post, "")["supervisor"]:
            raise Refused("network.state.supervises", post=old.name, n=waiting)
        ended = replace(old, until=until)
        roll.check_post(ended)
        held = [replace(h, until=max(until, h.since or until)) for h in roll.holders(post) if _lasts(h, until)]
        for one in held:
            roll.put_holding(one)
        if old.kind == ADMINISTRATOR and not _administrators(roll):
            raise Refused(
                "network.state.last_administrator", person=roll.persons.get(held[0].person, "") if held else ""
            )
        if dry:
            return None
        rows.save(day=_today(now), posts=[ended], holdings=held)
        facts = {"post": post, "unit": old.unit, "name": old.name, "until": until.isoformat(), "holdings": len(held)}
        return _note(actor, "post_dissolved", now, facts)


def _lasts(held: HoldingEntry, until: date) -> bool:
    return held.until is None or held.until > until


def appoint(
    *,
    actor: Actor,
    post: str,
    since: date,
    now: datetime,
    person: str = "",
    name: str = "",
    until: date | None = None,
    stands_for: str = "",
    relieve: bool = False,
    dry: bool = False,
) -> Event | None:
    """Let a person hold a post from a day on; None where they already do on these terms.

    `person` is a key; a new person has only a `name` and gets a key. `stands_for` makes it a stand-in (代办).
    `relieve` ends whoever holds the post otherwise on the day before, in the same event. `dry` only looks whether it
    could be done. Raises Refused `network.post`, or `network.needs` with the fields at fault.
    """
    must_set_up(actor, "network")
    with transaction.atomic():
        roll = _roll()
        persons: dict[str, str] = {}
        if name.strip() and person not in roll.persons:
            person = person or key_for(name.strip(), roll.persons, "p")
            persons = {person: name.strip()}
            roll.put_person(person, name.strip())
        one = HoldingEntry(person, post, since, until, stands_for)
        ended = _relieved(roll, one) if relieve and not stands_for else []
        for other in ended:
            roll.put_holding(other)
        roll.check_holding(one)
        if dry or (roll.holding(one) == one and not ended):
            return None
        rows.save(day=_today(now), persons=persons, holdings=[*ended, one])
        facts = _told(one)
        if ended:
            facts["ended"] = [_told(other) for other in ended]
        return _note(actor, "holder_set", now, facts)


def _relieved(roll: Roll, one: HoldingEntry) -> list[HoldingEntry]:
    """The holdings a successor ends on the eve; who began on the same day or later is left for the check to refuse."""
    if one.since is None:
        return []
    eve = one.since - ONE_DAY
    return [
        replace(other, until=eve)
        for other in roll.holders(one.post)
        if other.meets(one)
        and other.identity != one.identity
        and other.person != one.person
        and not other.stands_for
        and other.since is not None
        and other.since <= eve
    ]


def end_holding(
    *, actor: Actor, person: str, post: str, until: date, now: datetime, stands_for: str = "", dry: bool = False
) -> Event | None:
    """Let a person's holding of a post, or standing in for it, end on a day; `dry` only looks, and returns None.

    Raises Refused `network.state.not_held`, `network.state.last_administrator`, `network.post`, or `network.needs`.
    """
    must_set_up(actor, "network")
    with transaction.atomic():
        roll = _roll()
        open_ = [
            h
            for h in roll.holders(post)
            if h.person == person and h.stands_for == stands_for and (h.until is None or h.until >= until)
        ]
        if not open_:
            held = roll.posts.get(post)
            raise Refused(
                "network.state.not_held",
                person=roll.persons.get(person, person),
                post=held.name if held else post,
                until=until.isoformat(),
            )
        ended = replace(open_[-1], until=until)
        roll.check_holding(ended)
        roll.put_holding(ended)
        if roll.posts[post].kind == ADMINISTRATOR and not _administrators(roll):
            raise Refused("network.state.last_administrator", person=roll.persons.get(person, person))
        if dry:
            return None
        rows.save(day=_today(now), holdings=[ended])
        return _note(actor, "holder_ended", now, _told(ended))


def _administrators(roll: Roll) -> list[HoldingEntry]:
    posts = {key for key, one in roll.posts.items() if one.kind == ADMINISTRATOR}
    return [h for h in roll.holdings() if h.post in posts and h.until is None and not h.stands_for]


def work_of(post: str, person: str, now: datetime) -> dict[str, int]:
    """Return how many open orders hang on a post and its holder today (`store.roll.open_work`)."""
    from bihuan.store import network

    held = network.snapshot(_today(now)).posts.get(post)
    return rows.open_work(held.unit, held.covers, post, person) if held else {}


def found_county(folder: Path | str, *, now: datetime, actor: Actor = SYSTEM) -> tuple[Imported, Imported]:
    """Import `units.csv` and `holders.csv` of a programme's seed folder; twice takes nothing twice.

    Raises SheetFault where one of the two cannot be read, and what the imports raise.
    """
    folder = Path(folder)
    units = import_units(actor=actor, sheet=read_sheet(folder / "units.csv"), now=now)
    return units, import_holders(actor=actor, sheet=read_sheet(folder / "holders.csv"), now=now)


def _today(now: datetime) -> date:
    return calendars.calendar().local_day(now)


def _roll() -> Roll:
    rows.hold()
    return rows.read(packs.current().values())


def _facts(old: UnitEntry | None, given: Mapping[str, str] | None) -> dict[str, str]:
    kept = dict(old.facts) if old else {}
    kept.update({key: str(value).strip() for key, value in (given or {}).items()})
    return {key: value for key, value in kept.items() if value}


def _told(entry: Any) -> dict[str, Any]:
    """What an event keeps of an entry: keys and dates, no person's name."""
    told: dict[str, Any] = {}
    for key in entry.__slots__:
        value = getattr(entry, key)
        if value not in (None, "", (), {}):
            told[key] = (
                value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value
            )
    return told


def _note(actor: Actor, verb: str, now: datetime, facts: dict[str, Any], was: dict[str, Any] | None = None) -> Event:
    if was:
        facts = {**facts, "was": {key: value for key, value in was.items() if facts.get(key) != value}}
    return note(NETWORK, actor=actor, verb=verb, facts=facts, now=now)
