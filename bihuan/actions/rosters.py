"""名册: units and holders come from the sheets offices keep, and go back as the same sheets.

Every row is accounted for: taken, unchanged, or rejected with its reason; never half a row. Twice takes nothing twice.
Keys may be left out: then a unit is known by its name and type, a post by unit and kind, a person by name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from bihuan.actions.register import NETWORK, must_set_up, note
from bihuan.actions.roster_rows import FACTS, HOLDERS, UNITS, Columns, Holders, Rejected, Units, Work, columns_of
from bihuan.actions.sheets import Sheet
from bihuan.core.chain import canonical, digest
from bihuan.core.permission import Actor
from bihuan.core.roll import COUNTS, HoldingEntry, Roll, UnitEntry
from bihuan.store import calendars, packs
from bihuan.store import roll as rows

KEPT_KEYS = 500  # an event names so many of the keys it took


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of every row of a sheet: `taken + unchanged + len(rejected)` is their number."""

    what: str
    taken: int
    unchanged: int
    rejected: tuple[Rejected, ...]
    dry: bool = False


def known_names(what: str) -> tuple[str, ...]:
    """Return every name a column of `units` or `holders` may have, for `read_sheet(known=…)`."""
    return tuple(name for names in columns_of(what).values() for name in names)


def import_units(
    *, actor: Actor, sheet: Sheet, now: datetime, dry: bool = False, columns: Mapping[str, str] | None = None
) -> Imported:
    """Take units from a sheet; `columns` names fields for columns called otherwise, `dry` changes nothing.

    Parents may stand anywhere in the sheet. Raises Refused `network.post` and SheetFault for missing columns.
    """
    must_set_up(actor, "network")
    at = Columns(sheet, "units", columns or {}, ("name", "type", "since"))
    with transaction.atomic():
        work = Units(_roll(), at)
        for row in sheet.rows:
            work.read(row)
        work.settle()
        new = list(work.new.values())
        if new and not dry:
            rows.save(day=_today(now), units=new)
            _note(actor, "import_units", now, sheet, work, [one.key for one in new], [_plain(one) for one in new])
    return Imported("units", work.taken, work.unchanged, _by_line(work), dry)


def import_holders(
    *, actor: Actor, sheet: Sheet, now: datetime, dry: bool = False, columns: Mapping[str, str] | None = None
) -> Imported:
    """Take posts and who holds them from a sheet; a row without a name sets up a vacant post.

    Raises Refused `network.post` and SheetFault for missing columns.
    """
    must_set_up(actor, "network")
    at = Columns(sheet, "holders", columns or {}, (("unit", "unit_name"), ("kind", "post", "post_name"), "since"))
    with transaction.atomic():
        work = Holders(_roll(), at)
        for row in sheet.rows:
            work.read(row)
        work.settle()
        if work.taken and not dry:
            rows.save(
                day=_today(now),
                posts=work.posts.values(),
                persons=work.persons,
                holdings=work.holdings.values(),
            )
            taken = [_plain(one) for one in (*work.posts.values(), *work.holdings.values())]
            _note(actor, "import_holders", now, sheet, work, list(work.posts), taken)
    return Imported("holders", work.taken, work.unchanged, _by_line(work), dry)


def export_units() -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Return the sheet of units, parents before children: heading and rows, as `import_units` reads them."""
    roll = rows.read(packs.current().values())
    found = []
    for one in _parents_first(roll):
        facts = (int(v) if k in COUNTS and (v := one.facts.get(k, "")) else one.facts.get(k, "") for k in FACTS)
        found.append((one.key, one.name, one.name_en, one.type, one.parent, one.since, one.until, *facts))
    return tuple(names[0] for names in UNITS.values()), found


def export_holders() -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Return the sheet of posts with every holder through all time: heading and rows, as `import_holders` reads."""
    roll = rows.read(packs.current().values())
    found = []
    for post in roll.posts.values():
        unit = roll.units.get(post.unit)
        head = (post.unit, unit.name if unit else "", post.key, post.name, post.kind, "、".join(post.covers))
        for held in roll.holders(post.key) or [HoldingEntry("", post.key, post.since)]:
            dates = (held.since, held.until if held.person else post.until)
            person = (held.person, roll.persons.get(held.person, ""))
            found.append((*head, post.since, post.until, *person, *dates, held.stands_for))
    return tuple(names[0] for names in HOLDERS.values()), found


def _parents_first(roll: Roll) -> Iterable[UnitEntry]:
    below: defaultdict[str, list[UnitEntry]] = defaultdict(list)
    for one in roll.units.values():
        below[one.parent if one.parent in roll.units else ""].append(one)
    waiting = list(reversed(below[""]))
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(reversed(below[one.key]))


# ---- small helpers ----
def _by_line(work: Work) -> tuple[Rejected, ...]:
    """A row whose parent is missing is given up after all others; whoever mends the sheet reads it from the top."""
    return tuple(sorted(work.rejected, key=lambda one: one.row.line))


def _plain(entry: Any) -> dict[str, Any]:
    values = {key: getattr(entry, key) for key in entry.__slots__}
    return {key: str(value) if isinstance(value, date) else value for key, value in values.items() if value}


def _today(now: datetime) -> date:
    return calendars.calendar().local_day(now)


def _roll() -> Roll:
    rows.hold()
    return rows.read(packs.current().values())


def _note(
    actor: Actor, verb: str, now: datetime, sheet: Sheet, work: Work, keys: list[str], taken: list[dict[str, Any]]
) -> None:
    facts = {
        "file": sheet.name[:200],
        "taken": work.taken,
        "unchanged": work.unchanged,
        "rejected": len(work.rejected),
        "keys": sorted(keys)[:KEPT_KEYS],
        "digest": digest(canonical(taken)),
    }
    note(NETWORK, actor=actor, verb=verb, facts=facts, now=now)
