"""文书: signed papers and their receipts, numbers without gaps, the county's own forms and the units' codes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection

from bihuan.core.chain import digest
from bihuan.core.permission import Actor
from bihuan.core.programmes import Programme
from bihuan.store import sight
from bihuan.store.events import read
from bihuan.store.models import Document, DocumentForm, DocumentReceipt, UnitCode

CHAIN = "document"  # the kind of the events of papers over many orders
PAGE = 50
LONGEST = 80  # of a serial's name
_COLUMNS = (
    "id", "order", "programme", "type", "kind", "number", "issuer", "about", "person", "post", "at", "outward",
    "digest", "form", "replaces", "replaced", "scan",
)  # fmt: skip
_SELECT = ", ".join(f'd."{name}"' for name in _COLUMNS)


@dataclass(slots=True)
class Paper:
    """A signed paper; instants as stored text. `received` maps each unit it went to to (at, person) or ("", "")."""

    id: int
    order: int
    programme: str
    type: str
    kind: str
    number: str
    issuer: str
    about: str
    person: str
    post: str
    at: str
    outward: bool
    digest: str
    form: int
    replaces: int
    replaced: int
    scan: int
    order_number: str = ""
    title: str = ""
    content: dict[str, Any] = field(default_factory=dict)
    received: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def waiting(self) -> list[str]:
        """The units that have not confirmed it; none once it was corrected."""
        return [] if self.replaced else [unit for unit, (at, _person) in self.received.items() if not at]


# ---- writing: always inside the transaction of the event ----
def take(series: str) -> int:
    """Return the next number of a series. It is given back if the transaction fails: no number is ever left out."""
    name = series if len(series) <= LONGEST else digest(series)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO store_serial (name, n) VALUES (%s, 1) "
            "ON CONFLICT (name) DO UPDATE SET n = store_serial.n + 1 RETURNING n",
            [name],
        )
        return int(cursor.fetchone()[0])


def keep(paper: Paper, *, content: str, series: str, n: int, to: Iterable[str]) -> None:
    """Keep a signed paper with its canonical text, the units it goes to, and at the old one that it was corrected."""
    values = {name: getattr(paper, name) for name in _COLUMNS}
    Document.objects.create(**values, content=content, series=series, n=n)
    DocumentReceipt.objects.bulk_create(DocumentReceipt(document=paper.id, unit=unit) for unit in to)
    if paper.replaces:
        Document.objects.filter(pk=paper.replaces).update(replaced=paper.id)


def receive(id_: int, units: Iterable[str], *, at: str, person: str) -> int:
    """Keep that units confirmed a paper; return how many of them had not before."""
    open_ = DocumentReceipt.objects.filter(document=id_, unit__in=list(units), at="")
    return open_.update(at=at, person=person)


def file_scan(id_: int, attachment: int) -> None:
    """Keep which attachment is the stamped copy of a paper."""
    Document.objects.filter(pk=id_).update(scan=attachment)


# ---- reading ----
def one(id_: int) -> Paper | None:
    """Return a paper with content and receipts, or None. The caller asks whether it may be seen."""
    row = Document.objects.filter(pk=id_).values(*_COLUMNS, "content").first()
    if row is None:
        return None
    paper = Paper(**{**row, "content": json.loads(row["content"])})
    return replace(paper, received=receipts([id_]).get(id_, {}))


def of_orders(ids: Iterable[int]) -> dict[int, list[Paper]]:
    """Return the signed papers of several orders with their content, by order; receipts are left out."""
    found: dict[int, list[Paper]] = {}
    rows = Document.objects.filter(tenant=1, order__in=list(ids)).order_by("order", "id")
    for row in rows.values(*_COLUMNS, "content"):
        found.setdefault(row["order"], []).append(Paper(**{**row, "content": json.loads(row["content"])}))
    return found


def about(subject: str) -> list[Paper]:
    """Return the signed papers about a unit, a round or an entry, the newest first, without their content."""
    rows = Document.objects.filter(tenant=1, about=subject, order=0).order_by("-id")
    return [Paper(**row) for row in rows.values(*_COLUMNS)]


def standing(subject: str, kind: str) -> int:
    """Return the id of the paper of a kind about a round or an entry that no other corrects, 0 for none."""
    rows = Document.objects.filter(tenant=1, about=subject, order=0, kind=kind, replaced=0)
    return rows.order_by("-id").values_list("id", flat=True).first() or 0


def receipts(ids: Iterable[int]) -> dict[int, dict[str, tuple[str, str]]]:
    """Return the receipts of papers by id: {unit: (at, person)}."""
    found: dict[int, dict[str, tuple[str, str]]] = {}
    rows = DocumentReceipt.objects.filter(document__in=list(ids)).order_by("id")
    for document, unit, at, person in rows.values_list("document", "unit", "at", "person"):
        found.setdefault(document, {})[unit] = (at, person)
    return found


def of_command(command: str) -> int:
    """Return the paper over many orders that a form sent twice already made, or 0."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT hash, body FROM store_event "
            "WHERE tenant = 1 AND command = %s AND NOT (command = '') AND NOT (kind = 'order') AND kind = %s LIMIT 1",
            [command, CHAIN],
        )
        row = cursor.fetchone()
    return int(read(row[1], row[0]).then["paper"]["id"]) if row else 0


def page(
    *,
    seen_by: Actor,
    programmes: Iterable[Programme],
    kind: str = "",
    waiting: bool = False,
    number: str = "",
    on: Iterable[int] = (),
    before: int = 0,
    limit: int = PAGE,
) -> list[Paper]:
    """Return papers the actor may see, the newest first, from beyond the id `before`: two queries.

    `on` asks for those on these orders alone.

    Papers on orders follow their order; one over many orders is seen by who made it, by the unit it lists, and by
    posts that see every order: of these the caller leaves out what is none of the actor's business.
    """
    declared = list(programmes)
    where, values = _asked(kind, waiting, number, before, sorted(on))
    allowed, more = _visible(seen_by, declared)
    near = sorted(seen_by.above | seen_by.covers) or [""]
    some = ", ".join(["%s"] * len(near))
    every = "1 = 1" if _all(seen_by, declared) else "1 = 0"
    mine = f"(d.person = %s OR d.about IN ({some}) OR d.issuer IN ({some}) OR {every})"
    sql = (
        f"SELECT * FROM (SELECT {_SELECT}, o.number AS order_number, o.title FROM store_document d "
        f'JOIN store_order o ON o.id = d."order" WHERE {where} AND {allowed} ORDER BY d.id DESC LIMIT %s) AS single '
        f"UNION ALL SELECT * FROM (SELECT {_SELECT}, '' AS order_number, '' AS title FROM store_document d "
        f'WHERE {where} AND d."order" = 0 AND {mine} ORDER BY d.id DESC LIMIT %s) AS many ORDER BY 1 DESC LIMIT %s'
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, *more, limit, *values, seen_by.person, *near, *near, limit, limit])
        papers = [Paper(*row) for row in cursor.fetchall()]
    known = receipts(paper.id for paper in papers)
    return [replace(paper, outward=bool(paper.outward), received=known.get(paper.id, {})) for paper in papers]


def _asked(kind: str, waiting: bool, number: str, before: int, on: list[int]) -> tuple[str, list[Any]]:
    where, values = ["d.tenant = 1"], []
    for clause, value in (("d.kind = %s", kind), ("d.number = %s", number), ("d.id < %s", before)):
        if value:
            where.append(clause)
            values.append(value)
    if on:
        where.append(f'd."order" IN ({", ".join(["%s"] * len(on))})')
        values += on
    if waiting:
        where.append(
            "d.replaced = 0 AND d.id IN "
            "(SELECT r.document FROM store_documentreceipt r WHERE r.tenant = 1 AND r.at = '')"
        )
    return " AND ".join(where), values


def _visible(actor: Actor, programmes: list[Programme]) -> tuple[str, list[Any]]:
    """Inner papers are for roles that see all; an outward one is for whoever sees the order."""
    every, values = sight.visible(actor, programmes)
    inner, more = sight.visible(actor, programmes, inner=True)
    return f"({inner} OR (d.outward AND {every}))", [*more, *values]


def _all(actor: Actor, programmes: list[Programme]) -> bool:
    return any(
        who.of == "everywhere" and who.post in ("", actor.kind) and role.sees == "all"
        for programme in programmes
        for kind in programme.orders.values()
        for role in kind.roles.values()
        for who in role.who
    )


# ---- the recount ----
def everything(after: int, limit: int) -> list[dict[str, Any]]:
    """Return every column of papers by id, beyond `after`; only `verify` asks so."""
    return [dict(row) for row in Document.objects.filter(pk__gt=after).order_by("pk").values()[:limit]]


def gaps() -> list[tuple[str, int, int]]:
    """Return (series, highest number, how many) of every series that is not complete."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT series, MAX(n), COUNT(*) FROM store_document WHERE tenant = 1 AND n > 0 GROUP BY series "
            "HAVING MAX(n) <> COUNT(*) ORDER BY series"
        )
        return [(series, int(last), int(count)) for series, last, count in cursor.fetchall()]


# ---- forms and codes ----
def code_of(units: Iterable[str]) -> dict[str, str]:
    """Return the codes of those of the units that have one."""
    return dict(UnitCode.objects.filter(unit__in=list(units)).values_list("unit", "code"))


def codes() -> dict[str, str]:
    """Return the code of every unit that has one."""
    return dict(UnitCode.objects.order_by("unit").values_list("unit", "code"))


def put_code(unit: str, code: str, *, at: str) -> str:
    """Keep a unit's code, "" to have none, and return what it was."""
    old = code_of([unit]).get(unit, "")
    if code:
        UnitCode.objects.update_or_create(unit=unit, defaults={"code": code, "at": at})
    else:
        UnitCode.objects.filter(unit=unit).delete()
    return old


@dataclass(frozen=True, slots=True)
class Form:
    """A county's own docx for one kind of paper, without its bytes; `names` are what it wants filled in."""

    id: int
    programme: str
    type: str
    kind: str
    name: str
    digest: str
    names: tuple[str, ...]
    at: str
    by: str


def forms() -> list[Form]:
    """Return the forms in use."""
    rows = DocumentForm.objects.filter(ended="").order_by("programme", "type", "kind")
    return [_form(row) for row in rows.values("id", "programme", "type", "kind", "name", "digest", "names", "at", "by")]


def form_for(programme: str, type_: str, kind: str) -> int:
    """Return the id of the form in use for a kind of paper, 0 where ours is used."""
    rows = DocumentForm.objects.filter(programme=programme, type=type_, kind=kind, ended="")
    return int(rows.values_list("id", flat=True).first() or 0)


def form_bytes(id_: int) -> bytes:
    """Return a form's docx, b"" where there is none."""
    row = DocumentForm.objects.filter(pk=id_).values_list("content", flat=True).first() if id_ else None
    return bytes(row) if row else b""


def put_form(given: Mapping[str, Any], *, at: str) -> int:
    """Let a form be the one in use instead of the one before, and return its id."""
    end_form(given["programme"], given["type"], given["kind"], at=at)
    return int(DocumentForm.objects.create(**given, at=at).pk)


def end_form(programme: str, type_: str, kind: str, *, at: str) -> int:
    """Let a kind of paper be printed in our own layout again; return whether there was a form."""
    rows = DocumentForm.objects.filter(programme=programme, type=type_, kind=kind, ended="")
    return rows.update(ended=at)


def _form(row: Mapping[str, Any]) -> Form:
    return Form(**{**row, "names": tuple(row["names"])})
