"""台账导入: entries of an old sheet taken over row by row, with a complete account; twice takes nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from bihuan.actions import accounts
from bihuan.actions.accounts import Fault, Rejected
from bihuan.actions.import_columns import Mapping_
from bihuan.actions.ledger import places
from bihuan.actions.ledger_rows import Reader, facts_of, heading, planned
from bihuan.actions.orders import new_id
from bihuan.actions.register import note_export
from bihuan.actions.sheets import Row, Sheet
from bihuan.core import entries as core
from bihuan.core.chain import canonical, digest
from bihuan.core.entries import EntryState
from bihuan.core.ledger_kinds import Activity
from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.core.refusal import Refused
from bihuan.store import calendars, ledger, packs
from bihuan.store.ledger import Asked

BATCH = 500
TRIES = 3
_TICK = timedelta(milliseconds=1)


@dataclass(slots=True)
class Account(accounts.Account):
    """What became of every row, and how many of those taken were entered late."""

    late: int = 0


def import_entries(
    *,
    actor: Actor,
    programme: str,
    activity: str,
    sheet: Sheet,
    mapping: Mapping_,
    now: datetime,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Account:
    """Take the rows of a sheet over as entries and return the account; with `dry_run` write nothing.

    Raises Refused `import.…` for a mapping that does not fit the sheet, `submit.closed-version`; faults of rows stand
    in the account. Entries are written in batches of 500, each in one transaction.
    """
    book = ledger.declared(programme, activity)
    packs.must_take_orders(packs.programme(programme))
    net, today = places(now)
    plan = planned(book, sheet.header, mapping)
    reader = Reader(book, plan, actor, net, today, lambda unit: ledger.earlier(programme, activity, unit))

    def read(row: Row) -> Read:
        return Read(book, *reader.read(row), reader.text(row, "number", []))

    return take_over(read, actor, programme, sheet, now, Account(plan), dry_run, progress)


@dataclass(frozen=True, slots=True)
class Read:
    """What a row of a sheet says: of which book, the clean content or what is wrong, and the number it bears."""

    book: Activity | None
    content: dict[str, Any]
    faults: list[Fault]
    number: str = ""


def take_over(
    read: Callable[[Row], Read],
    actor: Actor,
    programme: str,
    sheet: Sheet,
    now: datetime,
    account: Account,
    dry_run: bool,
    progress: Callable[[int], None] | None,
) -> Account:
    """Take the rows of a sheet over that `read` finds good, in batches, and return the account filled in."""
    run = _Run(programme, actor, now, sheet.name, dry_run, account)
    waiting: Iterator[Row] = iter(sheet.rows)
    while batch := tuple(islice(waiting, BATCH)):
        run.take(read, batch)
        if progress:
            progress(account.rows)
    return account


@dataclass(slots=True)
class _Good:
    row: Row
    book: Activity
    content: dict[str, Any]
    command: str
    same: str
    number: str


class _Run:
    """One import from the first batch to the last."""

    def __init__(
        self,
        programme: str,
        actor: Actor,
        now: datetime,
        name: str,
        dry_run: bool,
        account: Account,
    ) -> None:
        self.programme, self.actor, self.now = programme, actor, now
        self.name, self.dry_run, self.account = name, dry_run, account
        self.today = calendars.calendar().local_day(now)
        self.lines: dict[str, int] = {}
        self.tick = now

    def take(self, read: Callable[[Row], Read], rows: Iterable[Row]) -> None:
        """Read a batch, put aside what is faulty or here already, and write the rest."""
        good: list[_Good] = []
        for row in rows:
            self.account.rows += 1
            got = read(row)
            if got.faults or got.book is None:
                self.account.rejected.append(Rejected(row, tuple(got.faults)))
                continue
            one = self._good(row, got.book, got)
            before = self.lines.get(one.same or one.command)
            if before is not None:
                self._repeated(one, before, good)
                continue
            self.lines[one.same or one.command] = row.line
            good.append(one)
        for _ in range(TRIES):
            new = self._new(good)
            try:
                self._write(new)
                return
            except ledger.IntegrityError:
                continue  # somebody entered one of them meanwhile; the next look finds it
        raise Refused("import.stale.busy")

    def _good(self, row: Row, book: Activity, got: Read) -> _Good:
        content = got.content
        said = {key: value for key, value in content.items() if key != "note"}
        command = f"sheet:{digest(canonical([self.programme, book.key, said]))[:56]}"
        kept = {key: content[key] for key in ("unit", "date", "idle", "values", "fields", "note") if key in content}
        state = EntryState(id=0, programme=self.programme, activity=book.key, seq=1, **kept)
        return _Good(row, book, content, command, core.same_as(book, state), got.number)

    def _repeated(self, one: _Good, before: int, good: Sequence[_Good]) -> None:
        other = next((item for item in good if item.row.line == before), None)
        if other is not None and other.command != one.command:
            fault = Fault("", "repeated", "", {"line": before})
            self.account.rejected.append(Rejected(one.row, (fault,)))
        else:
            self.account.already.append((one.row, f"#{before}"))

    def _new(self, good: Sequence[_Good]) -> list[_Good]:
        """Return what is not here yet; the rest is told where it is, or that what is here says otherwise."""
        here = ledger.known(
            self.programme,
            {one.book.key for one in good},
            commands=[one.command for one in good],
            same=[one.same for one in good if one.same],
            numbers=[one.number for one in good if one.number],
        )
        new: list[_Good] = []
        for one in good:
            there = here.get(one.command) or here.get(one.number) or here.get(one.same)
            if there is None:
                new.append(one)
            elif one.command in here or _says(there.content()) == _says(one.content):
                self.account.already.append((one.row, there.number))
            else:
                fault = Fault("date", "other_there", "", {"number": there.number})
                self.account.rejected.append(Rejected(one.row, (fault,)))
        return new

    def _write(self, new: Sequence[_Good]) -> None:
        account = self.account
        late = sum(core.late(one.book, one.content["date"], self.today) for one in new)
        if new and not self.dry_run:
            prefix = new[0].book.prefix
            numbers = ledger.write_numbered(prefix, self.today.year, len(new), lambda taken: self._made(new, taken))
            account.first = account.first or numbers[0]
            account.last = numbers[-1]
        account.taken += len(new)
        account.late += late

    def _made(self, new: Sequence[_Good], numbers: Sequence[str]) -> Iterator[ledger.Written]:
        for one, number in zip(new, numbers, strict=True):
            self.tick += _TICK
            entry = EntryState(id=new_id(self.tick))
            then = {
                "number": number,
                "programme": self.programme,
                "bundle": one.book.bundle,
                "source": f"{self.name[:80]}#{one.row.line}",
            }
            event = core.enter(
                one.book, entry, self.actor, one.content, self.now, self.today, then=then, command=one.command
            )
            after = core.apply(entry, event)
            yield one.book, event, after, core.tallies(one.book, after)


def _says(content: dict[str, Any]) -> str:
    return canonical({key: value for key, value in content.items() if key not in ("note", "evidence")})


# ---- the sheet back ----
def export_entries(
    *, actor: Actor, programme: str, activity: str, now: datetime, purpose: str = "", asked: Asked | None = None
) -> tuple[tuple[str, ...], Iterator[Sequence[Any]]]:
    """Return the heading and the rows of every entry the actor may see; importing them here takes nothing.

    That somebody took the list out is kept in the register, with the number of rows, before the first row is given.
    """
    book = ledger.declared(programme, activity)
    asked = asked or Asked(activity)
    seen: dict[str, Any] = {"seen_by": actor, "programme": programme, "activity": book, "asked": asked}
    note_export(actor=actor, what=f"{programme}/{activity}", rows=ledger.count(**seen), purpose=purpose, now=now)
    net, _today = places(now)
    facts = facts_of(book)
    return tuple(heading(book, fact) for fact in facts), (
        tuple(_cell(book, entry, fact, net) for fact in facts) for entry in ledger.bodies(**seen)
    )


def _cell(book: Activity, entry: EntryState, fact: str, net: Network) -> Any:
    if fact in book.measures:
        value = entry.values.get(fact, "")
        return value if isinstance(value, int) else str(value)
    if fact == "idle":
        return book.idle[entry.idle].name if entry.idle in book.idle else entry.idle
    if fact == "unit":
        return _unit(net, entry.unit)
    if fact in ("number", "date", "note"):
        return getattr(entry, fact)
    if fact == "late":
        return "是" if entry.late else ""
    value = entry.fields.get(fact, "")
    spec = book.fields[fact]
    parts = value if isinstance(value, list) else [value]
    if spec.kind in ("choice", "choices"):
        names = {one.key: one.name for one in spec.choices}
        return "、".join(names.get(one, str(one)) for one in parts if one)
    if spec.kind in ("unit", "units", "post"):
        return "、".join(_unit(net, one) for one in parts if one)
    return "是" if value is True else str(value)


def _unit(net: Network, key: str) -> str:
    """The unit's name, or its key where another of its kind has the same name."""
    unit = net.units.get(key)
    if unit is None:
        return net.name(key)
    return key if sum(one.name == unit.name for one in net.of_type(unit.type)) > 1 else unit.name
