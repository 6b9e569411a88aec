"""公文模板: a county's own docx for a kind of paper. What it wants filled in is listed and checked before it is taken.

A form may hold {{名称}} of the closed list, {% for 行 in 清单 %} over the lines of a list, for a rating meeting
{% for 项 in 标准 %} over its criteria, or within a line {% for 项 in 行.标准 %} with what was given for each, and
nothing else: no calculation, no condition, no macro, nothing fetched from elsewhere. Sizes are limited before anything
is unpacked.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from bihuan.actions import files
from bihuan.actions.document_files import _bare
from bihuan.actions.register import SETUP, must_set_up, note
from bihuan.core.document_kinds import LINES, OF_CRITERION, OF_ITEM, DocumentKind
from bihuan.core.documents import names_for
from bihuan.core.instants import iso
from bihuan.core.permission import Actor
from bihuan.core.programmes import OrderType, Programme
from bihuan.core.refusal import Refused
from bihuan.core.review_kinds import Meeting
from bihuan.packs.tables.meanings import FILLS
from bihuan.store import documents, packs

LARGEST = 5 * 1024 * 1024  # bytes of the file
UNPACKED = 40 * 1024 * 1024  # bytes of everything inside
ENTRIES = 300
ITEMS = ("items", "清单")
CRITERIA = ("criteria", "标准")
CODE = re.compile(r"[\u4e00-\u9fff]{1,8}")
_LOOP = "for"
PROPERTIES = (
    "author", "comments", "identifier", "language", "subject", "title", "category", "keywords", "last_modified_by",
    "content_status", "version",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fill:
    """One name a form may write between double braces, in Chinese and as a key.

    `item` ones stand inside the loop over the list, `criterion` ones inside one over the criteria.
    """

    key: str
    name: str
    item: bool = False
    criterion: bool = False


def fills(order_type: OrderType, kind: DocumentKind, meeting: Meeting | None = None) -> list[Fill]:
    """Return everything a form for this kind of paper may fill in; `meeting` is whose criteria a sheet has."""
    found = [Fill("heading", "标题")]
    for key in names_for(order_type, kind):
        found.append(Fill(key, FILLS.get(key) or order_type.fields[key].name))
    found += [Fill("", _bare(row.name)) for row in kind.rows if _bare(row.name)]
    if kind.list:
        found += [Fill(key, FILLS[key], item=True) for key in LINES.get(kind.list, OF_ITEM)]
    if meeting is not None:
        found += [Fill(one.key, _bare(one.name), item=True) for one in meeting.criteria.values()]
        found += [Fill(one.key, _bare(one.name), item=True) for one in meeting.kinds.values()]
        found += [Fill(key, name, criterion=True) for key, name in OF_CRITERION.items()]
    return found


def meeting_for(programme: Programme, kind: DocumentKind) -> Meeting | None:
    """Return the rating meeting whose results a kind of paper prints, None for any other."""
    return programme.reviews.get(kind.meeting) if kind.list == "review" else None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a form wants filled in, and which of that nobody could fill in; `nearest` are those meant, perhaps."""

    names: tuple[str, ...]
    unknown: tuple[str, ...] = ()


def read_form(
    name: str, content: bytes, order_type: OrderType, kind: DocumentKind, meeting: Meeting | None = None
) -> Wanted:
    """Return what a form wants, all of it known; raises Refused `form.invalid.…` with what is wrong.

    `too_large`, `not_docx`, `macros`, `bomb`, `outside` (fetches something from elsewhere), `broken` (with the fault),
    `statement` (more than names, with what), `unknown` (with the names nobody knows), `nothing` (wants nothing).
    """
    _safe(name, content)
    try:
        found = _names(content)
    except Refused:
        raise
    except Exception as why:  # other people's code reads other people's file: whatever it meets is said in a sentence
        raise Refused("form.invalid.broken", why=str(why).split("\n")[0][:120]) from None
    known = fills(order_type, kind, meeting)
    allowed = _words(fill for fill in known if not fill.item and not fill.criterion)
    allowed |= {*(ITEMS if kind.list else ()), *(CRITERIA if meeting is not None else ())}
    unknown = [name for name in found.plain if name not in allowed]
    unknown += [name for name in found.items if name not in _words(fill for fill in known if fill.item)]
    unknown += [name for name in found.criteria if name not in _words(fill for fill in known if fill.criterion)]
    if meeting is None:
        unknown += found.nested
    if unknown:
        shown = tuple(dict.fromkeys(fill.name for fill in known))
        raise Refused("form.invalid.unknown", names=tuple(dict.fromkeys(unknown)), allowed=shown)
    if not found.plain:
        raise Refused("form.invalid.nothing")
    return Wanted(tuple(dict.fromkeys((*found.plain, *found.items, *found.nested, *found.criteria))))


def _words(some: Iterable[Fill]) -> set[str]:
    return {word for fill in some for word in (fill.key, fill.name) if word}


def _safe(name: str, content: bytes) -> None:
    """Refuse what is too large, is no plain .docx, or would grow, run or fetch something when opened."""
    if not content:
        raise Refused("form.invalid.not_docx", name=name)
    if len(content) > LARGEST:
        raise Refused("form.invalid.too_large", name=name, megabytes=LARGEST // 1024**2)
    if name.lower().endswith((".docm", ".dotm")):
        raise Refused("form.invalid.macros", name=name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            entries = packed.infolist()
            if len(entries) > ENTRIES or sum(entry.file_size for entry in entries) > UNPACKED:
                raise Refused("form.invalid.bomb", name=name)
            names = {entry.filename for entry in entries}
            if any(entry.flag_bits & 1 for entry in entries) or "word/document.xml" not in names:
                raise Refused("form.invalid.not_docx", name=name)
            if any("vbaproject" in part.lower() or "/activex/" in part.lower() for part in names):
                raise Refused("form.invalid.macros", name=name)
            for entry in entries:
                if entry.filename.endswith((".xml", ".rels")):
                    _part(name, entry.filename, _unpacked(packed, entry, name))
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, RuntimeError, KeyError):
        raise Refused("form.invalid.not_docx", name=name) from None


def _unpacked(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> bytes:
    """Read no more than an entry says it holds: what says little and holds much is a bomb."""
    with packed.open(entry) as part:
        text = part.read(min(entry.file_size, UNPACKED) + 1)
    if len(text) > entry.file_size:
        raise Refused("form.invalid.bomb", name=name)
    return text


def _part(name: str, part: str, text: bytes) -> None:
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise Refused("form.invalid.bomb", name=name)
    if b"macroEnabled" in text:
        raise Refused("form.invalid.macros", name=name)
    if part.endswith(".rels"):
        for relation in re.findall(rb"<Relationship\b[^>]*>", text):
            # A link in the text leads somewhere when clicked; anything else would be fetched by opening the file.
            if b'TargetMode="External"' in relation and b"/hyperlink" not in relation:
                raise Refused("form.invalid.outside", name=name)


@dataclass(slots=True)
class _Found:
    plain: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    nested: list[str] = field(default_factory=list)  # loops over the criteria of a line
    criteria: list[str] = field(default_factory=list)

    def of(self, what: str) -> list[str]:
        return self.items if what == "item" else self.criteria


def _names(content: bytes) -> _Found:
    """Return the names a form uses; raises Refused `form.invalid.statement` for anything but names and the loop."""
    from docxtpl import DocxTemplate
    from jinja2.sandbox import SandboxedEnvironment

    template = DocxTemplate(io.BytesIO(content))
    template.init_docx()
    parts = [template.patch_xml(template.get_xml())]
    for uri in (template.HEADER_URI, template.FOOTER_URI):
        parts += [template.patch_xml(template.get_part_xml(part)) for _key, part in template.get_headers_footers(uri)]
    parts += [
        template.patch_xml(part.blob.decode("utf-8", "replace"))
        for part in template.docx.part.package.iter_parts()
        if str(part.content_type).endswith(("footnotes+xml", "endnotes+xml"))
    ]
    # The library fills in these properties of the file too.
    properties = template.docx.core_properties
    parts += [str(getattr(properties, key) or "") for key in PROPERTIES]
    found = _Found()
    for part in parts:
        _walk(SandboxedEnvironment().parse(part), found, {})
    return found


def _walk(node: Any, found: _Found, rows: Mapping[str, str]) -> None:
    """Note every name below a node; `rows` are the loops around it: the name of the row and what it is."""
    from jinja2 import nodes

    if isinstance(node, nodes.Template):
        for inner in node.body:
            _walk(inner, found, rows)
    elif isinstance(node, nodes.Output):
        for inner in node.nodes:
            if not isinstance(inner, nodes.TemplateData):
                _name(inner, found, rows)
    elif isinstance(node, nodes.For):
        row, what = _loop(node, found, rows)
        for inner in node.body:
            _walk(inner, found, {**rows, row: what})
    else:
        raise Refused("form.invalid.statement", what=type(node).__name__.lower())


def _loop(node: Any, found: _Found, rows: Mapping[str, str]) -> tuple[str, str]:
    """Return what a row of a loop is called and what it is; raises Refused for a loop no form may have."""
    from jinja2 import nodes

    row, of = node.target, node.iter
    if isinstance(row, nodes.Name) and row.name not in rows and not (node.test or node.else_ or node.recursive):
        if isinstance(of, nodes.Name) and of.name in (*ITEMS, *CRITERIA) and not rows:
            found.plain.append(of.name)
            return row.name, "item" if of.name in ITEMS else "criterion"
        if isinstance(of, nodes.Getattr) and isinstance(of.node, nodes.Name) and of.attr in CRITERIA:
            if rows == {of.node.name: "item"}:
                found.nested.append(of.attr)
                return row.name, "criterion"
    raise Refused("form.invalid.statement", what=_LOOP)


def _name(node: Any, found: _Found, rows: Mapping[str, str]) -> None:
    from jinja2 import nodes

    if isinstance(node, nodes.Name) and node.name not in rows:
        found.plain.append(node.name)
    elif isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name in rows:
        found.of(rows[node.node.name]).append(node.attr)
    else:
        raise Refused("form.invalid.statement", what=type(node).__name__.lower())


# ---- the administrator's acts ----
def put_form(
    *, actor: Actor, programme: str, type_: str, kind: str, upload: files.Upload, now: datetime
) -> tuple[str, ...]:
    """Let papers of a kind be printed on this form from now on and return what it fills in.

    What was signed before keeps its own. Raises Refused `form.post`, `form.state.unknown` or what `read_form` raises,
    and changes nothing.
    """
    must_set_up(actor, "form")
    order_type, declared, meeting = _declared(programme, type_, kind)
    name = files.clean_name(upload.name or "")
    content = upload.read(LARGEST + 1)
    wanted = read_form(name, content, order_type, declared, meeting)
    digest = hashlib.sha256(content).hexdigest()
    given = {
        "programme": programme, "type": type_, "kind": kind, "name": name, "digest": digest, "content": content,
        "names": list(wanted.names), "by": actor.person,
    }  # fmt: skip
    with transaction.atomic():
        documents.put_form(given, at=iso(now))
        facts = {"programme": programme, "type": type_, "kind": kind, "name": name, "digest": digest}
        note(SETUP, actor=actor, verb="form_set", facts=facts, now=now)
    return wanted.names


def end_form(*, actor: Actor, programme: str, type_: str, kind: str, now: datetime) -> bool:
    """Let papers of a kind be printed in our own layout again; return whether there was a form."""
    must_set_up(actor, "form")
    _declared(programme, type_, kind)
    with transaction.atomic():
        if not documents.end_form(programme, type_, kind, at=iso(now)):
            return False
        note(
            SETUP, actor=actor, verb="form_ended", facts={"programme": programme, "type": type_, "kind": kind}, now=now
        )
    return True


def put_code(*, actor: Actor, unit: str, code: str, now: datetime) -> bool:
    """Let a unit's document numbers begin with these characters, "" for none; return whether that is new.

    Raises Refused `form.post`, or `form.needs` with `code` where it is not one to eight Chinese characters.
    """
    must_set_up(actor, "form")
    code = code.strip()
    if code and not CODE.fullmatch(code):
        raise Refused("form.needs", {"code": "bad_code"}, fields=["code"], value=code[:20])
    with transaction.atomic():
        was = documents.put_code(unit, code, at=iso(now))
        if was == code:
            return False
        note(SETUP, actor=actor, verb="unit_code", facts={"unit": unit, "code": code, "was": was}, now=now)
    return True


def _declared(programme: str, type_: str, kind: str) -> tuple[OrderType, DocumentKind, Meeting | None]:
    declared = packs.current().get(programme)
    order_type = declared.orders.get(type_) if declared else None
    found = order_type.documents.get(kind) if order_type else None
    if declared is None or order_type is None or found is None:
        raise Refused("form.state.unknown", kind=kind)
    return order_type, found, meeting_for(declared, found)
