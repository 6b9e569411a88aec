"""台账的行: one row of a sheet, or of the day sheet on a page, becomes what an entry is made of, or a list of faults."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any

from bihuan.actions.accounts import Fault
from bihuan.actions.import_columns import ANY, Mapping_, Plan
from bihuan.actions.import_rows import RISKY
from bihuan.actions.sheet_parts import ERRORS
from bihuan.actions.sheet_rows import subtotal
from bihuan.actions.sheets import Row, as_date, marks_of_rejects, plain
from bihuan.core.entry_facts import clean, doubts
from bihuan.core.ledger_kinds import Activity, may_record
from bihuan.core.measures import Value
from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.core.programmes import Field
from bihuan.core.refusal import Refused

# What an entry has besides its measures and fields, under the heading the export writes.
BUILT_IN: Mapping[str, str] = {
    "number": "台账号",
    "unit": "单位",
    "date": "日期",
    "idle": "没有开展",
    "note": "核对说明",
    "late": "补记",
}
_MARKS = "、,，;；/\n"


def facts_of(activity: Activity) -> tuple[str, ...]:
    """Return every fact a sheet may fill, in the order of an export's columns."""
    typed = tuple(key for key, one in activity.measures.items() if one.typed)
    return ("number", "date", "unit", *activity.fields, *typed, "idle", "note", "late")


def heading(activity: Activity, fact: str) -> str:
    """Return the heading of a fact, as the export writes it and the import finds it."""
    if fact in BUILT_IN:
        return BUILT_IN[fact]
    thing = activity.measures.get(fact) or activity.fields[fact]
    return thing.name


def known_headings(activity: Activity) -> dict[str, str]:
    """Return {heading as compared: fact}, with keys and English names, with and without the counting word."""
    known: dict[str, str] = {}
    for fact in facts_of(activity):
        thing = activity.measures.get(fact) or activity.fields.get(fact)
        names = [heading(activity, fact), fact, thing.name_en if thing else ""]
        if measure := activity.measures.get(fact):
            names += [f"{measure.name}（{measure.unit}）"]
        for name in names:
            if name:
                known.setdefault(plain(name), fact)
    return known


def planned(activity: Activity, header: Sequence[str], mapping: Mapping_) -> Plan:
    """Return which column fills which fact of an activity; raises Refused as `settled` does."""
    return settled(facts_of(activity), known_headings(activity), ("unit", "date"), header, mapping)


def settled(
    facts: Sequence[str], known: Mapping[str, str], needed: Sequence[str], header: Sequence[str], mapping: Mapping_
) -> Plan:
    """Return which column fills which fact, or raise Refused naming what does not fit the sheet.

    `known` are facts by heading as compared, `needed` those that something must fill. Codes: `import.invalid.column`,
    `.field`, `.twice`, `import.needs.fields`.
    """
    columns: dict[str, tuple[str, ...]] = {}
    if mapping.columns:
        for column, fact in mapping.columns:
            _known(fact, facts)
            named = next((one for one in header if plain(one) == plain(column)), None)
            if named is None:
                near = get_close_matches(column, header, 1, 0.5)
                raise Refused("import.invalid.column", column=column, header=list(header), near=near[0] if near else "")
            if fact in columns:
                raise Refused("import.invalid.twice", field=fact, columns=[*columns[fact], named])
            columns[fact] = (named,)
    else:
        for name in header:
            found = known.get(plain(name), "")
            if found and found not in mapping.constants:
                columns.setdefault(found, (name,))
    for fact in mapping.constants:
        _known(fact, facts)
    values: dict[str, dict[str, str]] = {}
    for column, text, key in mapping.values:
        values.setdefault(column, {})[plain(text) if text != ANY else ANY] = key
    used = {name for names in columns.values() for name in names}
    unread = tuple(name for name in header if name not in used and name not in marks_of_rejects())
    plan = Plan(columns, values, dict(mapping.constants), unread)
    missing = [fact for fact in needed if not plan.has(fact)]
    if missing:
        raise Refused("import.needs.fields", fields=missing, header=list(header))
    return plan


def _known(fact: str, facts: Sequence[str]) -> None:
    if fact not in facts:
        near = get_close_matches(fact, facts, 1, 0.5)
        raise Refused("import.invalid.field", field=fact, fields=list(facts), near=near[0] if near else "")


class Reader:
    """Reads rows of one sheet under one plan; `earlier` returns the last values of a unit, for doubtful numbers."""

    def __init__(
        self,
        activity: Activity,
        plan: Plan,
        actor: Actor,
        net: Network,
        today: date,
        earlier: Callable[[str], Sequence[Mapping[str, Value]]],
        *,
        evidence: bool = True,
    ) -> None:
        self.activity, self.plan, self.actor, self.net, self.today = activity, plan, actor, net, today
        self.earlier, self.evidence = earlier, evidence
        self._last: dict[str, Sequence[Mapping[str, Value]]] = {}

    def read(self, row: Row) -> tuple[dict[str, Any], list[Fault]]:
        """Return what the row says in stored form with every fault found in it; with a fault it is not to be used."""
        if subtotal(row):
            return {}, [Fault("", "subtotal")]
        raw, faults = self.typed(row)
        if faults:
            return {}, faults
        try:
            content = clean(self.activity, raw, self.net, self.today)
        except Refused as why:
            return {}, [Fault(key, code, str(raw.get(key) or "")) for key, code in why.problems.items()]
        if not may_record(self.actor, self.activity, content["unit"]):
            return {}, [Fault("unit", "post", self.net.name(content["unit"]))]
        if not content.get("note") and (usual := doubts(self.activity, content, self._earlier(content["unit"]))):
            return {}, [Fault(key, "doubtful", str(raw.get(key)), {"usual": {key: n}}) for key, n in usual.items()]
        return content, []

    def typed(self, row: Row) -> tuple[dict[str, Any], list[Fault]]:
        """Return the row's texts as a form would send them: names resolved to keys, numbers left as they are."""
        faults: list[Fault] = []
        raw: dict[str, Any] = {"has_evidence": self.evidence}
        for fact in facts_of(self.activity):
            text = self.text(row, fact, faults)
            if not text:
                continue
            try:
                raw[fact] = self._resolved(fact, text)
            except _Wrong as wrong:
                faults.append(Fault(fact, wrong.code, text, wrong.more))
        return raw, faults

    def text(self, row: Row, fact: str, faults: list[Fault]) -> str:
        """Return what fills a fact in this row; a text merged over several rows holds for each, a number for none."""
        for name in self.plan.columns.get(fact, ()):
            text = row.cells.get(name, "")
            if row.spread and name in row.spread:
                if fact in self.activity.measures:
                    faults.append(Fault(fact, "merged", row.spread[name]))
                    return ""
                text = text or row.spread[name]
            if text in ERRORS:
                faults.append(Fault(fact, "formula", text))
                return ""
            if text.startswith("'") and text[1:].startswith(RISKY):
                text = text[1:]
            if table := self.plan.values.get(name):
                text = table.get(plain(text), table.get(ANY, text) if text else text)
            if text:
                return text
        return self.plan.constants.get(fact, "")

    def _earlier(self, unit: str) -> Sequence[Mapping[str, Value]]:
        if unit not in self._last:
            self._last[unit] = self.earlier(unit)
        return self._last[unit]

    def _resolved(self, fact: str, text: str) -> Any:
        if fact == "unit":
            return self.unit(text, self.activity.unit)
        if fact == "date":
            day = as_date(text)
            return day.isoformat() if day else text
        if fact == "idle":
            return _choice(text, [(key, one.name, one.name_en) for key, one in self.activity.idle.items()])
        spec = self.activity.fields.get(fact)
        return self._field(spec, text) if spec else text

    def _field(self, spec: Field, text: str) -> Any:
        choices = [(one.key, one.name, one.name_en) for one in spec.choices]
        match spec.kind:
            case "date":
                return as_date(text) or text
            case "choice":
                return _choice(text, choices)
            case "choices":
                return [_choice(one, choices) for one in _parts(text)]
            case "unit":
                return self.unit(text, spec.unit)
            case "units":
                return [self.unit(one, spec.unit) for one in _parts(text)]
            case "post":
                return self._post(text, spec.post)
        return text

    def unit(self, text: str, type_: str) -> str:
        """Return the key of the unit of that kind named by key or name; raises when there is none or more than one."""
        known = self.net.units.get(text)
        if known is not None and known.type == type_:
            return known.key
        wanted = plain(text)
        some = self.net.of_type(type_)
        found = [one.key for one in some if wanted in (plain(one.name), plain(one.name_en))]
        if len(found) > 1:
            raise _Wrong("same_name")
        if not found:
            names = {plain(one.name): one.name for one in some}
            near = get_close_matches(wanted, list(names), 1, 0.5)
            raise _Wrong("unknown_unit", {"near": names[near[0]] if near else ""})
        return found[0]

    def _post(self, text: str, kind: str) -> str:
        found = [one.key for one in self.net.posts_of_kind(kind) if plain(text) in (plain(one.key), plain(one.name))]
        if len(found) != 1:
            raise _Wrong("same_name" if found else "unknown_post")
        return found[0]


def _parts(text: str) -> list[str]:
    for mark in _MARKS[1:]:
        text = text.replace(mark, _MARKS[0])
    return [part for one in text.split(_MARKS[0]) if (part := one.strip())]


def _choice(text: str, choices: Sequence[tuple[str, str, str]]) -> str:
    wanted = plain(text)
    for key, *names in choices:
        if wanted in (plain(key), *(plain(name) for name in names)):
            return key
    raise _Wrong("not_a_choice", {"choices": [name for _key, name, _english in choices]})


class _Wrong(ValueError):
    def __init__(self, code: str, more: Mapping[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code, self.more = code, more or {}
