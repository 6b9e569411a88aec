"""导入: orders of another system or an old ledger, taken over row by row with a complete account.

One `import` event per order; original times and stated deadlines are kept, what is unknown stays unknown, nobody is
notified (decisions 26). A row is taken whole or not at all; the same sheet a second time takes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from bihuan.actions import accounts, orders
from bihuan.actions.accounts import Fault, Rejected
from bihuan.actions.import_blocks import BlockReader
from bihuan.actions.import_columns import Mapping_, import_move, planned
from bihuan.actions.import_rows import Read, Reader
from bihuan.actions.import_stamps import PERSONAL, Coming, Stamp, free_of, hold_marks, of_lines
from bihuan.actions.setting import setting_of
from bihuan.actions.sheet_rows import Block, Row, blocks
from bihuan.actions.sheets import Sheet
from bihuan.core import orders as core
from bihuan.core.chain import canonical, digest
from bihuan.core.effects import promise_of
from bihuan.core.order_state import Event, OrderState
from bihuan.core.permission import Actor
from bihuan.core.programmes import Programme
from bihuan.core.refusal import Refused
from bihuan.core.setting import Setting
from bihuan.core.stated import Stated
from bihuan.store import bulk, packs, versions
from bihuan.store.alike import Shaped
from bihuan.store.orders import IntegrityError

BATCH = 2000
AT_ONCE = 500  # rows of a batch that are made before the first of them are on their way
TRIES = 3
_TICK = timedelta(milliseconds=1)


@dataclass(slots=True)
class Account(accounts.Account):
    """What became of every row, and of those taken: how many had ended, and the lines of those whose time nobody knows.

    No window counts the `undated` ones.
    """

    closed: int = 0
    undated: list[int] = field(default_factory=list)


def import_orders(
    *,
    actor: Actor,
    programme: str,
    type_: str,
    sheet: Sheet,
    mapping: Mapping_,
    now: datetime,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Account:
    """Take the rows of a sheet over as orders and return the account; with `dry_run` write nothing.

    `progress` is told how many rows are done. Raises Refused `import.…` for a mapping that does not fit the sheet
    (see `import_columns.planned`), `submit.closed-version` for a programme that takes no new orders; faults of
    rows stand in the account. Orders are written in batches of 2,000, each
    in one transaction: an import that is cut off has taken whole batches and goes on where it stopped when run again.
    """
    declared = packs.programme(programme)
    packs.must_take_orders(declared)
    setting = setting_of(declared.orders[type_], now)
    plan = planned(declared, setting.type, sheet.header, mapping, setting.network)
    reader = BlockReader(Reader(declared, setting.type, plan, setting.network, setting.calendar, now, mapping.zone))
    run = _Run(declared, setting, actor, now, dry_run, Account(plan))
    ahead = _Ahead(reader, blocks(sheet.rows, BATCH))
    for block, reads in ahead:
        with versions.held():  # one network and one calendar for a batch
            run.take(block, reads, reader.reader, ahead.look)
        if progress:
            progress(run.account.rows)
    return run.account


class _Ahead:
    """Blocks with what was read of them; the next one may be fetched and read before it is asked for."""

    def __init__(self, reader: BlockReader, waiting: Iterator[Block]) -> None:
        self._reader, self._waiting = reader, waiting
        self._block: Block | None = None
        self._next: tuple[Block, list[Read | None]] | None = None

    def look(self) -> None:
        """Fetch the next block where there is one, or read the one that is fetched: each about half of the work."""
        if self._block is None:
            self._block = next(self._waiting, None)
        elif self._next is None:
            self._next = self._block, self._reader.read(self._block)

    def __iter__(self) -> Iterator[tuple[Block, list[Read | None]]]:
        while True:
            self.look()  # what nobody has done meanwhile
            self.look()
            if self._next is None:
                return
            found, self._block, self._next = self._next, None, None
            yield found


class _Run:
    """One import from the first batch to the last."""

    def __init__(
        self, declared: Programme, setting: Setting, actor: Actor, now: datetime, dry_run: bool, account: Account
    ) -> None:
        self.declared, self.setting, self.actor, self.now = declared, setting, actor, now
        self.dry_run, self.account = dry_run, account
        self.move = import_move(setting.type)
        self.lines: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self.allowed: dict[tuple[str, str], str] = {}
        self.next = now + _TICK
        self.limits = Stated(setting, now)
        fields = [setting.type.fields[key] for key in (*self.move.needs, *self.move.takes)]
        self.free = free_of(setting.type, self.move)
        self.personal = {one.key for one in fields if one.data_class in PERSONAL}
        self.stamps: dict[tuple[Any, ...], Stamp | None] = {}  # None where rows must be worked out one by one

    def take(self, block: Block, reads: Sequence[Read | None], reader: Reader, meanwhile: Callable[[], None]) -> None:
        """Put aside of a batch what is faulty or here already and write the rest; `meanwhile` as `bulk.copy` has it."""
        good: list[tuple[Read, str]] = []
        rows = {line: at for at, line in enumerate(block.lines)}
        self.account.rows += len(block)
        for at, plain in enumerate(reads):
            read, faults = (plain, []) if plain else reader.read(block.row(at))
            if refused := not faults and self._refused(read):
                faults = [Fault("desk", refused, read.desk)]
            if faults:
                self.account.rejected.append(Rejected(block.row(at), tuple(faults)))
                continue
            command = "" if read.source_number else self._command(read)
            seen, key = self.lines[read.channel if read.source_number else ""], read.source_number or command
            if before := seen.get(key):
                self._repeated(read, block.row(at), before)
                continue
            seen[key] = read.line
            good.append((read, command))
        for _ in range(TRIES):
            new = self._new(good)
            try:
                self._write(new, meanwhile)
                break
            except IntegrityError:
                continue  # somebody took one of them meanwhile; the next look finds it
        else:
            raise Refused("import.stale.busy")
        if len(new) < len(good):
            taken, here = {id(read) for read, _ in new}, self._known(good)
            for read, command in good:
                if id(read) not in taken:
                    row = block.row(rows[read.line])
                    self.account.already.append((row, self._number(read, command, here)))
        self._count(new)

    def _repeated(self, read: Read, row: Row, before: int) -> None:
        if read.source_number:
            fault = Fault("source_number", "repeated", read.source_number, {"line": before})
            self.account.rejected.append(Rejected(row, (fault,)))
        else:
            self.account.already.append((row, f"#{before}"))

    def _refused(self, read: Read) -> str:
        """The reason why this actor may not bring orders of this desk and requester, or ""."""
        key = (read.desk, read.requester)
        if key not in self.allowed:
            order = OrderState(id=0, desk=read.desk, requester=read.requester)
            try:
                core.possible(self.setting, order, self.actor, self.move.verb, self.now)
                self.allowed[key] = ""
            except Refused as why:
                self.allowed[key] = why.kind
        return self.allowed[key]

    def _command(self, read: Read) -> str:
        """What makes a row without a number of its own the same row again: where it is from, who, when and what."""
        facts = {key: value for key, value in read.facts.items() if key not in ("category", "importance", "urgency")}
        said = [self.declared.key, self.setting.type.key, read.channel, read.requester, read.requester_name]
        return f"import:{digest(canonical([*said, read.received, facts]))[:56]}"

    # ---- what is here already ----
    def _known(self, good: list[tuple[Read, str]]) -> dict[tuple[str, str], str]:
        found: dict[tuple[str, str], str] = {}
        for channel in {read.channel for read, _ in good if read.source_number}:
            numbers = [read.source_number for read, _ in good if read.source_number and read.channel == channel]
            found.update({(channel, n): number for n, number in bulk.of_sources(channel, numbers).items()})
        commands = [command for _, command in good if command]
        found.update({("", command): number for command, number in bulk.of_commands(commands).items()})
        own = [read.number for read, _ in good if read.number]
        found.update({("#", number): title for number, title in bulk.of_numbers(own).items()})
        return found

    def _number(self, read: Read, command: str, here: dict[tuple[str, str], str]) -> str:
        key = (read.channel, read.source_number) if read.source_number else ("", command)
        if key in here:
            return here[key]
        # A sheet that we exported comes back: the number alone could be another county's.
        title = read.facts.get(self.setting.type.title)
        return read.number if read.number and here.get(("#", read.number)) == title else ""

    def _new(self, good: list[tuple[Read, str]]) -> list[tuple[Read, str]]:
        here = self._known(good)
        return [(read, command) for read, command in good if not self._number(read, command, here)]

    # ---- writing ----
    def _write(self, new: list[tuple[Read, str]], meanwhile: Callable[[], None]) -> None:
        if self.dry_run or not new:
            return
        year = self.setting.today(self.now).year
        numbers = bulk.numbers(self.setting.type.prefix, year, len(new))
        ids = orders.new_ids(self.next, len(new))  # they follow the lines of the sheet, and never meet
        self.next += len(new) * _TICK
        coming = [self._coming(*row, number, id_) for row, number, id_ in zip(new, numbers, ids, strict=True)]
        bulk.copy(self._rows(coming), meanwhile)
        self.account.first = self.account.first or numbers[0]
        self.account.last = numbers[-1]

    def _coming(self, read: Read, command: str, number: str, id_: int) -> Coming:
        promise = self.limits.taken_over(read.received, read.due, read.state, read.closed)
        return Coming(read, id_, number, command, *promise)

    def _rows(self, coming: Sequence[Coming]) -> bulk.Rows:
        """The rows of new orders in their order, made some at a time as they are asked for."""
        rows = bulk.Rows()
        rows.orders = chain.from_iterable(
            self._made(coming[at : at + AT_ONCE], rows) for at in range(0, len(coming), AT_ONCE)
        )
        return rows

    def _made(self, coming: Sequence[Coming], rows: bulk.Rows) -> list[Shaped]:
        """The orders; what else they bring is added to `rows`. Alike ones are stamped, others worked out one by one."""
        groups: defaultdict[tuple[Any, ...], list[int]] = defaultdict(list)
        doubtful = hold_marks(coming)
        for at, row in enumerate(coming):
            whole = not self.personal & row.read.facts.keys() and row.starts_when_it_came()
            whole = whole and not (doubtful and hold_marks([row]))
            groups[row.alike(self.free, self.setting.type.owing) if whole else ()].append(at)
        made: list[tuple[Shaped, Shaped, Shaped]] = [((), (), ())] * len(coming)
        for alike, places in groups.items():
            some = [coming[at] for at in places]
            if (stamp := self._stamp(alike, some[0])) is None:
                lines = [self._one(row) for row in some]
                pressed = of_lines(lines)
                rows.units += [unit for one in lines for unit in one.units]
                rows.personal += [value for one in lines for value in one.personal]
            else:
                pressed = stamp.press(some)
            for at, three in zip(places, pressed.rows, strict=True):
                made[at] = three
            rows.counts.update(pressed.counts)
            rows.adds[self.declared.key, self.setting.type.key].update(pressed.adds)
        orders_, happened, facts = zip(*made, strict=True)
        rows.events += happened
        rows.facts += facts
        return list(orders_)

    def _stamp(self, alike: tuple[Any, ...], first: Coming) -> Stamp | None:
        """The stamp of alike rows, made from the first of them; None where it gives something else than the rules."""
        if alike and alike not in self.stamps:
            stamp = Stamp(first, self.free, self._worked_out, self.setting.type, self.setting.calendar.zone)
            self.stamps[alike] = stamp if stamp.press([first]) == of_lines([self._one(first)]) else None
        return self.stamps.get(alike)

    def _one(self, row: Coming) -> bulk.Lines:
        """The lines of one row by the rules."""
        event, after = self._worked_out(row)
        return bulk.lines(event, after, self.setting.type, self.setting.calendar.zone)

    def _worked_out(self, row: Coming) -> tuple[Event, OrderState]:
        """The event of a row and what it makes of an order, by the rules."""
        read, setting = row.read, self.setting
        order = OrderState(id=row.id, requester=read.requester, desk=read.desk)
        then = self._then(read, row.number)
        clocks = {promise_of(setting.type): row.promise} if row.promise else {}
        return core.opened(
            setting, order, self.actor, self.move, read.facts, self.now, command=row.command, then=then, clocks=clocks
        )

    def _then(self, read: Read, number: str) -> dict[str, Any]:
        then: dict[str, Any] = {
            "number": number,
            "programme": self.declared.key,
            "type": self.setting.type.key,
            "bundle": self.declared.bundle,
            "channel": read.channel,
            "source_number": read.source_number,
            "source_due": read.due,
            "requester": read.requester,
            "requester_name": read.requester_name,
            "desk": read.desk,
            "result": read.result,
            "to": read.state,
            "times": {"closed": read.closed} if read.closed else {},
        }
        return {"occurred": read.received, "verified": True, **{key: value for key, value in then.items() if value}}

    def _count(self, new: list[tuple[Read, str]]) -> None:
        account, states = self.account, self.setting.type.states
        account.taken += len(new)
        account.closed += sum(states[read.state].closed for read, _ in new)
        account.undated.extend(read.line for read, _ in new if not read.received)


__all__ = ["Account", "Mapping_", "Rejected", "import_orders"]
