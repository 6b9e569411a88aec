"""One row of a sheet becomes the facts of one order, or the list of what is wrong with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import partial
from typing import Any

from bihuan.actions.accounts import Fault
from bihuan.actions.import_columns import ANY, Plan, channel_of, default_channel, import_move
from bihuan.actions.orders import first_words
from bihuan.actions.sheet_parts import ERRORS
from bihuan.actions.sheet_rows import subtotal
from bihuan.actions.sheets import Row, plain
from bihuan.core.calendar import ONE_DAY, Calendar
from bihuan.core.facts import Problem, cleaned
from bihuan.core.instants import iso
from bihuan.core.moments import moment_of
from bihuan.core.network import Network
from bihuan.core.programmes import Field, OrderType, Programme
from bihuan.core.sources import LONGEST, number_of

LAST = time(23, 59, 59)  # of a day on which something ended, nobody knows when
NAME = 120
REMEMBERED = 5000  # words of one column
# A spreadsheet program takes text that begins so for a formula; in a csv it is kept from that by an apostrophe.
RISKY = ("=", "+", "-", "@", "\t", "\r")
# Words of other systems and of old ledgers for a matter that is over, or that is not.
OVER = frozenset(
    ("closed", "done", "resolved", "completed", "finished", "已办结", "办结", "已办", "已完成", "完结", "销号")
)
RUNNING = frozenset(("open", "new", "pending", "inprogress", "assigned", "未办结", "在办", "待办", "办理中", "未完成"))


@dataclass(slots=True)
class Read:
    """A row as an order: the `line` it stands on, clean `facts`, and what its opening settles."""

    line: int = 0
    facts: dict[str, Any] = field(default_factory=dict)
    number: str = ""
    channel: str = ""
    source_number: str = ""
    requester: str = ""
    requester_name: str = ""
    desk: str = ""
    received: str = ""
    due: str = ""
    state: str = ""
    closed: str = ""
    result: str = ""


class Reader:
    """Reads rows of one sheet under one plan; remembers what words it has resolved already."""

    def __init__(
        self,
        programme: Programme,
        order_type: OrderType,
        plan: Plan,
        network: Network,
        calendar: Calendar,
        now: datetime,
        zone: tzinfo | None = None,
    ) -> None:
        self.programme, self.type, self.plan, self.network = programme, order_type, plan, network
        self.calendar, self.now, self.zone = calendar, now, zone or calendar.zone
        self.today = calendar.local_day(now)
        move = import_move(order_type)
        self.needs = frozenset(move.needs)
        self.fields = [order_type.fields[key] for key in (*move.needs, *move.takes) if plan.has(key)]
        self.first = move.to
        self._resolved: defaultdict[str, dict[Any, Any]] = defaultdict(dict)
        self.simple = {
            fact: names[0] for fact, names in plan.columns.items() if len(names) == 1 and names[0] not in plan.values
        }
        self._others = [fact for fact in plan.columns if fact not in self.simple]

    def read(self, row: Row) -> tuple[Read, list[Fault]]:
        """Return the row as an order with every fault found in it; with a fault the order is not to be used."""
        read, texts = Read(row.line), self.texts(row)
        faults = [
            Fault(fact, "formula", row.cells[name])
            for fact, names in self.plan.columns.items()
            for name in names
            if row.cells.get(name) in ERRORS
        ]
        if subtotal(row):
            faults = [Fault("", "subtotal")]
        if faults:
            return read, faults
        for name, take in TAKE.items():
            try:
                take(self, texts, read)
            except Wrong as wrong:
                faults.append(Fault(wrong.fact or name, wrong.code, wrong.value, wrong.more))
        self._facts(texts, read, faults)
        if not faults:
            faults.extend(self._together(read, texts))
        return read, faults

    # ---- cells ----
    def text(self, row: Row, fact: str) -> str:
        """Return what fills the fact in this row, after the value the person named for it."""
        columns = self.plan.columns.get(fact)
        if not columns:
            return self.plan.constants.get(fact, "")
        if len(columns) == 1:
            name = columns[0]
            return self.worded(name, row.cells.get(name, "")) or self.plan.constants.get(fact, "")
        found = [(name, self.worded(name, row.cells.get(name, ""))) for name in columns]
        said = "\n".join(f"{name}：{text}" for name, text in found if text)
        return said or self.plan.constants.get(fact, "")

    def worded(self, column: str, text: str) -> str:
        """Return a cell's text, or what the person said it stands for."""
        if text.startswith("'") and text[1:].startswith(RISKY):
            text = text[1:]
        table = self.plan.values.get(column)
        if table is None:
            return text
        return table.get(plain(text), table.get(ANY, text) if text else text)

    def texts(self, row: Row) -> dict[str, str]:
        """Return what fills each fact in this row, facts that nothing fills left out."""
        cells, found = row.cells, {**self.plan.constants}
        for fact, name in self.simple.items():
            if text := cells.get(name, ""):
                found[fact] = text if text[0] != "'" else self.worded(name, text)
        for fact in self._others:
            if text := self.text(row, fact):
                found[fact] = text
        return found

    def once(self, what: str, said: Any, find: Callable[[Any], Any]) -> Any:
        """Resolve a word once a sheet: columns repeat a few words thousands of times."""
        known = self._resolved[what]
        if said not in known:
            if len(known) >= REMEMBERED:
                known.clear()
            known[said] = find(said)
        return known[said]

    def _facts(self, texts: dict[str, str], read: Read, faults: list[Fault]) -> None:
        for declared in self.fields:
            text = texts.get(declared.key, "")
            if not text:
                continue
            try:
                value = self.fact(declared, text)
            except Problem as problem:
                names = [one.name for one in declared.choices]
                faults.append(Fault(declared.key, str(problem), text, {"choices": names} if names else {}))
                continue
            if value is not None:
                read.facts[declared.key] = value
        if self.type.title in read.facts and self.needs <= read.facts.keys():
            return
        title, wrong = self.type.title, {fault.fact for fault in faults}
        if title not in read.facts and title not in wrong:
            if first := first_words(str(next((read.facts[k] for k in self.needs if read.facts.get(k)), ""))):
                read.facts[title] = first
        for key in self.needs - read.facts.keys() - wrong:
            faults.append(Fault(key, "missing"))

    def fact(self, declared: Field, text: str) -> Any:
        """Return what a text says of a field in stored form, None for nothing; raises Problem."""
        if declared.kind == "choice":
            return self.once(declared.key, text, partial(self._chosen, declared))
        return cleaned(declared, text, self.network, self.today)

    def _chosen(self, declared: Field, text: str) -> Any:
        return cleaned(declared, choice_of(declared, text), self.network, self.today)

    def _together(self, read: Read, texts: dict[str, str]) -> list[Fault]:
        """What fits cell by cell and does not fit together."""
        if read.closed and read.received and read.closed < read.received:
            return [Fault("closed_at", "before_received", texts.get("closed_at", ""))]
        if read.closed and not self.type.states[read.state].closed:
            return [Fault("status", "open_with_end", texts.get("status", ""))]
        return []

    # ---- what every order has ----
    def unit(self, fact: str, text: str, type_: str) -> str:
        """Return the key of the unit of that kind named by key or by name, or "" where there is none."""

        def find(said: str) -> tuple[str, ...]:
            known = self.network.units.get(said)
            if known is not None and (not type_ or known.type == type_):
                return (known.key,)
            wanted = plain(said)
            return tuple(one.key for one in self.network.of_type(type_) if plain(one.name) == wanted)

        found: tuple[str, ...] = self.once(f"unit:{type_}", text, find)
        if len(found) > 1:
            raise Wrong("same_name", text, keys=list(found), fact=fact)
        return found[0] if found else ""

    def moment(self, text: str, days: Callable[[date], datetime]) -> datetime:
        """Return the instant a cell names; where it names a day alone, the moment `days` makes of it."""
        found = moment_of(text)
        if found is None:
            raise Wrong("not_a_moment", text)
        if not isinstance(found, datetime):
            return days(found)
        return (found if found.tzinfo else found.replace(tzinfo=self.zone)).astimezone(UTC)

    def midnight(self, day: date) -> datetime:
        """Return the beginning of a day in the sheet's zone."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)


class Wrong(Exception):
    """What is wrong with one cell: a code, what stood there, and the fact where it is not the one that was read."""

    def __init__(self, code: str, value: str = "", fact: str = "", **more: Any) -> None:
        super().__init__(code)
        self.code, self.value, self.fact, self.more = code, value, fact, more


def _number(reader: Reader, texts: dict[str, str], read: Read) -> None:
    read.number = texts.get("number", "")


def _channel(reader: Reader, texts: dict[str, str], read: Read) -> None:
    def find(text: str) -> str:
        if not text:
            if key := default_channel(reader.programme):
                return key
            raise Wrong("missing")
        channel = channel_of(reader.programme, text)
        if channel is None:
            raise Wrong("not_a_choice", text, choices=[one.name for one in reader.programme.channels.values()])
        return channel.key

    read.channel = reader.once("channel", texts.get("channel", ""), find)


def _source_number(reader: Reader, texts: dict[str, str], read: Read) -> None:
    read.source_number = _short(number_of(texts.get("source_number", "")), LONGEST)


def _requester(reader: Reader, texts: dict[str, str], read: Read) -> None:
    said = texts.get("requester", ""), texts.get("requester_name", "")
    read.requester, read.requester_name = reader.once("requester", said, partial(_asking, reader))


def _asking(reader: Reader, said: tuple[str, str]) -> tuple[str, str]:
    """The key of the requester, "" for one who is no unit, and the name."""
    (text, named), type_, key = said, reader.type.requester, ""
    if text:
        key = reader.unit("requester", text, type_)
        if not key:
            raise Wrong("unknown_unit", text)
    name = _short(named, NAME)
    if name and not key and type_:
        key = reader.unit("requester_name", name, type_)
    return key, reader.network.name(key) if key else name


def _desk(reader: Reader, texts: dict[str, str], read: Read) -> None:
    read.desk = reader.once("desk", (read.requester, texts.get("desk", "")), partial(_desk_of, reader))


def _desk_of(reader: Reader, said: tuple[str, str]) -> str:
    (requester, text), type_ = said, reader.type.desk
    desk = reader.network.nearest(requester, type_) if requester else ""
    if text:
        named = reader.unit("desk", text, type_)
        if not named:
            raise Wrong("unknown_unit", text, choices=[one.name for one in reader.network.of_type(type_)])
        desk = desk or named
    if not desk:
        every = reader.network.of_type(type_)
        if len(every) != 1:
            raise Wrong("missing", choices=[one.name for one in every])
        desk = every[0].key
    return desk


def _received(reader: Reader, texts: dict[str, str], read: Read) -> None:
    if text := texts.get("received_at"):
        at = reader.moment(text, reader.midnight)
        if at > reader.now:
            raise Wrong("in_future", text)
        read.received = iso(at)


def _due(reader: Reader, texts: dict[str, str], read: Read) -> None:
    if text := texts.get("due"):
        # A day stated as the limit is promised to its end.
        read.due = reader.once(
            "due", text, lambda said: iso(reader.moment(said, lambda day: reader.midnight(day + ONE_DAY)))
        )


def _closed(reader: Reader, texts: dict[str, str], read: Read) -> None:
    if text := texts.get("closed_at"):
        at = reader.moment(text, lambda day: datetime.combine(day, LAST, reader.zone).astimezone(UTC))
        if at > reader.now + timedelta(days=1):
            raise Wrong("in_future", text)
        read.closed = iso(min(at, reader.now.replace(microsecond=0)))


def _status(reader: Reader, texts: dict[str, str], read: Read) -> None:
    text = texts.get("status", "")
    if not text:
        read.state = _over(reader.type) if read.closed else reader.first
        return
    read.state = reader.once("status", text, lambda said: state_of(reader.type, said, reader.first))
    if not read.state:
        raise Wrong("unknown_status", text, choices=[one.name for one in reader.type.states.values()])


def _result(reader: Reader, texts: dict[str, str], read: Read) -> None:
    declared = reader.type.fields.get("result")
    if declared is not None and (text := texts.get("result")):
        read.result = reader.once("result", text, partial(choice_of, declared))
        if not declared.has_choice(read.result):
            raise Wrong("not_a_choice", text, choices=[one.name for one in declared.choices])


# What an order has besides its facts, each taken from the texts of a row; raises Wrong.
TAKE: dict[str, Callable[[Reader, dict[str, str], Read], None]] = {
    "number": _number,
    "channel": _channel,
    "source_number": _source_number,
    "requester": _requester,
    "desk": _desk,
    "received_at": _received,
    "due": _due,
    "closed_at": _closed,
    "status": _status,
    "result": _result,
}


def choice_of(declared: Field, text: str) -> str:
    """Return the key of the choice a text names by key or by name; any other text as it is, to be refused."""
    wanted = plain(text)
    for one in declared.choices:
        if wanted in (plain(one.key), plain(one.name), plain(one.name_en)):
            return str(one.key)
    return text


def state_of(order_type: OrderType, text: str, first: str) -> str:
    """Return the state an order of that status arrives in, "" for a word nobody knows.

    A state that is over is taken as it is, and so is every one of a kind that is only registered and moved on. In the
    loop every other one begins at `first`: who would accept, answer or check it here has not been asked.
    """
    wanted = plain(text)
    for state in order_type.states.values():
        if wanted in (plain(state.key), plain(state.name), plain(state.name_en)):
            return state.key if state.closed or not order_type.looped else first
    if wanted in OVER:
        return _over(order_type)
    return first if wanted in RUNNING else ""


def _over(order_type: OrderType) -> str:
    return next(state.key for state in order_type.states.values() if state.milestone == "closed")


def _short(text: str, most: int) -> str:
    if len(text) > most:
        raise Wrong("too_long", text[:20], most=most)
    if "\x00" in text:
        raise Wrong("bad_character", text[:20])
    return text
