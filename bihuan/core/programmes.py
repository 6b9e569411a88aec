"""专项: what a programme declares, as frozen values that the packs layer fills from TOML.

The words allowed in a pack are the constants of this module; `packs.schema` checks against them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bihuan.core.clock_kinds import Clock as Clock
from bihuan.core.document_kinds import DocumentKind
from bihuan.core.ladders import Ladder
from bihuan.core.matching import Matching as Matching
from bihuan.core.network_kinds import PostKind as PostKind
from bihuan.core.network_kinds import UnitType as UnitType
from bihuan.core.signs import Sign

if TYPE_CHECKING:
    from bihuan.core.boards import Board
    from bihuan.core.brief_kinds import BriefKind
    from bihuan.core.cadence import Cadence
    from bihuan.core.indicators import Indicator, ScopeSet
    from bihuan.core.ledger_kinds import Activity
    from bihuan.core.printed import Printed
    from bihuan.core.reaches import Reach
    from bihuan.core.review_kinds import Meeting
    from bihuan.core.statistics import Series
    from bihuan.core.waivers import Waiver

# One table for states, milestones and the ring (decisions.md 1). A pack names its states freely and
# hangs each on a milestone; indicators and the ring look only at the milestone.
MILESTONES: Mapping[str, int] = {
    "received": 1,  # 点单
    "registered": 2,  # 受理，待派单
    "dispatched": 3,  # 派出，待接单
    "accepted": 4,  # 办理
    "answered": 5,  # 双反馈齐，待核
    "checked": 6,  # 待评单
    "rectifying": 6,  # 整改
    "closed": 7,  # 销号
    "ended": 0,  # 不予受理、撤单、并单、终止：不成环
}
RING = ("点单", "派单", "接单", "办理", "双反馈", "评单", "销号")

# What a move does to an order. The engine knows how; the pack says who, when and with which facts.
EFFECTS = (
    "submit",
    "register",
    "refuse",
    "merge",
    "joined",
    "dispatch",
    "accept",
    "assign",
    "ask",
    "decide",
    "arbitrate",
    "resume",
    "progress",
    "advance",
    "supplement",
    "co_accept",
    "co_reply",
    "reply",
    "approve",
    "return_draft",
    "edit_draft",
    "check",
    "redo",
    "callback",
    "rate",
    "close",
    "assent",
    "reopen",
    "withdraw",
    "recall",
    "remind",
    "supervise",
    "escalate",
    "instruct",
    "read_note",
    "recuse",
    "amend",
    "alarm",
    "settle",
    "import",
)
ASKS = ("return", "extension", "suspension", "termination", "appeal", "verification", "objection")
HALVES = ("requester", "desk")

# Which relation to an order a post must have. `covers`: the post covers the order's desk unit.
RELATIONS = ("desk", "covers", "lead", "co", "first", "requester", "supervisor", "everywhere", "link", "system")

# Conditions a move may ask for, each one a named rule of `core.guards`.
GUARDS = (
    # not_handler: 谁办理，谁不核查、不销号
    "not_handler", "rated_or_expired", "no_pending", "co_done", "co_agreed", "assented", "before_due", "within",
    "not_named", "bad_rating", "rating_open", "replied_once",
)  # fmt: skip

FIELD_KINDS = (
    "text", "long_text", "choice", "choices", "unit", "units", "post", "person", "date", "number", "money", "count",
    "phone", "credit_code", "yes_no", "order", "files", "duration",
)  # fmt: skip
DATA_CLASSES = ("C0", "C1", "C2", "C3")

# What a return sheet (回填) may ask for: result and reply text, when and by whom it was handled, our number, our state.
SHEET_ANSWERS = ("result", "answer", "answered_at", "unit", "number", "state")

# What an order has besides its fields, as a sheet may name it.
SHEET_FACTS = (
    "number", "channel", "source_number", "requester", "requester_name", "desk", "received_at", "due", "status",
    "closed_at", "result",
)  # fmt: skip
# How long an archived order is kept (国家档案局令第8号), the shortest first.
TERMS = ("ten_years", "thirty_years", "permanent")

# How somebody may be told. `robot` is the chat group of a unit, whichever vendor's the county has; `digest` is the
# one message of the next morning.
CHANNELS = ("inapp", "mail", "sms", "robot", "digest")
# Whom a row of the notice table may name besides roles: who handles the order, whom the ladder's rung names, with
# whom a draft now lies for signature, and to whom words were addressed.
AUDIENCES = ("handler_person", "told", "signer", "addressed")


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a list of choices: the key is stored, the name is shown."""

    key: str
    name: str
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A fact a form may ask for. Money is a decimal text in yuan; dates are ISO texts."""

    key: str
    name: str
    kind: str
    name_en: str = ""
    choices: tuple[Choice, ...] = ()
    unit: str = ""  # for kind unit/units: the unit type asked for
    post: str = ""  # for kind post: the post kind asked for
    hint: str = ""
    purpose: str = ""  # why a personal fact is asked (个人信息保护法 Art. 6)
    retention: str = ""  # how long it is kept (Art. 19)
    data_class: str = "C1"
    max_length: int = 0  # 0: the kind's own limit
    internal: bool = False  # never shown to the requester
    past: bool = False  # a date that has been: not later than the day it is typed

    def has_choice(self, key: object) -> bool:
        """Whether the key may be stored."""
        for choice in self.choices:  # asked for every cell of a sheet: a loop is half of a generator
            if choice.key == key:
                return True
        return False


@dataclass(frozen=True, slots=True)
class State:
    """Where an order can stand. `owner` is the role whose turn it is, `outward` what the requester reads."""

    key: str
    name: str
    milestone: str
    name_en: str = ""
    owner: str = ""
    outward: str = ""
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Who:
    """Holders of posts of kind `post` that stand in relation `of` to the order ("" = any post)."""

    of: str
    post: str = ""


@dataclass(frozen=True, slots=True)
class Role:
    """A part people play in an order. `sees`: all | outward. `secret`: may also see 商业秘密 orders."""

    key: str
    name: str
    who: tuple[Who, ...]
    name_en: str = ""
    sees: str = "all"
    secret: bool = True


@dataclass(frozen=True, slots=True)
class Move:
    """One sentence of the loop: who may do it from which state, with which facts, and what becomes of the order."""

    verb: str
    name: str
    effect: str
    by: tuple[str, ...]
    name_en: str = ""
    from_: tuple[str, ...] = ()
    to: str = ""  # "" = the order stays where it is
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    ask: str = ""  # for ask/decide/arbitrate: which request
    half: str = ""  # for reply: requester | desk
    within: str = ""  # duration for guard `within`
    within_of: str = ""  # the moment the duration counts from: a key of OrderState.times
    undo: bool = False  # may be recalled within two minutes
    main: bool = False  # offered first on the order page when it is one's turn
    inner: bool = False  # never shown to the requester
    hint: str = ""


# What the engine itself does to orders of any kind: no pack declares it, and no role is ever granted it.
MIGRATE = "migrate"
HAND_OVER = "hand_over"
RECLOCK, ARCHIVE = "reclock", "archive"
ISSUE, RECEIVE, SCAN = "issue_document", "receive_document", "file_scan"
ANSWER_SOURCE = "answer_source"
BUILT_IN: Mapping[str, Move] = {
    MIGRATE: Move(MIGRATE, "换版", MIGRATE, by=(), name_en="Moved to another version", inner=True),
    HAND_OVER: Move(HAND_OVER, "移交", HAND_OVER, by=(), name_en="Handed over", inner=True),
    RECLOCK: Move(RECLOCK, "按新日历重算期限", RECLOCK, by=(), name_en="Deadlines counted again"),
    ARCHIVE: Move(ARCHIVE, "归档", ARCHIVE, by=(), name_en="Archived", inner=True),
    ISSUE: Move(ISSUE, "签发文书", ISSUE, by=(), name_en="Paper signed", inner=True),
    RECEIVE: Move(RECEIVE, "签收文书", RECEIVE, by=(), name_en="Paper received", inner=True),
    SCAN: Move(SCAN, "存回盖章件", SCAN, by=(), name_en="Stamped copy filed", inner=True),
    ANSWER_SOURCE: Move(ANSWER_SOURCE, "回复来源", ANSWER_SOURCE, by=(), name_en="Source answered", inner=True),
}


@dataclass(frozen=True, slots=True)
class Notice:
    """A row of the notice table: when one of `on` happens, `to` are told `by` the channels.

    `on` are tokens as in clocks (verb, state reached, `verb.outcome`, bad_rating) and `verb.light` of an alarm;
    `to` are roles or AUDIENCES. `urgent` may go outside working hours.
    """

    on: tuple[str, ...]
    to: tuple[str, ...]
    by: tuple[str, ...]
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class OrderType:
    """A kind of order and everything that may happen to it."""

    key: str
    name: str
    prefix: str
    fields: Mapping[str, Field]
    states: Mapping[str, State]
    roles: Mapping[str, Role]
    moves: Mapping[str, Move]
    clocks: Mapping[str, Clock]
    name_en: str = ""
    ladder: tuple[Ladder, ...] = ()
    notices: tuple[Notice, ...] = ()
    documents: Mapping[str, DocumentKind] = field(default_factory=dict)
    signs: tuple[Sign, ...] = ()  # the desks a reply passes before it leaves the house (审签)
    catalogue: Mapping[str, str] = field(default_factory=dict)  # category -> unit key (派单目录)
    lights: Mapping[str, float] = field(default_factory=dict)  # yellow_share, yellow_workdays, orange_share
    retention: Mapping[str, str] = field(default_factory=dict)  # term, heavy, supervised: one of TERMS each
    title: str = "title"  # key of the field shown as title
    requester: str = ""  # the unit type that asks; "" = a person
    desk: str = ""  # the unit type whose unit above the requester is the desk
    rating: str = "rating"  # the choice field with the levels
    bad_ratings: tuple[str, ...] = ()
    public: tuple[str, ...] = ()  # fields of the public form, in order
    owing: tuple[str, ...] = ()  # keys of the channels that are owed a return sheet
    matching: Matching | None = None
    bundle: str = ""  # the published version it was read from
    looped: bool = True  # it is dispatched and answered; False: it has `advance` moves (推进)

    @property
    def asker(self) -> str:
        """The type of the units outside the office that ask; "" for persons, and where the desk asks itself."""
        return self.requester if self.requester != self.desk else ""

    def start(self) -> Move:
        """The move that makes the order."""
        return next(m for m in self.moves.values() if m.effect == "submit")

    def by_effect(self, effect: str) -> tuple[Move, ...]:
        """All moves with that effect, in the pack's order."""
        return tuple(m for m in self.moves.values() if m.effect == effect)


@dataclass(frozen=True, slots=True)
class Coverage:
    """全覆盖: every unit of type `every` has between `min` and `max` of `has` (a unit type below it or a post kind).

    `exempters` may exempt a unit for a time and a reason.
    """

    key: str
    name: str
    every: str
    has: str
    name_en: str = ""
    min: int = 1
    max: int = 0  # 0 = no upper bound
    exempters: tuple[Who, ...] = ()

    def fits(self, n: int) -> bool:
        """Whether so many are neither too few nor too many."""
        return n >= self.min and not (self.max and n > self.max)


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of a source's own sheet: the `fact` an import reads there, or the `answer` (SHEET_ANSWERS) it gets."""

    column: str
    fact: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """Where orders come from. `external`: has number and deadline of its own; `return_sheet`: wants its sheet back."""

    key: str
    name: str
    name_en: str = ""
    external: bool = False
    return_sheet: bool = False
    sheet: tuple[SheetColumn, ...] = ()


@dataclass(frozen=True, slots=True)
class Programme:
    """A whole published bundle. `bundle` is `key@n`, `hash` the hash of the canonical content."""

    key: str
    name: str
    bundle: str
    hash: str
    unit_types: Mapping[str, UnitType]
    post_kinds: Mapping[str, PostKind]
    coverages: tuple[Coverage, ...]
    channels: Mapping[str, Channel]
    orders: Mapping[str, OrderType]
    ledger: Mapping[str, Activity] = field(default_factory=dict)
    cadences: tuple[Cadence, ...] = ()
    series: Mapping[str, Series] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    scopes: Mapping[str, ScopeSet] = field(default_factory=dict)
    reviews: Mapping[str, Meeting] = field(default_factory=dict)
    reaches: tuple[Reach, ...] = ()
    waivers: Mapping[str, Waiver] = field(default_factory=dict)
    burden: int = 30  # minutes a week that its cadences may ask of one post
    briefs: Mapping[str, BriefKind] = field(default_factory=dict)
    printed: tuple[Printed, ...] = ()
    boards: Mapping[str, Board] = field(default_factory=dict)
    name_en: str = ""
    sealed: bool = False
    contact: str = ""
    hotline: str = ""

    def book(self, key: str) -> Activity | None:
        """Return the activity, series of statistics or waivers of that key: all are books of the ledger."""
        return self.ledger.get(key) or self.series.get(key) or self.waivers.get(key)

    @property
    def loop(self) -> OrderType | None:
        """The kind of order that desks, counters and the overview are about: the first that is dispatched."""
        return next((one for one in self.orders.values() if one.looped), None)
