"""What requests hold and answers look like; OpenAPI is written from here."""

from __future__ import annotations

from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field

Text = str


class _Strict(Schema):
    """A request names nothing that we would silently leave out."""

    model_config = ConfigDict(extra="forbid")


class NewOrder(_Strict):
    """A matter somebody asks about. `fields` by the programme's field keys."""

    programme: str = Field(max_length=64, description="Key of the programme, e.g. enterprise_order")
    type: str = Field(max_length=64, description="Key of the kind of order, e.g. enterprise_request")
    fields: dict[str, Any] = Field(default_factory=dict, description="Facts by field key; money as text: '3.5万元'")
    requester: str = Field("", max_length=64, description="Key of the unit that asks")
    requester_name: str = Field("", max_length=120, description="Who asks, where it is no unit of the network")
    desk: str = Field("", max_length=64, description="Key of the desk, where the requester does not tell")
    channel: str = Field("self", max_length=64, description="Key of the channel it came by")
    source_number: str = Field("", max_length=80, description="The number it has at its source")
    source_due: str = Field("", max_length=40, description="The deadline its source set: a day, or a moment")


class Created(Schema):
    """The order as it was opened. `token` opens its tracking page /t/<token>/."""

    number: str
    token: str
    track: str = Field(description="Address of the requester's page, from the root of the site")
    state: str
    state_name: str
    seq: int


class NewMove(_Strict):
    """One move. `expect`: the event sequence the caller has seen; another one is answered by 412."""

    verb: str = Field(max_length=64)
    facts: dict[str, Any] = Field(default_factory=dict)
    expect: int | None = Field(None, ge=1)


class Event(Schema):
    """One thing that happened. `hash` is that of the stored record, `prev` the hash of the event before it.

    `redacted`: this caller may not see all of it; `text` and `quote` are what they may.
    """

    seq: int
    verb: str
    name: str
    at: str = Field(description="UTC, 2022-09-29T02:20:00.000000Z")
    hash: str
    prev: str
    redacted: bool = False
    actor: dict[str, str] = Field(default_factory=dict)
    facts: dict[str, Any] = Field(default_factory=dict)
    who: str = ""
    text: str = ""
    quote: str = ""


class Events(Schema):
    """The events of an order, the first one first."""

    number: str
    events: list[Event]


class Moved(Schema):
    """The event that was made, and where the order stands after it."""

    number: str
    state: str
    state_name: str
    seq: int
    event: Event


class Light(Schema):
    """The colour and the words of a limit: green, yellow, orange, red, grey or none."""

    color: str
    text: str


class Clock(Schema):
    """One limit of an order: instants in UTC, `due` exclusive; `original` where it was extended or counted anew."""

    key: str
    name: str
    start: str
    limit: str
    due: str
    original: str = ""
    stopped: str = ""
    paused: bool = False
    late: bool = False
    provisional: bool = False
    light: Light


class MoveField(Schema):
    """A fact a move asks for."""

    key: str
    name: str
    kind: str
    required: bool
    choices: dict[str, str] = Field(default_factory=dict)


class Possible(Schema):
    """A move this caller may make now."""

    verb: str
    name: str
    fields: list[MoveField]


class Impossible(Schema):
    """A move this caller may not make now, and why."""

    verb: str
    name: str
    code: str
    sentence: str


class Row(Schema):
    """An order in a list."""

    number: str
    programme: str
    type: str
    state: str
    state_name: str
    title: str
    category: str
    requester: str
    requester_name: str
    desk: str
    lead: str
    open: bool
    due: str = Field(description="The nearest limit an office owes, UTC; empty where none runs")
    light: Light
    submitted: str
    closed: str
    seq: int


class Page(Schema):
    """A page of orders, the newest first. `next` is the cursor of the following page, empty at the end."""

    orders: list[Row]
    next: str


class Returned(Schema):
    """One answer to the source of an order: when, and in which line of which sheet ("" where it came closed)."""

    at: str
    sheet: str
    line: int


class Order(Schema):
    """An order as this caller may see it, with its limits and the moves the caller may make."""

    number: str
    programme: str
    type: str
    bundle: str
    state: str
    state_name: str
    standing: str = Field(description="The sentence its requester reads")
    title: str
    category: str
    priority: str
    channel: str
    source_number: str
    source_due: str
    returned: list[Returned] = Field(description="When its source was answered in its own sheet; for the office alone")
    requester: str
    requester_name: str
    desk: str
    lead: str
    handler: str
    supervisor: str
    co: list[str]
    result: str
    solved: bool
    rating: str
    fields: dict[str, Any]
    times: dict[str, str]
    seq: int
    head: str
    light: Light
    clocks: list[Clock]
    moves: list[Possible]
    refused: list[Impossible]


class Error(Schema):
    """Why it was not done: a stable code, a sentence to show, and the facts or fields it is about."""

    code: str
    sentence: str
    fields: dict[str, str] = Field(default_factory=dict)
    facts: dict[str, Any] = Field(default_factory=dict)
