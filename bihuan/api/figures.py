"""数字: one figure with the records it opens; the same evaluation as the page and the command line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from bihuan.api import shapes
from bihuan.api.bearer import Called
from bihuan.api.errors import FAULTS, invalid
from bihuan.core.figures import PARTS, Asked, Figure, Member
from bihuan.core.instants import instant
from bihuan.core.moments import as_of as as_of_moment
from bihuan.core.moments import day_of
from bihuan.core.programmes import Programme
from bihuan.store import calendars, figures, network, packs
from bihuan.words.figures import shown

router = Router(tags=["figures"])
ERRORS: dict[Any, Any] = dict.fromkeys(FAULTS, shapes.Error)


class Wanted(shapes.Schema):
    """What a figure is asked for."""

    since: str = Field("", alias="from", max_length=10, description="First day; 1 January where left out")
    until: str = Field("", alias="to", max_length=10, description="Last day; the as-of day where left out")
    as_of: str = Field(
        "", max_length=40, description="Count only what was recorded by then: a day (its end) or a moment"
    )
    unit: str = Field("", max_length=64, description="Key of the unit it is of")
    by: str = Field("", max_length=200, description="Keys to group by, with commas: unit,month")


class Listed(shapes.Schema):
    """Which list of a figure, and from where on."""

    since: str = Field("", alias="from", max_length=10)
    until: str = Field("", alias="to", max_length=10)
    as_of: str = Field("", max_length=40)
    unit: str = Field("", max_length=64)
    part: str = Field("", max_length=20, description="records, numerator, denominator or excluded")
    cursor: str = Field("", max_length=160, description="`next` of the page before")
    limit: int = Field(figures.SIZE, ge=1, le=figures.MOST)


class Group(shapes.Schema):
    """One group: the values it is grouped by, and its own figure."""

    group: dict[str, str]
    value: str | int | bool | None
    text: str
    count: int
    missing: str


class Shown(shapes.Schema):
    """A figure. Decimals are text; `value` is null where `missing` says why. `members` is where its records are."""

    indicator: str
    name: str
    value: str | int | bool | None
    text: str
    unit: str
    opens: str
    parts: dict[str, int]
    hidden: int
    since: str
    until: str
    as_of: str
    definition: str
    missing: str
    members: str
    by: list[Group]


class Record(shapes.Schema):
    """One record behind a figure. A hidden one counts, and its content is none of the caller's business."""

    kind: str
    id: int | str
    number: str
    title: str
    day: str
    amount: str
    unit: str
    part: str
    hidden: bool


class Records(shapes.Schema):
    """A page of the records of a list."""

    members: list[Record]
    next: str


@router.get("/figures/{programme}/{indicator}", response={200: Shown, **ERRORS}, summary="A figure")
def one(request: Called, programme: str, indicator: str, wanted: Query[Wanted]) -> dict[str, Any]:
    """Return one figure as the caller may count it."""
    declared, asked = _asked(request, programme, wanted.since, wanted.until, wanted.as_of, wanted.unit)
    given: dict[str, Any] = {
        "seen_by": request.auth.actor, "programme": declared, "key": indicator, "asked": asked, "now": request.now,
    }  # fmt: skip
    found = figures.figure(**given)
    by = tuple(part.strip() for part in wanted.by.split(",") if part.strip())
    groups = {}
    if by:
        try:
            groups = figures.grouped(**given, by=by)
        except figures.NotFound:
            said = {"known": _("、").join(declared.indicators[indicator].by) or "unit、month"}
            raise invalid("by", _("“by”不能这样分，可写：%(known)s") % said) from None
    return {
        **_figure(found),
        "name": declared.indicators[indicator].name,
        "members": _address(programme, indicator, asked),
        "by": [{"group": dict(zip(by, group, strict=True)), **_value(each)} for group, each in groups.items()],
    }


@router.get(
    "/figures/{programme}/{indicator}/members", response={200: Records, **ERRORS}, summary="The records of a figure"
)
def members(request: Called, programme: str, indicator: str, wanted: Query[Listed]) -> dict[str, Any]:
    """Return a page of the records a figure was counted from."""
    declared, asked = _asked(request, programme, wanted.since, wanted.until, wanted.as_of, wanted.unit)
    if wanted.part and wanted.part not in PARTS:
        raise invalid("part", _("“part”可写：%(known)s") % {"known": _("、").join(PARTS)})
    page = figures.members(
        seen_by=request.auth.actor,
        programme=declared,
        key=indicator,
        asked=asked,
        now=request.now,
        part=wanted.part or "records",
        cursor=wanted.cursor,
        size=wanted.limit,
    )
    return {"members": [_record(row) for row in page.rows], "next": page.next}


def _asked(request: Called, programme: str, since: str, until: str, as_of: str, unit: str) -> tuple[Programme, Asked]:
    declared = packs.current().get(programme)
    if declared is None:
        raise figures.NotFound(programme)
    at = _moment(as_of)
    today = calendars.calendar().local_day(instant(at) if at else request.now)
    last = _day("to", until, today)
    first = _day("from", since, last.replace(month=1, day=1))
    if unit and unit not in network.of_all_time(today).units:
        raise invalid("unit", _("“unit”没有“%(key)s”这个单位") % {"key": unit})
    if first > last:
        raise invalid("from", _("“from”不能晚于“to”"))
    return declared, Asked(first, last, at, unit)


def _day(name: str, text: str, otherwise: date) -> date:
    if not text:
        return otherwise
    try:
        return day_of(text)
    except ValueError:
        raise invalid(name, _("“%(field)s”请写成2022-01-01这样的日期") % {"field": name}) from None


def _moment(text: str) -> str:
    try:
        return as_of_moment(text, calendars.calendar()) if text else ""
    except ValueError:
        raise invalid("as_of", _("“as_of”请写成2022-10-25或2022-10-25T10:20")) from None


def _plain(value: Any) -> Any:
    return format(value, "f") if isinstance(value, Decimal) else value


def _value(figure: Figure) -> dict[str, Any]:
    return {
        "value": _plain(figure.value), "text": shown(figure), "count": figure.members, "missing": figure.missing,
    }  # fmt: skip


def _figure(figure: Figure) -> dict[str, Any]:
    kept = ("indicator", "unit", "opens", "hidden", "since", "until", "as_of", "definition")
    return {
        **{name: getattr(figure, name) for name in kept},
        **_value(figure),
        "parts": {part.key: part.count for part in figure.parts},
    }


def _record(row: Member) -> dict[str, Any]:
    kept = ("kind", "id", "number", "title", "day", "amount", "unit", "part", "hidden")
    return {name: getattr(row, name) for name in kept}


def _address(programme: str, indicator: str, asked: Asked) -> str:
    given = {"from": asked.since.isoformat(), "to": asked.until.isoformat(), "as_of": asked.as_of, "unit": asked.unit}
    kept = {name: value for name, value in given.items() if value}
    return f"/api/v1/figures/{programme}/{indicator}/members?{urlencode(kept, safe=':')}"
