"""统计值: state a number somebody else worked out; the same action as the page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from bihuan.actions import ledger as actions
from bihuan.api import shapes
from bihuan.api.bearer import Called
from bihuan.api.errors import FAULTS, invalid
from bihuan.api.ledger import told
from bihuan.api.orders import KEY, programme_of
from bihuan.api.repeats import once
from bihuan.core.ledger_kinds import sees_book
from bihuan.core.programmes import Programme
from bihuan.core.refusal import Refused
from bihuan.core.statistics import Series, window
from bihuan.store.orders import NotFound

router = Router(tags=["statistics"])
ERRORS: dict[Any, Any] = dict.fromkeys(FAULTS, shapes.Error)


class NewStatistic(Schema):
    """A number received from elsewhere: of which unit, over which window, out of which document."""

    model_config = ConfigDict(extra="forbid")

    programme: str = Field(max_length=64, description="Key of the programme, e.g. enterprise_order")
    series: str = Field(max_length=64, description="Key of the series, e.g. output")
    unit: str = Field(max_length=64, description="Key of the unit the number is of")
    period: str = Field(
        max_length=40, description="The window, both ends included: 2022年1-9月, 2022-01-01至2022-09-30"
    )
    value: str = Field(max_length=40, description="The number as its source writes it: 75.89亿元, 7.87%")
    document: str = Field(max_length=120, description="Source document")
    document_number: str = Field("", max_length=60)
    document_date: str = Field("", max_length=30)
    note: str = Field("", max_length=200)


class Stated(Schema):
    """The statistic as it was made. `value` is a decimal text in the series' word, money in yuan."""

    number: str
    series: str
    unit: str
    since: str
    until: str
    value: str
    word: str
    seq: int
    head: str


@router.post("/statistics", response={201: Stated, **ERRORS}, openapi_extra=KEY, summary="State a statistic")
def create(request: Called, new: NewStatistic) -> HttpResponse:
    """State one number in the caller's name."""
    declared, series = _series(request, new)
    facts = new.model_dump(exclude={"programme", "series"})

    def act(command: str) -> tuple[int, dict[str, Any]]:
        try:
            entry = actions.enter(
                actor=request.auth.actor,
                programme=declared.key,
                activity=series.key,
                facts=facts,
                now=request.now,
                command=command,
            )
        except Refused as why:
            raise told(why, series, request) from None
        since, until = window(entry)
        said = {"number": entry.number, "series": series.key, "unit": entry.unit, "since": since, "until": until}
        said |= {"value": str(entry.values["value"]), "word": series.word}
        return 201, {**said, "seq": entry.seq, "head": entry.head}

    return once(request, act)


def _series(request: Called, new: NewStatistic) -> tuple[Programme, Series]:
    declared = programme_of(new.programme)
    seen = {key: one for key, one in declared.series.items() if sees_book(request.auth.actor, one)}
    if not seen:
        raise NotFound(new.series)
    if new.series not in seen:
        said = {"key": new.series, "known": _("、").join(seen)}
        raise invalid("series", _("“series”没有“%(key)s”这个统计值，可写：%(known)s") % said)
    return declared, seen[new.series]
