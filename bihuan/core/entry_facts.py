"""台账填报: what people write in an entry, brought to the form that is stored, or named as problems, all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bihuan.core.facts import Problem, cleaned, parse_date
from bihuan.core.ledger_kinds import Activity
from bihuan.core.measures import Value, doubtful, parse
from bihuan.core.network import Network
from bihuan.core.refusal import Refused
from bihuan.core.statistics import Series, fits, unfolded
from bihuan.core.waivers import Waiver, placed

NOTE = 200
RESERVED = ("unit", "date", "idle", "note", "evidence", "reason", "number", "late", "recorded")


def clean(activity: Activity, raw: Mapping[str, Any], net: Network, today: date, verb: str = "enter") -> dict[str, Any]:
    """Return the content of an entry in stored form.

    `raw` has unit, date, idle, note, and every measure and field by key. `net` holds the units of all time, for what
    is entered may be years ago. Raises Refused `<verb>.needs` with `problems` naming everything that is wrong.
    """
    problems: dict[str, str] = {}
    if isinstance(activity, Series):
        raw = unfolded(raw, today, problems)
    elif isinstance(activity, Waiver):
        raw = placed(activity, raw, net, problems)
    day = (
        _day(raw.get("date"), None if activity.ahead else today, today, problems) if "period" not in problems else None
    )
    unit = _unit(activity, raw.get("unit"), net, day, problems)
    idle = _text(raw.get("idle"))
    if idle and idle not in activity.idle:
        problems["idle"] = "not_a_choice"
    values = _values(activity, raw, problems)
    fields = _fields(activity, raw, net, today, problems)
    note = _text(raw.get("note"))
    if len(note) > NOTE:
        problems["note"] = "too_long"
    if isinstance(activity, Series) and day is not None and (since := fields.get("since")):
        if not fits(activity.window, date.fromisoformat(since), day):
            problems["period"] = f"not_{activity.window}"
    if isinstance(activity, Waiver) and day is not None and fields.get("until", "9999") < day.isoformat():
        problems["until"] = "until_before"
    if idle and any(values.values()):
        problems["idle"] = "idle_with_numbers"
    if not idle and not problems:
        _needed(activity, raw, values, fields, problems)
    if problems:
        raise Refused(f"{verb}.needs", problems, fields=list(problems))
    assert day is not None
    content = {"unit": unit, "date": day.isoformat(), "idle": idle, "note": note, "fields": fields}
    content["values"] = {} if idle else values
    content["evidence"] = list(raw.get("evidence") or ())
    return {key: value for key, value in content.items() if value}


def _day(raw: object, most: date | None, today: date, problems: dict[str, str]) -> date | None:
    text = _text(raw)
    if not text:
        problems["date"] = "missing"
        return None
    try:
        day = parse_date(text, today)
    except Problem as problem:
        problems["date"] = str(problem)
        return None
    if most is not None and day > most:
        problems["date"] = "in_future"
    return day


def _unit(activity: Activity, raw: object, net: Network, day: date | None, problems: dict[str, str]) -> str:
    key = _text(raw)
    unit = net.units.get(key)
    if not key:
        problems["unit"] = "missing"
    elif unit is None:
        problems["unit"] = "unknown_unit"
    elif activity.unit and unit.type != activity.unit:
        problems["unit"] = "wrong_unit"
    elif day is not None and unit.since and day < unit.since and not isinstance(activity, Series):
        problems["unit"] = "before_founding"
    elif day is not None and unit.until and day > unit.until:
        problems["unit"] = "dissolved"
    return key


def _values(activity: Activity, raw: Mapping[str, Any], problems: dict[str, str]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for key, measure in activity.measures.items():
        if not measure.typed:
            continue
        try:
            value = parse(measure, raw.get(key))
        except Problem as problem:
            problems[key] = str(problem)
            continue
        if value is not None:
            found[key] = value
    return found


def _fields(
    activity: Activity, raw: Mapping[str, Any], net: Network, today: date, problems: dict[str, str]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, spec in activity.fields.items():
        try:
            value = cleaned(spec, raw.get(key), net, today)
        except Problem as problem:
            problems[key] = str(problem)
            continue
        if value is not None:
            found[key] = value
    return found


def _needed(
    activity: Activity,
    raw: Mapping[str, Any],
    values: Mapping[str, Value],
    fields: Mapping[str, Any],
    problems: dict[str, str],
) -> None:
    for key, measure in activity.measures.items():
        if measure.required and measure.typed and key not in values:
            problems[key] = "missing"
    for key in activity.needs:
        if key not in fields:
            problems[key] = "missing"
    if activity.evidence and not (raw.get("evidence") or raw.get("has_evidence")):
        problems["evidence"] = "missing"


def doubts(activity: Activity, content: Mapping[str, Any], earlier: Sequence[Mapping[str, Value]]) -> dict[str, int]:
    """Return {measure: what is usual} for values that are far above it; `earlier` are the unit's last entries."""
    found: dict[str, int] = {}
    for key, value in content.get("values", {}).items():
        usual = doubtful(activity.measures[key], value, [one[key] for one in earlier if key in one])
        if usual:
            found[key] = usual
    return found


def must_be_sure(
    activity: Activity, content: Mapping[str, Any], earlier: Sequence[Mapping[str, Value]], verb: str
) -> None:
    """Ask for one sentence of reason where a value is far above the usual; with it anything may be saved."""
    if content.get("note"):
        return
    usual = doubts(activity, content, earlier)
    if usual:
        problems = dict.fromkeys(usual, "doubtful")
        raise Refused(f"{verb}.needs.reason", problems, fields=list(problems), usual=usual)


def _text(raw: object) -> str:
    return "" if raw is None else str(raw).replace("\x00", "").strip()
