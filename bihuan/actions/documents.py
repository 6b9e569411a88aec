"""文书: sign a paper on an order, confirm that one came, file the stamped copy back. One event each, one transaction.

The words of a paper are made by `compose`, which the caller brings (`words.documents.composed`): it is asked for them
when the order was read and the number taken, so that text, facts and number always belong together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from bihuan.actions import files
from bihuan.actions.orders import new_id
from bihuan.actions.setting import setting_of
from bihuan.core import counters as tallying
from bihuan.core import documents as rules
from bihuan.core import orders as core
from bihuan.core.document_kinds import DocumentKind
from bihuan.core.facts import Problem, cleaned
from bihuan.core.instants import iso
from bihuan.core.network import Network
from bihuan.core.order_state import Event, OrderState
from bihuan.core.permission import Actor, sees_inner
from bihuan.core.programmes import ISSUE, RECEIVE, SCAN, Field, Programme
from bihuan.core.refusal import Refused
from bihuan.core.setting import Setting
from bihuan.store import attachments, documents, drafts, events, orders, packs, versions
from bihuan.store.documents import Paper

TRIES = 4
LONGEST = 1000  # letters of a row that is edited


@dataclass(frozen=True, slots=True)
class Making:
    """Everything the words of a paper may be made from. `number` has a gap while it is a draft; `to` are units."""

    kind: DocumentKind
    setting: Setting
    order: OrderState
    actor: Actor
    now: datetime
    programme: Programme
    county: str
    issuer: str
    to: list[str]
    texts: dict[str, str]
    number: str = ""
    replaces: str = ""  # the number of the paper it corrects, or its date where it has none
    events: list[Event] = field(default_factory=list)


Compose = Callable[[Making], rules.Content]


def place_of(number: str, kind: str) -> str:
    """Return the place of the draft of a paper."""
    return f"{number}:paper.{kind}"


@versions.held()
def draft(
    *,
    actor: Actor,
    held: orders.Held,
    kind: str,
    now: datetime,
    texts: Mapping[str, str] | None = None,
    past: list[Event] | None = None,
    replaces: int = 0,
) -> tuple[Making, Refused | None]:
    """Return what a draft of the paper is made from, and why it cannot be signed now, if so; reads only.

    `held` is the order as its reader obtained it, `past` its events where they were read already. Raises Refused
    `issue_document.state.unknown` for a kind this sort of order does not have.
    """
    setting = setting_of(held.type, now)
    declared = _kind(setting, kind)
    refused = None
    try:
        rules.ready(setting, held.order, actor, declared, now, replaces=str(replaces or ""))
    except Refused as why:
        refused = why
    making = _making(setting, held.order, actor, declared, dict(texts or {}), now, str(replaces or ""))
    year, code = setting.today(now).year, unit_code(setting.network, making.issuer)
    number = rules.number_text(declared, code, year, 0)
    past = events.of_order(held.order.id) if past is None else past
    return replace(making, number=number, events=past), refused


def _kind(setting: Setting, key: str) -> DocumentKind:
    kind = setting.type.documents.get(key)
    if kind is None or kind.list:
        raise Refused(f"{ISSUE}.state.unknown", kind=key)
    return kind


def _making(
    setting: Setting,
    order: OrderState,
    actor: Actor,
    kind: DocumentKind,
    texts: dict[str, str],
    now: datetime,
    old: str,
) -> Making:
    original = order.papers.get(old, {})
    return Making(
        kind=kind,
        setting=setting,
        order=order,
        actor=actor,
        now=now,
        programme=packs.bundle(order.bundle),
        county=versions.current().county,
        issuer=rules.issuing_unit(kind, order, actor),
        to=rules.receiving_units(kind, order),
        texts=texts,
        replaces=str(original.get("number") or original.get("at", "")),
    )


def unit_code(net: Network, unit: str) -> str:
    """Return what a unit's document numbers begin with: its own code or that of the nearest unit above; one query."""
    known = documents.code_of(net.above(unit))
    for _ in range(64):
        if not unit or unit in known:
            break
        unit = net.units[unit].parent if unit in net.units else ""
    return known.get(unit, "")


@versions.held()
def issue_document(
    *,
    actor: Actor,
    number: str,
    kind: str,
    compose: Compose,
    now: datetime,
    texts: Mapping[str, str] | None = None,
    replaces: int = 0,
    expect: int | None = None,
    command: str = "",
) -> Paper:
    """Sign a paper on an order: it takes its number, its words are frozen, an event holds its digest; return it.

    `texts` are the rows the signer may change, by `row<n>`; a row left out keeps what the pack says. `replaces` is the
    id of an earlier paper of the same kind that this one corrects. A kind with a move makes that move. Raises Refused
    (`issue_document.…`, or the move's own) or store's NotFound and changes nothing: no number is used up.
    """
    for _ in range(TRIES):
        held = orders.by_number(number, seen_by=actor)
        order, setting = held.order, setting_of(held.type, now)
        if command and (done := _repeated(order, command)):
            return done
        if expect is not None and expect != order.seq:
            raise Refused(f"{ISSUE}.stale", seq=order.seq, expect=expect, last=order.last)
        declared = _kind(setting, kind)
        rules.ready(setting, order, actor, declared, now, replaces=str(replaces or ""))
        given = texts_of(declared, texts or {}, setting.network, setting.today(now))
        making = _making(setting, order, actor, declared, given, now, str(replaces or ""))
        try:
            paper = _signed(replace(making, events=events.of_order(order.id)), compose, replaces, command)
        except IntegrityError:
            continue  # the same form was sent twice at once: the next reading finds its event
        if paper is not None:
            drafts.drop(person=actor.person, place=place_of(number, kind))
            return paper
        if expect is not None:
            expect = order.seq
    raise Refused(f"{ISSUE}.stale", seq=0, expect=expect, last={})


def _repeated(order: OrderState, command: str) -> Paper | None:
    if order.last.get("command") != command:
        return None
    mark: dict[str, Any] = next(
        (e.then.get("paper", {}) for e in events.of_order(order.id) if e.command == command), {}
    )
    return documents.one(int(mark.get("id", 0)))


def texts_of(kind: DocumentKind, given: Mapping[str, str], net: Network, today: Any) -> dict[str, str]:
    """Return the changed rows in stored form; raises Refused naming every row at fault."""
    found: dict[str, str] = {}
    problems: dict[str, str] = {}
    for key, row in kind.editable().items():
        if key not in given:
            continue
        try:
            text = cleaned(Field(key, row.name, "long_text", max_length=LONGEST), given[key], net, today)
        except Problem as problem:
            problems[key] = str(problem)
            continue
        found[key] = text or ""
        if row.field and not text:
            problems[key] = "missing"
    if problems:
        raise Refused(f"{ISSUE}.needs", problems, fields=list(problems), kind=kind.key)
    return found


def _signed(making: Making, compose: Compose, replaces: int, command: str) -> Paper | None:
    """Take the number, freeze the words, write event and paper together; None where somebody was first."""
    kind, order, actor, setting, now = making.kind, making.order, making.actor, making.setting, making.now
    year, code = setting.today(now).year, unit_code(setting.network, making.issuer)
    series = rules.series_of(kind, making.programme.key, making.issuer, code, year)
    id_ = new_id(now)
    form = documents.form_for(order.programme, order.type, kind.key)
    try:
        with transaction.atomic():
            n = documents.take(series) if series else 0
            numbered = replace(making, number=rules.number_text(kind, code, year, n))
            content = {**compose(numbered), "id": id_, "order": order.number, "bundle": order.bundle, "seq": order.seq}
            text, digest = rules.sealed(content)
            mark = rules.issue_mark(id_, kind, numbered.number, digest, making.to, str(replaces or ""))
            if not _written(numbered, content, mark, command, again=bool(replaces)):
                raise _Lost
            paper = Paper(
                id_, order.id, order.programme, order.type, kind.key, numbered.number, making.issuer, "", actor.person,
                actor.post, iso(now), kind.outward, digest, form, replaces, 0, 0, order.number, order.title, content,
                dict.fromkeys(making.to, ("", "")),
            )  # fmt: skip
            documents.keep(paper, content=text, series=series, n=n, to=making.to)
    except _Lost:
        return None
    return paper


class _Lost(Exception):
    """The order was changed by somebody else: number, paper and event are undone together."""


def _written(making: Making, content: rules.Content, mark: dict[str, Any], command: str, *, again: bool) -> bool:
    """Write the event of a signing: the paper's own move, or the engine's where it has none or corrects another."""
    setting, order, kind = making.setting, making.order, making.kind
    facts: dict[str, Any] = {}
    move = setting.type.moves[ISSUE]
    if kind.move and not again:
        move = setting.type.moves[kind.move]
        said = {row.field: content["rows"][n][1] for n, row in enumerate(kind.rows) if row.field}
        try:
            facts = core.clean(setting.type, move, said, setting.network, setting.today(making.now))
        except Refused as why:
            rows = {row.field: f"row{n}" for n, row in enumerate(kind.rows) if row.field}
            problems = {rows.get(key, key): problem for key, problem in why.problems.items()}
            raise Refused(f"{ISSUE}.needs", problems, fields=list(problems), kind=kind.key) from None
    event = core.event_of(setting, order, making.actor, move, facts, making.now, command=command, then=mark)
    return _recorded(setting, order, event)


def _recorded(setting: Setting, order: OrderState, event: Event) -> bool:
    after = core.apply(setting.type, order, event)
    deltas = tallying.moved(tallying.shared(setting.type, order), tallying.shared(setting.type, after))
    return orders.record(order, event, after, setting.type, deltas, inside=True)


# ---- seeing ----
def paper_of(*, actor: Actor, number: str, id_: int) -> tuple[orders.Held, Paper]:
    """Return an order with one of its papers if the actor may see both, else raise NotFound."""
    held = orders.by_number(number, seen_by=actor)
    if str(id_) not in held.order.papers:
        raise orders.NotFound(str(id_))
    paper = documents.one(id_)
    inner = sees_inner(actor, held.order, packs.roles_of(held.order.programme, held.order.type))
    if paper is None or not (inner or paper.outward):
        raise orders.NotFound(str(id_))
    paper.order_number, paper.title = held.order.number, held.order.title
    return held, paper


# ---- receipts and stamped copies ----
@versions.held()
def receive_document(*, actor: Actor, number: str, id_: int, now: datetime, command: str = "") -> OrderState:
    """Confirm for the actor's unit that a paper came, or raise Refused (NotFound for a stranger) and change nothing."""

    def mark(setting: Setting, order: OrderState) -> tuple[dict[str, Any], dict[str, Any]]:
        return rules.receive_mark(order, actor, id_), {}

    def beside(mark_: dict[str, Any], order: OrderState) -> None:
        documents.receive(id_, mark_["paper"]["units"], at=iso(now), person=actor.person)

    return _noted(actor, number, id_, RECEIVE, mark, beside, now, command)


@versions.held()
def file_scan(
    *, actor: Actor, number: str, id_: int, upload: files.Upload, now: datetime, command: str = ""
) -> OrderState:
    """Keep the scan of the stamped paper beside the paper: from now on the stamped copy counts (以盖章件为准).

    Raises Refused (`attach.invalid.…` for the file) or NotFound and changes nothing. A later scan takes the place of an
    earlier one; both stay among the order's files.
    """
    _held, paper = paper_of(actor=actor, number=number, id_=id_)
    file = files.keep(upload, by=actor.person, now=now)
    fingerprint = attachments.digest_of(file)

    def mark(setting: Setting, order: OrderState) -> tuple[dict[str, Any], dict[str, Any]]:
        return rules.scan_mark(setting, order, actor, id_, file, fingerprint), {"attachments": [file]}

    def beside(mark_: dict[str, Any], order: OrderState) -> None:
        attachments.claim(order.id, [file], by=actor.person, outward=paper.outward)
        documents.file_scan(id_, file)

    return _noted(actor, number, id_, SCAN, mark, beside, now, command)


def _noted(
    actor: Actor,
    number: str,
    id_: int,
    verb: str,
    mark: Callable[[Setting, OrderState], tuple[dict[str, Any], dict[str, Any]]],
    beside: Callable[[dict[str, Any], OrderState], None],
    now: datetime,
    command: str,
) -> OrderState:
    """Write one of the engine's own events about a paper, with what stands beside it, in one transaction."""
    for _ in range(TRIES):
        held, _paper = paper_of(actor=actor, number=number, id_=id_)
        order, setting = held.order, setting_of(held.type, now)
        if command and order.last.get("command") == command:
            return order
        then, facts = mark(setting, order)
        event = core.event_of(setting, order, actor, setting.type.moves[verb], facts, now, command=command, then=then)
        try:
            with transaction.atomic():
                if not _recorded(setting, order, event):
                    raise _Lost
                beside(then, order)
        except (_Lost, IntegrityError):
            continue
        return core.apply(setting.type, order, event)
    raise Refused(f"{verb}.stale", seq=0, expect=None, last={})
