"""测评表、会议纪要: papers about one round of a rating meeting or one entry of the ledger, signed once and then corrected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bihuan.actions.document_lists import Compose, Listing, frozen, may_make
from bihuan.actions.documents import texts_of, unit_code
from bihuan.actions.setting import setting_of
from bihuan.core import documents as rules
from bihuan.core import scores as counting
from bihuan.core.document_kinds import DocumentKind
from bihuan.core.entries import EntryState
from bihuan.core.ledger_kinds import may_record
from bihuan.core.permission import Actor
from bihuan.core.programmes import ISSUE, OrderType, Programme
from bihuan.core.refusal import Refused
from bihuan.core.review_kinds import may_chair, may_read
from bihuan.core.reviews import RoundState
from bihuan.core.scores import of_plain
from bihuan.store import documents, ledger, packs, reviews, turns, versions
from bihuan.store.documents import Paper
from bihuan.store.orders import NotFound

Kind = tuple[OrderType, DocumentKind]


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper filled in, and why the actor cannot sign it now, if so."""

    made: Listing
    cannot: Refused | None = None


def kinds_of(about: RoundState | EntryState) -> list[Kind]:
    """Return the kinds of paper that the programme has about such a round or entry."""
    declared = packs.current().get(about.programme)
    return [
        (one, kind)
        for one in (declared.orders.values() if declared else ())
        for kind in one.documents.values()
        if _fits(kind, about)
    ]


def _fits(kind: DocumentKind, about: RoundState | EntryState) -> bool:
    if isinstance(about, RoundState):
        return kind.list == "review" and kind.meeting == about.meeting
    return kind.list == "entry" and kind.book == about.activity


def offered(about: RoundState | EntryState, actor: Actor) -> list[tuple[DocumentKind, bool]]:
    """Return the kinds of paper the actor may look at filled in, and whether it may sign them; none without content."""
    if isinstance(about, RoundState):
        there = bool(about.closed) and _reads(about, actor) and any(one["total"] is not None for one in about.scores)
    else:
        there = about.live and not about.idle
    found = [(kind, _may_sign(about, one, kind, actor)) for one, kind in kinds_of(about)] if there else []
    return [(kind, may) for kind, may in found if may or isinstance(about, RoundState)]


def signed(about: RoundState | EntryState, actor: Actor) -> list[Paper]:
    """Return the signed papers about a round whose results the actor reads, or an entry it sees; the newest first."""
    if isinstance(about, RoundState) and not _reads(about, actor):
        return []
    return documents.about(about.number)


def draft(*, actor: Actor, number: str, kind: str, now: datetime, texts: Mapping[str, str] | None = None) -> Draft:
    """Return a paper about a round (CP-…) or an entry filled in as things stand, and why it cannot be signed, if so.

    Raises NotFound for what the actor may not see and for a kind it has not, Refused `issue_document.state.…` or
    `.needs` where there is nothing to print. Texts left out are those of the paper it would correct.
    """
    about = _about(number, actor)
    order_type, declared = _kind(about, kind)
    made = _made(about, order_type, declared, actor, now)
    old = documents.one(documents.standing(number, kind))
    made = replace(made, replaces=old, texts={**_former(old, declared), **(texts or {})})
    return Draft(made, None if _may_sign(about, order_type, declared, actor) else _not_yours(declared))


@versions.held()
def issue(
    *,
    actor: Actor,
    number: str,
    kind: str,
    compose: Compose,
    now: datetime,
    texts: Mapping[str, str],
    command: str = "",
) -> Paper:
    """Sign a paper about a round or an entry as things stand; a second one corrects the first.

    `texts` are the rows its signer writes, by `row<n>`. Raises like `draft`, and Refused `issue_document.post`,
    `.needs` (rows left empty), `.stale` where somebody signed it meanwhile.
    """
    if command and (done := documents.one(documents.of_command(command))):
        return done
    found = draft(actor=actor, number=number, kind=kind, now=now, texts=texts)
    if found.cannot:
        raise found.cannot
    made = found.made
    declared, setting = made.kind, made.setting
    given = texts_of(declared, made.texts, setting.network, setting.today(now))
    empty = [key for key in declared.editable() if not given.get(key)]
    if empty:
        raise Refused(f"{ISSUE}.needs", dict.fromkeys(empty, "missing"), fields=empty, kind=declared.key)
    return frozen(replace(made, texts=given, number=""), compose, now, command)


def again(paper: Paper, *, actor: Actor, now: datetime) -> Listing | None:
    """Return what a signed paper would be made from now: a round's scores are counted again from its ballots.

    None for papers about something else, and where there is nothing to print any more.
    """
    try:
        about = _about(paper.about, actor)
        order_type, declared = _kind(about, paper.kind)
        made = _made(about, order_type, declared, actor, now, standing=False)
    except (NotFound, Refused):
        return None
    if made.round is not None:
        ballots = reviews.given(made.round.id)
        made = replace(made, scores=counting.scores(reviews.meeting_of(made.round), made.round.objects, ballots))
    return replace(made, number=paper.number, texts=_former(paper, declared))


def may_sign(paper: Paper, actor: Actor) -> bool:
    """Whether the actor may sign a correction of a paper about a round or an entry it sees."""
    about = _about(paper.about, actor)
    return _may_sign(about, *_kind(about, paper.kind), actor)


def _about(number: str, actor: Actor) -> RoundState | EntryState:
    if not number.startswith(reviews.PREFIX):
        return ledger.by_number(number, seen_by=actor)
    held = reviews.by_number(number, seen_by=actor)
    if not _reads(held, actor):  # a unit judged sees its own result, and no paper with those of others
        raise NotFound(number)
    return held


def _reads(held: RoundState, actor: Actor) -> bool:
    return may_read(actor, reviews.declared(held.programme, held.meeting), held.unit)


def _kind(about: RoundState | EntryState, key: str) -> Kind:
    found = next((one for one in kinds_of(about) if one[1].key == key), None)
    if found is None:
        raise NotFound(key)
    return found


def _may_sign(about: RoundState | EntryState, order_type: OrderType, kind: DocumentKind, actor: Actor) -> bool:
    if not may_make(actor, order_type, kind):
        return False
    if isinstance(about, RoundState):
        return may_chair(actor, reviews.declared(about.programme, about.meeting), about.unit)
    return may_record(actor, ledger.declared(about.programme, about.activity), about.unit)


def _not_yours(kind: DocumentKind) -> Refused:
    return Refused(f"{ISSUE}.post", by=list(kind.by), kind=kind.key)


def _former(old: Paper | None, kind: DocumentKind) -> dict[str, str]:
    """A correction starts from the words of what it corrects."""
    rows = old.content["rows"] if old else []
    return {key: rows[int(key[3:])][1] for key in kind.editable() if int(key[3:]) < len(rows)}


def _made(
    about: RoundState | EntryState,
    order_type: OrderType,
    kind: DocumentKind,
    actor: Actor,
    now: datetime,
    *,
    standing: bool = True,
) -> Listing:
    """Return what the paper is made from; `standing` asks that it can be signed as things are."""
    declared: Programme = packs.programme(about.programme)
    setting = setting_of(order_type, now)
    year, code = setting.today(now).year, unit_code(setting.network, about.unit) if kind.number == "document" else ""
    made = Listing(
        kind, setting, actor, now, declared, versions.current().county, about.unit, about.number, [], 0,
        number=rules.number_text(kind, code, year, 0),
    )  # fmt: skip
    return _of_round(made, about, standing) if isinstance(about, RoundState) else _of_entry(made, about, standing)


def _of_round(made: Listing, held: RoundState, standing: bool) -> Listing:
    if not held.closed:
        raise Refused(f"{ISSUE}.state.voting")
    scored = [of_plain(one) for one in held.scores]
    if standing and all(one.total is None for one in scored):
        least = reviews.meeting_of(held).floor
        raise Refused(f"{ISSUE}.needs", {"about": "few_ballots"}, fields=["about"], kind=made.kind.key, least=least)
    return replace(made, round=held, scores=scored)


def _of_entry(made: Listing, entry: EntryState, standing: bool) -> Listing:
    if standing and entry.withdrawn:
        raise Refused(f"{ISSUE}.state.withdrawn")
    if standing and entry.idle:
        raise Refused(f"{ISSUE}.state.idle")
    numbers = [one["number"] for one in entry.orders]
    found = turns.picked(numbers, seen_by=made.actor)
    shown = [found[one].row for one in numbers if one in found and not found[one].row.secret]
    return replace(made, entry=entry, rows=shown, left_out=len(numbers) - len(shown))


__all__ = ["Draft", "again", "draft", "issue", "kinds_of", "may_sign", "offered", "signed"]
