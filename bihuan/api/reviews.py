"""评: rounds of rating meetings and their results as the caller may see them; nothing here leads to a ballot."""

from __future__ import annotations

from typing import Any

from ninja import Query, Router
from pydantic import Field

from bihuan.api import shapes
from bihuan.api.bearer import Called
from bihuan.api.errors import FAULTS
from bihuan.store import calendars, network, reviews
from bihuan.words import reviews as words

router = Router(tags=["reviews"])
ERRORS: dict[Any, Any] = dict.fromkeys(FAULTS, shapes.Error)


class Wanted(shapes.Schema):
    """Which rounds."""

    programme: str = Field("enterprise_order", max_length=64, description="Key of the programme")


class Result(shapes.Schema):
    """A unit's result. `n` are ballots counted by kind of rater; points are text, null or left out where not shown."""

    unit: str
    name: str
    n: dict[str, int]
    total: str | None
    kinds: dict[str, str]
    criteria: dict[str, str]
    class_: str = Field(alias="class")
    why: str


class Round(shapes.Schema):
    """A round. `results` is empty until the caller may see any."""

    number: str
    meeting: str
    unit: str
    title: str
    date: str
    closed: str
    published: str
    invited: dict[str, int]
    answered: dict[str, int]
    results: list[Result]


class Rounds(shapes.Schema):
    """The newest rounds."""

    rounds: list[Round]


@router.get("/reviews", response={200: Rounds, **ERRORS}, by_alias=True, summary="Rounds of rating meetings")
def listed(request: Called, wanted: Query[Wanted]) -> dict[str, Any]:
    """Return the newest rounds the caller may see, each with the results the caller may see."""
    found = reviews.page(seen_by=request.auth.actor, programme=wanted.programme)[: reviews.PAGE]
    net = network.snapshot(calendars.calendar().local_day(request.now))
    return {"rounds": [words.round_facts(request.auth.actor, one, reviews.meeting_of(one), net) for one in found]}


@router.get("/reviews/{number}", response={200: Round, **ERRORS}, by_alias=True, summary="One round")
def one(request: Called, number: str) -> dict[str, Any]:
    """Return one round; 404 where it is none of the caller's business."""
    held = reviews.by_number(number[:40], seen_by=request.auth.actor)
    net = network.snapshot(calendars.calendar().local_day(request.now))
    return words.round_facts(request.auth.actor, held, reviews.meeting_of(held), net)
