"""文书: which paper may be signed by whom and now, what it is numbered, and what its signing makes of an order.

A paper is frozen when it is signed: its content is canonical text with a digest, and the event of the signing holds
that digest. Nothing here knows how a paper looks.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from bihuan.core.chain import canonical, digest, no_floats
from bihuan.core.document_kinds import COMMON, NAMES, OF_ITEM, OF_LIST, OF_ORDER, DocumentKind
from bihuan.core.order_state import OrderState
from bihuan.core.orders import possible
from bihuan.core.permission import Actor, parts
from bihuan.core.programmes import ISSUE, RECEIVE, SCAN, OrderType
from bihuan.core.refusal import Refused
from bihuan.core.setting import Setting

Content = dict[str, Any]
PERSONAL = ("C2", "C3")


def names_for(order_type: OrderType, kind: DocumentKind) -> tuple[str, ...]:
    """Return every name the words of this kind of paper may use: the closed list and the order's own plain fields.

    Personal fields are not among them: what is frozen could never be erased.
    """
    if kind.list:
        return tuple(dict.fromkeys((*COMMON, *OF_LIST, *NAMES.get(kind.list, ()))))
    plain = (f.key for f in order_type.fields.values() if f.data_class not in PERSONAL and f.kind != "files")
    return tuple(dict.fromkeys((*COMMON, *OF_ORDER, *plain)))


def named_in(text: str) -> list[str]:
    """Return the names in braces of a text; raises ValueError for braces that do not close."""
    return [name for _said, name, _spec, _how in string.Formatter().parse(text) if name is not None]


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its names replaced; a name without a value leaves nothing."""
    return string.Formatter().vformat(text, (), _Values(values))


class _Values(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def ready(
    setting: Setting, order: OrderState, actor: Actor, kind: DocumentKind, now: datetime, *, replaces: str = ""
) -> None:
    """Return if this actor may sign this paper on this order now, else raise Refused saying why not.

    `replaces` is the id of a paper that it corrects: a correction makes no move again.
    """
    roles = setting.type.roles
    if kind.list:
        raise Refused(f"{ISSUE}.state.unknown", kind=kind.key)
    must_be_running(order, ISSUE)
    if actor.person and actor.person in order.recused:
        raise Refused(f"{ISSUE}.recusal", person=actor.person, kind=kind.key)
    if not parts(actor, order, roles).intersection(kind.by):
        raise Refused(f"{ISSUE}.post", by=list(kind.by), kind=kind.key)
    if replaces:
        _may_replace(order, kind, replaces)
    elif kind.from_ and order.state not in kind.from_:
        raise Refused(f"{ISSUE}.state", state=order.state, from_=list(kind.from_), kind=kind.key)
    if kind.half and kind.half not in order.replies:
        raise Refused(f"{ISSUE}.state.unanswered", half=kind.half, kind=kind.key)
    if "lead" in kind.to and not order.lead:
        raise Refused(f"{ISSUE}.state.undispatched", kind=kind.key)
    if kind.move and not replaces:
        possible(setting, order, actor, kind.move, now)


def must_be_running(order: OrderState, verb: str) -> None:
    """Raise Refused `….frozen.archived` for an order that was archived: nothing is added to it any more."""
    if order.archived:
        raise Refused(f"{verb}.frozen.archived", **order.archived)


def _may_replace(order: OrderState, kind: DocumentKind, replaces: str) -> None:
    old = order.papers.get(replaces)
    if old is None or old["kind"] != kind.key:
        raise Refused(f"{ISSUE}.state.no_original", kind=kind.key)
    if old.get("replaced"):
        by = order.papers.get(old["replaced"], {})
        raise Refused(f"{ISSUE}.state.replaced", kind=kind.key, number=old["number"], by=by.get("number", ""))


def issuing_unit(kind: DocumentKind, order: OrderState, actor: Actor) -> str:
    """Return the unit whose paper it is."""
    return {"desk": order.desk, "lead": order.lead}.get(kind.issuer, actor.unit) or actor.unit


def receiving_units(kind: DocumentKind, order: OrderState) -> list[str]:
    """Return the units the paper goes to, each once; a requester without an account gets it by other ways."""
    found: dict[str, None] = {}
    for word in kind.to:
        units = {"lead": [order.lead], "co": list(order.co), "desk": [order.desk], "requester": [order.requester]}[word]
        found.update(dict.fromkeys(unit for unit in units if unit))
    return list(found)


def series_of(kind: DocumentKind, programme: str, unit: str, code: str, year: int) -> str:
    """Return which row of numbers a paper is counted in, "" for one without a number.

    Document numbers are counted by what is printed before the year, so that no two papers ever print the same.
    """
    if kind.number == "document":
        return f"{code}{kind.word}〔{year}〕"
    return f"{programme}.{kind.key}.{unit}.{year}" if kind.number == "serial" else ""


def number_text(kind: DocumentKind, code: str, year: int, n: int) -> str:
    """Return the number as it is printed: 常经链督〔2022〕3号, or 2022-0012 for a serial; a draft has a gap for n = 0."""
    if kind.number == "document":
        return f"{code}{kind.word}〔{year}〕{n or '　　'}号"
    return f"{year}-{n:04d}" if kind.number == "serial" and n else ""


def sealed(content: Content) -> tuple[str, str]:
    """Return the canonical text of a content and its digest; raises TypeError where it holds a float."""
    no_floats(content)
    text = canonical(content)
    return text, digest(text)


def issue_mark(
    id_: int, kind: DocumentKind, number: str, digest_: str, to: Iterable[str], replaces: str = ""
) -> dict[str, Any]:
    """Return what the event of a signing holds of the paper."""
    mark: dict[str, Any] = {"act": "issue", "id": id_, "kind": kind.key, "number": number, "digest": digest_}
    mark["to"] = list(to)
    if replaces:
        mark["replaces"] = int(replaces)
    return {"paper": mark}


def receive_mark(order: OrderState, actor: Actor, id_: int) -> dict[str, Any]:
    """Return what the event of a receipt holds, or raise Refused: only a unit it went to, and once."""
    must_be_running(order, RECEIVE)
    paper = order.papers.get(str(id_))
    if paper is None:
        raise Refused(f"{RECEIVE}.state.no_original")
    if paper.get("replaced"):
        raise Refused(f"{RECEIVE}.state.replaced", number=paper["number"])
    units = own_units(actor, paper["to"])
    if not units:
        raise Refused(f"{RECEIVE}.post", units=paper["to"])
    open_ = [unit for unit in units if unit not in paper["received"]]
    if not open_:
        last = paper["received"][units[0]]
        raise Refused(f"{RECEIVE}.state.received", at=last["at"], by=last["by"])
    return {"paper": {"act": "receive", "id": id_, "units": open_}}


def scan_mark(setting: Setting, order: OrderState, actor: Actor, id_: int, file: int, digest_: str) -> dict[str, Any]:
    """Return what the event of a stamped copy filed back holds, or raise Refused: who signs it, or whom it went to."""
    must_be_running(order, SCAN)
    paper = order.papers.get(str(id_))
    if paper is None:
        raise Refused(f"{SCAN}.state.no_original")
    kind = setting.type.documents.get(paper["kind"])
    signs = kind is not None and parts(actor, order, setting.type.roles).intersection(kind.by)
    if not signs and not own_units(actor, paper["to"]):
        raise Refused(f"{SCAN}.post", by=list(kind.by) if kind else [])
    return {"paper": {"act": "scan", "id": id_, "file": file, "digest": digest_}}


def own_units(actor: Actor, units: Iterable[str]) -> list[str]:
    """Return those of the units for which the actor may confirm a receipt: own ones and those looked after."""
    return [unit for unit in units if actor.sort == "post" and (unit in actor.above or unit in actor.covers)]


def waiting(paper: Mapping[str, Any]) -> list[str]:
    """Return the units that have not confirmed a paper yet; none for one that was corrected."""
    if paper.get("replaced"):
        return []
    return [unit for unit in paper["to"] if unit not in paper["received"]]


__all__ = [
    "COMMON", "OF_ITEM", "OF_LIST", "OF_ORDER", "Content", "filled", "issue_mark", "issuing_unit", "named_in",
    "names_for", "number_text", "own_units", "ready", "receive_mark", "receiving_units", "scan_mark", "sealed",
    "series_of", "waiting",
]  # fmt: skip
