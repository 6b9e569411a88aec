"""Which column of a sheet fills which fact of an order, settled before the first row is read."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from difflib import get_close_matches

from bihuan.actions.sheets import marks_of_rejects, plain
from bihuan.core.network import Network
from bihuan.core.programmes import Channel, Move, OrderType, Programme
from bihuan.core.refusal import Refused

# What an order has besides its fields, under the heading the export writes.
BUILT_IN: Mapping[str, str] = {
    "number": "单号",
    "channel": "来源",
    "source_number": "来源单号",
    "requester": "点单单位",
    "requester_name": "点单人",
    "desk": "派单台",
    "received_at": "收到时间",
    "due": "承诺期限",
    "status": "状态",
    "closed_at": "办结时间",
    "result": "办理结果",
}
# Texts into which several columns may flow; every other fact has one column.
FLOWING = ("text", "long_text")
ANY = "*"


@dataclass(frozen=True, slots=True)
class Mapping_:
    """What a person says about a sheet: `columns` as (column, fact), `values` as (column, text, key), `constants`.

    Without columns the headings themselves are looked up: those of the channel's own sheet where `constants` names
    the channel, field names, field keys and the headings of an export.
    `zone` is the zone of the sheet's clock times where it is not the county's own.
    """

    columns: tuple[tuple[str, str], ...] = ()
    values: tuple[tuple[str, str, str], ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    zone: tzinfo | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The mapping settled against one sheet: columns by fact, values by column, and what holds all over it."""

    columns: Mapping[str, tuple[str, ...]]
    values: Mapping[str, Mapping[str, str]]
    constants: Mapping[str, str]
    unread: tuple[str, ...] = ()

    def has(self, fact: str) -> bool:
        """Whether anything fills the fact."""
        return fact in self.columns or fact in self.constants


def facts_of(order_type: OrderType) -> tuple[str, ...]:
    """Return every fact a sheet may fill: the fields of the import move, then what every order has."""
    move = import_move(order_type)
    return tuple(dict.fromkeys((*move.needs, *move.takes, *_built_in(order_type))))


def import_move(order_type: OrderType) -> Move:
    """Return the move that takes orders over; raises Refused `import.needs.move` where the programme has none."""
    moves = order_type.by_effect("import")
    if not moves:
        raise Refused("import.needs.move", type=order_type.key)
    return moves[0]


def headings(order_type: OrderType) -> dict[str, str]:
    """Return the heading of every fact, as the export writes it and the import finds it."""
    fields = order_type.fields
    return {fact: BUILT_IN[fact] if fact in BUILT_IN else fields[fact].name for fact in facts_of(order_type)}


def known_headings(order_type: OrderType) -> dict[str, str]:
    """Return {heading as compared: fact}, with keys and English names too."""
    known: dict[str, str] = {}
    for fact, heading in headings(order_type).items():
        declared = order_type.fields.get(fact)
        for name in (heading, fact, declared.name if declared else "", declared.name_en if declared else ""):
            if name:
                known.setdefault(plain(name), fact)
    return known


def planned(
    programme: Programme, order_type: OrderType, header: Sequence[str], mapping: Mapping_, network: Network
) -> Plan:
    """Return the plan for a sheet with this header, or raise Refused naming the column, field or value that is wrong.

    Codes: `import.invalid.column` (no such column), `.field` (no such fact), `.twice` (two columns for one value),
    `.value` (a value for a column that fills nothing), `import.needs.fields` (what every order must have is filled by
    nothing), `import.needs.desk` (nobody could tell which desk the orders belong to).
    """
    facts = facts_of(order_type)
    columns = _columns(programme, order_type, header, mapping, facts)
    for fact in mapping.constants:
        if fact not in facts:
            raise _no_fact(fact, facts)
    values: dict[str, dict[str, str]] = {}
    used = {column for names in columns.values() for column in names}
    for column, text, key in mapping.values:
        named = _column(column, header)
        if named not in used:
            raise Refused("import.invalid.value", column=named, value=text)
        values.setdefault(named, {})[plain(text) if text != ANY else ANY] = key
    plan = Plan(columns, values, dict(mapping.constants), _unread(header, used))
    missing = [fact for fact in import_move(order_type).needs if not plan.has(fact) and fact != order_type.title]
    if missing:
        raise Refused("import.needs.fields", fields=missing, header=list(header))
    if not any(map(plan.has, ("desk", "requester", "requester_name"))) and len(network.of_type(order_type.desk)) != 1:
        desks = [unit.name for unit in network.of_type(order_type.desk)]
        raise Refused("import.needs.desk", desks=desks)
    if not plan.has("channel") and not default_channel(programme):
        raise Refused("import.needs.channel", channels=[one.name for one in programme.channels.values()])
    return plan


def _unread(header: Sequence[str], used: Container[str]) -> tuple[str, ...]:
    """The columns nobody asked for; a mended sheet of rejects brings two that are ours."""
    return tuple(name for name in header if name not in used and name not in marks_of_rejects())


def default_channel(programme: Programme) -> str:
    """Return the channel of orders whose sheet names none."""
    return "import" if "import" in programme.channels else ""


def _built_in(order_type: OrderType) -> Iterable[str]:
    return (fact for fact in BUILT_IN if fact != "result" or "result" in order_type.fields)


def channel_of(programme: Programme, said: str) -> Channel | None:
    """Return the channel called so by key or by name."""
    return next((one for one in programme.channels.values() if said and said in (one.key, one.name, one.name_en)), None)


def _columns(
    programme: Programme, order_type: OrderType, header: Sequence[str], mapping: Mapping_, facts: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    columns: dict[str, tuple[str, ...]] = {}
    if not mapping.columns:
        known = known_headings(order_type)
        if channel := channel_of(programme, mapping.constants.get("channel", "")):
            # "" for what is only written back, and for what this kind of order has no place for.
            known |= {plain(one.column): one.fact if one.fact in facts else "" for one in channel.sheet}
        for name in header:
            fact = known.get(plain(name), "")
            if fact and fact not in mapping.constants:
                columns.setdefault(fact, (name,))
        return columns
    for column, fact in mapping.columns:
        if fact not in facts:
            raise _no_fact(fact, facts)
        named = _column(column, header)
        before = columns.get(fact, ())
        declared = order_type.fields.get(fact)
        if before and (fact in BUILT_IN or declared is None or declared.kind not in FLOWING):
            raise Refused("import.invalid.twice", field=fact, columns=[*before, named])
        columns[fact] = (*before, *(() if named in before else (named,)))
    return columns


def _column(name: str, header: Sequence[str]) -> str:
    found = next((one for one in header if plain(one) == plain(name)), None)
    if found is None:
        near = get_close_matches(name, header, 1, 0.5)
        raise Refused("import.invalid.column", column=name, header=list(header), near=near[0] if near else "")
    return found


def _no_fact(fact: str, facts: Sequence[str]) -> Refused:
    near = get_close_matches(fact, facts, 1, 0.5)
    return Refused("import.invalid.field", field=fact, fields=list(facts), near=near[0] if near else "")
