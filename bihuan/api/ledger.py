"""账: enter one; the same action as the page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from bihuan.actions import ledger as actions
from bihuan.api import shapes
from bihuan.api.bearer import Called
from bihuan.api.errors import FAULTS, Problem, invalid
from bihuan.api.orders import KEY, programme_of
from bihuan.api.repeats import once
from bihuan.core.ledger_kinds import Activity, sees_book
from bihuan.core.programmes import Programme
from bihuan.core.refusal import Refused
from bihuan.store import calendars, ledger, network
from bihuan.words.ledger import entry_problems, refusal

router = Router(tags=["ledger"])
ERRORS: dict[Any, Any] = dict.fromkeys(FAULTS, shapes.Error)


class NewEntry(Schema):
    """A dated entry of an activity. `values` by measure, `fields` by field; 0 is a number, absent is not reported."""

    model_config = ConfigDict(extra="forbid")

    programme: str = Field(max_length=64, description="Key of the programme, e.g. enterprise_order")
    activity: str = Field(max_length=64, description="Key of the activity, e.g. half_month_meeting")
    unit: str = Field(max_length=64, description="Key of the unit the entry is about")
    date: str = Field(max_length=30, description="The local day it took place, e.g. 2022-10-25")
    values: dict[str, int | str] = Field(default_factory=dict, description="Quantities; money as text: '3.5万元'")
    fields: dict[str, str | list[str] | bool] = Field(default_factory=dict, description="Facts by field key")
    idle: str = Field("", max_length=64, description="Key of the statement why nothing took place")
    note: str = Field("", max_length=200, description="Why a doubtful number is right")


class Entered(Schema):
    """The entry as it was made. `late`: recorded after the days the activity gives."""

    number: str
    activity: str
    unit: str
    date: str
    late: bool
    seq: int
    head: str


@router.post("/ledger", response={201: Entered, **ERRORS}, openapi_extra=KEY, summary="Enter in the ledger")
def create(request: Called, new: NewEntry) -> HttpResponse:
    """Make one entry in the caller's name; its evidence may stand in the system that sends it."""
    declared, book = _book(request, new)
    facts = _facts(new, book)

    def act(command: str) -> tuple[int, dict[str, Any]]:
        try:
            entry = actions.enter(
                actor=request.auth.actor,
                programme=declared.key,
                activity=book.key,
                facts=facts,
                now=request.now,
                command=command,
            )
        except Refused as why:
            raise told(why, book, request) from None
        kept = ("number", "activity", "unit", "date", "late", "seq", "head")
        return 201, {key: getattr(entry, key) for key in kept}

    return once(request, act)


def _book(request: Called, new: NewEntry) -> tuple[Programme, Activity]:
    declared = programme_of(new.programme)
    book = declared.ledger.get(new.activity)
    if book is None or not sees_book(request.auth.actor, book):
        seen = [key for key, one in declared.ledger.items() if sees_book(request.auth.actor, one)]
        if not seen:
            raise ledger.NotFound(new.activity)
        said = {"key": new.activity, "known": _("、").join(seen)}
        raise invalid("activity", _("“activity”没有“%(key)s”这本台账，可写：%(known)s") % said)
    return declared, book


def _facts(new: NewEntry, book: Activity) -> dict[str, Any]:
    typed = [key for key, one in book.measures.items() if one.typed]
    for part, given, known in (("values", new.values, typed), ("fields", new.fields, list(book.fields))):
        for key in given:
            if key not in known:
                name = f"{part}.{key[:64]}"
                said = {"field": name, "known": _("、").join(known)}
                raise invalid(name, _("没有“%(field)s”这一项，可写：%(known)s") % said)
    fields = {key: "true" if value is True else "" if value is False else value for key, value in new.fields.items()}
    built = {"unit": new.unit, "date": new.date, "idle": new.idle, "note": new.note, "has_evidence": True}
    return {**fields, **{key: str(value) for key, value in new.values.items()}, **built}


def told(why: Refused, book: Activity, request: Called) -> Problem:
    """A form that is filled in wrongly is 400 and names its fields; everything else is 409."""
    if why.code.endswith(".invalid.same"):
        sentence = _("这份材料已经记过（%(number)s），不用再记。") % why.facts
        return Problem(409, why.code, sentence, facts={"number": why.facts["number"]})
    if why.problems:
        fields = entry_problems(why, book)
        return Problem(400, why.code, _("；").join(fields.values()), fields=fields)
    net = network.snapshot(calendars.calendar().local_day(request.now))
    return Problem(409, why.code, refusal(why, book, net), facts=why.facts)
