"""移交包: the archived orders of a year as one zip to hand over, and checking such a file without asking anybody.

Within: 目录.xlsx (columns of DA/T 22-2015, terms and a receipt to sign), 说明.txt, for every order its events one
canonical JSON a line, its signed papers as Word and as the frozen text their digest is of, its attachments, and
manifest.json with the SHA-256 of every file and the head of every chain. Personal values are not in it: events hold
commitments to them.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from bihuan import __version__
from bihuan.actions.document_files import docx_of
from bihuan.actions.register import SETUP, must_set_up, note
from bihuan.core.archives import CODES
from bihuan.core.chain import GENESIS, canonical, digest, merkle_root
from bihuan.core.instants import instant, iso
from bihuan.core.order_state import Event, OrderState
from bihuan.core.permission import Actor
from bihuan.core.programmes import ARCHIVE
from bihuan.core.refusal import Refused
from bihuan.store import archives, attachments, calendars, documents, events, network, packs, register, versions

PACKED = "archive_packed"
MANIFEST, LIST, ABOUT = "manifest.json", "目录.xlsx", "说明.txt"
FORMAT = 1
SOME = 100  # orders whose events, papers and files are read together
CHUNK = 1 << 20
HEADINGS = (
    ("序号", 6), ("档号", 22), ("文号（单号）", 16), ("责任者", 18), ("题名", 40), ("日期", 12), ("密级", 8), ("件数", 6),
    ("保管期限", 10), ("办理结果", 10), ("备注", 24),
)  # fmt: skip
TERM_NAMES = {"ten_years": "10年", "thirty_years": "30年", "permanent": "永久"}
_BAD = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


@dataclass(frozen=True, slots=True)
class Packed:
    """A package as written: SHA-256 of the file, how many orders and files are in it, its size in bytes."""

    digest: str
    orders: int
    files: int
    size: int


@dataclass(slots=True)
class Checked:
    """What checking a package found. `faults` are (code, facts); `known`: this installation made just this file.

    `alien` are numbers of orders that stand otherwise in this installation, None where it has none of them.
    """

    year: int = 0
    orders: int = 0
    events: int = 0
    files: int = 0
    digest: str = ""
    known: bool = False
    faults: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def fault(self, code: str, **facts: object) -> None:
        self.faults.append((code, facts))


# ---- writing ----
def pack(year: int, *, actor: Actor, now: datetime, to: Path, progress: Callable[[int], None] | None = None) -> Packed:
    """Write the package of a year's archived orders; the file is whole under its name or not there at all.

    That it was taken out is kept in the register with its fingerprint. Raises Refused `archive.post`,
    `archive.state.none` where nothing was archived with the year, and OSError where the file cannot be written.
    """
    must_set_up(actor, ARCHIVE)
    if not archives.archived_count(year):
        raise Refused(f"{ARCHIVE}.state.none", year=year)
    part = to.with_name(f".{to.name}.{os.getpid()}.part")
    try:
        with versions.held(), zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as zipped:
            writing = _Writing(zipped, year, now)
            for n, order in enumerate(_orders(year), start=1):
                writing.add(*order)
                if progress:
                    progress(n)
            writing.end()
        with part.open("rb") as file:
            found = _sum(file)
            os.fsync(file.fileno())
        done = Packed(found, len(writing.lines), len(writing.sums), part.stat().st_size)
        with transaction.atomic():
            facts = {"year": year, "orders": done.orders, "files": done.files, "digest": found, "root": writing.root}
            note(SETUP, actor=actor, verb=PACKED, facts=facts, now=now)
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)
    return done


Whole = tuple[OrderState, list[Event], list[documents.Paper], list[dict[str, Any]]]


def _orders(year: int) -> Iterator[Whole]:
    found = archives.archived(year)
    while some := list(islice(found, SOME)):
        ids = [order.id for order in some]
        past, papers, kept = events.of_orders(ids), documents.of_orders(ids), attachments.of_orders(ids)
        for order in some:
            yield order, past[order.id], papers.get(order.id, []), kept.get(order.id, [])


class _Writing:
    """Puts orders into an open zip and remembers the sum of everything in it."""

    def __init__(self, zipped: zipfile.ZipFile, year: int, now: datetime) -> None:
        self.zipped, self.year, self.now = zipped, year, now
        self.calendar = calendars.calendar()
        self.net = network.snapshot(self.calendar.local_day(now))
        self.sums: dict[str, str] = {}
        self.lines: list[dict[str, Any]] = []
        self.rows: list[tuple[str, ...]] = []
        self.root = ""

    def add(
        self, order: OrderState, past: list[Event], papers: list[documents.Paper], kept: list[dict[str, Any]]
    ) -> None:
        folder = f"orders/{order.number}"
        self.put(f"{folder}/events.jsonl", "".join(f"{event.body}\n" for event in past).encode())
        for paper in papers:
            name = f"{folder}/papers/{paper.id}-{_plain(str(paper.content.get('name', '')) + paper.number)}"
            self.put(f"{name}.json", canonical(paper.content).encode())
            self.put(f"{name}.docx", docx_of(paper.content, documents.form_bytes(paper.form)))
        for one in kept:
            self.copy(
                f"{folder}/attachments/{one['id']}-{_plain(one['name'])}", Path(settings.MEDIA_ROOT) / one["path"]
            )
        self.lines.append({"number": order.number, "archived": order.archived, "events": len(past), "head": order.head})
        self.rows.append(self.row(order, 1 + len(papers) + len(kept)))

    def row(self, order: OrderState, pieces: int) -> tuple[str, ...]:
        kind = packs.order_type(order.bundle, order.type)
        result = kind.fields.get("result")
        named = next((one.name for one in result.choices if one.key == order.result), "") if result else ""
        ended = order.times.get("closed") or order.archived["at"]
        state = kind.states[order.state].name
        return (
            order.archived["number"], order.number, self.net.name(order.lead or order.desk), order.title,
            self.calendar.local_day(instant(ended)).strftime("%Y%m%d"), "商业秘密" if order.secret else "", str(pieces),
            TERM_NAMES[order.archived["term"]], named, state if not order.times.get("closed") else "",
        )  # fmt: skip

    def end(self) -> None:
        """Write the list, the explanation and last the manifest, which names everything else."""
        self.rows.sort()
        self.put(LIST, _list(self.rows, self.year, versions.current().county, self.calendar.local_day(self.now)))
        self.root = merkle_root(line["head"] for line in self.lines)
        self.put(ABOUT, _about(self.year, len(self.lines)).encode())
        manifest = {
            "format": FORMAT,
            "product": f"bihuan {__version__}",
            "county": versions.current().county,
            "year": self.year,
            "made": iso(self.now),
            "root": self.root,
            "orders": self.lines,
            "files": self.sums,
        }
        self.zipped.writestr(_entry(MANIFEST, self.year), json.dumps(manifest, ensure_ascii=False, indent=1))

    def put(self, name: str, data: bytes) -> None:
        self.sums[name] = hashlib.sha256(data).hexdigest()
        self.zipped.writestr(_entry(name, self.year), data)

    def copy(self, name: str, path: Path) -> None:
        found = hashlib.sha256()
        entry = _entry(name, self.year)
        entry.compress_type = zipfile.ZIP_STORED  # photos and office files are packed already
        with path.open("rb") as file, self.zipped.open(entry, "w", force_zip64=True) as to:
            while block := file.read(CHUNK):
                found.update(block)
                to.write(block)
        self.sums[name] = found.hexdigest()


def _entry(name: str, year: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=(year + 1, 1, 1, 0, 0, 0))
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o640 << 16
    return entry


def _plain(name: str) -> str:
    return _BAD.sub("_", name)[:80]


def _list(rows: list[tuple[str, ...]], year: int, county: str, day: Any) -> bytes:
    import xlsxwriter

    found = io.BytesIO()
    book = xlsxwriter.Workbook(
        found, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    bold = book.add_format({"bold": True, "bg_color": "#E9F0F9", "border": 1, "text_wrap": True})
    sheet = book.add_worksheet("归档文件目录")
    for column, (name, width) in enumerate(HEADINGS):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, bold)
    for n, row in enumerate(rows, start=1):
        for column, text in enumerate((str(n), *row)):
            sheet.write_string(n, column, text)
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    receipt = book.add_worksheet("交接文据")
    receipt.set_column(0, 0, 16)
    receipt.set_column(1, 1, 60)
    by_term = [f"{TERM_NAMES[term]}{sum(row[7] == TERM_NAMES[term] for row in rows)}件" for term in CODES]
    lines = [
        ("移交单位", county), ("接收单位", ""), ("归档年度", str(year)), ("件数", str(len(rows))),
        ("保管期限", "、".join(by_term)), ("造册日期", day.isoformat()), ("核对方法", "包内 说明.txt"),
        ("移交人（签名）", ""), ("接收人（签名）", ""), ("交接日期", ""),
    ]  # fmt: skip
    for n, (name, text) in enumerate(lines):
        receipt.write_string(n, 0, name, bold)
        receipt.write_string(n, 1, text)
    book.close()
    return found.getvalue()


def _about(year: int, n: int) -> str:
    return f"""{year}年度归档移交包，{n}件。

目录.xlsx            归档文件目录和交接文据
orders/单号/events.jsonl   这件事的全部流转记录，一行一条，每条的 prev 是上一条的 SHA-256
orders/单号/papers/        签发的文书：.docx 供阅读，.json 是签发时冻结的文字，指纹在流转记录里
orders/单号/attachments/   附件
manifest.json        每个文件的 SHA-256，每件事最后一条记录的 SHA-256

联系人姓名和电话不在包里，流转记录里只有它们的指纹。
核对：bihuan verify --package 文件名；没有这套系统时，逐行算 SHA-256 与下一行的 prev 相比即可。
"""


# ---- checking ----
def check(path: Path) -> Checked:
    """Check a package: every file against its sum, every chain from its first event to its head, and the root.

    Whether this installation made it, and whether its orders still stand the same here, is looked up too. Raises
    OSError where the file cannot be read; a file that is no package is a fault.
    """
    found = Checked()
    with path.open("rb") as file:
        found.digest = _sum(file)
    try:
        with zipfile.ZipFile(path) as zipped:
            manifest = json.loads(zipped.read(MANIFEST))
            _files(zipped, manifest["files"], found)
            found.year = int(manifest["year"])
            for line in manifest["orders"]:
                _chain(zipped, line, found)
            if merkle_root(line["head"] for line in manifest["orders"]) != manifest["root"]:
                found.fault("package.root")
            heads = {str(line["number"]): str(line["head"]) for line in manifest["orders"]}
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError, RuntimeError):
        found.fault("package.unreadable", path=str(path))
        return found
    past = register.last(SETUP, (PACKED,), 1000)
    found.known = any(event.facts.get("digest") == found.digest for event in past)
    for number, stands in archives.heads(list(heads)).items():
        if stands != heads[number]:
            found.fault("package.differs", number=number)
    return found


def _files(zipped: zipfile.ZipFile, sums: dict[str, str], found: Checked) -> None:
    there = {entry.filename for entry in zipped.infolist()} - {MANIFEST}
    for name in sorted(sums.keys() - there):
        found.fault("package.missing", name=name)
    for name in sorted(there - sums.keys()):
        found.fault("package.stray", name=name)
    for name in sorted(there & sums.keys()):
        found.files += 1
        try:
            with zipped.open(name) as file:
                same = _sum(file) == sums[name]
        except zipfile.BadZipFile:
            same = False
        if not same:
            found.fault("package.altered", name=name)


def _chain(zipped: zipfile.ZipFile, line: dict[str, Any], found: Checked) -> None:
    number, prev = str(line["number"]), GENESIS
    found.orders += 1
    try:
        bodies = zipped.read(f"orders/{number}/events.jsonl").decode().removesuffix("\n").split("\n")
    except (KeyError, zipfile.BadZipFile):
        return  # named among the files already
    for seq, body in enumerate(bodies, start=1):
        data = json.loads(body)
        if data["prev"] != prev or data["seq"] != seq:
            found.fault("package.link", number=number, seq=seq)
            return
        prev = digest(body)
        found.events += 1
    if prev != line["head"] or len(bodies) != line["events"]:
        found.fault("package.link", number=number, seq=len(bodies))


def _sum(file: Any) -> str:
    found = hashlib.sha256()
    while block := file.read(CHUNK):
        found.update(block)
    return found.hexdigest()
