"""读包: a pack from its folder to the one content that is published, and from that to the values of the core.

The content is plain data of texts, whole numbers, truths, lists and tables. What stands at its default is left out and
durations are written one way, so that comments, key order and spelled-out defaults change neither content nor hash.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from bihuan.core import chain, durations, waivers
from bihuan.core.boards import Board, Chart
from bihuan.core.brief_kinds import BriefKind
from bihuan.core.cadence import Cadence
from bihuan.core.document_kinds import DocumentColumn, DocumentKind, DocumentRow, with_minutes
from bihuan.core.indicators import Indicator, ScopeSet, Where
from bihuan.core.ladders import Ladder
from bihuan.core.ledger_kinds import Activity, Idle, Measure
from bihuan.core.printed import Printed
from bihuan.core.programmes import (
    BUILT_IN,
    Channel,
    Choice,
    Clock,
    Coverage,
    Field,
    Matching,
    Move,
    Notice,
    OrderType,
    PostKind,
    Programme,
    Role,
    SheetColumn,
    State,
    UnitType,
    Who,
)
from bihuan.core.reaches import Reach
from bihuan.core.review_kinds import Criterion, Meeting, RaterKind, ScoreClass, Step
from bihuan.core.signs import Sign
from bihuan.core.statistics import Series, series
from bihuan.packs.faults import Faulty, fault
from bihuan.packs.schema import DEFAULTS, LISTS, File, Key, Table, file, stems
from bihuan.packs.sources import folder

Content = dict[str, Any]
T = TypeVar("T")
# The files that are published; stories are not.
BUNDLED = ("programme", "network", "orders", "ledger", "statistics", "reviews", "reports")


@dataclass(frozen=True, slots=True)
class Source:
    """A pack as read: its files' text and parsed tables by file name, without `.toml`."""

    path: Path
    texts: Mapping[str, str]
    tables: Mapping[str, Mapping[str, Any]]

    @property
    def content(self) -> Content:
        """What is published of the pack; the same for every way of writing the same thing."""
        found = {stem: resolved(file(stem), self._table(stem)) for stem in BUNDLED}
        # A file that may be missing adds nothing where it is: the same programme keeps its hash.
        return {stem: table for stem, table in found.items() if table or file(stem).required}

    def _table(self, stem: str) -> Mapping[str, Any]:
        """One file's table, with what further files of its kind add to its lists."""
        whole: dict[str, Any] = {}
        for one in stems(file(stem), self.tables):
            for name, value in self.tables[one].items():
                whole[name] = [*whole[name], *value] if isinstance(whole.get(name), list) else value
        return whole

    @property
    def key(self) -> str:
        return str(self.tables["programme"].get("key", ""))

    @property
    def note(self) -> str:
        """What the author says is new in this version; not part of the content."""
        return str(self.tables["programme"].get("version_note", ""))


def load(path: Path | str) -> Source:
    """Read a pack's files; raises Faulty with every fault of writing. Whether it makes sense, `packs.check` says."""
    found = folder(Path(path))
    faults = found.faults
    if "programme" not in found.texts:
        faults = [fault(found.path.as_posix(), 1, "no-folder")]
    if faults:
        raise Faulty(faults)
    return Source(
        found.path,
        {stem: text.text for stem, text in found.texts.items()},
        {stem: text.table or {} for stem, text in found.texts.items()},
    )


def programme(path: Path | str, bundle: str = "") -> Programme:
    """Read a checked pack straight from its folder, under the bundle's name `key@n`; raises Faulty as `load` does."""
    source = load(path)
    content = source.content
    return build(content, bundle or f"{source.key}@0", content_hash(content))


def canonical(content: Content) -> str:
    """Return the one text of a content: JSON, sorted keys, NFC, no floats. Raises TypeError for anything else."""
    chain.no_floats(content)
    return chain.canonical(content)


def content_hash(content: Content) -> str:
    """Return the SHA-256 of the canonical text, in hexadecimal."""
    return chain.digest(canonical(content))


# ---- from tables to content ----
def resolved(one: File, table: Mapping[str, Any], path: str = "") -> Content:
    """Return a table of a pack as content: declared keys only, without what stands at its default."""
    declared = one.table(path)
    found: Content = {}
    for key in declared.keys:
        if key.name not in table or not key.kept:
            continue
        value = _value(one, key, table[key.name])
        if value != _plain(key) and not (key.name == "effect" and value == table.get("verb")):
            found[key.name] = value
    return found


def _plain(key: Key) -> Any:
    empty = key.empty
    return list(empty) if isinstance(empty, tuple) else empty


def _value(one: File, key: Key, value: Any) -> Any:
    match key.sort:
        case "tables":
            return [resolved(one, entry, key.of) for entry in value]
        case "table":
            return resolved(one, value, key.of)
        case "number":
            return format(Decimal(str(value)).normalize(), "f")
        case "duration":
            return _duration(value)
        case "durations":
            return {_text(word): _duration(limit) for word, limit in value.items()}
        case "catalogue":
            return {_text(word): _text(unit) for word, unit in value.items()}
        case "flag" | "whole":
            return value
    if key.sort in LISTS:
        return [_text(entry) for entry in value]
    return _text(value)


def _text(value: Any) -> str:
    return unicodedata.normalize("NFC", str(value))


def _duration(value: Any) -> str:
    return str(durations.parse(str(value)))


# ---- from content to the core ----
def build(content: Content, bundle: str, hash: str) -> Programme:
    """Return the programme of a content that passed the check, also after a journey through JSON.

    `bundle` is `key@n`, `hash` what `content_hash` gave. Raises KeyError for a content that lacks what must be there.
    """
    head, network = content["programme"], content["network"]
    kept = content.get("ledger", {})
    ledger = {one["key"]: _activity(one, bundle) for one in kept.get("activity", ())}
    cadences = tuple(_waivable(Cadence, one, "ledger", "cadence", "excuser") for one in kept.get("cadence", ()))
    reaches = tuple(_waivable(Reach, one, "ledger", "reach", "exempter") for one in kept.get("reach", ()))
    coverages = tuple(
        _waivable(Coverage, one, "network", "coverage", "exempter") for one in network.get("coverage", ())
    )
    owing = tuple(one["key"] for one in head.get("channel", ()) if one.get("return_sheet"))
    return Programme(
        key=head["key"],
        name=head["name"],
        name_en=head.get("name_en", ""),
        bundle=bundle,
        hash=hash,
        sealed=head.get("sealed", False),
        contact=head.get("contact", ""),
        hotline=head.get("hotline", ""),
        unit_types=_by_key(UnitType, network, "unit", "network"),
        post_kinds=_by_key(PostKind, network, "post", "network"),
        coverages=coverages,
        channels={one["key"]: _channel(one) for one in head.get("channel", ())},
        orders={one["key"]: _order(one, bundle, owing, ledger) for one in content["orders"]["order"]},
        ledger=ledger,
        cadences=cadences,
        reaches=reaches,
        waivers=_waivers(content, ledger, cadences, reaches)
        | {one.key: one for one in (waivers.of_coverage(c, bundle) for c in coverages if c.exempters)},
        burden=head.get("burden", 30),
        series={one["key"]: _series(one, bundle) for one in content.get("statistics", {}).get("series", ())},
        indicators=indicators(content, bundle),
        scopes=scopes(content),
        reviews={one["key"]: _meeting(one, bundle) for one in content.get("reviews", {}).get("meeting", ())},
        briefs=_by_key(BriefKind, content.get("reports", {}), "brief", "reports"),
        printed=tuple(
            _made(Printed, one, "reports", "printed") for one in content.get("reports", {}).get("printed", ())
        ),
        boards={one["key"]: _board(one) for one in content.get("reports", {}).get("board", ())},
    )


def indicators(content: Content, bundle: str) -> dict[str, Indicator]:
    """Return the indicators of a content by key."""
    return {one["key"]: _indicator(one, bundle) for one in content.get("reports", {}).get("indicator", ())}


def scopes(content: Content) -> Mapping[str, ScopeSet]:
    """Return the sets of units that its indicators may be of, by key."""
    return _by_key(ScopeSet, content.get("reports", {}), "scope", "reports")


def _board(table: Content) -> Board:
    charts = tuple(_made(Chart, one, "reports", "board.chart") for one in table.get("chart", ()))
    return _made(Board, table, "reports", "board", charts=charts)


def _indicator(table: Content, bundle: str) -> Indicator:
    where = tuple(_made(Where, one, "reports", "indicator.where") for one in table.get("where", ()))
    return _made(Indicator, table, "reports", "indicator", where=where, bundle=bundle)


def _channel(table: Content) -> Channel:
    sheet = tuple(_made(SheetColumn, one, "programme", "channel.sheet") for one in table.get("sheet", ()))
    return _made(Channel, table, "programme", "channel", sheet=sheet)


def _activity(table: Content, bundle: str) -> Activity:
    who = {name: tuple(_made(Who, one, "ledger", f"activity.{name}") for one in table.get(name, ())) for name in _WHO}
    fields = {one["key"]: _field(one, "ledger", "activity.field") for one in table.get("field", ())}
    return _made(
        Activity,
        table,
        "ledger",
        "activity",
        measures=_by_key(Measure, table, "measure", "ledger", "activity."),
        fields=fields,
        idle=_by_key(Idle, table, "idle", "ledger", "activity."),
        needs=tuple(one["key"] for one in table.get("field", ()) if one.get("required")),
        recorders=who["recorder"],
        readers=who["reader"],
        bundle=bundle,
    )


def _waivable(cls: type[T], table: Content, stem: str, path: str, who: str) -> T:
    """A duty or coverage with those who may waive it."""
    some = tuple(_made(Who, one, stem, f"{path}.{who}") for one in table.get(who, ()))
    return _made(cls, table, stem, path, **{f"{who}s": some})


def _waivers(
    content: Content, ledger: Mapping[str, Activity], cadences: Iterable[Cadence], reaches: Iterable[Reach]
) -> dict[str, waivers.Waiver]:
    posts = {one["key"] for one in content["network"]["post"]} - {one["key"] for one in content["network"]["unit"]}
    found = [waivers.of_cadence(one, ledger[one.activity]) for one in cadences if one.excusers]
    found += [waivers.of_reach(one, ledger[one.activity], one.every in posts) for one in reaches if one.exempters]
    return {one.key: one for one in found}


_WHO = ("recorder", "reader")
_OF_SERIES = ("name_en", "late", "minutes", "hint", "window", "sort", "of", "computed")


def _series(table: Content, bundle: str) -> Series:
    who = {name: tuple(_made(Who, one, "statistics", f"series.{name}") for one in table.get(name, ())) for name in _WHO}
    declared = {key.name: _core(key, table) for key in _declared("statistics", "series").keys if key.name in _OF_SERIES}
    head = (table["key"], table["name"], table["unit"], table["word"], who["recorder"])
    return series(*head, readers=who["reader"], bundle=bundle, **declared)


def _meeting(table: Content, bundle: str) -> Meeting:
    classes = tuple(
        _made(ScoreClass, one, "reviews", "meeting.class", from_=one.get("from", 0)) for one in table["class"]
    )
    return _made(
        Meeting,
        table,
        "reviews",
        "meeting",
        criteria=_by_key(Criterion, table, "criterion", "reviews", "meeting."),
        steps=_by_key(Step, table, "step", "reviews", "meeting."),
        kinds=_by_key(RaterKind, table, "kind", "reviews", "meeting."),
        classes=classes,
        chairs=tuple(_made(Who, one, "reviews", "meeting.chair") for one in table.get("chair", ())),
        readers=tuple(_made(Who, one, "reviews", "meeting.reader") for one in table.get("reader", ())),
        bundle=bundle,
    )


def _order(table: Content, bundle: str, owing: tuple[str, ...], ledger: Mapping[str, Activity]) -> OrderType:
    moves = {one["verb"]: _move(one) for one in table["move"]}
    return _made(
        OrderType,
        table,
        "orders",
        "order",
        looped=all(move.effect != "advance" for move in moves.values()),
        fields={one["key"]: _field(one) for one in table["field"]},
        states=_by_key(State, table, "state", "orders", "order."),
        roles={one["key"]: _role(one) for one in table["role"]},
        moves=moves | dict(BUILT_IN),
        clocks=_by_key(Clock, table, "clock", "orders", "order."),
        signs=_signs(table),
        ladder=tuple(_made(Ladder, one, "orders", "order.ladder") for one in table.get("ladder", ())),
        notices=tuple(_made(Notice, one, "orders", "order.notice") for one in table.get("notice", ())),
        documents={one.key: one for one in with_minutes(map(_document, table.get("document", ())), ledger.values())},
        lights={name: float(share) for name, share in table.get("lights", {}).items()},
        matching=_made(Matching, table["matching"], "orders", "order.matching") if "matching" in table else None,
        owing=owing,
        bundle=bundle,
    )


def _signs(table: Content) -> tuple[Sign, ...]:
    """The approval chain; written as a list of roles, each step is called after its role."""
    names = {one["key"]: (one["name"], one.get("name_en", "")) for one in table["role"]}
    short = [Sign(role, names[role][0], role, names[role][1]) for role in table.get("approval", ())]
    return tuple(short) or tuple(_made(Sign, one, "orders", "order.sign") for one in table.get("sign", ()))


def _field(table: Content, stem: str = "orders", path: str = "order.field") -> Field:
    choices = tuple(_made(Choice, one, stem, f"{path}.choices") for one in table.get("choices", ()))
    return _made(Field, table, stem, path, choices=choices)


def _role(table: Content) -> Role:
    who = tuple(_made(Who, one, "orders", "order.role.who") for one in table["who"])
    return _made(Role, table, "orders", "order.role", who=who)


def _move(table: Content) -> Move:
    return _made(
        Move,
        table,
        "orders",
        "order.move",
        effect=table.get("effect", table["verb"]),
        from_=tuple(table.get("from", ())),
    )


def _document(table: Content) -> DocumentKind:
    return _made(
        DocumentKind,
        table,
        "orders",
        "order.document",
        from_=tuple(table.get("from", ())),
        rows=tuple(_made(DocumentRow, one, "orders", "order.document.rows") for one in table.get("rows", ())),
        columns=tuple(
            _made(DocumentColumn, one, "orders", "order.document.columns") for one in table.get("columns", ())
        ),
    )


def _by_key(cls: type[T], table: Content, name: str, stem: str, above: str = "") -> dict[str, T]:
    return {one["key"]: _made(cls, one, stem, above + name) for one in table.get(name, ())}


def _made(cls: type[T], table: Content, stem: str, path: str, **more: Any) -> T:
    """Return the core's value of a table: every declared key the class has a place for, `more` over it."""
    declared = _declared(stem, path)
    places: Mapping[str, Any] = cls.__dataclass_fields__  # type: ignore[attr-defined]
    values = {key.name: _core(key, table) for key in declared.keys if key.name in places and key.name not in more}
    return cls(**values, **more)


def _declared(stem: str, path: str) -> Table:
    return file(stem).table(path)


def _core(key: Key, table: Content) -> Any:
    if key.name not in table:
        if key.required:
            raise KeyError(key.name)
        value = key.empty
    else:
        value = table[key.name]
    if key.sort in LISTS:
        return tuple(value)
    return dict(value) if isinstance(DEFAULTS.get(key.sort), dict) else value
