"""清单: papers over many orders, 问题清单 of one requester, 任务清单 of one department, as they stood when signed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from bihuan.actions import files
from bihuan.actions.documents import unit_code
from bihuan.actions.orders import new_id
from bihuan.actions.setting import setting_of
from bihuan.core import documents as rules
from bihuan.core.document_kinds import DocumentKind
from bihuan.core.entries import EntryState
from bihuan.core.instants import iso
from bihuan.core.ledger_kinds import Activity, may_read
from bihuan.core.order_state import Event, mark
from bihuan.core.permission import Actor, sees_inner, stands
from bihuan.core.programmes import ISSUE, RECEIVE, SCAN, OrderType, Programme
from bihuan.core.refusal import Refused
from bihuan.core.review_kinds import may_read as may_read_round
from bihuan.core.reviews import RoundState
from bihuan.core.scores import Score
from bihuan.core.setting import Setting
from bihuan.core.sittings import SittingState
from bihuan.store import attachments, documents, events, ledger, lists, packs, versions
from bihuan.store.documents import Paper
from bihuan.store.lists import Asked, Row
from bihuan.store.orders import NotFound

MOST = 500  # orders in one list
UNITS = ("requester", "lead", "entries")  # lists about one unit; the minute of a sitting is made by the sitting
ONE = ("review", "entry")  # papers about one round or entry, of which one of a kind counts
CHAIN = 1
TRIES = 6
BRACKETS = re.compile(r"[\[【（(〔](\d{4})[\]】）)〕]")


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything the words of a list may be made from. `left_out` counts secret orders, which are in no list."""

    kind: DocumentKind
    setting: Setting
    actor: Actor
    now: datetime
    programme: Programme
    county: str
    issuer: str
    about: str
    rows: list[Row]
    left_out: int
    number: str = ""
    to: list[str] = field(default_factory=list)
    sitting: SittingState | None = None  # of which it is the minute
    book: Activity | None = None
    entries: list[EntryState] = field(default_factory=list)
    round: RoundState | None = None  # of which it is the sheet, with its `scores`
    scores: list[Score] = field(default_factory=list)
    entry: EntryState | None = None  # of which it is the minute
    texts: Mapping[str, str] = field(default_factory=dict)
    replaces: Paper | None = None  # the one it corrects


Compose = Callable[[Listing], rules.Content]


@dataclass(frozen=True, slots=True)
class Subject:
    """What permission needs to know of a list: it is nobody's order, but the orders are of one unit."""

    requester: str = ""
    lead: str = ""
    id: int = 0
    desk: str = ""
    first_receiver: str = ""
    supervisor: str = ""
    secret: bool = False
    co: tuple[str, ...] = ()
    keeper: str = ""


def may_make(actor: Actor, order_type: OrderType, kind: DocumentKind) -> bool:
    """Whether the actor holds a post that may sign this kind of list for the orders it looks after."""
    return any(
        who.post == actor.kind for role in kind.by if role in order_type.roles for who in order_type.roles[role].who
    )


@versions.held()
def listing(
    *, actor: Actor, programme: str, type_: str, kind: str, about: str, now: datetime, draft: bool = True
) -> Listing:
    """Return what a list is made from: the orders of a unit that the actor may see, the earliest first.

    Raises Refused `issue_document.post`, `.state.unknown`, or `.needs` with `about`, where there is no such unit, no
    such order to be seen, or more than 500.
    """
    declared = packs.current().get(programme)
    order_type = declared.orders.get(type_) if declared else None
    found = order_type.documents.get(kind) if order_type else None
    if declared is None or order_type is None or found is None or found.list not in UNITS:
        raise Refused(f"{ISSUE}.state.unknown", kind=kind)
    if not may_make(actor, order_type, found):
        raise Refused(f"{ISSUE}.post", by=list(found.by), kind=kind)
    setting = setting_of(order_type, now)
    if about not in setting.network.units:
        raise Refused(f"{ISSUE}.needs", {"about": "unknown_unit"}, fields=["about"], kind=kind)
    rows: list[Row] = []
    entries: list[EntryState] = []
    left_out = 0
    book = declared.ledger.get(found.book) if found.book else None
    if found.list != "entries":
        rows, left_out = _rows(declared, order_type, found, about, actor, setting, now)
    if book is not None:
        entries = _entries(declared, book, found, about, actor, setting, now)
    desk = setting.network.nearest(about, order_type.desk) if found.list == "requester" else ""
    issuer = desk if found.issuer == "desk" and desk else actor.unit
    year = setting.today(now).year
    code = unit_code(setting.network, issuer) if found.number == "document" else ""
    number = rules.number_text(found, code, year, 0) if draft else ""
    to = [about] if found.list in found.to else []
    county = versions.current().county
    return Listing(
        found, setting, actor, now, declared, county, issuer, about, rows, left_out, number, to, None, book, entries
    )


def _rows(
    declared: Programme,
    order_type: OrderType,
    kind: DocumentKind,
    about: str,
    actor: Actor,
    setting: Setting,
    now: datetime,
) -> tuple[list[Row], int]:
    whose = {"requester": about} if kind.list == "requester" else {"lead": about}
    common: dict[str, Any] = {"programme": declared.key, "type": order_type.key, **whose}
    asked = [Asked(open=True, **common)]
    if kind.scope == "year":
        first = setting.calendar.midnight(setting.today(now).replace(month=1, day=1))
        until = setting.calendar.midnight(setting.today(now) + timedelta(days=1))
        asked.append(Asked(open=False, since=iso(first), until=iso(until), **common))
    found: dict[int, Row] = {}
    for one in asked:
        page = lists.page(seen_by=actor, programmes=[declared], asked=one, now=now, limit=MOST + 1)
        found.update({row.id: row for row in page.rows})
    shown = sorted((row for row in found.values() if not row.secret), key=lambda row: (row.submitted, row.id))
    if not shown:
        raise Refused(f"{ISSUE}.needs", {"about": "no_orders"}, fields=["about"], kind=kind.key)
    if len(shown) > MOST:
        raise Refused(f"{ISSUE}.needs", {"about": "too_many"}, fields=["about"], kind=kind.key, most=MOST)
    return shown, len(found) - len(shown)


def _entries(
    declared: Programme,
    book: Activity,
    kind: DocumentKind,
    about: str,
    actor: Actor,
    setting: Setting,
    now: datetime,
) -> list[EntryState]:
    """Return this year's entries of a book about a unit, or those that name a requester; the earliest first."""
    first = setting.today(now).replace(month=1, day=1).isoformat()
    alone = kind.list == "entries"
    asked = ledger.Asked(
        book.key,
        unit=about if alone else "",
        named="" if alone else about,
        since=first,
        until=setting.today(now).isoformat(),
    )
    if alone and not may_read(actor, book, about):
        raise Refused(f"{ISSUE}.post", by=list(kind.by), kind=kind.key)
    page = ledger.page(seen_by=actor, programme=declared.key, activity=book, asked=asked, limit=MOST)
    if alone and not page.entries:
        raise Refused(f"{ISSUE}.needs", {"about": "no_entries"}, fields=["about"], kind=kind.key)
    if page.next:
        raise Refused(f"{ISSUE}.needs", {"about": "too_many"}, fields=["about"], kind=kind.key, most=MOST)
    return page.entries[::-1]


@versions.held()
def issue_list(
    *,
    actor: Actor,
    programme: str,
    type_: str,
    kind: str,
    about: str,
    compose: Compose,
    now: datetime,
    command: str = "",
) -> Paper:
    """Sign a list over the orders of a unit as they stand now, freeze it and return it. Raises like `listing`."""
    if command and (done := documents.of_command(command)) and (known := documents.one(done)):
        return known
    made = listing(actor=actor, programme=programme, type_=type_, kind=kind, about=about, now=now, draft=False)
    return frozen(made, compose, now, command)


def frozen(made: Listing, compose: Compose, now: datetime, command: str = "") -> Paper:
    """Give a paper over many orders its number, freeze its words and write its event with it; return it."""
    actor, kind, type_ = made.actor, made.kind.key, made.setting.type.key
    year = made.setting.today(now).year
    code = unit_code(made.setting.network, made.issuer) if made.kind.number == "document" else ""
    series = rules.series_of(made.kind, made.programme.key, made.issuer, code, year)
    id_, form = new_id(now), documents.form_for(made.programme.key, type_, kind)
    old = made.replaces.id if made.replaces else 0
    with transaction.atomic():
        n = documents.take(series) if series else 0
        numbered = replace(made, number=rules.number_text(made.kind, code, year, n))
        content = {**compose(numbered), "id": id_, "order": "", "bundle": made.programme.bundle}
        text, digest = rules.sealed(content)
        paper = Paper(
            id_, 0, made.programme.key, type_, kind, numbered.number, made.issuer, made.about, actor.person, actor.post,
            iso(now), made.kind.outward, digest, form, old, 0, 0, "", "", content, dict.fromkeys(made.to, ("", "")),
        )  # fmt: skip
        replaces = str(old or "")
        _append(
            actor, ISSUE, rules.issue_mark(id_, made.kind, numbered.number, digest, made.to, replaces), now, command
        )
        if made.kind.list in ONE and documents.standing(made.about, kind) != old:
            raise Refused(f"{ISSUE}.stale")  # somebody signed it meanwhile: there is one that counts
        documents.keep(paper, content=text, series=series, n=n, to=made.to)
    return paper


def _append(actor: Actor, verb: str, then: dict[str, Any], now: datetime, command: str = "") -> Event:
    """Append to the one chain of papers over many orders; two at once take their places one after the other."""

    def made(seq: int, prev: str) -> Event:
        return Event(CHAIN, seq, verb, mark(actor), now, {}, then, "", prev, command).sealed()

    for left in range(TRIES - 1, -1, -1):
        try:
            with transaction.atomic():
                return events.append(documents.CHAIN, CHAIN, made)
        except IntegrityError:
            if not left:
                raise
    raise AssertionError("unreachable")


# ---- seeing ----
def may_see(actor: Actor, paper: Paper) -> bool:
    """Whether a list is the actor's business: who signed it, who sees every order, the unit whose orders it has."""
    if actor.sort == "system" or (actor.person == paper.person and actor.post == paper.post):
        return True
    order_type = packs.roles_of(paper.programme, paper.type)
    kind = order_type.documents.get(paper.kind)
    if actor.sort != "post" or kind is None:
        return False
    if kind.list == "sitting":  # minutes are read at the desk they were made at, and by who sees every order
        return (actor.unit == paper.issuer and may_make(actor, order_type, kind)) or sees_inner(
            actor, Subject(), order_type
        )
    programme = packs.current()[paper.programme]
    if kind.list in ("entries", "entry"):
        book = programme.ledger.get(kind.book)
        return book is not None and may_read(actor, book, paper.about if kind.list == "entries" else paper.issuer)
    if kind.list == "review":
        meeting = programme.reviews.get(kind.meeting)
        return meeting is not None and may_read_round(actor, meeting, paper.issuer)
    if kind.list == "requester":
        subject = Subject(requester=paper.about, desk=paper.issuer)  # the desk of an enterprise issues its list
    else:
        subject = Subject(lead=paper.about)
    if sees_inner(actor, subject, order_type):
        return True
    return paper.outward and any(stands(who, actor, subject) for role in order_type.roles.values() for who in role.who)


def list_of(*, actor: Actor, id_: int) -> Paper:
    """Return a list if the actor may see it, else raise NotFound."""
    paper = documents.one(id_)
    if paper is None or paper.order or not may_see(actor, paper):
        raise NotFound(str(id_))
    return paper


def seen_page(*, actor: Actor, **asked: Any) -> list[Paper]:
    """Return a page of papers as `store.documents.page` does, without lists that are none of the actor's business."""
    return seen_part(actor=actor, **asked)[0]


def seen_part(*, actor: Actor, limit: int = documents.PAGE, **asked: Any) -> tuple[list[Paper], dict[str, int]]:
    """Return those of the next `limit` papers the actor may see, and from where to go on; {} at the end."""
    found = documents.page(seen_by=actor, programmes=list(packs.current().values()), limit=limit + 1, **asked)
    seen = [paper for paper in found[:limit] if paper.order or may_see(actor, paper)]
    return seen, {"before": found[limit - 1].id} if len(found) > limit else {}


def by_number(*, actor: Actor, text: str) -> Paper | None:
    """Return the paper on an order whose document number somebody typed, whichever brackets they found, or None."""
    number = BRACKETS.sub(r"〔\1〕", text.strip())
    if "〔" not in number:
        return None
    found = documents.page(seen_by=actor, programmes=list(packs.current().values()), number=number, limit=2)
    return next((paper for paper in found if paper.order), None)


# ---- receipts and stamped copies ----
@versions.held()
def receive_list(*, actor: Actor, id_: int, now: datetime) -> Paper:
    """Confirm for the actor's unit that a list came, or raise Refused or NotFound and change nothing."""
    paper = list_of(actor=actor, id_=id_)
    units = rules.own_units(actor, paper.received)
    if not units:
        raise Refused(f"{RECEIVE}.post", units=list(paper.received))
    open_ = [unit for unit in units if not paper.received[unit][0]]
    if not open_:
        at, person = paper.received[units[0]]
        raise Refused(f"{RECEIVE}.state.received", at=at, by=person)
    with transaction.atomic():
        _append(actor, RECEIVE, {"paper": {"act": "receive", "id": id_, "units": open_}}, now)
        documents.receive(id_, open_, at=iso(now), person=actor.person)
    return list_of(actor=actor, id_=id_)


@versions.held()
def file_list_scan(*, actor: Actor, id_: int, upload: files.Upload, now: datetime) -> Paper:
    """Keep the scan of a stamped list: from now on the stamped copy counts. Raises like `documents.file_scan`."""
    paper = list_of(actor=actor, id_=id_)
    order_type = packs.roles_of(paper.programme, paper.type)
    kind = order_type.documents.get(paper.kind)
    if not (kind and may_make(actor, order_type, kind)) and not rules.own_units(actor, paper.received):
        raise Refused(f"{SCAN}.post", by=list(kind.by) if kind else [])
    file = files.keep(upload, by=actor.person, now=now)
    digest = attachments.digest_of(file)
    with transaction.atomic():
        _append(actor, SCAN, {"paper": {"act": "scan", "id": id_, "file": file, "digest": digest}}, now)
        attachments.claim(id_, [file], by=actor.person, outward=paper.outward)
        documents.file_scan(id_, file)
    return list_of(actor=actor, id_=id_)


__all__ = [
    "Listing", "by_number", "file_list_scan", "issue_list", "list_of", "listing", "may_make", "may_see", "receive_list",
    "seen_page", "seen_part",
]  # fmt: skip
